//! Links that are posted to a chat.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value as Json;

use super::{BOOK_SHOP, D, TEA_HOUSE};
use crate::support::{A, B, Workspace, has_program};

const KEY: &str = "693a91f6-7aac-4bc4-97a0-0ec2";
const OK: &str = r#"{"errcode":0,"errmsg":"ok"}"#;

/// A chat's web hook: what was posted to it, and what it answers.
#[derive(Clone)]
struct Hook {
    port: u16,
    posts: Arc<Mutex<Vec<Json>>>,
    answer: Arc<Mutex<&'static str>>,
}

impl Hook {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let hook = Self {
            port: listener.local_addr().unwrap().port(),
            posts: Arc::default(),
            answer: Arc::new(Mutex::new(OK)),
        };
        let server = hook.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                server.serve(stream.unwrap());
            }
        });
        hook
    }

    fn serve(&self, mut stream: TcpStream) {
        let mut text = Vec::new();
        let body = loop {
            let mut part = [0; 4096];
            let count = stream.read(&mut part).unwrap();
            assert_ne!(count, 0, "the request ends early");
            text.extend_from_slice(&part[..count]);
            let so_far = String::from_utf8_lossy(&text);
            let Some((head, body)) = so_far.split_once("\r\n\r\n") else {
                continue;
            };
            let head = head.to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1).unwrap();
            let length: usize = length.lines().next().unwrap().parse().unwrap();
            if body.len() >= length {
                assert!(head.starts_with(&format!("post /cgi-bin/webhook/send?key={KEY} ")));
                assert!(head.contains("content-type: application/json"), "{head}");
                break body.to_owned();
            }
        };
        self.posts
            .lock()
            .unwrap()
            .push(serde_json::from_str(&body).unwrap());
        let answer = *self.answer.lock().unwrap();
        let length = answer.len();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{answer}"
        )
        .unwrap();
    }

    fn url(&self) -> String {
        format!(
            "http://127.0.0.1:{}/cgi-bin/webhook/send?key={KEY}",
            self.port
        )
    }

    /// What was posted since it was last asked, in order.
    fn take(&self) -> Vec<String> {
        let posts = std::mem::take(&mut *self.posts.lock().unwrap());
        let mut all: Vec<_> = posts.iter().map(text).collect();
        all.sort();
        all
    }
}

/// The words of a message in WeCom's form.
fn text(message: &Json) -> String {
    assert_eq!(message["msgtype"], "text", "{message}");
    assert_eq!(message.as_object().unwrap().len(), 2);
    message["text"]["content"].as_str().unwrap().to_owned()
}

impl Workspace {
    /// The message about the open request of a mini program.
    fn message(&self, name: &str, appid: &str) -> String {
        let pending = self.sandbox.pending();
        let open = pending.iter().find(|one| one.appid == appid).unwrap();
        format!(
            "待确认的环境共享：{name}\n请转给该小程序的管理员，在微信中打开：\n{}",
            open.url.as_ref().unwrap()
        )
    }
}

async fn start(hook: &Hook) -> Option<Workspace> {
    let cli = crate::support::Cli::find()?;
    let mut workspace = Workspace::start(cli, cloudbase::sandbox::Options::default()).await;
    workspace.set("WEBHOOK_URL", &hook.url());
    workspace.empty();
    workspace.put(&["chat/chat.tf", "chat/post.sh"]);
    has_program(workspace.cli(), "curl").then_some(workspace)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_new_link_is_posted_once() {
    let hook = Hook::start();
    let Some(workspace) = start(&hook).await else {
        return;
    };
    let mut said = workspace.apply().await.flat();
    let mut all = [
        workspace.message("Tea House", A),
        workspace.message("Tea House, delivery", B),
        workspace.message("小书店", D),
    ];
    all.sort();
    assert_eq!(hook.take(), all);

    // Not in a plan, nor in an apply that has nothing to do.
    workspace.assert_plan_is_empty().await;
    workspace.apply().await;
    assert_eq!(hook.take(), [""; 0]);

    // One confirms: the others are not told again.
    workspace.sandbox.approve(TEA_HOUSE, A);
    said += &workspace.apply().await.flat();
    assert_eq!(hook.take(), [""; 0]);
    workspace.assert_plan_is_empty().await;

    // One more mini program is one more message.
    let chat = super::example("chat/chat.tf");
    let more = super::with(
        &chat,
        "wx5fe6bb43205e9e07 =",
        "wxaaaaaaaaaaaaaaa1 = \"Tea & cake\", wx5fe6bb43205e9e07 =",
    );
    workspace.write_file("chat.tf", &more);
    said += &workspace.apply().await.flat();
    assert_eq!(
        hook.take(),
        [workspace.message("Tea & cake", "wxaaaaaaaaaaaaaaa1")]
    );

    workspace.sandbox.approve_all();
    said += &workspace.apply().await.flat();
    assert_eq!(hook.take(), [""; 0]);
    workspace.assert_plan_is_empty().await;

    // The address of the hook is a secret.
    let state = fs::read_to_string(workspace.path().join("terraform.tfstate")).unwrap();
    assert!(!state.contains(KEY) && !said.contains(KEY));
    assert!(state.contains(BOOK_SHOP));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_link_is_a_new_message() {
    let hook = Hook::start();
    let Some(workspace) = start(&hook).await else {
        return;
    };
    workspace.apply().await;
    workspace.sandbox.approve(TEA_HOUSE, A);
    let old = hook.take();
    let again = super::with(
        &super::example("chat/chat.tf"),
        "  appids = keys(each.value)\n",
        "  appids = keys(each.value)\n  confirmation_trigger = each.key == \"tea-house-7gfwxe92efb3aa38\" ? \"again\" : null\n",
    );
    workspace.write_file("chat.tf", &again);
    workspace.apply().await;
    let new = hook.take();
    assert_eq!(new, [workspace.message("Tea House, delivery", B)]);
    assert!(!old.contains(&new[0]), "it is the old link");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_not_taken_is_posted_again() {
    let hook = Hook::start();
    let Some(workspace) = start(&hook).await else {
        return;
    };
    *hook.answer.lock().unwrap() = r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#;
    let run = workspace.try_apply().await;
    assert!(!run.flat().contains(KEY), "{}", run.flat());
    run.fails_with(&["not posted", "api freq out of limit"]);
    assert_eq!(hook.take().len(), 3);
    assert_eq!(workspace.sandbox.pending().len(), 3);

    *hook.answer.lock().unwrap() = OK;
    workspace.sandbox.clear_calls();
    workspace.apply().await;
    assert_eq!(hook.take().len(), 3);
    assert_eq!(workspace.writes(), 0, "nobody is asked again for that");
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_rehearsed_and_is_not_forgotten_without_an_address() {
    let hook = Hook::start();
    let Some(mut workspace) = start(&hook).await else {
        return;
    };
    workspace.unset("WEBHOOK_URL");
    let run = workspace.try_apply().await;
    run.fails_with(&["WEBHOOK_URL"]);
    let said = workspace.run_example("chat/rehearse.sh").await.ok().flat();
    assert!(
        said.contains("{\"msgtype\":\"text\",\"text\":{\"content\":\"待确认的环境共享：小书店"),
        "{said}"
    );
    assert_eq!(hook.take(), [""; 0]);
}
