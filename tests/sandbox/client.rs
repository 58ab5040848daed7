//! A client of the sandbox that knows nothing but HTTP.

use cloudbase::sandbox::{Endpoint, Options, Sandbox};
use serde_json::{Value, json};

/// Environment of the official samples.
pub(crate) const ENV: &str = "test-env-6gni9ity244a6ea3";

/// Mini programs of the official samples.
pub(crate) const fn one() -> &'static str {
    "wx5fe6bb43205e9e07"
}

/// The other one.
pub(crate) const fn other() -> &'static str {
    "wx075cf85bf347b6df"
}

/// A sandbox with default options, and its client.
pub(crate) async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let client = Client::of(&sandbox);
    (sandbox, client)
}

/// `errcode` of an answer; 0 when there is none.
pub(crate) fn errcode(answer: &Value) -> i64 {
    answer
        .get("errcode")
        .map_or(0, |code| code.as_i64().unwrap())
}

/// Calls one sandbox with the component token it had at first.
pub(crate) struct Client {
    base: String,
    component: String,
    http: reqwest::Client,
}

impl Client {
    /// No proxy, and a connection of its own for every request, so that nothing is sent twice when
    /// a fault breaks a connection.
    pub(crate) fn of(sandbox: &Sandbox) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .build()
            .unwrap();
        Self {
            base: sandbox.url(),
            component: sandbox.component_token(),
            http,
        }
    }

    pub(crate) fn url(&self, endpoint: Endpoint, token: &str) -> String {
        format!("{}{}?access_token={token}", self.base, endpoint.path())
    }

    pub(crate) async fn call(&self, endpoint: Endpoint, token: &str, body: &Value) -> Value {
        let (status, text) = self
            .post_text(&self.url(endpoint, token), &body.to_string())
            .await;
        assert_eq!(status, 200);
        serde_json::from_str(&text).unwrap()
    }

    pub(crate) async fn share(
        &self,
        env: &str,
        appids: &[&str],
        source_type: Option<i64>,
    ) -> Value {
        self.call(
            Endpoint::Share,
            &self.component,
            &batch(env, appids, source_type),
        )
        .await
    }

    pub(crate) async fn unshare(
        &self,
        env: &str,
        appids: &[&str],
        source_type: Option<i64>,
    ) -> Value {
        self.call(
            Endpoint::Unshare,
            &self.component,
            &batch(env, appids, source_type),
        )
        .await
    }

    pub(crate) async fn query(&self, appids: &[&str], source_type: Option<i64>) -> Value {
        let mut body = json!({ "appids": appids });
        if let Some(source_type) = source_type {
            body["source_type"] = source_type.into();
        }
        self.call(Endpoint::Query, &self.component, &body).await
    }

    /// Environments the query lists for one appid.
    pub(crate) async fn envs_of(&self, appid: &str, source_type: Option<i64>) -> Vec<String> {
        let answer = self.query(&[appid], source_type).await;
        assert_eq!(errcode(&answer), 0, "{answer}");
        let envs = answer["relation_data"][0]["env_list"].as_array().unwrap();
        envs.iter()
            .map(|env| env.as_str().unwrap().to_owned())
            .collect()
    }

    /// Shares one pair and returns its confirmation URL.
    pub(crate) async fn share_url(&self, env: &str, appid: &str) -> String {
        let answer = self.share(env, &[appid], None).await;
        answer["msg_info_list"][0]["url"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) async fn code_with_token(&self, endpoint: Endpoint, token: &str) -> i64 {
        errcode(
            &self
                .call(endpoint, token, &json!({"appids": [one()]}))
                .await,
        )
    }

    pub(crate) async fn get(&self, url: &str) -> (u16, String) {
        let response = self.http.get(url).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    pub(crate) async fn get_code(&self, url: &str) -> i64 {
        errcode(&serde_json::from_str(&self.get(url).await.1).unwrap())
    }

    pub(crate) async fn post_text(&self, url: &str, body: &str) -> (u16, String) {
        let response = self.post(url, body).await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// As it comes, errors of the connection included.
    pub(crate) async fn post(&self, url: &str, body: &str) -> reqwest::Result<reqwest::Response> {
        self.http
            .post(url)
            .header("content-length", body.len())
            .body(body.to_owned())
            .send()
            .await
    }

    /// Without a Content-Length, over a plain connection.
    pub(crate) async fn post_chunked(&self, url: &str, body: &str) -> (u16, String) {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let host = self.base.strip_prefix("http://").unwrap();
        let target = url.strip_prefix(&self.base).unwrap();
        let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
        let request = format!(
            "POST {target} HTTP/1.1\r\nhost: {host}\r\ntransfer-encoding: chunked\r\n\
             connection: close\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (
            head.split(' ').nth(1).unwrap().parse().unwrap(),
            body.to_owned(),
        )
    }

    /// A control call; JSON in, JSON out.
    pub(crate) async fn control(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let url = format!("{}/_sandbox/{path}", self.base);
        let method = method.parse::<reqwest::Method>().unwrap();
        let response = self
            .http
            .request(method, url)
            .header("content-type", "application/json")
            .body(body.to_owned())
            .send()
            .await
            .unwrap();
        let status = response.status().as_u16();
        (
            status,
            serde_json::from_str(&response.text().await.unwrap()).unwrap(),
        )
    }
}

fn batch(env: &str, appids: &[&str], source_type: Option<i64>) -> Value {
    let mut body = json!({"data": [{"env": env, "appids": appids}]});
    if let Some(source_type) = source_type {
        body["source_type"] = source_type.into();
    }
    body
}
