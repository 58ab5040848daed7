//! Where access tokens come from, and what happens when one dies.

#[cfg(unix)]
mod command;
mod errors;
#[cfg(unix)]
mod file;
mod minting;
mod replaced;
mod saved_plan;

mod sources;

use crate::support::Workspace;

/// The variables to mint a component token with, as the sandbox takes them.
fn mint_component(workspace: &mut Workspace) {
    let component = workspace.sandbox.component();
    workspace.set("CLOUDBASE_COMPONENT_APPID", &component.appid);
    workspace.set("CLOUDBASE_COMPONENT_APPSECRET", &component.appsecret);
    workspace.set(
        "CLOUDBASE_COMPONENT_VERIFY_TICKET",
        &component.verify_ticket,
    );
}
