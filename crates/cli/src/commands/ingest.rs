//! `fineprint ingest`: notices and packed records into the user's knowledge base. A bad file is reported
//! and harms no other.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::time::Instant;

use fineprint_document::bundle::{self, BundleError, BundleLimits};
use fineprint_fetch::{Page, Pages, Reader, is_address, is_warc};
use fineprint_model::{Case, Draft, PartialDate};
use fineprint_sources::{Census, Input, Reading, SourceInfo, read};
use fineprint_store::pack::{self, Packing};
use fineprint_store::{Effect, Ingested, Match, Writer};

use super::fetch;
use crate::args::{Global, IngestArgs};
use crate::base::{self, Base};
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::{self, Column, Output};
use crate::parallel::in_order;

/// Endings of files that are read in a folder. A file named on the command line is read whatever it is called.
const ENDINGS: &[&str] = &[
    "html", "htm", "xhtml", "txt", "pdf", "xml", "json", "csv", "tsv", "zip", "tar", "tgz", "gz", "warc", "jsonl",
    "zst",
];

/// Most bytes read from one input; the document reader's own limit is lower.
const MAX_BYTES: u64 = 256 << 20;

/// What became of the inputs.
#[derive(Default)]
struct Tally {
    created: usize,
    merged: usize,
    unchanged: usize,
    without_case: usize,
    /// Values that wait for review.
    asked: usize,
    /// Pairs of cases that wait for review.
    doubts: usize,
    /// Bytes of the notices read.
    bytes: usize,
    invalid: usize,
    unreadable: usize,
}

pub fn run(args: &IngestArgs, global: &Global, output: &Output) -> Result {
    if args.url.is_some() && args.inputs.len() != 1 {
        return Err(Failure::new(Kind::Usage, "--url: expected exactly one input, because an address names one page"));
    }
    let began = Instant::now();
    let mut tally = Tally::default();
    let inputs = files(&args.inputs, &mut tally, output);
    let pages = match inputs.iter().any(|input| address(input).is_some()) {
        true => Some(
            Pages::new(&fetch::settings(&args.manners)?)
                .map_err(|error| Failure::from_error(Kind::Io, "could not fetch", error))?,
        ),
        false => None,
    };
    let mut batch = Batch::start(args.dry_run, global, output)?;
    batch.tally = tally;
    batch.began = args.summary.then_some(began);
    let bar = output.progress(inputs.len() as u64, "notices");
    let (url, source) = (args.url.as_deref(), args.source.as_deref());
    let produce = |give: &mut Give<'_>| {
        // Nothing more is wanted once one is refused.
        let _ = inputs.iter().all(|path| give_input(path, pages.as_ref(), give) && give(Step::Over, 0));
    };
    let ended = in_order(
        produce,
        |step| step.read(url, source),
        |taken| match taken {
            Taken::Step(Step::Over) => {
                bar.inc(1);
                Ok(())
            }
            taken => bar.suspend(|| batch.take(taken)),
        },
    );
    bar.finish_and_clear();
    batch.finish(ended)
}

/// One thing to do, in the order of the inputs.
enum Step {
    /// To be read: its bytes, what messages call it, and where it comes from.
    Notice(Vec<u8>, String, Origin),
    /// Whole records.
    Packed(PathBuf, String, Packing),
    /// Something that is no result.
    Note(String),
    /// What is wrong with a part of the input.
    Invalid(String),
    /// What could not be read at all.
    Unreadable(String),
    /// An input is through.
    Over,
}

/// What is known of where a notice comes from.
#[derive(Default)]
struct Origin {
    url: Option<String>,
    media_type: Option<String>,
    /// `None` for today.
    retrieved_on: Option<PartialDate>,
}

/// A step of which the work that needs no knowledge base is done.
enum Taken {
    /// Size in bytes, what messages call it, and what was read.
    Notice(usize, String, Box<fineprint_sources::Result<Reading>>),
    /// Nothing was to be done yet.
    Step(Step),
}

/// Takes a step with its size in bytes; false where no more is wanted.
type Give<'a> = dyn FnMut(Step, usize) -> bool + 'a;

