//! `fineprint watch`: fetch, read, index; once or on a schedule. A run that is not to be believed changes nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use fineprint_fetch::{Archive, Entry, Ledger, Run, loses_too_much};
use fineprint_search::Check;
use fineprint_sources::{Census, Input, Reading, read, registry};
use fineprint_store::{Effect, Writer};
use serde::Serialize;

use super::fetch;
use crate::args::{Global, WatchArgs};
use crate::base::{self, Base};
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::{self, Column, Output};

pub fn run(args: &WatchArgs, global: &Global, output: &Output) -> Result {
    loop {
        let outcome = round(args, global, output);
        if args.once {
            return outcome;
        }
        // Tomorrow the disk may have room again, and the lock be free.
        if let Err(failure) = outcome {
            if failure.is_usage() {
                return Err(failure);
            }
            output::warn(format!("fineprint: {failure}"));
        }
        output.note(format!("next round in {} h", args.every));
        std::thread::sleep(Duration::from_secs(u64::from(args.every) * 3600));
    }
}

fn round(args: &WatchArgs, global: &Global, output: &Output) -> Result {
    let kb = Base::open_or_init(global, output)?;
    let mut archive = fetch::open_archive(&args.options, global, output)?;
    let runs = fetch::fetch(&mut archive, &args.options, output)?;
    let mut rows = Vec::new();
    for (source, run) in &runs {
        let mut writer = kb
            .writer(base::today())
            .map_err(|error| Failure::from_error(Kind::Io, "could not start writing", error))?;
        writer.in_groups();
        rows.push(publish(args, &archive, source, run, &mut writer)?);
    }
    if rows.iter().any(|row| row.new + row.merged > 0) {
        // Searches find what is new without waiting for the next one to bring the index up to date.
        Base::Own(kb).engine_with_report(Check::Stat)?;
    }
    let columns = [
        Column::text("source"),
        Column::number("fetched"),
        Column::number("failed"),
        Column::number("new"),
        Column::number("merged"),
        Column::number("unchanged"),
        Column::number("without_case"),
        Column::text("result"),
    ];
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let counts = [row.fetched, row.failed, row.new, row.merged, row.unchanged, row.without_case];
            let mut cells = vec![row.source.clone()];
            cells.extend(counts.map(|count| count.to_string()));
            cells.push(
                row.refused.as_ref().map_or_else(|| "published".to_owned(), |why| format!("nothing published: {why}")),
            );
            cells
        })
        .collect();
    output.rows(&columns, &cells, &rows)?;
    Ok(if rows.iter().any(|row| row.refused.is_some()) {
        Outcome::PartlyInvalid
    } else if rows.iter().any(|row| row.failed > 0) {
        Outcome::PartlyUnreadable
    } else {
        Outcome::Done
    })
}

/// What a round did with a source.
#[derive(Debug, Default, Serialize)]
struct Row {
    source: String,
    /// Notices that the archive did not have.
    fetched: usize,
    /// Notices that could not be fetched.
    failed: usize,
    /// Cases that are new.
    new: usize,
    /// Cases that have one more source, or whose source says something else now.
    merged: usize,
    /// Cases of which nothing new was said.
    unchanged: usize,
    /// Notices that tell of no case, or could not be read.
    without_case: usize,
    /// Why nothing was published.
    refused: Option<String>,
}

