//! The token endpoints, and the ways a token ends.

use std::time::Duration;

use cloudbase::sandbox::{Authorizer, Endpoint, TokenKind};
use serde_json::{Value, json};

use crate::client::{ENV, errcode, one, start};

#[tokio::test]
async fn a_component_token_is_minted_from_the_ticket() {
    let (sandbox, client) = start().await;
    let old = sandbox.component_token();
    let component = sandbox.component();
    let good = json!({
        "component_appid": component.appid,
        "component_appsecret": component.appsecret,
        "component_verify_ticket": component.verify_ticket,
    });
    let answer = client.call(Endpoint::ComponentToken, "", &good).await;
    assert!(answer.get("errcode").is_none() && answer.get("errmsg").is_none());
    assert_eq!(answer["expires_in"], 7200);
    let new = answer["component_access_token"].as_str().unwrap();
    assert_ne!(new, old);
    assert_eq!(sandbox.component_token(), new);
    for token in [new, &old] {
        let code = client.code_with_token(Endpoint::Query, token).await;
        assert_eq!(code, 0, "both work for five minutes");
    }
    let logged = &sandbox.calls()[0].body;
    assert_eq!(logged["component_appsecret"], "(hidden)");
    assert_eq!(logged["component_verify_ticket"], "(hidden)");

    for (field, value, code) in [
        ("component_appid", json!("nonsense"), 40013),
        ("component_appid", json!(one()), 61011),
        ("component_appid", Value::Null, 40101),
        ("component_appsecret", Value::Null, 41004),
        ("component_appsecret", json!("wrong"), 40125),
        ("component_verify_ticket", json!("ticket@@@old"), 61006),
        ("component_verify_ticket", Value::Null, 61006),
        ("component_verify_ticket", json!(7), 47001),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let answer = client.call(Endpoint::ComponentToken, "", &body).await;
        assert_eq!(errcode(&answer), code, "{field}");
    }
    sandbox.behave(|now| now.ticket_expired = true);
    assert_eq!(
        errcode(&client.call(Endpoint::ComponentToken, "", &good).await),
        61005
    );
}

#[tokio::test]
async fn an_authorizer_token_comes_from_the_list() {
    let (sandbox, client) = start().await;
    let component = sandbox.component().appid;
    let token = sandbox.component_token();
    sandbox.put_authorizer(Authorizer {
        refresh_token: None,
        permission_sets: vec![18],
        ..Authorizer::new(one())
    });
    let page = json!({"component_appid": component, "offset": 0, "count": 500});
    let list = client.call(Endpoint::AuthorizerList, &token, &page).await;
    assert_eq!(list["total_count"], 2);
    assert_eq!(list["list"][1]["authorizer_appid"], one());
    assert_eq!(list["list"][1]["refresh_token"], "");
    let page = json!({"component_appid": component, "offset": 1, "count": 1});
    let second = client.call(Endpoint::AuthorizerList, &token, &page).await;
    assert_eq!(second["list"].as_array().unwrap().len(), 1);
    let page = json!({"component_appid": component, "offset": 0, "count": 501});
    let refused = client.call(Endpoint::AuthorizerList, &token, &page).await;
    assert_eq!(errcode(&refused), 40097);

    let first = &list["list"][0];
    let mint = |refresh: &Value, appid: &Value| {
        json!({
            "component_appid": component,
            "authorizer_appid": appid,
            "authorizer_refresh_token": refresh,
        })
    };
    let good = mint(&first["refresh_token"], &first["authorizer_appid"]);
    let answer = client.call(Endpoint::AuthorizerToken, &token, &good).await;
    assert!(answer.get("errcode").is_none());
    assert_eq!(answer["authorizer_refresh_token"], first["refresh_token"]);
    let authorizer = answer["authorizer_access_token"].as_str().unwrap();
    let infos = client.call(Endpoint::EnvInfo, authorizer, &json!({})).await;
    assert_eq!(errcode(&infos), 0);

    for (body, code) in [
        (
            mint(&json!("refreshtoken@@@x"), &first["authorizer_appid"]),
            61023,
        ),
        (mint(&json!(""), &json!(one())), 61023),
        (
            mint(&first["refresh_token"], &json!("wx0000000000000000")),
            61003,
        ),
    ] {
        let answer = client.call(Endpoint::AuthorizerToken, &token, &body).await;
        assert_eq!(errcode(&answer), code, "{body}");
    }
    let ask = json!({"component_appid": component, "authorizer_appid": one()});
    let info = client.call(Endpoint::AuthorizerInfo, &token, &ask).await;
    let sets = &info["authorization_info"]["func_info"];
    assert_eq!(sets, &json!([{"funcscope_category": {"id": 18}}]));
}

#[tokio::test]
async fn the_older_name_of_the_token_works_where_older_pages_use_it() {
    let (sandbox, client) = start().await;
    let token = sandbox.component_token();
    for (endpoint, code) in [(Endpoint::AuthorizerList, 40101), (Endpoint::Query, 41001)] {
        let url = format!(
            "{}{}?component_access_token={token}",
            sandbox.url(),
            endpoint.path()
        );
        let (_, text) = client.post_text(&url, "{}").await;
        assert_eq!(
            errcode(&serde_json::from_str(&text).unwrap()),
            code,
            "{endpoint}"
        );
    }
}

#[tokio::test]
async fn tokens_end_with_the_code_of_their_end() {
    let (sandbox, client) = start().await;
    let code = async |token: &str| client.code_with_token(Endpoint::Query, token).await;
    let first = sandbox.component_token();
    let second = sandbox.rotate_token(TokenKind::Component, Duration::ZERO);
    assert_eq!((code(&first).await, code(&second).await), (40001, 0));
    let third = sandbox.rotate_token(TokenKind::Component, Duration::from_secs(300));
    assert_eq!((code(&second).await, code(&third).await), (0, 0));

    sandbox.expire_tokens(TokenKind::Component);
    assert_eq!((code(&second).await, code(&third).await), (42001, 42001));
    let fourth = sandbox.component_token();
    assert_eq!(
        code(&fourth).await,
        0,
        "the handle never hands out a dead one"
    );

    sandbox.expire_tokens_after_calls(TokenKind::Component, 2);
    assert_eq!(
        (
            code(&fourth).await,
            code(&fourth).await,
            code(&fourth).await
        ),
        (0, 0, 42001)
    );
    sandbox.set_token_life(Duration::from_millis(20));
    let brief = sandbox.component_token();
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert_eq!(code(&brief).await, 42001);
}

#[tokio::test]
async fn tokens_can_die_in_the_middle_of_things() {
    let (sandbox, client) = start().await;
    let old = sandbox.component_token();
    sandbox.expire_tokens_after_calls(TokenKind::Component, 1);
    assert_eq!(errcode(&client.share(ENV, &[one()], None).await), 0);
    assert_eq!(errcode(&client.share(ENV, &[one()], None).await), 42001);
    assert_ne!(sandbox.component_token(), old);
    assert_eq!(sandbox.requests_sent(ENV, one(), None), 1);
    sandbox.expire_tokens_in(TokenKind::Authorizer, Duration::from_secs(3600));
    let authorizer = sandbox.authorizer_token();
    assert_eq!(
        errcode(
            &client
                .call(Endpoint::EnvInfo, &authorizer, &json!({}))
                .await
        ),
        0
    );
}