impl Step {
    fn read(self, url: Option<&str>, source: Option<&str>) -> Taken {
        let Self::Notice(bytes, name, origin) = self else { return Taken::Step(self) };
        let input = Input {
            bytes: &bytes,
            name: &name,
            url: url.or(origin.url.as_deref()),
            media_type: origin.media_type.as_deref(),
            retrieved_on: origin.retrieved_on.or_else(|| Some(base::today().into())),
            source,
            ..Input::default()
        };
        let reading = read(&input);
        Taken::Notice(bytes.len(), name, Box::new(reading))
    }
}

/// Opens one input and gives what is in it, a notice at a time. `pages` fetches what is an address.
fn give_input(path: &Path, pages: Option<&Pages>, give: &mut Give<'_>) -> bool {
    let name = if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
    if let Some((address, pages)) = address(path).zip(pages) {
        return match pages.get(address) {
            Ok(page) => give_page(page, name, give),
            Err(error) => give(Step::Unreadable(format!("`{name}`: {error}")), 0),
        };
    }
    if let Some(packing) = Packing::of(path) {
        return give(Step::Packed(path.to_owned(), name, packing), 0);
    }
    let read = if path == Path::new("-") { bytes(path).map(Opened::of) } else { Opened::open(path) };
    match read {
        Ok(opened) => give_opened(opened, name, Origin::default(), give),
        Err(error) => give(Step::Unreadable(format!("`{name}`: could not read: {error}")), 0),
    }
}

fn give_opened(opened: Opened, name: String, origin: Origin, give: &mut Give<'_>) -> bool {
    match opened {
        Opened::Bundle(source) => give_members(source, &name, give),
        Opened::Archive(source) => give_pages(source, &name, give),
        Opened::Notice(bytes) => {
            let size = bytes.len();
            give(Step::Notice(bytes, name, origin), size)
        }
    }
}

/// Gives a page that was fetched, now or into an archive.
fn give_page(page: Page, name: String, give: &mut Give<'_>) -> bool {
    let retrieved_on = page.at.get(..10).and_then(|day| day.parse().ok());
    let origin = Origin { url: Some(page.url), media_type: page.media_type, retrieved_on };
    give_opened(Opened::of(page.body), name, origin, give)
}

/// Gives the pages of a WARC file, one at a time.
fn give_pages(source: Box<dyn BufRead>, name: &str, give: &mut Give<'_>) -> bool {
    Reader::over(Path::new(name), source).pages().all(|page| match page {
        Ok(page) => {
            let name = format!("{name}: {}", page.url);
            give_page(page, name, give)
        }
        Err(error) => give(Step::Invalid(error.to_string()), 0),
    })
}

/// Gives the members of a bundle, one at a time.
fn give_members(source: Box<dyn ReadSeek>, name: &str, give: &mut Give<'_>) -> bool {
    let mut is_wanted = true;
    let mut others = 0;
    let refused = |error: &BundleError| Step::Invalid(format!("`{name}`: {error}"));
    let end = bundle::read(source, name, &BundleLimits::default(), |member| {
        match member {
            Ok(member) if is_notice(&member.name) => {
                let size = member.bytes.len();
                let name = format!("{name}: {}", member.name);
                is_wanted = give(Step::Notice(member.bytes, name, Origin::default()), size);
            }
            Ok(_) => others += 1,
            Err(error) => is_wanted = give(refused(&error), 0),
        }
        is_wanted
    });
    if let Err(error) = end {
        is_wanted = is_wanted && give(refused(&error), 0);
    }
    if others > 0 {
        let note = format!("{name}: passed over {others} files that are no {}", ENDINGS.join(", "));
        is_wanted = is_wanted && give(Step::Note(note), 0);
    }
    is_wanted
}

/// The address that an input is; `None` for a file.
fn address(input: &Path) -> Option<&str> {
    input.to_str().filter(|word| is_address(word))
}

