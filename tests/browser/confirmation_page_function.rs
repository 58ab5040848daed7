//! The page that `provider::cloudbase::confirmation_page` makes, opened as the file that somebody was sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use cloudbase::framework::Server;
use cloudbase::framework::value::{Type, msgpack};
use cloudbase::proto::tfplugin6 as pb;
use cloudbase::proto::tfplugin6::provider_server::Provider as _;
use cloudbase::provider::config::EnvVars;
use cloudbase::provider::{ADDRESS, Cloudbase};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::chromium::{Browser, Language, Screen};

const NAME: &str = "<script>alert('茶')</script>北京某某餐饮管理有限公司精品茶饮外卖自提小程序（朝阳门外大街旗舰店）TheLongestNameWithoutAnyBlankThatSomebodyWithAKeyboardAndMuchTimeCouldEverThinkOf";

/// Contrast of each text with what is behind it, as in WCAG 2; the least, and where that is.
const LEAST_CONTRAST: &str = "
    const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = colour => numbers(colour).slice(0, 3)
        .map(part => part / 255)
        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = element => {
        const colour = getComputedStyle(element).backgroundColor;
        return numbers(colour)[3] === 0 ? behind(element.parentElement) : colour;
    };
    const texts = [...document.body.querySelectorAll('*')]
        .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
    return texts.map(element => {
        const [a, b] = [light(getComputedStyle(element).color), light(behind(element))];
        return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), element.outerHTML];
    }).sort((a, b) => a[0] - b[0])[0]";

/// How dark each pixel of a picture is, row by row.
const GREY: &str = "
    const image = new Image();
    image.src = 'data:image/png;base64,' + arguments[0];
    return image.decode().then(() => {
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [image.width, image.height];
        const context = canvas.getContext('2d');
        context.drawImage(image, 0, 0);
        const {data} = context.getImageData(0, 0, image.width, image.height);
        const grey = [...data].filter((_, i) => i % 4 === 1);
        return {width: image.width, height: image.height, grey};
    })";

fn appid(number: usize) -> String {
    format!("wx{number:016x}")
}

fn link(number: usize) -> String {
    format!(
        "https://mp.weixin.qq.com/confirm?ticket=8f14e45fceea167a5a36dedd4bea2543&n={number}&x=<y>"
    )
}

/// The link in the form that a browser makes of it.
fn opened(number: usize) -> String {
    link(number).replace('<', "%3C").replace('>', "%3E")
}

/// `count` open requests, two for each environment.
fn requests(count: usize) -> Vec<Value> {
    let numbers: Vec<_> = (0..count).collect();
    let share = |n: &usize| {
        let share = json!({"status": "pending", "confirm_url": link(*n), "error": null});
        (appid(*n), share)
    };
    let env_share = |(env, of_env): (usize, &[usize])| {
        let shares: serde_json::Map<_, _> = of_env.iter().map(share).collect();
        json!({"env": format!("merchant-{env:03}-6gni9ity244a6ea3"), "shares": shares})
    };
    numbers.chunks(2).enumerate().map(env_share).collect()
}

fn options() -> Value {
    json!({
        "from": "云上小店",
        "note": "如有疑问，请联系您的客户经理。",
        "names": {appid(0): NAME, appid(1): "茶馆"},
    })
}

/// The page in a file. The folder goes with the first of the two.
async fn page(shares: Vec<Value>, options: Value) -> (TempDir, String) {
    let argument = |json: Value| pb::DynamicValue {
        json: json.to_string().into_bytes(),
        ..pb::DynamicValue::default()
    };
    let of_strings = |value: &Value| match value {
        Value::Object(_) => json!(["map", "string"]),
        _ => json!("string"),
    };
    let types: serde_json::Map<_, _> = options
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), of_strings(value)))
        .collect();
    let options = json!({"type": ["object", types], "value": options});
    let request = pb::call_function::Request {
        name: "confirmation_page".to_owned(),
        arguments: vec![argument(Value::Array(shares)), argument(options)],
    };
    let server = Server::new(Cloudbase::new(EnvVars::new(|_| None)), ADDRESS);
    let answer = server
        .call_function(tonic::Request::new(request))
        .await
        .unwrap()
        .into_inner();
    let result = answer
        .result
        .unwrap_or_else(|| panic!("{:?}", answer.error));
    let page = msgpack::decode(&result.msgpack, &Type::String).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("confirm.html");
    std::fs::write(&file, page.as_str().unwrap()).unwrap();
    (folder, format!("file://{}", file.display()))
}

/// What a camera reads where the first QR code is.
async fn scanned(browser: &Browser) -> String {
    let frame = browser.frames(".code").await[0];
    let clip = json!({
        "x": frame.left, "y": frame.top, "width": frame.width(), "height": frame.height(), "scale": 1
    });
    let picture = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
    let picture = browser.command("Page.captureScreenshot", picture).await;
    // The page's policy has no pictures, another page has.
    browser.go("about:blank").await;
    let seen = browser.run(GREY, json!([picture["data"]])).await;
    let number = |name: &str| usize::try_from(seen[name].as_u64().unwrap()).unwrap();
    let (width, height) = (number("width"), number("height"));
    let grey: Vec<u8> = serde_json::from_value(seen["grey"].clone()).unwrap();
    let pixel = |x: usize, y: usize| grey[y * width + x];
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, pixel);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

async fn dark(browser: &Browser) {
    let dark = json!({"features": [{"name": "prefers-color-scheme", "value": "dark"}]});
    browser.command("Emulation.setEmulatedMedia", dark).await;
}

