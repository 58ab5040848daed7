//! Blocks of every mode, inside each other, and of dynamic types.

use serde_json::json;

use crate::cli::workspace;

const ADDRESS: &str = "corner_blocks.test";

const STAGES: &[(&str, &str)] = &[
    ("", "create"),
    (
        r#"
  one {
    name      = "a"
    hidden_wo = "hush"
  }
  together {
    name      = "a"
    hidden_wo = "hush"
  }
  many {
    name      = "a"
    zone      = "z"
    hidden_wo = "hush"
    inner "k" {
      name = "a"
      bag {
        name = "a"
        zone = "z"
      }
      bag {
        name  = "b"
        maybe = "mine"
      }
    }
    inner "l m" {
      name = "b"
      mode = "manual"
    }
  }
  many {
    name = "b"
    size = 0.1
  }
  labelled "k" {
    name      = "a"
    hidden_wo = "hush"
  }
  labelled "l.m" {
    name = "b"
  }
  bag {
    name = "a"
  }
  bag {
    name = "b"
    size = 12345678901234567890
  }
  loose_one {
    any = [1, "a"]
  }
  loose {
    any = "text"
  }
  loose {
    any = { a = 0.1 }
  }
  loose {
    mode = "manual"
  }
  loose_labelled "k" {
    any = true
  }
  loose_labelled "l" {
    any = tolist(["a"])
  }
"#,
        "update",
    ),
    (
        r#"
  one {
    name = "b"
  }
  many {
    name = "b"
    zone = "z"
    inner "k" {
      name = "b"
      bag {
        name = "a"
        zone = "z"
      }
    }
  }
  labelled "k" {
    name = "b"
  }
  bag {
    name = "a"
  }
  bag {
    name = "c"
  }
  loose_one {
    any = { a = 1 }
  }
  loose {
    any = 7
  }
  loose_labelled "l" {
    any = "text"
  }
"#,
        "update",
    ),
    ("together {\n zone = \"z\"\n }", "delete create"),
    ("together {\n zone = \"y\"\n }", "delete create"),
    ("one {\n name = \"a\"\n zone = \"z\"\n }", "delete create"),
    ("one {\n name = \"a\"\n zone = \"y\"\n }", "delete create"),
    ("many {\n name = \"a\"\n zone = \"z\"\n }", "update"),
    ("many {\n name = \"a\"\n zone = \"y\"\n }", "delete create"),
    (
        "labelled \"k\" {\n name = \"a\"\n zone = \"z\"\n }",
        "update",
    ),
    (
        "labelled \"k\" {\n name = \"a\"\n zone = \"y\"\n }",
        "delete create",
    ),
    ("bag {\n name = \"a\"\n zone = \"z\"\n }", "update"),
    ("bag {\n name = \"a\"\n zone = \"y\"\n }", "delete create"),
    ("bag {\n name = \"b\"\n zone = \"y\"\n }", "update"),
    ("", "update"),
];

fn configuration(blocks: &str) -> String {
    format!("resource \"corner_blocks\" \"test\" {{\n{blocks}\n}}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mode_is_created_updated_replaced_imported_and_destroyed() {
    let workspace = workspace!(needs WriteOnly);
    for (i, (blocks, action)) in STAGES.iter().enumerate() {
        let hcl = configuration(blocks);
        workspace.configure(&hcl);
        let changed = workspace.converge().await;
        let expected = [(ADDRESS.to_owned(), (*action).to_owned())];
        assert_eq!(changed, expected, "stage {i}");
        if i < 3 {
            workspace.assert_imports_verify(&hcl).await;
        }
        if i == 1 {
            let values = workspace.values(ADDRESS).await;
            let one = json!({
                "name": "a", "size": null, "zone": null, "mode": "auto", "seen": "made seen",
                "key": "made key", "maybe": "made maybe", "hidden_wo": null,
            });
            assert_eq!(values["one"], one);
            assert_eq!(values["together"], one);
            let inner = &values["many"][0]["inner"];
            assert_eq!(inner["l m"]["mode"], "manual");
            assert_eq!(inner["k"]["bag"].as_array().map(Vec::len), Some(2));
            assert_eq!(values["loose"][1]["any"], json!({ "a": 0.1 }));
            assert_eq!(values["loose"][2]["mode"], "manual");
            assert_eq!(values["loose_labelled"]["k"]["seen"], "made seen");
        }
    }
    workspace.destroy().await;
}

/// A `dynamic` block over a collection that is not known while it is planned.
#[tokio::test(flavor = "multi_thread")]
async fn blocks_whose_number_is_unknown_in_the_plan_fit_in_the_end() {
    let workspace = workspace!();
    let hcl = r#"
resource "corner_plain" "first" {
}
resource "corner_blocks" "test" {
  dynamic "many" {
    for_each = corner_plain.first.made_list
    content {
      name = many.value
    }
  }
  dynamic "bag" {
    for_each = corner_plain.first.made_list
    content {
      name = bag.value
    }
  }
  dynamic "loose" {
    for_each = corner_plain.first.made_list
    content {
      any = loose.value
    }
  }
  loose_one {
    any = corner_plain.first.made_dynamic
  }
  labelled "k" {
    name = corner_plain.first.made_text
    zone = corner_plain.first.made_text
  }
}
"#;
    workspace.configure(hcl);
    assert_eq!(workspace.converge().await.len(), 2);
    workspace.assert_imports_verify(hcl).await;
    workspace.destroy().await;
}
