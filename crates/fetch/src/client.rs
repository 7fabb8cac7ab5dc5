//! One address to its answer: robots.txt, the host's turn, the request, the limits, the retries. Redirects are handed back,
//! so that every hop is checked and archived as an address of its own.

use std::collections::HashMap;
use std::error::Error as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use fineprint_model::PartialDate;
use reqwest::header;
use texting_robots::Robot;
use url::Url;

use crate::address::{self, Guard, Lookup, Refused, SystemLookup};
use crate::archive::Exchange;
use crate::error::{Error, GetError, Result};
use crate::pace::{MAX_WAIT, Pace, retry_after};

/// Longest robots.txt that is read, in bytes; crawlers need not read more (RFC 9309, 2.5).
const MAX_ROBOTS: u64 = 512 << 10;

/// Redirects of a robots.txt that are followed (RFC 9309, 2.3.1.2).
const ROBOTS_REDIRECTS: usize = 5;

/// How to fetch.
#[derive(Clone)]
pub struct Settings {
    /// Who is told to ask when something is wrong, in the user agent; an address or a mailbox. `None` names the program only.
    pub contact: Option<String>,
    /// Least pause between two requests to a host.
    pub delay: Duration,
    /// Longest time from a request to the end of its answer.
    pub timeout: Duration,
    /// Longest body, in bytes, as sent and as decoded.
    pub max_bytes: u64,
    /// Most redirects of an address.
    pub redirects: usize,
    /// How often an address is asked for again after a failure that may pass.
    pub retries: u32,
    /// For tests: a server on this machine that stands in for every host. The checks of addresses hold all the same.
    pub stand_in: Option<SocketAddr>,
    /// For tests: who answers for the domain name system.
    pub lookup: Option<Arc<dyn Lookup>>,
    /// The time, which dates the archive's records.
    pub now: fn() -> DateTime<Utc>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            contact: None,
            delay: Duration::from_secs(2),
            timeout: Duration::from_secs(120),
            max_bytes: 64 << 20,
            redirects: 5,
            retries: 4,
            stand_in: None,
            lookup: None,
            now: Utc::now,
        }
    }
}

impl Settings {
    /// As requests name their sender.
    pub fn user_agent(&self) -> String {
        let contact = self.contact.as_deref().map(|contact| format!("; {contact}")).unwrap_or_default();
        format!("{PRODUCT}/{} (knowledge base of enforcement cases{contact})", env!("CARGO_PKG_VERSION"))
    }
}

/// The name that robots.txt knows us by.
const PRODUCT: &str = "fineprint";

/// What is asked along with an address, so that a body that still stands is not sent again.
#[derive(Debug, Clone, Default)]
pub(crate) struct Validators {
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
}

/// What is wanted of an address.
#[derive(Clone, Copy)]
enum Ask<'a> {
    /// The answer whole, with a body of at most so many bytes.
    Whole { validators: &'a Validators, max_bytes: u64 },
    /// The head of the answer, asked for as such.
    Head,
    /// The head of the answer to a request for the whole, of which the rest is not read.
    Start,
}

/// What happens while a request waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) host: String,
    pub(crate) wait: Duration,
    pub(crate) because: GetError,
}

/// The HTTP client with what it knows of each host. Cloning shares it.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    settings: Settings,
    pace: Pace,
    robots: Arc<Mutex<HashMap<String, Arc<Rules>>>>,
}

/// What a site's robots.txt says.
enum Rules {
    /// There is none.
    None,
    Read(Robot),
    /// It could not be had.
    Unreachable(String),
}