#[tokio::test]
async fn it_fits_every_screen_and_nothing_leaves() {
    for screen in Screen::ALL {
        let Some(browser) = Browser::open(screen, Language::Chinese).await else {
            return;
        };
        for count in [0, 1, 5, 200] {
            let (_folder, url) = page(requests(count), options()).await;
            browser.go(&url).await;
            assert_eq!(browser.requests().await, [format!("GET {url}")]);
            assert_eq!(browser.console().await, [""; 0]);
            assert!(browser.overflow().await <= 0.0, "{screen:?}, {count}");
            assert_eq!(browser.count("article").await, count as u64);
            let links = "return [...document.links].map(link => [link.href, link.rel, \
                         link.closest('article').querySelector('.url').innerText])";
            let links = browser.run(links, json!([])).await;
            let expected: Vec<_> = (0..count)
                .map(|n| json!([opened(n), "noreferrer", opened(n)]))
                .collect();
            assert_eq!(links, Value::Array(expected));
            for frame in browser.frames(".code svg").await {
                assert!(frame.width() >= 160.0 && (frame.width() - frame.height()).abs() < 0.5);
            }
            for frame in browser.frames(".open a").await {
                assert!(frame.height() >= 44.0 && frame.width() >= 44.0, "{frame:?}");
            }
            if count < 200 {
                browser
                    .picture(&format!("confirmation-page-{count}-{}", screen.name()))
                    .await;
            }
        }
    }
}

#[tokio::test]
async fn it_says_what_is_asked_and_of_whom() {
    let Some(browser) = Browser::open(Screen::Phone, Language::Chinese).await else {
        return;
    };
    let (_folder, url) = page(requests(3), options()).await;
    browser.go(&url).await;
    assert_eq!(browser.text("h1").await, "请小程序管理员确认云环境共享");
    assert_eq!(browser.text("article h3 bdi").await, NAME);
    assert_eq!(browser.count("script").await, 0);
    assert_eq!(
        browser.text(".note").await,
        "如有疑问，请联系您的客户经理。"
    );
    let text = browser.text("main").await;
    for said in [
        "云上小店",
        "管理员",
        "不要发到群里",
        "待确认：3 项",
        "merchant-001-6gni9ity244a6ea3",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    // Of the last one, which has no name.
    let last = browser.text("section:last-of-type h3 code").await;
    assert_eq!(last, appid(2));

    let (_folder, url) = page(vec![], options()).await;
    browser.go(&url).await;
    assert_eq!(browser.text("h1").await, "目前没有待确认的共享");
}

#[tokio::test]
async fn a_code_is_read_from_the_screen_in_light_and_in_the_dark() {
    for screen in Screen::ALL {
        let Some(browser) = Browser::open(screen, Language::Chinese).await else {
            return;
        };
        let (_folder, url) = page(requests(1), options()).await;
        browser.go(&url).await;
        let light_ground = browser.style("body", "backgroundColor").await;
        assert_eq!(scanned(&browser).await, opened(0));

        dark(&browser).await;
        browser.go(&url).await;
        assert_ne!(browser.style("body", "backgroundColor").await, light_ground);
        browser
            .picture(&format!("confirmation-page-dark-{}", screen.name()))
            .await;
        assert_eq!(scanned(&browser).await, opened(0));
    }
}

#[tokio::test]
async fn every_text_stands_out_in_light_and_in_the_dark() {
    let Some(browser) = Browser::open(Screen::Desktop, Language::Chinese).await else {
        return;
    };
    let mut shares = requests(2);
    let shares_of_first = shares[0]["shares"].as_object_mut().unwrap();
    for (appid, url) in [
        (appid(7), json!("javascript:alert(1)")),
        (appid(8), Value::Null),
    ] {
        let share = json!({"status": "pending", "confirm_url": url, "error": null});
        shares_of_first.insert(appid, share);
    }
    let (_folder, url) = page(shares, options()).await;
    for _ in 0..2 {
        browser.go(&url).await;
        assert_eq!(browser.count(".warning").await, 2);
        let least = browser.run(LEAST_CONTRAST, json!([])).await;
        assert!(least[0].as_f64().unwrap() >= 4.5, "{least}");
        dark(&browser).await;
    }
}

#[tokio::test]
async fn on_paper_the_links_are_read_and_no_entry_is_broken() {
    let Some(browser) = Browser::open(Screen::Desktop, Language::Chinese).await else {
        return;
    };
    let (_folder, url) = page(requests(5), options()).await;
    let print =
        json!({"media": "print", "features": [{"name": "prefers-color-scheme", "value": "dark"}]});
    browser.command("Emulation.setEmulatedMedia", print).await;
    browser.go(&url).await;
    assert_eq!(browser.style(".open", "display").await, "none");
    assert_eq!(browser.text(".url").await, opened(0));
    assert_eq!(browser.style(".url", "color").await, "rgb(0, 0, 0)");
    assert_eq!(
        browser.style("body", "backgroundColor").await,
        "rgb(255, 255, 255)"
    );
    assert_eq!(browser.style("article", "breakInside").await, "avoid");
    // Millimetres are pixels there: 96 to 25.4 of them.
    let code = browser.frames(".code svg").await[0];
    assert!(code.width() >= 30.0 * 96.0 / 25.4, "{code:?}");
    let pdf = browser.command("Page.printToPDF", json!({})).await;
    let pdf = BASE64.decode(pdf["data"].as_str().unwrap()).unwrap();
    assert!(pdf.starts_with(b"%PDF"));
}
