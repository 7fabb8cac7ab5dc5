//! Single pages that somebody names, into memory: as politely as a run, without an archive.

use url::Url;

use crate::client::{Client, Settings, Validators, is_redirect};
use crate::error::{Error, GetError, Result};
use crate::together::{self, Task};
use crate::warc;
use crate::way::Way;

/// A page as it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it was found, at the end of all redirects.
    pub url: String,
    /// When, as in `2031-01-02T03:04:05Z`.
    pub at: String,
    /// Media type as stated. `None` where nothing was.
    pub media_type: Option<String>,
    /// Its body, decoded.
    pub body: Vec<u8>,
}

/// Fetches pages one after the other; what is known of a site, its rules and its turn, is kept between them.
pub struct Pages {
    client: Client,
}

impl Pages {
    /// # Errors
    /// [`Error::Client`] where the HTTP client cannot be set up.
    pub fn new(settings: &Settings) -> Result<Self> {
        Ok(Self { client: Client::new(settings)? })
    }

    /// The page at an address.
    ///
    /// # Errors
    /// [`GetError`]: no address, none of the public internet, kept from us by robots.txt, no success after all retries, too long.
    pub fn get(&self, address: &str) -> Result<Page, GetError> {
        let task: Task<'_, Result<Page, GetError>> = Box::pin(self.page(address));
        let failed = |error: &Error| GetError::Transport { reason: error.to_string() };
        let done = together::run(vec![task]).map_err(|error| failed(&error))?;
        done.into_iter().next().unwrap_or_else(|| Err(GetError::Transport { reason: "no answer".to_owned() }))
    }

    async fn page(&self, address: &str) -> Result<Page, GetError> {
        let mut way = Way::from(address, self.client.settings().redirects)?;
        loop {
            let answer = self.client.get(way.at(), &Validators::default(), &|_| {}).await?;
            if is_redirect(answer.status) {
                way.follow(answer.header("location"))?;
                continue;
            }
            if answer.status != 200 {
                return Err(GetError::Status { status: answer.status, tries: 1 });
            }
            let limit = self.client.settings().max_bytes;
            let body = warc::decoded(&answer.body, answer.header("content-encoding"), limit)
                .map_err(|error| GetError::Transport { reason: error.to_string() })?;
            let media_type = answer.header("content-type").map(ToOwned::to_owned);
            return Ok(Page { url: answer.url, at: answer.at, media_type, body });
        }
    }
}

/// Whether a word is an address to be fetched, rather than a file.
pub fn is_address(word: &str) -> bool {
    Url::parse(word).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_no_addresses() {
        for (word, expected) in [
            ("https://a.example/x", true),
            ("HTTP://a.example", true),
            ("notice.html", false),
            ("c:\\notice.html", false),
            ("ftp://a.example/x", false),
            ("https:", false),
            ("-", false),
        ] {
            assert_eq!(is_address(word), expected, "{word}");
        }
    }
}
