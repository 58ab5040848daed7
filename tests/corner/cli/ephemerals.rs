//! Ephemeral resources.

use crate::cli::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn an_ephemeral_value_is_renewed_used_closed_and_not_stored() {
    let workspace = workspace!(needs EphemeralResources);
    workspace.configure(
        r#"
ephemeral "corner_lease" "door" {
  name  = "door"
  renew = true
}
resource "corner_rules" "test" {
  zone      = "z"
  secret_wo = "${ephemeral.corner_lease.door.token} ${ephemeral.corner_lease.door.holder.id}"
  # Long enough for the lease, which asks to be renewed at once, to be renewed.
  delay_ms  = 2000
}
"#,
    );
    workspace.converge().await;
    let values = workspace.values("corner_rules.test").await;
    assert_eq!(values["secret_length"], "token of door 7".len());
    let state = std::fs::read_to_string(workspace.file("terraform.tfstate")).unwrap();
    assert!(!state.contains("token of door"));

    let events = workspace.events();
    let count = |event: &str| events.iter().filter(|e| e.starts_with(event)).count();
    // Terraform closes it with what it was opened with, OpenTofu with what it was renewed with.
    assert_eq!(count("open door"), count("close "), "{events:?}");
    assert!(count("renew opened door") >= 1, "{events:?}");
    assert!(count("renew renewed opened door") >= 1, "{events:?}");
    workspace.destroy().await;
}