/// The files to read: folders are walked, in the order of their names.
fn files(inputs: &[PathBuf], tally: &mut Tally, output: &Output) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for input in inputs {
        if address(input).is_some() || !input.is_dir() {
            files.push(input.clone());
            continue;
        }
        let mut others = 0;
        for entry in walkdir::WalkDir::new(input).sort_by_file_name() {
            match entry {
                Ok(entry) if !entry.file_type().is_file() => {}
                Ok(entry) => {
                    let ending = entry.path().extension().and_then(OsStr::to_str).map(str::to_lowercase);
                    if ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())) {
                        files.push(entry.into_path());
                    } else {
                        others += 1;
                    }
                }
                Err(error) => {
                    tally.unreadable += 1;
                    output::warn(format!("fineprint: {error}"));
                }
            }
        }
        if others > 0 {
            output.note(format!("{}: passed over {others} files that are no {}", input.display(), ENDINGS.join(", ")));
        }
    }
    files
}

/// The run so far.
pub(super) struct Batch<'a> {
    output: &'a Output,
    tally: Tally,
    rows: Vec<Row>,
    /// `None` in a dry run.
    writer: Option<Writer>,
    /// When it began, where what it took is to be told.
    began: Option<Instant>,
    /// Source -> what the batch has of it.
    censuses: BTreeMap<&'static str, (&'static SourceInfo, Census)>,
}

/// What one notice did to one case.
#[derive(serde::Serialize)]
struct Row {
    case: String,
    effect: &'static str,
    because: Option<&'static str>,
    conflicts: Vec<&'static str>,
    notice: String,
}

impl<'a> Batch<'a> {
    /// Begins a run over the user's knowledge base; a dry run touches none.
    pub(super) fn start(dry_run: bool, global: &Global, output: &'a Output) -> Result<Self> {
        let mut batch = Self {
            output,
            tally: Tally::default(),
            rows: Vec::new(),
            writer: None,
            began: None,
            censuses: BTreeMap::new(),
        };
        if !dry_run {
            let base = Base::open_or_init(global, output)?;
            let writer = base.writer(base::today());
            let mut writer = writer.map_err(|error| Failure::from_error(Kind::Io, "could not start writing", error))?;
            // Nothing is reported as stored before the end of the run.
            writer.in_groups();
            batch.writer = Some(writer);
        }
        Ok(batch)
    }

    /// Tells what is wrong with a part of the input, and counts it.
    pub(super) fn invalid(&mut self, what: &str) {
        self.tally.invalid += 1;
        output::warn(format!("fineprint: {what}"));
    }

    /// Tells of an input that could not be read at all, and counts it.
    pub(super) fn unreadable(&mut self, what: &str) {
        self.tally.unreadable += 1;
        output::warn(format!("fineprint: {what}"));
    }

    /// Takes a step. What is wrong with an input is reported and counted; only what makes going on pointless is returned.
    fn take(&mut self, taken: Taken) -> Result<()> {
        match taken {
            Taken::Notice(size, name, reading) => {
                self.tally.bytes += size;
                return self.notice(*reading, &name);
            }
            Taken::Step(Step::Packed(path, name, packing)) => return self.unpack(&path, &name, packing),
            Taken::Step(Step::Note(text)) => self.output.note(text),
            Taken::Step(Step::Invalid(text)) => self.invalid(&text),
            Taken::Step(Step::Unreadable(text)) => self.unreadable(&text),
            Taken::Step(Step::Notice(..) | Step::Over) => {}
        }
        Ok(())
    }

    /// Stores what was read of one notice, or of a file of many.
    fn notice(&mut self, reading: fineprint_sources::Result<Reading>, name: &str) -> Result<()> {
        match reading {
            Ok(reading) => {
                if let Some(reason) = &reading.skipped {
                    self.tally.without_case += reading.rows.max(1);
                    output::warn(format!("fineprint: `{name}`: no case in it: {reason}"));
                } else if let Some((row, reason)) = reading.skipped_rows.first() {
                    let (count, rows) = (reading.skipped_rows.len(), reading.rows);
                    self.tally.without_case += count;
                    output::warn(format!(
                        "fineprint: `{name}`: no case in {count} of {rows} rows, the first of them row {row}: {reason}"
                    ));
                }
                let source = reading.source;
                let (_, census) = self.censuses.entry(&source.id).or_insert_with(|| (source, Census::default()));
                reading.drafts.iter().for_each(|draft| census.add(source, draft, name, base::today().into()));
                reading.drafts.iter().try_for_each(|draft| self.store(draft, name))
            }
            Err(error @ fineprint_sources::Error::UnknownSource { .. }) => {
                Err(Failure::from_error(Kind::Usage, "--source", error))
            }
            Err(error) => {
                self.tally.invalid += 1;
                output::warn(format!("fineprint: {error}"));
                Ok(())
            }
        }
    }

