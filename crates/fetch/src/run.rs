//! A run over a source: its lists, then the notices they name that the archive does not have.
//!
//! Within a run every address is asked once. What a killed run had fetched is answered from the archive when it goes on,
//! so that resuming is doing the same again.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use fineprint_model::PartialDate;
use fineprint_sources::{ListPage, Listing, SourceInfo, list, registry};
use url::Url;

use crate::archive::{Archive, Entry};
use crate::client::{Client, Settings, Validators, is_redirect};
use crate::error::{Error, GetError, Result};
use crate::ledger::{Failure, Ledger, Notice, Run, Scope};
use crate::together::{self, Task};
use crate::way::Way;

/// Most pages of a list that are followed: a list that goes on for ever is a defect of the site or of ours.
const MAX_PAGES: usize = 1_000;

/// What happens in a run, for whoever watches.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A page of a list was read.
    Listed {
        /// The source.
        source: String,
        /// Notices known so far.
        notices: usize,
    },
    /// How many notices are to be fetched.
    ToFetch {
        /// The source.
        source: String,
        /// Their number.
        notices: usize,
    },
    /// A notice was fetched, or could not be.
    Fetched {
        /// The source.
        source: String,
        /// Its address.
        url: String,
        /// Bytes received.
        bytes: u64,
    },
    /// A host is not asked for a while.
    Waiting {
        /// The source.
        source: String,
        /// The host.
        host: String,
        /// How long.
        wait: Duration,
        /// Why.
        because: String,
    },
}

/// Fetches sources into an archive, all at once, each host at its own pace. The runs come back in the order of the sources.
///
/// # Errors
/// [`Error::UnknownSource`], [`Error::NoListing`] before anything is asked; [`Error::File`] and other errors of the archive.
/// What goes wrong with single addresses stands in the runs.
pub fn fetch(
    archive: &mut Archive,
    sources: &[String],
    scope: Scope,
    settings: &Settings,
    told: &(dyn Fn(Event) + Sync),
) -> Result<Vec<(String, Run)>> {
    let sources = sources.iter().map(|id| source(id)).collect::<Result<Vec<_>>>()?;
    let client = Client::new(settings)?;
    let root = archive.root().to_owned();
    let archive = Mutex::new(archive);
    let runner = |info| Runner { info, client: &client, archive: &archive, root: &root, scope, told };
    let runners: Vec<Runner<'_, '_>> = sources.into_iter().map(runner).collect();
    let tasks = runners.iter().map(|runner| Box::pin(runner.run()) as Task<'_, Result<(String, Run)>>).collect();
    together::run(tasks)?.into_iter().collect()
}

/// The source of that id, which must list something.
fn source(id: &str) -> Result<&'static SourceInfo> {
    let wanted = id.replace('-', "_");
    let Some(info) = registry().iter().find(|info| info.id == wanted) else {
        // The reader of pages says it best, with the nearest known id.
        let page = ListPage { bytes: b"", url: "", media_type: None };
        return match list(id, None, &page) {
            Err(fineprint_sources::ListError::UnknownSource(error)) => Err(error.into()),
            _ => Err(Error::NoListing { source_id: id.to_owned(), known: with_lists() }),
        };
    };
    if info.listings.is_empty() {
        return Err(Error::NoListing { source_id: info.id.clone(), known: with_lists() });
    }
    Ok(info)
}

fn with_lists() -> String {
    let with_lists = registry().iter().filter(|info| !info.listings.is_empty());
    with_lists.map(|info| format!("`{}`", info.id)).collect::<Vec<_>>().join(", ")
}

struct Runner<'a, 'b> {
    info: &'static SourceInfo,
    client: &'a Client,
    archive: &'a Mutex<&'b mut Archive>,
    root: &'a Path,
    scope: Scope,
    told: &'a (dyn Fn(Event) + Sync),
}

/// What the lists of a run showed so far.
#[derive(Default)]
struct Seen {
    /// Name of the list, address of the page.
    pages: HashSet<(String, String)>,
    /// Addresses of notices.
    notices: HashSet<String>,
}

/// Why an address was not fetched, or why the archive failed.
enum Stop {
    Get(GetError),
    Archive(Error),
}

impl From<GetError> for Stop {
    fn from(error: GetError) -> Self {
        Self::Get(error)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Archive(error)
    }
}

/// An answer in the archive at the end of its redirects.
struct Fetched {
    entry: Entry,
    /// Bytes of bodies sent for it in this run.
    bytes: u64,
}

