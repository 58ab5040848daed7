//! A browser to look at pages with: a session of chromedriver over the `WebDriver` protocol.
//!
//! These are a dozen calls over the HTTP client that is there anyway. The crate `fantoccini` would bring twenty packages for
//! them, and `webdriver` among these is under the MPL, which `deny.toml` does not allow.

mod driver;
mod programs;
mod screen;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use driver::Driver;
use programs::are_here;
pub(crate) use screen::{Language, Screen};

/// How long to wait for another page, and between two looks.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(20);

/// Under which an element stands in answers; the number is the standard's.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser of its own, gone when this is dropped. A selector is CSS's, and names one element at least.
#[derive(Debug)]
pub(crate) struct Browser {
    driver: Driver,
    /// Path of the session, `/session/ID`.
    session: String,
}

/// Where an element is in the page, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct Frame {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

impl Frame {
    pub(crate) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(crate) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// How far the two are apart, to the side or downwards; negative where they overlap.
    pub(crate) fn distance(&self, other: &Self) -> f64 {
        let beside = (other.left - self.right).max(self.left - other.right);
        let below = (other.top - self.bottom).max(self.top - other.bottom);
        beside.max(below)
    }
}

impl Browser {
    /// Opens one whose window shows as much as `screen`, for somebody who reads `language`. `None`: there is no browser
    /// here, which has been said on standard error. With `CI=true` that is a failure.
    pub(crate) async fn open(screen: Screen, language: Language) -> Option<Self> {
        if !are_here() {
            return None;
        }
        let driver = Driver::start();
        let mut arguments = vec![
            "--headless=new",
            "--no-proxy-server",
            // Its shared memory may be small in a container.
            "--disable-dev-shm-usage",
            // It ends when the driver has gone, however that went.
            "--remote-debugging-pipe",
        ];
        if rustix::process::geteuid().is_root() {
            arguments.push("--no-sandbox");
        }
        let language_argument = format!("--lang={}", language.tag());
        arguments.push(&language_argument);
        let capabilities = json!({
            "goog:chromeOptions": {
                "args": arguments,
                "prefs": {"intl.accept_languages": language.accepted()},
                "mobileEmulation": {"deviceMetrics": screen.metrics()},
            },
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        });
        let body = json!({"capabilities": {"alwaysMatch": capabilities}});
        let opened = driver.call(Method::POST, "/session", &body).await;
        let id = opened["sessionId"].as_str().expect("an id of the session");
        Some(Self {
            session: format!("/session/{id}"),
            driver,
        })
    }

    /// Where it keeps its files, and what its processes are told by.
    pub(crate) fn folder(&self) -> &Path {
        self.driver.folder.path()
    }

    async fn get(&self, path: &str) -> Value {
        let path = format!("{}/{path}", self.session);
        self.driver.call(Method::GET, &path, &Value::Null).await
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let path = format!("{}/{path}", self.session);
        self.driver.call(Method::POST, &path, body).await
    }

    /// Goes to an address, `http:` or `file:`, and waits until it is there.
    pub(crate) async fn go(&self, url: &str) {
        self.post("url", &json!({ "url": url })).await;
    }

    /// The address that is shown.
    pub(crate) async fn url(&self) -> String {
        text_of(&self.get("url").await)
    }

    /// The button "back".
    pub(crate) async fn back(&self) {
        self.post("back", &json!({})).await;
    }

    /// The button "reload".
    pub(crate) async fn reload(&self) {
        self.post("refresh", &json!({})).await;
    }

    /// What a function with this body returns in the page, given `arguments`.
    pub(crate) async fn run(&self, body: &str, arguments: Value) -> Value {
        let call = json!({"script": body, "args": arguments});
        self.post("execute/sync", &call).await
    }

    /// How many elements there are.
    pub(crate) async fn count(&self, selector: &str) -> u64 {
        let body = "return document.querySelectorAll(arguments[0]).length";
        let count = self.run(body, json!([selector])).await;
        count.as_u64().expect("a number")
    }

    /// The text of the first one, as it is rendered.
    pub(crate) async fn text(&self, selector: &str) -> String {
        let body = "return document.querySelector(arguments[0]).innerText";
        text_of(&self.run(body, json!([selector])).await)
    }