    pub(super) fn store(&mut self, draft: &Draft, name: &str) -> Result<()> {
        let Some(writer) = &mut self.writer else {
            let authority = draft.authority().map(ToString::to_string).unwrap_or_default();
            let case = format!("{authority} {}", draft.reference().unwrap_or("without a reference"));
            self.rows.push(Row {
                case,
                effect: "would-read",
                because: None,
                conflicts: Vec::new(),
                notice: name.to_owned(),
            });
            return Ok(());
        };
        match writer.ingest(draft) {
            Ok(ingested) => {
                self.tally.asked += ingested.asked;
                self.tally.doubts += ingested.doubts;
                match ingested.effect {
                    Effect::Created => self.tally.created += 1,
                    Effect::Merged | Effect::Reread => self.tally.merged += 1,
                    Effect::Unchanged => self.tally.unchanged += 1,
                }
                self.rows.push(Row::of(&ingested, name));
                Ok(())
            }
            Err(fineprint_store::Error::NoAuthority) => {
                self.tally.without_case += 1;
                output::warn(format!("fineprint: `{name}`: no case in it: no authority found"));
                Ok(())
            }
            Err(error @ fineprint_store::Error::Record { .. }) => {
                self.tally.invalid += 1;
                output::warn(format!("fineprint: `{name}`: {error}"));
                Ok(())
            }
            // A full disk or a lost permission will not be better at the next notice.
            Err(error) => Err(Failure::from_error(Kind::Io, format!("`{name}`"), error)),
        }
    }

    fn unpack(&mut self, path: &Path, name: &str, packing: Packing) -> Result<()> {
        match File::open(path) {
            Ok(file) => self.records(file, name, packing),
            Err(error) => {
                self.unreadable(&format!("`{name}`: {error}"));
                Ok(())
            }
        }
    }

    /// Stores packed records of our own.
    pub(super) fn records(&mut self, source: impl Read, name: &str, packing: Packing) -> Result<()> {
        let records = match pack::read(source, packing) {
            Ok(records) => records,
            Err(error) => {
                self.unreadable(&format!("`{name}`: {error}"));
                return Ok(());
            }
        };
        for record in records {
            match record {
                Ok(case) => self.put(&case, name)?,
                Err(error) => self.invalid(&format!("`{name}`: {error}")),
            }
        }
        Ok(())
    }

    /// Stores a whole record in place of an earlier one with its id.
    fn put(&mut self, case: &Case, name: &str) -> Result<()> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let failed = |error| Failure::from_error(Kind::Io, format!("`{name}`"), error);
        match writer.case(&case.id).map_err(failed)? {
            Some(known) if known == *case => self.tally.unchanged += 1,
            known => {
                writer.put(case).map_err(failed)?;
                if known.is_some() {
                    self.tally.merged += 1;
                } else {
                    self.tally.created += 1;
                }
            }
        }
        Ok(())
    }

    /// Ends a run, after an error too: what was stored before it stays.
    pub(super) fn finish(mut self, ended: Result<()>) -> Result {
        let kept = self.writer.as_mut().map_or(Ok(()), Writer::commit);
        ended?;
        kept.map_err(|error| Failure::from_error(Kind::Io, "could not store the last records", error))?;
        let columns = ["case", "effect", "because", "conflicts", "notice"].map(Column::text);
        let cells: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| {
                let because = row.because.unwrap_or_default().to_owned();
                vec![row.case.clone(), row.effect.to_owned(), because, row.conflicts.join("; "), row.notice.clone()]
            })
            .collect();
        self.output.rows(&columns, &cells, &self.rows)?;
        let tally = &self.tally;
        self.output.note(format!(
            "{} new, {} merged, {} unchanged, {} without a case, {} failed",
            tally.created,
            tally.merged,
            tally.unchanged,
            tally.without_case,
            tally.invalid + tally.unreadable
        ));
        if tally.doubts > 0 {
            self.output.note(format!(
                "{} pairs of cases may be one matter: `fineprint review --kind same-matter` shows them",
                tally.doubts
            ));
        }
        if tally.asked > 0 {
            self.output
                .note(format!("{} values are too unsure to be recorded: `fineprint review` shows them", tally.asked));
        }
        for (info, census) in self.censuses.values() {
            for doubt in census.doubts(info, None) {
                output::warn(format!("fineprint: this is not what {} usually yields: {doubt}", info.id));
            }
            for oddity in census.oddities() {
                self.output.note(format!("{}: {oddity}", info.id));
            }
        }
        if let Some(began) = self.began {
            self.output.note(cost(began, tally.bytes));
        }
        let read = tally.created + tally.merged + tally.unchanged + self.rows.len();
        Ok(match tally {
            Tally { unreadable: 1.., .. } => Outcome::PartlyUnreadable,
            Tally { invalid: 1.., .. } => Outcome::PartlyInvalid,
            _ if read == 0 => Outcome::Nothing,
            _ => Outcome::Done,
        })
    }
}

