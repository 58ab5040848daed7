//! The administrator of a mini program, who confirms a share in a browser.
//!
//! The browser names no language, so the pages are in English, and goes where an answer sends it.

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
    Ok(first_heading(&page).unwrap_or(&page).to_owned())
}

/// The text of the first `<h1>`, which may have attributes.
fn first_heading(page: &str) -> Option<&str> {
    let (_, tag) = page.split_once("<h1")?;
    let (_, rest) = tag.split_once('>')?;
    let (text, _) = rest.split_once("</h1>")?;
    Some(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heading_is_found_with_and_without_attributes() {
        assert_eq!(
            first_heading("<h1>Approved</h1><h1>no</h1>"),
            Some("Approved")
        );
        let page = "<body>\n<h1 class=\"a\" lang=\"en\">\n Approved\n</h1>";
        assert_eq!(first_heading(page), Some("Approved"));
        assert_eq!(first_heading("<p>none</p>"), None);
    }
}