    /// An attribute of the first one, if it has it.
    pub(crate) async fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let body = "return document.querySelector(arguments[0]).getAttribute(arguments[1])";
        let value = self.run(body, json!([selector, name])).await;
        value.as_str().map(str::to_owned)
    }

    /// A computed property of the first one's style, such as `rgb(0, 0, 0)`.
    pub(crate) async fn style(&self, selector: &str, property: &str) -> String {
        let body = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]";
        text_of(&self.run(body, json!([selector, property])).await)
    }

    /// Where all of them are, in the order of the page.
    pub(crate) async fn frames(&self, selector: &str) -> Vec<Frame> {
        let body = "return [...document.querySelectorAll(arguments[0])].map(element => {
                const {left, top, right, bottom} = element.getBoundingClientRect();
                return {left: left + scrollX, top: top + scrollY, right: right + scrollX, bottom: bottom + scrollY};
            })";
        let frames = self.run(body, json!([selector])).await;
        serde_json::from_value(frames).expect("four numbers each")
    }

    /// By how many pixels the page is wider than what is seen of it: 0 where nobody has to scroll sideways.
    pub(crate) async fn overflow(&self) -> f64 {
        let body =
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let overflow = self.run(body, json!([])).await;
        overflow.as_f64().expect("a number")
    }

    /// Clicks on a link or a button, and waits until the page that it leads to is there.
    pub(crate) async fn follow(&self, selector: &str) {
        self.leaving(self.click(selector)).await;
    }

    /// Does what leads to another page, and waits until that is there. Neither a click nor a key waits for it.
    pub(crate) async fn leaving(&self, action: impl Future<Output = ()>) {
        self.run("window.isBefore = true", json!([])).await;
        action.await;
        let is_there = "return !window.isBefore && document.readyState === 'complete'";
        let begun = Instant::now();
        while self.run(is_there, json!([])).await != true {
            assert!(begun.elapsed() < PATIENCE, "no other page came");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Clicks into the middle of the first one, as a mouse or a finger does: what lies over it is an error.
    pub(crate) async fn click(&self, selector: &str) {
        let by = json!({"using": "css selector", "value": selector});
        let found = self.post("element", &by).await;
        let element = text_of(&found[ELEMENT]);
        self.post(&format!("element/{element}/click"), &json!({}))
            .await;
    }

    /// Presses keys on what has the focus; special ones have a character in the `WebDriver` standard, Enter `\u{E007}`.
    pub(crate) async fn press(&self, keys: &str) {
        let found = self.get("element/active").await;
        let element = text_of(&found[ELEMENT]);
        let text = json!({ "text": keys });
        self.post(&format!("element/{element}/value"), &text).await;
    }

    /// A command of Chromium's own protocol, such as `Emulation.setEmulatedMedia`.
    pub(crate) async fn command(&self, name: &str, parameters: Value) -> Value {
        let body = json!({"cmd": name, "params": parameters});
        self.post("goog/cdp/execute", &body).await
    }

    /// A picture of the whole page in the folder `BROWSER_SCREENSHOTS`, if that is set.
    pub(crate) async fn picture(&self, name: &str) {
        let Some(folder) = env::var_os("BROWSER_SCREENSHOTS").map(PathBuf::from) else {
            return;
        };
        let whole = json!({"format": "png", "captureBeyondViewport": true});
        let taken = self.command("Page.captureScreenshot", whole).await;
        let picture = BASE64.decode(text_of(&taken["data"])).expect("base64");
        fs::create_dir_all(&folder).expect("the folder of pictures");
        fs::write(folder.join(format!("{name}.png")), picture).expect("the picture is written");
    }

    /// What has been written to the console since this was asked last, errors of the network and of the page's policy
    /// included.
    pub(crate) async fn console(&self) -> Vec<String> {
        let lines = self.log("browser").await;
        lines.iter().map(|line| text_of(&line["message"])).collect()
    }

    /// The requests that were sent since this was asked last: method and address.
    pub(crate) async fn requests(&self) -> Vec<String> {
        let lines = self.log("performance").await;
        let events = lines.iter().map(|line| {
            let event: Value = serde_json::from_str(&text_of(&line["message"])).expect("JSON");
            event["message"].clone()
        });
        events
            .filter(|event| event["method"] == "Network.requestWillBeSent")
            .map(|event| {
                let request = &event["params"]["request"];
                format!(
                    "{} {}",
                    text_of(&request["method"]),
                    text_of(&request["url"])
                )
            })
            .collect()
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        let lines = self.post("se/log", &json!({ "type": kind })).await;
        lines.as_array().expect("a list of lines").clone()
    }
}

fn text_of(value: &Value) -> String {
    let text = value.as_str();
    text.unwrap_or_else(|| panic!("{value} is a text"))
        .to_owned()
}
