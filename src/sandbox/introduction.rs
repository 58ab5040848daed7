//! What the `sandbox` subcommand says when it is up.

use std::io::{self, Write};
use std::path::Path;

use super::configuration::{configuration, has_state_beside};
use super::handle::Sandbox;

/// Tells `out` how to use `sandbox`, whose configuration is at `written` if it was written to a file. The credentials here are
/// invented ones, so they may be shown.
pub(super) fn introduce(
    sandbox: &Sandbox,
    written: Option<&Path>,
    out: &mut impl Write,
) -> io::Result<()> {
    let url = sandbox.url();
    let component = sandbox.component_token();
    let authorizer = sandbox.authorizer_token();
    let platform = sandbox.component();
    let confirm = sandbox.confirm();
    write!(
        out,
        "CloudBase sandbox, a stand-in of the WeChat API\n\
         \n\
         \x20 address  {url}\n\
         \x20 inbox    {url}/ in a browser: what waits for an administrator\n\
         \x20 confirm  {confirm}\n\
         \n"
    )?;
    if let Some(path) = written {
        writeln!(
            out,
            "A configuration that uses it is in {}. In its folder: `terraform init`, `terraform apply`.\n",
            path.display()
        )?;
        if has_state_beside(path) {
            writeln!(
                out,
                "The terraform.tfstate beside it is from an earlier sandbox, and this one knows nothing of what is in it. To \
                 begin anew, remove it.\n"
            )?;
        }
        writeln!(out, "For other configurations, the variables:")?;
    } else {
        writeln!(
            out,
            "A whole configuration, to put into a file main.tf in an empty folder:\n"
        )?;
        for line in configuration(sandbox).lines() {
            let indented = format!("  {line}");
            writeln!(out, "{}", indented.trim_end())?;
        }
        writeln!(
            out,
            "\nOr, for a configuration that has no address and no tokens, the variables:"
        )?;
    }
    write!(
        out,
        "\n\
         \x20 export CLOUDBASE_ENDPOINT='{url}'\n\
         \x20 export CLOUDBASE_COMPONENT_ACCESS_TOKEN='{component}'\n\
         \x20 export CLOUDBASE_AUTHORIZER_ACCESS_TOKEN='{authorizer}'\n\
         \n\
         To have component tokens minted instead:\n\
         \n\
         \x20 export CLOUDBASE_COMPONENT_APPID='{}'\n\
         \x20 export CLOUDBASE_COMPONENT_APPSECRET='{}'\n\
         \x20 export CLOUDBASE_COMPONENT_VERIFY_TICKET='{}'\n\
         \n\
         To look behind and to interfere:\n\
         \n\
         \x20 curl {url}/_sandbox/state\n\
         \x20 curl {url}/_sandbox/calls\n\
         \x20 curl -H 'Content-Type: application/json' -d '{{\"all\": true}}' {url}/_sandbox/approve\n\
         \x20 curl -H 'Content-Type: application/json' -d '{{\"effect\": \"busy\", \"times\": 2}}' {url}/_sandbox/faults\n\
         \n\
         Ctrl-C stops it, and everything it knows is gone.\n",
        platform.appid, platform.appsecret, platform.verify_ticket,
    )?;
    out.flush()
}
