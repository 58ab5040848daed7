//! Writing the little HCL that CLI configurations and first configurations need.

use std::path::Path;

/// The text as a string of HCL.
pub(crate) fn quoted(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
        .replace("${", "$${")
        .replace("%{", "%%{");
    format!("\"{escaped}\"")
}

/// The path as a string of HCL.
pub(crate) fn quoted_path(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_as_hcl_reads_it() {
        let path = r#"C:\a "b" ${c}"#;
        assert_eq!(quoted_path(Path::new(path)), r#""C:\\a \"b\" $${c}""#);
        assert_eq!(quoted("%{a}\nb"), r#""%%{a}\nb""#);
    }
}
