//! Diagnostics as core takes them.

use cloudbase::framework::value::Value;
use cloudbase::proto::tfplugin6 as pb;
use cloudbase::proto::tfplugin6::attribute_path::step::Selector;
use cloudbase::proto::tfplugin6::diagnostic::Severity;

/// What a provider said without failing: warnings only.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said(pub(crate) Vec<pb::Diagnostic>);

/// What a provider said when it failed: at least one error.
#[derive(Clone, Debug)]
pub(crate) struct Failed(pub(crate) Vec<pb::Diagnostic>);

/// Sorts diagnostics into one or the other, after a check of their form. `config` is the block in
/// which core looks their paths up; `None` where the rpc has none.
#[track_caller]
pub(crate) fn sort(
    diagnostics: Vec<pb::Diagnostic>,
    config: Option<&Value>,
) -> Result<Said, Failed> {
    for diagnostic in &diagnostics {
        assert_well_formed(diagnostic, config);
    }
    let is_error = |d: &pb::Diagnostic| d.severity() == Severity::Error;
    if diagnostics.iter().any(is_error) {
        Err(Failed(diagnostics))
    } else {
        Ok(Said(diagnostics))
    }
}

#[track_caller]
fn assert_well_formed(diagnostic: &pb::Diagnostic, config: Option<&Value>) {
    assert_ne!(
        diagnostic.severity(),
        Severity::Invalid,
        "core panics on a diagnostic without severity: {diagnostic:?}"
    );
    assert!(!diagnostic.summary.is_empty(), "no summary: {diagnostic:?}");
    let Some(path) = &diagnostic.attribute else {
        return;
    };
    let first = path.steps.first().and_then(|step| step.selector.as_ref());
    let Some(Selector::AttributeName(name)) = first else {
        panic!("the path of a diagnostic starts with an attribute: {diagnostic:?}");
    };
    if let Some(Value::Object(attributes)) = config {
        assert!(
            attributes.contains_key(name),
            "the path leads nowhere in the configuration: {diagnostic:?}"
        );
    }
}

/// One line for each diagnostic: summary and detail.
pub(crate) fn text(diagnostics: &[pb::Diagnostic]) -> String {
    diagnostics
        .iter()
        .map(|d| format!("{}: {}", d.summary, d.detail))
        .collect::<Vec<_>>()
        .join("\n")
}

impl Said {
    /// Asserts that there is not even a warning.
    #[track_caller]
    pub(crate) fn nothing(self) {
        assert!(self.0.is_empty(), "{}", text(&self.0));
    }

    /// Asserts that there is only the announcement of a plan that asks administrators.
    #[track_caller]
    pub(crate) fn announcement(self) -> String {
        let said = self.warnings(1);
        assert!(
            said.starts_with("administrators of mini programs will be asked"),
            "{said}"
        );
        said
    }

    /// Asserts that there are this many warnings, and returns their text.
    #[track_caller]
    pub(crate) fn warnings(self, count: usize) -> String {
        assert_eq!(self.0.len(), count, "{}", text(&self.0));
        text(&self.0)
    }
}

impl Failed {
    /// Everything it said.
    pub(crate) fn text(&self) -> String {
        text(&self.0)
    }
}