/// Reads the notices of a run that were not read before, and stores what they tell, unless they tell of far fewer cases
/// than they used to: then it is the reader, or the pages, that changed.
fn publish(args: &WatchArgs, archive: &Archive, source: &str, run: &Run, writer: &mut Writer) -> Result<Row> {
    let mut row = Row {
        source: source.to_owned(),
        fetched: run.new,
        failed: run.failed.len(),
        refused: run.refused.clone(),
        ..Row::default()
    };
    if row.refused.is_some() {
        return Ok(row);
    }
    let failed = |error| Failure::from_error(Kind::Io, "could not read the archive", error);
    let mut ledger = Ledger::open(archive.root(), source).map_err(failed)?;
    let notices: Vec<&Entry> =
        run.listed.iter().filter_map(|notice| archive.body(&notice.url, notice.sha256.as_deref()?)).collect();
    let is_new = |entry: &&&Entry| args.reread || !ledger.read.contains_key(&entry.sha256);
    let unread: Vec<&Entry> = notices.iter().filter(is_new).copied().collect();
    // Once to count, once to store: drafts of a whole source would fill the memory.
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    let mut census = Census::default();
    for entry in &unread {
        let cases = match reading(archive, entry)? {
            Ok(reading) => {
                if let Some(reason) = &reading.skipped {
                    output::warn(format!("fineprint: `{}`: no case in it: {reason}", entry.url));
                }
                // What a list of one source leads to at another's is not held against the first one's bounds.
                let own = reading.drafts.iter().filter(|_| reading.source.id == source);
                own.for_each(|draft| census.add(reading.source, draft, &entry.url, base::today().into()));
                reading.drafts.len()
            }
            Err(reason) => {
                output::warn(format!("fineprint: {reason}"));
                0
            }
        };
        row.without_case += usize::from(cases == 0);
        counted.insert(entry.sha256.clone(), cases);
    }
    let cases_in = |entry: &&Entry| counted.get(&entry.sha256).or_else(|| ledger.read.get(&entry.sha256)).copied();
    let cases: usize = notices.iter().filter_map(cases_in).sum();
    row.refused = doubt(notices.len(), cases, ledger.cases.filter(|_| run.scope.is_whole()))
        .or_else(|| unexpected(args, source, &census, Some(cases).filter(|_| run.scope.is_whole())));
    if row.refused.is_some() {
        return Ok(row);
    }
    for entry in unread {
        let Ok(reading) = reading(archive, entry)? else { continue };
        for draft in &reading.drafts {
            match writer.ingest(draft) {
                Ok(ingested) => match ingested.effect {
                    Effect::Created => row.new += 1,
                    Effect::Merged | Effect::Reread => row.merged += 1,
                    Effect::Unchanged => row.unchanged += 1,
                },
                Err(error @ (fineprint_store::Error::NoAuthority | fineprint_store::Error::Record { .. })) => {
                    row.without_case += 1;
                    output::warn(format!("fineprint: `{}`: {error}", entry.url));
                }
                Err(error) => return Err(Failure::from_error(Kind::Io, format!("`{}`", entry.url), error)),
            }
        }
    }
    writer.commit().map_err(|error| Failure::from_error(Kind::Io, "could not store the last records", error))?;
    ledger.read.extend(counted);
    if run.scope.is_whole() {
        ledger.cases = Some(cases);
    }
    ledger.save(archive.root(), source).map_err(failed)?;
    Ok(row)
}

/// Why what the notices tell is not what the source usually yields; `None` where it is, and where the user takes it as it is.
fn unexpected(args: &WatchArgs, source: &str, census: &Census, total: Option<usize>) -> Option<String> {
    let info = registry().iter().find(|info| info.id == source)?;
    for oddity in census.oddities() {
        output::warn(format!("fineprint: {source}: {oddity}"));
    }
    let doubts = census.doubts(info, total);
    if args.accept_unexpected {
        for doubt in doubts {
            output::warn(format!("fineprint: {source}: {doubt}; accepted"));
        }
        return None;
    }
    (!doubts.is_empty()).then(|| doubts.join("; "))
}

/// Why what the notices tell is not to be published; `None` where it is. `before` is how many cases they told of last time.
fn doubt(notices: usize, cases: usize, before: Option<usize>) -> Option<String> {
    if cases == 0 && notices > 0 {
        return Some(format!("it brought nothing: none of {notices} notices tells of a case"));
    }
    let before = before.filter(|before| loses_too_much(*before, cases))?;
    Some(format!("it lost a fifth or more: the notices tell of {cases} cases, of {before} before"))
}

/// A notice of the archive, read; an error in words where it is no notice.
fn reading(archive: &Archive, entry: &Entry) -> Result<std::result::Result<Reading, String>> {
    let body =
        archive.payload(entry).map_err(|error| Failure::from_error(Kind::Io, "could not read the archive", error))?;
    let day = entry.at.get(..10).and_then(|day| day.parse().ok());
    let input = Input {
        bytes: &body,
        name: &entry.url,
        url: Some(&entry.url),
        media_type: entry.media_type.as_deref(),
        retrieved_on: day,
        // A list may lead to another's page, which its own reader knows best.
        source: None,
        ..Input::default()
    };
    Ok(read(&input).map_err(|error| error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_that_tell_of_far_less_than_before_are_not_published() {
        assert_eq!(doubt(10, 10, None), None);
        assert_eq!(doubt(10, 9, Some(10)), None);
        assert_eq!(doubt(0, 0, None), None, "that is for the run to judge");
        for (notices, cases, before, expected) in
            [(10, 0, None, "none of 10 notices"), (12, 8, Some(10), "of 8 cases, of 10 before")]
        {
            assert!(doubt(notices, cases, before).unwrap().contains(expected));
        }
    }
}
