//! Tokens that are handed out are in the results of ephemeral resources, and nowhere else: in no
//! line of the log at its most talkative, and in no diagnostic.

use cloudbase::framework::Value;
use cloudbase::proto::tfplugin6 as pb;
use cloudbase::sandbox::{Effect, Endpoint, Fault, Options, Sandbox};

use crate::core::{Core, dynamic, undynamic, within};
use crate::plugin_host::{LaunchOptions, PluginHost};

async fn open(core: &Core, name: &str, arguments: &[(&str, Value)]) -> (Option<String>, String) {
    let schema = &core.ephemerals[name];
    let config = schema.config(arguments.iter().cloned());
    let request = pb::open_ephemeral_resource::Request {
        type_name: name.to_owned(),
        config: Some(dynamic(&config, &schema.ty())),
        client_capabilities: Some(pb::ClientCapabilities::default()),
    };
    let response = within(core.client().open_ephemeral_resource(request)).await;
    let result = undynamic(response.result.as_ref(), &schema.ty());
    let token = if result.is_null() {
        None
    } else {
        result.attribute("token").as_str().map(str::to_owned)
    };
    let renewal = pb::renew_ephemeral_resource::Request {
        type_name: name.to_owned(),
        private: response.private.clone(),
    };
    let renewal = within(core.client().renew_ephemeral_resource(renewal)).await;
    let closing = pb::close_ephemeral_resource::Request {
        type_name: name.to_owned(),
        private: response.private.clone(),
    };
    let closing = within(core.client().close_ephemeral_resource(closing)).await;
    let said = format!(
        "{:?}{:?}{:?}{:?}",
        response.diagnostics, renewal.diagnostics, closing.diagnostics, response.private
    );
    (token, said)
}

#[expect(
    clippy::too_many_lines,
    reason = "one run through every operation that handles a token"
)]
#[tokio::test]
async fn no_log_line_and_no_diagnostic_holds_a_token() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let host = PluginHost::launch(
        LaunchOptions::default()
            .with("TF_LOG_PROVIDER", "TRACE")
            .with("TF_LOG", "TRACE"),
    )
    .await;
    let core = Core::start(host.provider()).await;
    let component = sandbox.component();
    let authorizer = sandbox.authorizers().remove(0);
    let refresh_token = authorizer.refresh_token.clone().unwrap();
    core.configure([
        ("endpoint", Value::string(sandbox.url())),
        ("max_retries", Value::integer(0)),
        (
            "component",
            Value::object([
                ("appid", Value::string(&*component.appid)),
                ("appsecret", Value::string(&*component.appsecret)),
                ("verify_ticket", Value::string(&*component.verify_ticket)),
            ]),
        ),
    ])
    .await
    .unwrap()
    .nothing();
    let mut secrets = vec![
        component.appsecret,
        component.verify_ticket,
        refresh_token.clone(),
    ];
    let account = [
        ("appid", Value::string(&*authorizer.appid)),
        ("refresh_token", Value::string(refresh_token)),
    ];
    let wrong = "refreshtoken@@@canary-of-a-wrong-one-0123456789";
    let mistaken = [account[0].clone(), ("refresh_token", Value::string(wrong))];
    let looked_up = [account[0].clone()];
    let stranger = [
        ("appid", Value::string("wxbbbbbbbbbbbbbbb1")),
        ("refresh_token", Value::string(wrong)),
    ];
    secrets.push(wrong.to_owned());
    let mut said = String::new();
    let mut opened = 0;
    let mut failed = 0;
    for (name, arguments, effect) in [
        ("cloudbase_component_token", &[][..], None),
        ("cloudbase_authorizer_token", &account[..], None),
        ("cloudbase_authorizer_token", &looked_up[..], None),
        ("cloudbase_authorizer_token", &mistaken[..], None),
        ("cloudbase_authorizer_token", &stranger[..], None),
        ("cloudbase_authorizer_token", &[][..], None),
        (
            "cloudbase_authorizer_token",
            &account[..],
            Some(Effect::TruncatedJson),
        ),
        (
            "cloudbase_authorizer_token",
            &account[..],
            Some(Effect::Cut),
        ),
        (
            "cloudbase_authorizer_token",
            &account[..],
            Some(Effect::Busy),
        ),
    ] {
        if let Some(effect) = effect {
            sandbox.inject(
                Fault::new(effect)
                    .on(Endpoint::AuthorizerToken)
                    .after_work(),
            );
        }
        let (token, more) = open(&core, name, arguments).await;
        said += &more;
        match token {
            Some(token) => {
                opened += 1;
                secrets.push(token);
            }
            None => failed += 1,
        }
        secrets.push(sandbox.component_token());
    }
    assert!(
        opened >= 4 && failed >= 4,
        "{opened} opened, {failed} failed"
    );
    let exit = host.shutdown().await;
    assert!(exit.status.success());
    let log = exit.stderr.join("\n");
    assert!(
        log.contains("OpenEphemeralResource"),
        "it has logged: {log}"
    );
    for secret in secrets {
        // In whole, or a good part of it.
        for part in [
            &*secret,
            &secret[..secret.len() / 2],
            &secret[secret.len() / 2..],
        ] {
            assert!(!log.contains(part), "the log holds a secret");
            assert!(!said.contains(part), "a diagnostic holds a secret");
        }
    }
}
