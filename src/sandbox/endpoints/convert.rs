//! modifyenv: makes an environment of the Tencent Cloud console one of WeChat mini programs.

use super::super::answer::{self, Outcome, Refusal};
use super::super::request::{Body, is_env};
use super::super::state::State;

/// Converting twice is fine. With strict environments an unknown id is -501007, "bad parameter" of
/// the cloud development codes; the documents do not say what it is. The call names no `source_type`,
/// and no document says that only one kind can be converted.
pub(super) fn convert(state: &mut State, body: Body<'_>) -> Outcome {
    let env = body.text("env")?;
    if !is_env(env) || !state.accepts_env(env, None) {
        let message = "TcbCode: [InvalidParameter.Env] env does not exist";
        return Err(Refusal::new(-501_007, message));
    }
    state.environments.convert(env);
    Ok(answer::ok())
}