impl Row {
    fn of(ingested: &Ingested, name: &str) -> Self {
        Self {
            case: ingested.id.to_string(),
            effect: match ingested.effect {
                Effect::Created => "new",
                Effect::Merged => "merged",
                Effect::Reread => "read-again",
                Effect::Unchanged => "unchanged",
            },
            because: ingested.because.map(|because| match because {
                Match::Document => "same document",
                Match::Reference => "same reference",
                Match::Address => "same address",
                Match::Party => "same party, amount or date",
            }),
            conflicts: ingested.conflicts.clone(),
            notice: name.to_owned(),
        }
    }
}

/// What the run took: seconds, bytes a second, and the most memory the process had at a time.
fn cost(began: Instant, bytes: usize) -> String {
    let seconds = began.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "bytes of notices stay far below 2^53")]
    let megabytes = bytes as f64 / 1e6;
    let memory =
        peak_memory().map_or_else(String::new, |kilobytes| format!(", at most {} MB of memory", kilobytes / 1000));
    format!("{megabytes:.1} MB in {seconds:.1} s, {:.1} MB/s{memory}", megabytes / seconds.max(1e-9))
}

/// The most memory this process had, in kilobytes. `None` where the system does not say.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The bytes of a file, or of standard input for `-`.
pub(super) fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().lock().take(MAX_BYTES).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// An input that was opened.
enum Opened {
    Notice(Vec<u8>),
    Bundle(Box<dyn ReadSeek>),
    /// A WARC file.
    Archive(Box<dyn BufRead>),
}

/// What a bundle is read from.
trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

impl Opened {
    /// A bundle or archive stays on disk; anything else is read whole.
    fn open(path: &Path) -> std::io::Result<Self> {
        let mut file = File::open(path)?;
        let mut bytes = Vec::new();
        (&mut file).take(512).read_to_end(&mut bytes)?;
        if is_warc(&bytes) {
            file.rewind()?;
            return Ok(Self::Archive(Box::new(BufReader::new(file))));
        }
        if bundle::kind(&bytes).is_some() {
            file.rewind()?;
            return Ok(Self::Bundle(Box::new(file)));
        }
        file.take(MAX_BYTES).read_to_end(&mut bytes)?;
        Ok(Self::Notice(bytes))
    }

    fn of(bytes: Vec<u8>) -> Self {
        if is_warc(bytes.get(..512).unwrap_or(&bytes)) {
            Self::Archive(Box::new(Cursor::new(bytes)))
        } else if bundle::kind(&bytes).is_some() {
            Self::Bundle(Box::new(Cursor::new(bytes)))
        } else {
            Self::Notice(bytes)
        }
    }
}

/// Whether a member of a bundle is read, by its ending; one without is.
fn is_notice(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    ending.is_none_or(|ending| ENDINGS.contains(&ending.as_str()))
}
