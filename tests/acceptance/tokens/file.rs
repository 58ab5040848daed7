//! `token_file`.

use crate::support::{A, provider, set_mode};
use crate::workspace;

const OPEN: &str = "every user of this machine may read the token file";

#[tokio::test(flavor = "multi_thread")]
async fn one_that_everybody_may_read_is_a_warning_told_once_a_run() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    let token = workspace.sandbox.component_token();
    workspace.write_tokens(&token, &workspace.sandbox.authorizer_token());
    let file = workspace.token_file();
    let data = ["a", "b", "c"]
        .map(|name| format!("data \"cloudbase_env_shares\" {name:?} {{\n  appids = [{A:?}]\n}}\n"));
    let data = data.concat();
    let more = "data \"cloudbase_envs\" \"test\" {}\n";
    let attribute = provider(&format!("token_file = {:?}", file.display().to_string()));
    for hcl in [format!("{attribute}{data}{more}"), format!("{data}{more}")] {
        workspace.configure(&hcl);
        for (mode, times) in [(0o600, 0), (0o640, 0), (0o644, 1), (0o604, 1)] {
            set_mode(&file, mode);
            let said = workspace.run(&["plan", "-no-color"]).await.ok().flat();
            assert_eq!(said.matches(OPEN).count(), times, "{mode:o}: {said}");
            assert_eq!(said.matches("chmod 600").count(), times, "{said}");
            assert!(!said.contains(&token), "{said}");
        }
        // The second time by the variable.
        workspace.set("CLOUDBASE_TOKEN_FILE", &file.display().to_string());
    }
}
