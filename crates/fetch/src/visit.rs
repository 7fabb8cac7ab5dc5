//! Visits to addresses that records rest on: does a reader still find something there?

use std::collections::BTreeMap;

use fineprint_model::links::{Found, Visit, is_front_page};
use url::Url;

use crate::client::{Client, Settings, host, is_redirect};
use crate::error::{GetError, Result};
use crate::together::{self, Task};
use crate::way::Way;

/// Asks each address whether it answers, politely: the head first, the page where that is refused, each host at its own pace.
/// `told` hears of every visit as soon as it is over.
///
/// # Errors
/// [`crate::Error::Client`] where the HTTP client cannot be set up. What is wrong with an address stands in its visit.
pub fn visit(addresses: &[String], settings: &Settings, told: &dyn Fn(&str, Visit)) -> Result<()> {
    let client = Client::new(settings)?;
    let mut by_host: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for address in addresses {
        let host = Url::parse(address).map_or_else(|_| String::new(), |url| host(&url));
        by_host.entry(host).or_default().push(address);
    }
    let client = &client;
    let tasks = by_host
        .into_values()
        .map(|addresses| {
            Box::pin(async move {
                for address in addresses {
                    told(address, one(client, address).await);
                }
            }) as Task<'_, ()>
        })
        .collect();
    together::run(tasks).map(drop)
}

async fn one(client: &Client, address: &str) -> Visit {
    let on = client.today();
    let (status, outcome) = way(client, address).await;
    let visit = Visit { on, found: Found::Alive, status, leads_to: None, reason: None };
    match outcome {
        Ok(way) if !way.is_redirected() => visit,
        Ok(way) => {
            let leads_to = way.at().to_string();
            // What was there is gone: the site shows its front page instead of saying so.
            let is_lost = is_front_page(&leads_to) && !is_front_page(address);
            let found = if is_lost { Found::Dead } else { Found::Redirected };
            let reason = is_lost.then(|| "leads to the front page".to_owned());
            Visit { found, leads_to: Some(leads_to), reason, ..visit }
        }
        Err(error) => Visit { found: found(&error), reason: Some(error.to_string()), ..visit },
    }
}

/// The last status that an address was answered with, and where the way over its redirects ended.
async fn way(client: &Client, address: &str) -> (Option<u16>, Result<Way, GetError>) {
    let mut way = match Way::from(address, client.settings().redirects) {
        Ok(way) => way,
        Err(error) => return (None, Err(error)),
    };
    loop {
        let answer = match client.head(way.at(), &|_| {}).await {
            Ok(answer) => answer,
            // A success without the body that a reader would get, as 206.
            Err(GetError::Status { status: status @ 200..=299, .. }) => return (Some(status), Ok(way)),
            Err(error) => return (status(&error), Err(error)),
        };
        if !is_redirect(answer.status) {
            return (Some(answer.status), Ok(way));
        }
        if let Err(error) = way.follow(answer.header("location")) {
            return (Some(answer.status), Err(error));
        }
    }
}

fn status(error: &GetError) -> Option<u16> {
    match error {
        GetError::Status { status, .. } => Some(*status),
        _ => None,
    }
}

/// What an error says of the address: gone, or not to be had now, or not ours to ask.
fn found(error: &GetError) -> Found {
    match error {
        GetError::Status { status: 404 | 410, .. } => Found::Dead,
        GetError::Address { .. } | GetError::NotPublic { .. } | GetError::Robots { .. } | GetError::ComeBack { .. } => {
            Found::Unchecked
        }
        GetError::NoRobots { .. }
        | GetError::TooLarge { .. }
        | GetError::Timeout { .. }
        | GetError::Redirects { .. }
        | GetError::RedirectLoop { .. }
        | GetError::Status { .. }
        | GetError::Transport { .. } => Found::Unreachable,
    }
}
