//! deleteCloudFunction, `POST /componenttcb/deletescf`: one function of one environment.

use serde_json::json;

use crate::wechat::{
    Client, EnvId, Error, FunctionName, Operation, TokenKind, auth::Call, http::AnswerLimit,
};

impl Client {
    /// Deletes the function of this name in `env`. One that is not there is deleted.
    ///
    /// What a function that is not there is answered, the documents do not say. So after any failure the list has the
    /// last word, and nothing is sent again before it has been asked.
    pub async fn delete_function(
        &self,
        operation: &Operation,
        env: &EnvId,
        name: &FunctionName,
    ) -> Result<(), Error> {
        let call = Call::write(
            "/componenttcb/deletescf",
            TokenKind::Component,
            json!({"functionname": name, "env": env}),
            &[],
            AnswerLimit::SMALL,
        );
        let mut attempts = self.attempts();
        let mut once_open = false;
        loop {
            let Err(failed) = self
                .attempt(operation, &call, &|| true, &mut attempts)
                .await
            else {
                return Ok(());
            };
            once_open |= failed.error.may_have_been_applied();
            let error = failed.error.maybe_applied(once_open);
            let paused = attempts
                .pause(operation, error.clone(), failed.retry_after)
                .await;
            let may_be_gone = once_open || error.is_about_an_item() || paused.is_ok();
            if may_be_gone && operation.check().is_ok() {
                match self.function(operation, env, name).await {
                    Ok(None) => return Ok(()),
                    Ok(Some(_)) => {}
                    // It is not sent again without a look.
                    Err(look) => {
                        let error = error.with_attempts(attempts.made()).note(format!(
                            "Whether it is still there could not be looked up: {}",
                            look.happened()
                        ));
                        return Err(subject(error, env, name));
                    }
                }
            }
            paused.map_err(|error| subject(error, env, name))?;
        }
    }
}

fn subject(error: Error, env: &EnvId, name: &FunctionName) -> Error {
    error.subject(format!("deleting function {name} in environment {env}"))
}
