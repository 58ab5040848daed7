//! The administrator of a mini program, who confirms a share in a browser.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder};

use super::error::DemoError;

/// The pages are on this machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the two pages said that the administrator saw, by their headings.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Visit {
    /// The page behind the link.
    pub(super) asked: String,
    /// The page after the button.
    pub(super) answered: String,
}

/// Opens the page behind a confirmation URL and presses its button "Approve".
pub(super) async fn approves(url: &str) -> Result<Visit, DemoError> {
    let failed = |source| DemoError::Page {
        url: url.to_owned(),
        source,
    };
    let browser = Client::builder()
        .no_proxy()
        // The page is plain http on this machine, and a store of certificates need not be there.
        .tls_certs_only([])
        .timeout(PATIENCE)
        .build()
        .map_err(failed)?;
    let form = browser
        .post(url)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body("decision=approve");
    Ok(Visit {
        asked: heading(browser.get(url)).await.map_err(failed)?,
        answered: heading(form).await.map_err(failed)?,
    })
}

async fn heading(request: RequestBuilder) -> Result<String, reqwest::Error> {
    let page = request.send().await?.text().await?;
    let heading = page
        .split_once("<h1>")
        .and_then(|(_, rest)| rest.split_once("</h1>"));
    Ok(heading.map_or(page.clone(), |(heading, _)| heading.to_owned()))
}