impl Client {
    pub(crate) fn new(settings: &Settings) -> Result<Self> {
        // Fails where a provider was installed before, which then serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let lookup = settings.lookup.clone().unwrap_or_else(|| Arc::new(SystemLookup));
        let http = reqwest::Client::builder()
            .user_agent(settings.user_agent())
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // A proxy would look names up by itself, past the guard.
            .no_proxy()
            .dns_resolver(Arc::new(Guard(lookup)))
            .connect_timeout(settings.timeout.min(Duration::from_secs(20)))
            .timeout(settings.timeout)
            .build()
            .map_err(|error| Error::Client { reason: chain(&error) })?;
        let settings = settings.clone();
        Ok(Self { http, pace: Pace::new(settings.delay), settings, robots: Arc::default() })
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The time, as records are dated.
    pub(crate) fn now(&self) -> String {
        (self.settings.now)().format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// The day, as visits are dated.
    pub(crate) fn today(&self) -> PartialDate {
        (self.settings.now)().date_naive().into()
    }

    /// Asks for an address until it answers or it is no use. `told` hears of every wait.
    pub(crate) async fn get(
        &self,
        url: &Url,
        validators: &Validators,
        told: &(dyn Fn(Waiting) + Sync),
    ) -> Result<Exchange, GetError> {
        address::check(url)?;
        let crawl_delay = self.ask_leave(url, told).await?;
        let ask = Ask::Whole { validators, max_bytes: self.settings.max_bytes };
        self.with_retries(url, ask, crawl_delay, self.settings.retries, told).await
    }

    /// Asks whether an address answers, without its body. A site that does not answer `HEAD` well is asked as a reader asks.
    pub(crate) async fn head(&self, url: &Url, told: &(dyn Fn(Waiting) + Sync)) -> Result<Exchange, GetError> {
        address::check(url)?;
        let crawl_delay = self.ask_leave(url, told).await?;
        match self.with_retries(url, Ask::Head, crawl_delay, 0, told).await {
            Ok(answer) => Ok(answer),
            Err(error @ (GetError::NotPublic { .. } | GetError::ComeBack { .. })) => Err(error),
            Err(_) => self.with_retries(url, Ask::Start, crawl_delay, self.settings.retries, told).await,
        }
    }

    /// The pause that the site's robots.txt asks for, where it lets the address be fetched.
    async fn ask_leave(&self, url: &Url, told: &(dyn Fn(Waiting) + Sync)) -> Result<Option<Duration>, GetError> {
        let host = host(url);
        let known = self.robots.lock().unwrap_or_else(PoisonError::into_inner).get(&site(url)).cloned();
        let rules = match known {
            Some(rules) => rules,
            None => {
                let rules = Arc::new(self.robots(url, told).await?);
                let mut all = self.robots.lock().unwrap_or_else(PoisonError::into_inner);
                Arc::clone(all.entry(site(url)).or_insert(rules))
            }
        };
        match rules.as_ref() {
            Rules::None => Ok(None),
            Rules::Unreachable(reason) => Err(GetError::NoRobots { host, reason: reason.clone() }),
            Rules::Read(robot) if !robot.allowed(url.as_str()) => Err(GetError::Robots { host }),
            Rules::Read(robot) => Ok(robot.delay.map(|seconds| Duration::from_secs_f32(seconds.clamp(0.0, 3600.0)))),
        }
    }

    async fn robots(&self, url: &Url, told: &(dyn Fn(Waiting) + Sync)) -> Result<Rules, GetError> {
        let unreachable = |reason: String| Ok(Rules::Unreachable(reason));
        let Ok(mut at) = url.join("/robots.txt") else { return unreachable("its address is none".to_owned()) };
        for _ in 0..=ROBOTS_REDIRECTS {
            let ask = Ask::Whole { validators: &Validators::default(), max_bytes: MAX_ROBOTS };
            let answer = match self.with_retries(&at, ask, None, self.settings.retries, told).await {
                Ok(answer) => answer,
                // Not there, or not for us to read: no rules (RFC 9309, 2.3.1.3).
                Err(GetError::Status { status: 400..=428 | 430..=499, .. }) => return Ok(Rules::None),
                // That is about the address itself, not about its rules.
                Err(error @ (GetError::NotPublic { .. } | GetError::ComeBack { .. })) => return Err(error),
                Err(error) => return unreachable(error.to_string()),
            };
            if let Some(location) = answer.header("location").filter(|_| is_redirect(answer.status)) {
                match at.join(location) {
                    Ok(next) => {
                        address::check(&next)?;
                        at = next;
                        continue;
                    }
                    Err(error) => return unreachable(error.to_string()),
                }
            }
            let body = crate::warc::decoded(&answer.body, answer.header("content-encoding"), MAX_ROBOTS);
            return match body {
                Ok(body) => {
                    Ok(Robot::new(PRODUCT, &body)
                        .map_or_else(|error| Rules::Unreachable(error.to_string()), Rules::Read))
                }
                Err(error) => unreachable(error.to_string()),
            };
        }
        unreachable(format!("more than {ROBOTS_REDIRECTS} redirects"))
    }

    async fn with_retries(
        &self,
        url: &Url,
        ask: Ask<'_>,
        crawl_delay: Option<Duration>,
        retries: u32,
        told: &(dyn Fn(Waiting) + Sync),
    ) -> Result<Exchange, GetError> {
        let host = host(url);
        let mut tries = 0;
        loop {
            self.pace.turn(&host, crawl_delay).await;
            let answer = self.once(url, ask).await;
            tries += 1;
            let (error, asked) = match answer {
                Ok(answer) if is_answer(answer.status) => return Ok(answer),
                Ok(answer) => {
                    let asked =
                        answer.header("retry-after").and_then(|value| retry_after(value, (self.settings.now)()));
                    (GetError::Status { status: answer.status, tries }, asked)
                }
                Err(error) => (error, None),
            };
            if !error.is_passing() {
                return Err(error);
            }
            if let Some(asked) = asked.filter(|asked| *asked > MAX_WAIT) {
                return Err(GetError::ComeBack { host, seconds: asked.as_secs() });
            }
            if tries > retries {
                return Err(error);
            }
            let wait = asked.unwrap_or_default().max(self.pace.back_off(tries));
            self.pace.hold(&host, wait);
            told(Waiting { host: host.clone(), wait, because: error });
        }
    }

    /// One request, to the end of what is asked for.
    async fn once(&self, url: &Url, ask: Ask<'_>) -> Result<Exchange, GetError> {
        let at = self.now();
        let mut response = self.request(url, ask)?.send().await.map_err(|error| self.failure(&error))?;
        let text = |value: &header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let mut answer = Exchange {
            url: url.to_string(),
            at,
            status: response.status().as_u16(),
            reason: response.status().canonical_reason().unwrap_or_default().to_owned(),
            headers: response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: Vec::new(),
            peer: response.remote_addr().map(|address| address.ip().to_string()),
        };
        let Ask::Whole { max_bytes, .. } = ask else { return Ok(answer) };
        let too_large = || GetError::TooLarge { limit: max_bytes };
        if response.content_length().is_some_and(|length| length > max_bytes) {
            return Err(too_large());
        }
        while let Some(piece) = response.chunk().await.map_err(|error| self.failure(&error))? {
            if answer.body.len() as u64 + piece.len() as u64 > max_bytes {
                return Err(too_large());
            }
            answer.body.extend_from_slice(&piece);
        }
        Ok(answer)
    }

    fn request(&self, url: &Url, ask: Ask<'_>) -> Result<reqwest::RequestBuilder, GetError> {
        let method = if matches!(ask, Ask::Head) { reqwest::Method::HEAD } else { reqwest::Method::GET };
        let mut request = match self.settings.stand_in {
            Some(stand_in) => {
                let mut there = url.clone();
                let moved = there.set_scheme("http").and_then(|()| there.set_ip_host(stand_in.ip()));
                if moved.and_then(|()| there.set_port(Some(stand_in.port()))).is_err() {
                    return Err(GetError::Address { found: url.to_string() });
                }
                self.http.request(method, there).header(header::HOST, host(url))
            }
            None => self.http.request(method, url.clone()),
        };
        request = request.header(header::ACCEPT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        request = request.header(header::ACCEPT_ENCODING, "gzip");
        if let Ask::Whole { validators: Validators { etag, last_modified }, .. } = ask {
            if let Some(etag) = etag {
                request = request.header(header::IF_NONE_MATCH, etag);
            }
            if let Some(last_modified) = last_modified {
                request = request.header(header::IF_MODIFIED_SINCE, last_modified);
            }
        }
        Ok(request)
    }

    fn failure(&self, error: &reqwest::Error) -> GetError {
        let mut next: Option<&(dyn std::error::Error + 'static)> = error.source();
        while let Some(cause) = next {
            if let Some(refused) = cause.downcast_ref::<Refused>() {
                return GetError::NotPublic { found: refused.to_string() };
            }
            next = cause.source();
        }
        if error.is_timeout() {
            return GetError::Timeout { seconds: self.settings.timeout.as_secs() };
        }
        GetError::Transport { reason: chain(error) }
    }
}

/// An error with what led to it, without the address, which stands beside it anyway.
fn chain(error: &reqwest::Error) -> String {
    let mut causes: Vec<String> = Vec::new();
    let mut next: Option<&(dyn std::error::Error + 'static)> = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    causes.dedup();
    if causes.is_empty() { "unknown".to_owned() } else { causes.join(": ") }
}

/// A status that is worth archiving: a success, a redirect, "still stands".
fn is_answer(status: u16) -> bool {
    status == 200 || status == 304 || is_redirect(status)
}

pub(crate) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

pub(crate) fn host(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}{port}", url.host_str().unwrap_or_default())
}

/// What a robots.txt speaks for: scheme, host and port.
fn site(url: &Url) -> String {
    url.origin().ascii_serialization()
}
