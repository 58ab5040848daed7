//! What a developer has to tell Terraform, so that it uses a process that already runs.

use serde::Serialize;

/// One provider in `TF_REATTACH_PROVIDERS`
/// (Terraform `internal/getproviders/reattach/reattach.go`), in the order that plugin-go prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Config<'a> {
    protocol: &'static str,
    protocol_version: u32,
    pid: u32,
    /// Makes Terraform believe `protocol_version`, and leave the process alone at the end. Without
    /// it, Terraform takes protocol 5 for granted and panics.
    test: bool,
    addr: Addr<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Addr<'a> {
    network: &'static str,
    string: &'a str,
}

/// Whose quoting rules the text obeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shell {
    Posix,
    Windows,
}

impl Shell {
    pub(super) fn native() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else {
            Self::Posix
        }
    }
}

/// The value of `TF_REATTACH_PROVIDERS` for one provider in this process.
pub(super) fn value(
    provider_address: &str,
    protocol_version: u32,
    network: &'static str,
    address: &str,
) -> Result<String, serde_json::Error> {
    let config = Config {
        protocol: "grpc",
        protocol_version,
        pid: std::process::id(),
        test: true,
        addr: Addr {
            network,
            string: address,
        },
    };
    let name = serde_json::to_string(provider_address)?;
    Ok(format!("{{{name}:{}}}", serde_json::to_string(&config)?))
}

/// What plugin-go prints for a developer to copy (`tf6server/server.go`).
pub(super) fn instructions(value: &str, shell: Shell) -> String {
    let assignments = match shell {
        Shell::Posix => {
            let value = value.replace('\'', r#"'"'"'"#);
            format!("\tTF_REATTACH_PROVIDERS='{value}'\n")
        }
        Shell::Windows => {
            let quoted = value.replace('\'', "''");
            format!(
                "\tCommand Prompt:\tset \"TF_REATTACH_PROVIDERS={value}\"\n\
                 \tPowerShell:\t$env:TF_REATTACH_PROVIDERS='{quoted}'\n"
            )
        }
    };
    format!(
        "Provider started. To attach Terraform CLI, set the TF_REATTACH_PROVIDERS environment \
         variable with the following:\n\n{assignments}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_is_what_plugin_go_prints() {
        let pid = std::process::id();
        assert_eq!(
            value(
                "registry.terraform.io/acme/foo",
                6,
                "unix",
                "/tmp/plugin123"
            )
            .unwrap(),
            format!(
                r#"{{"registry.terraform.io/acme/foo":{{"Protocol":"grpc","ProtocolVersion":6,"Pid":{pid},"Test":true,"Addr":{{"Network":"unix","String":"/tmp/plugin123"}}}}}}"#
            )
        );
    }

    #[test]
    fn single_quotes_survive_a_shell() {
        let text = instructions(r#"{"it's":1}"#, Shell::Posix);
        assert!(
            text.contains(
                r#"
	TF_REATTACH_PROVIDERS='{"it'"'"'s":1}'
"#
            ),
            "{text}"
        );
        assert!(text.starts_with("Provider started. To attach Terraform CLI, set"));
        assert!(text.ends_with("\n\n"));
    }

    #[test]
    fn windows_has_two_shells() {
        let text = instructions(r#"{"it's":1}"#, Shell::Windows);
        assert!(text.contains(r#"set "TF_REATTACH_PROVIDERS={"it's":1}""#));
        assert!(text.contains(r#"$env:TF_REATTACH_PROVIDERS='{"it''s":1}'"#));
    }
}
