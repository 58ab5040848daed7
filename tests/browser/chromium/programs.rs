//! Whether there is a browser with its driver on `PATH`.

use std::env;
use std::io::Write as _;
use std::sync::OnceLock;

/// As the driver is called everywhere.
pub(super) const DRIVER: &str = "chromedriver";

/// As Debian, Ubuntu and Google call the browser. The driver finds its own among them.
const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Says it once if not, and with `CI=true` fails.
pub(super) fn are_here() -> bool {
    static FOUND: OnceLock<bool> = OnceLock::new();
    let found = *FOUND.get_or_init(|| {
        let found = is_on_path(DRIVER) && BROWSERS.into_iter().any(is_on_path);
        if !found {
            // A test harness keeps to itself what a test that passes prints with a macro.
            let text =
                b"SKIPPED: all tests in a browser, since chromium or chromedriver is not on PATH\n";
            let written = std::io::stderr().write_all(text);
            written.expect("standard error is there");
        }
        found
    });
    assert!(
        found || env::var("CI").as_deref() != Ok("true"),
        "chromium or chromedriver is not on PATH, and with CI=true the tests in a browser must run: `.ci/programs` \
         installs them"
    );
    found
}

fn is_on_path(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
