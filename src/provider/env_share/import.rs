//! Importing shares that exist already.

use std::collections::BTreeMap;

use super::model::{Share, State};
use super::sharing::Sharing;
use crate::framework::{Context, Diagnostic, Diagnostics, Incoming};
use crate::provider::asked::Asked;
use crate::provider::env_share::id::ShareId;
use crate::provider::{Session, deadline};

/// Reads an import id.
pub(super) fn parse(id: &str) -> Result<ShareId, Diagnostics> {
    id.parse()
        .map_err(|error| Diagnostic::error("invalid import id", format!("{error}.")).into())
}

/// Finds the shares that `id` names. One that is not there is an error that names it.
pub(super) async fn import(
    context: &Context<Session>,
    id: ShareId,
) -> Result<Incoming<State>, Diagnostics> {
    let operation = deadline::by_size(context, deadline::READ, id.appids.len());
    let sharing = Sharing {
        session: &context.session,
        operation: &operation,
        env: &id.env,
        source_type: id.source_type,
    };
    let mut diagnostics = Diagnostics::new();
    let mut shares = BTreeMap::new();
    let (found, failures) = sharing.bound(&id.appids).await.into_parts();
    for (appid, is_bound) in found {
        if is_bound {
            shares.insert(appid, Share::bound());
        } else {
            diagnostics.push(Diagnostic::error(
                format!(
                    "environment {} is not shared with mini program {appid}",
                    id.env
                ),
                "Only shares in effect can be imported: one that its administrator has not \
                 confirmed yet does not show. Check the environment id, the appid and the source \
                 type, or leave the appid out of the id.",
            ));
        }
    }
    let asked = format!("find out whether environment {} is shared with", id.env);
    let asked = Asked::read(asked);
    diagnostics.extend(failures.errors(&asked));
    if diagnostics.has_error() {
        return Err(diagnostics);
    }
    Ok(State::found(id.env, id.source_type, shares).into())
}
