//! Writing the little HCL that a CLI configuration needs.

use std::path::Path;

/// The path as a string of HCL.
pub(crate) fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace("${", "$${")
        .replace("%{", "%%{");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_as_hcl_reads_it() {
        let path = r#"C:\a "b" ${c}"#;
        assert_eq!(quoted(Path::new(path)), r#""C:\\a \"b\" $${c}""#);
    }
}