impl<'b> Runner<'_, 'b> {
    async fn run(&self) -> Result<(String, Run)> {
        let id = &self.info.id;
        let mut ledger = Ledger::open(self.root, id)?;
        let begun = ledger.unfinished.take().filter(|run| run.scope == self.scope);
        let mut run = Run {
            number: begun.as_ref().map_or_else(|| ledger.next_number(), |run| run.number),
            started: begun.map_or_else(|| self.client.now(), |run| run.started),
            scope: self.scope,
            ..Run::default()
        };
        ledger.unfinished = Some(run.clone());
        ledger.save(self.root, id)?;
        let put_off = match self.work(&mut run).await {
            Ok(()) => None,
            Err(Stop::Archive(error)) => return Err(error),
            Err(Stop::Get(error)) => Some(error),
        };
        if let Some(error) = put_off {
            // The run stays unfinished: the next one goes on with it.
            run.refused = Some(format!("it was put off: {error}"));
            return Ok((id.clone(), run));
        }
        run.finished = Some(self.client.now());
        run.refused = run.judge(ledger.believed.as_ref());
        self.remark(&mut run);
        ledger.unfinished = None;
        if run.refused.is_none() && self.scope.is_whole() {
            ledger.believed = Some(run.clone());
        }
        ledger.last = Some(run.clone());
        ledger.save(self.root, id)?;
        Ok((id.clone(), run))
    }

    async fn work(&self, run: &mut Run) -> Result<(), Stop> {
        let mut seen = Seen::default();
        for listing in &self.info.listings {
            for page in &listing.pages {
                self.list(run, &listing.name, page, &mut seen).await?;
            }
        }
        let mut wanted: Vec<usize> = Vec::new();
        for (at, notice) in run.listed.iter_mut().enumerate() {
            let archive = self.archive();
            let known = archive.latest(&notice.url);
            notice.sha256 = known.map(|entry| entry.sha256.clone());
            let is_of_run = known.is_some_and(|entry| entry.source == self.info.id && entry.run == run.number);
            if known.is_none() || self.scope.refresh || is_of_run {
                wanted.push(at);
            }
        }
        wanted.truncate(self.scope.limit.unwrap_or(usize::MAX));
        (self.told)(Event::ToFetch { source: self.info.id.clone(), notices: wanted.len() });
        for at in wanted {
            let url = run.listed[at].url.clone();
            let before = run.listed[at].sha256.take();
            let mut bytes = 0;
            match self.get(&url, run.number).await {
                Ok(fetched) => {
                    bytes = fetched.bytes;
                    // Whether it was new is told by the run that fetched it, also when that run goes on later.
                    let known_before = self.known_before(&fetched.entry.url, &fetched.entry.sha256, run.number);
                    if known_before {
                        run.unchanged += 1
                    } else {
                        run.new += 1
                    }
                    run.listed[at].sha256 = Some(fetched.entry.sha256);
                    run.bytes += bytes;
                }
                Err(Stop::Get(error @ GetError::ComeBack { .. })) => return Err(error.into()),
                Err(Stop::Get(error)) => {
                    run.listed[at].sha256 = before;
                    run.failed.push(Failure { url: url.clone(), reason: error.to_string() });
                }
                Err(error) => return Err(error),
            }
            (self.told)(Event::Fetched { source: self.info.id.clone(), url, bytes });
        }
        Ok(())
    }

    /// Follows a list from one of its first pages to its end, or to where it is older than asked for.
    async fn list(&self, run: &mut Run, name: &str, first: &str, seen: &mut Seen) -> Result<(), Stop> {
        let mut next = Some(first.to_owned());
        for _ in 0..MAX_PAGES {
            let Some(page) = next.take() else { return Ok(()) };
            // The first page may be another list's too; one met again later is a circle.
            if !seen.pages.insert((name.to_owned(), page.clone())) {
                return Ok(());
            }
            let misread = |reason: String| Failure { url: page.clone(), reason };
            let place = |reason: String| format!("source `{}`, page `{page}`: {reason}", self.info.id);
            let fetched = match self.get(&page, run.number).await {
                Ok(fetched) => fetched,
                Err(Stop::Get(error @ GetError::ComeBack { .. })) => return Err(error.into()),
                Err(Stop::Get(error)) => {
                    run.misread.push(misread(place(error.to_string())));
                    return Ok(());
                }
                Err(error) => return Err(error),
            };
            run.pages += 1;
            run.bytes += fetched.bytes;
            let body = self.archive().payload(&fetched.entry)?;
            let read =
                ListPage { bytes: &body, url: &fetched.entry.url, media_type: fetched.entry.media_type.as_deref() };
            match list(&self.info.id, Some(name), &read) {
                Ok(listing) => {
                    next = listing.next.clone().filter(|_| !self.is_older(&listing));
                    self.take(run, &page, listing, &mut seen.notices);
                }
                Err(error) => {
                    run.misread.push(misread(error.to_string()));
                    return Ok(());
                }
            }
            (self.told)(Event::Listed { source: self.info.id.clone(), notices: run.listed.len() });
        }
        run.misread.push(Failure {
            url: first.to_owned(),
            reason: format!(
                "source `{}`, page `{first}`: expected at most {MAX_PAGES} pages, found more",
                self.info.id
            ),
        });
        Ok(())
    }

    fn take(&self, run: &mut Run, page: &str, listing: Listing, named: &mut HashSet<String>) {
        let page_itself = listing.is_notice.then(|| Notice { url: page.to_owned(), date: None, sha256: None });
        let notices =
            listing.notices.into_iter().map(|listed| Notice { url: listed.url, date: listed.date, sha256: None });
        for notice in page_itself.into_iter().chain(notices) {
            let is_asked = notice.date.is_none_or(|date| !self.is_before(date));
            if is_asked && named.insert(notice.url.clone()) {
                run.listed.push(notice);
            }
        }
    }

    /// Whether everything on a page is dated before what was asked for: lists begin with the newest.
    fn is_older(&self, listing: &Listing) -> bool {
        !listing.notices.is_empty()
            && listing.notices.iter().all(|notice| notice.date.is_some_and(|date| self.is_before(date)))
    }

    fn is_before(&self, date: PartialDate) -> bool {
        self.scope.since.is_some_and(|since| date.last_day() < since.first_day())
    }

    /// The answer of an address at the end of its redirects, every hop in the archive.
    async fn get(&self, address: &str, run: u32) -> Result<Fetched, Stop> {
        let mut way = Way::from(address, self.client.settings().redirects)?;
        let mut bytes = 0;
        loop {
            let entry = self.hop(way.at(), run).await?;
            bytes += entry.size;
            if !is_redirect(entry.status) {
                return Ok(Fetched { entry, bytes });
            }
            way.follow(entry.location.as_deref())?;
        }
    }

    async fn hop(&self, url: &Url, run: u32) -> Result<Entry, Stop> {
        let (done, earlier) = {
            let archive = self.archive();
            let earlier = archive.answers(url.as_str()).rev().find(|entry| entry.status == 200);
            (archive.in_run(url.as_str(), &self.info.id, run).cloned(), earlier.cloned())
        };
        if let Some(entry) = done {
            return Ok(entry);
        }
        let validators = earlier
            .as_ref()
            .map(|entry| Validators { etag: entry.etag.clone(), last_modified: entry.last_modified.clone() });
        let waiting = |waiting: crate::client::Waiting| {
            (self.told)(Event::Waiting {
                source: self.info.id.clone(),
                host: waiting.host,
                wait: waiting.wait,
                because: waiting.because.to_string(),
            });
        };
        let answer = self.client.get(url, &validators.unwrap_or_default(), &waiting).await?;
        let confirmed = match (answer.status, earlier) {
            (304, None) => return Err(GetError::Status { status: 304, tries: 1 }.into()),
            (304, earlier) => earlier,
            _ => None,
        };
        Ok(self.archive().add(&answer, confirmed.as_ref(), &self.info.id, run)?)
    }

    /// Whether an address had answered with that body before this run.
    fn known_before(&self, url: &str, sha256: &str, run: u32) -> bool {
        let archive = self.archive();
        let is_earlier = |entry: &Entry| entry.source != self.info.id || entry.run != run;
        archive.answers(url).any(|entry| is_earlier(entry) && entry.sha256 == sha256)
    }

    /// Says what the source's expectations make of a whole run.
    fn remark(&self, run: &mut Run) {
        let (expected, found) = (&self.info.expectations, run.listed.len());
        if !self.scope.is_whole() {
            return;
        }
        if expected.min as usize > found {
            run.remarks.push(format!("expected at least {} notices, {found} are listed", expected.min));
        }
        if expected.max > 0 && found > expected.max as usize {
            run.remarks.push(format!("expected at most {} notices, {found} are listed", expected.max));
        }
    }

    fn archive(&self) -> std::sync::MutexGuard<'_, &'b mut Archive> {
        self.archive.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
