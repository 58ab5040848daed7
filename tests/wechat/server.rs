//! A TCP server that records requests and answers what a closure says, so that broken answers can be sent too.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use cloudbase::wechat::{
    Appid, Backoff, Client, ClientSettings, Credentials, EnvId, Operation, TokenSource,
};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

/// The canary: it may be seen in a request and nowhere else.
pub(crate) const COMPONENT_TOKEN: &str = "canary-component-0123456789";
pub(crate) const AUTHORIZER_TOKEN: &str = "canary-authorizer-0123456789";

#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn body(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// The appids of a batch call, whichever it is.
    pub(crate) fn appids(&self) -> Vec<String> {
        let body = self.body();
        let list = if body["appids"].is_array() {
            &body["appids"]
        } else {
            &body["data"][0]["appids"]
        };
        list.as_array()
            .unwrap()
            .iter()
            .map(|appid| appid.as_str().unwrap().to_owned())
            .collect()
    }

    /// The pairs of environment and appid of a share or unshare call, in their order.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        let body = self.body();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let of_env = |of: &Value| -> Vec<(String, String)> {
            let appids = of["appids"].as_array().unwrap().iter();
            appids
                .map(|appid| (text(&of["env"]), text(appid)))
                .collect()
        };
        let data = body["data"].as_array().unwrap();
        data.iter().flat_map(of_env).collect()
    }
}

/// What to answer.
pub(crate) enum Reply {
    Json(Value),
    /// A status and a body.
    Status(u16, String),
    /// These bytes, and the connection is closed.
    Raw(Vec<u8>),
    /// No answer: the connection is closed.
    Close,
    /// No answer, ever.
    Hang,
    /// The reply after a while.
    After(Duration, Box<Self>),
}

impl From<Value> for Reply {
    fn from(body: Value) -> Self {
        Self::Json(body)
    }
}

type Answer = dyn Fn(&Request) -> Reply + Send + Sync;

pub(crate) struct Server {
    pub(crate) address: String,
    requests: Arc<Mutex<Vec<Request>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub(crate) async fn start(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let answer: Arc<Answer> = Arc::new(answer);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&seen), Arc::clone(&answer)));
            }
        });
        Self {
            address,
            requests,
            task,
        }
    }

    /// Answers the replies in order, and the last one ever after.
    pub(crate) async fn scripted(replies: Vec<fn() -> Reply>) -> Self {
        let next = Mutex::new(0);
        Self::start(move |_| {
            let mut next = next.lock().unwrap();
            let reply = replies[(*next).min(replies.len() - 1)];
            *next += 1;
            reply()
        })
        .await
    }

    pub(crate) fn requests(&self) -> MutexGuard<'_, Vec<Request>> {
        self.requests.lock().unwrap()
    }

    /// The paths asked for, in order, without what they share.
    pub(crate) fn paths(&self) -> Vec<String> {
        let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        self.requests()
            .iter()
            .map(|request| last(&request.path))
            .collect()
    }

    pub(crate) fn count(&self, path: &str) -> usize {
        self.paths().iter().filter(|seen| *seen == path).count()
    }

    pub(crate) fn settings(&self) -> ClientSettings {
        settings(&self.address)
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.settings())
    }
}

/// Settings with both tokens and short waits between attempts.
pub(crate) fn settings(address: &str) -> ClientSettings {
    let quick = Backoff {
        first: Duration::from_millis(2),
        factor: 2,
        ceiling: Duration::from_millis(20),
    };
    ClientSettings {
        endpoint: address.parse().unwrap(),
        transient_backoff: quick,
        throttled_backoff: quick,
        credentials: Credentials {
            component: vec![value(
                COMPONENT_TOKEN,
                "the provider attribute `component_access_token`",
            )],
            authorizer: vec![value(
                AUTHORIZER_TOKEN,
                "the provider attribute `authorizer_access_token`",
            )],
        },
        ..ClientSettings::default()
    }
}

pub(crate) fn value(token: &str, origin: &str) -> TokenSource {
    TokenSource::Value {
        token: token.into(),
        origin: origin.into(),
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Duration::from_secs(60), CancellationToken::new())
}

pub(crate) fn env() -> EnvId {
    "test-env-1".parse().unwrap()
}

/// The appid with this number.
pub(crate) fn appid(n: usize) -> Appid {
    format!("wx{n:016}").parse().unwrap()
}

pub(crate) fn appids(numbers: impl IntoIterator<Item = usize>) -> BTreeSet<Appid> {
    numbers.into_iter().map(appid).collect()
}

async fn serve(mut stream: TcpStream, seen: Arc<Mutex<Vec<Request>>>, answer: Arc<Answer>) {
    while let Some(request) = read(&mut stream).await {
        seen.lock().unwrap().push(request.clone());
        let mut reply = answer(&request);
        while let Reply::After(pause, then) = reply {
            tokio::time::sleep(pause).await;
            reply = *then;
        }
        let bytes = match reply {
            Reply::Json(body) => response(200, &body.to_string()),
            Reply::Status(status, body) => response(status, &body),
            Reply::Raw(bytes) => {
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Reply::Close => return,
            Reply::Hang => return std::future::pending().await,
            Reply::After(..) => unreachable!("unwrapped above"),
        };
        if stream.write_all(&bytes).await.is_err() {
            return;
        }
    }
}

/// The content type is the one the API often sends instead of JSON's.
fn response(status: u16, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} Whatever\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap().split(' ');
    let method = first.next().unwrap().to_owned();
    let target = first.next().unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let mut request = Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        text: String::new(),
    };
    let length: usize = request
        .header("content-length")
        .map_or(0, |text| text.parse().unwrap());
    while bytes.len() < end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    request.text = String::from_utf8(bytes[end + 4..].to_vec()).unwrap();
    Some(request)
}
