//! Whether a probe would cut nobody off.

use super::DoctorError;
use crate::wechat::documented::Looked;
use crate::wechat::{Appid, EnvId};

/// Passes if the query says that none of the environments is shared with the mini program. What is not said beyond doubt is
/// taken as shared: the probe ends what it finds.
///
/// Errors: one of them is listed, or the answer does not tell.
pub(super) fn is_free(query: &Looked, envs: &[EnvId], appid: &Appid) -> Result<(), DoctorError> {
    let listed = query.texts("relation_data[].env_list[]");
    if let Some(env) = envs.iter().find(|env| listed.contains(&env.as_str())) {
        return Err(DoctorError::NotProbed(format!(
            "nothing was written: {env} is shared with {appid}, and the probe would end that and cut the mini program off. \
             Name an environment that is shared with nobody yet, or a mini program of the same legal subject that does \
             not have it"
        )));
    }
    if tells(query, appid) {
        return Ok(());
    }
    Err(DoctorError::NotProbed(format!(
        "nothing was written: the query does not say what is shared with {appid}, and to take back a share that is in use \
         would cut the mini program off"
    )))
}

/// Whether what is not in the answer is not shared: it has the documented form, and is about nobody else. An answer without
/// a row tells only if its list is one.
fn tells(query: &Looked, appid: &Appid) -> bool {
    let form = &query.form;
    let appids = query.whole_texts("relation_data[].appid");
    form.lacks.is_empty()
        && form.of_another_kind.is_empty()
        && query.rows("err_list[]") == 0
        && query.whole_texts("relation_data[].env_list[]").is_some()
        && appids.is_some_and(|appids| appids.iter().all(|one| *one == appid.as_str()))
}
