//! changeTcbEnv, `POST /tcb/modifyenv`: turns an environment made in the Tencent Cloud console into a mini program
//! environment. There is no way back, and no way to read whether it was done.

use serde_json::json;

use crate::wechat::{Client, EnvId, Error, Operation, TokenKind, auth::Call, http::AnswerLimit};

impl Client {
    /// Converts an environment, with the component token (batch cloud development) or the authorizer token (ordinary
    /// cloud development). It is repeated like a read when its answer was lost: there is nothing to look up, and the
    /// documents know no error for an environment that is converted already.
    pub async fn convert(
        &self,
        operation: &Operation,
        env: &EnvId,
        token: TokenKind,
    ) -> Result<(), Error> {
        let call = Call::write(
            "/tcb/modifyenv",
            token,
            json!({ "env": env }),
            &[],
            AnswerLimit::SMALL,
        );
        self.call(operation, &call)
            .await
            .map(|_| ())
            .map_err(|error| error.subject(format!("converting environment {env}")))
    }
}
