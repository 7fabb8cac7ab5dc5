//! The official addresses: asked whether they still answer, and how they stand.

use std::cell::RefCell;
use std::path::Path;

use fineprint_fetch::Settings;
use fineprint_model::Case;
use fineprint_model::links::{Found, LinkReport, Standing, Visit, Visits};
use fineprint_views::format;

use crate::args::ReportArgs;
use crate::base::{self, Base};
use crate::commands::fetch;
use crate::exit::{Failure, Kind, Result};
use crate::output::{self, Column, Output};

/// Visits after which what was found is kept, so that a run that is broken off has not asked in vain.
const KEPT_EVERY: usize = 50;

/// Tries after the first where a site fails: an address that has to be asked often is no good address now.
const RETRIES: u32 = 1;

/// The visits that are known, after those that the user asks for.
pub fn visits(args: &ReportArgs, base: &Base, cases: &[Case], output: &Output) -> Result<Visits> {
    let known = match args.links.as_deref() {
        Some(file) => read(file)?,
        None => base.visits()?,
    };
    if !args.check_links {
        return Ok(known);
    }
    let mut addresses = LinkReport::of(cases, &known).to_visit();
    addresses.truncate(args.limit.unwrap_or(usize::MAX));
    let settings = Settings { retries: RETRIES, ..fetch::settings(&args.manners)? };
    let keeper = Keeper { file: args.links.as_deref(), base };
    let bar = output.progress(addresses.len() as u64, "addresses");
    let visits = RefCell::new((known, 0));
    let told = |address: &str, visit: Visit| {
        let (visits, made) = &mut *visits.borrow_mut();
        visits.add(address, visit);
        *made += 1;
        bar.inc(1);
        if *made % KEPT_EVERY == 0
            && let Err(failure) = keeper.keep(visits)
        {
            bar.suspend(|| output::warn(format!("fineprint: {failure}")));
        }
    };
    let visited = fineprint_fetch::visit(&addresses, &settings, &told);
    bar.finish_and_clear();
    visited.map_err(|error| Failure::from_error(Kind::Io, "could not visit addresses", error))?;
    let (visits, _) = visits.into_inner();
    if !keeper.keep(&visits)? {
        output.note("what was found is not kept: --links FILE, or a knowledge base with --kb DIR, keeps it");
    }
    Ok(visits)
}

fn read(file: &Path) -> Result<Visits> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Visits::default()),
        Err(error) => return Err(Failure::from_error(Kind::Io, format!("--links: `{}`", file.display()), error)),
    };
    Visits::from_json(&text)
        .map_err(|error| Failure::from_error(Kind::Invalid, format!("--links: `{}`", file.display()), error))
}

/// Where visits are kept.
struct Keeper<'a> {
    file: Option<&'a Path>,
    base: &'a Base,
}

impl Keeper<'_> {
    /// Keeps visits; `false` where there is no place for them.
    fn keep(&self, visits: &Visits) -> Result<bool> {
        let failed = |error| Failure::from_error(Kind::Io, "could not keep the visits", error);
        match (self.file, self.base) {
            (Some(file), _) => {
                let json = visits
                    .to_json()
                    .map_err(|error| Failure::from_error(Kind::Invalid, "could not keep the visits", error))?;
                fineprint_store::write_atomically(file, json.as_bytes()).map_err(failed)?;
            }
            (None, Base::Own(kb)) => {
                kb.writer(base::today()).and_then(|mut writer| writer.put_visits(visits)).map_err(failed)?;
            }
            (None, Base::Shipped) => return Ok(false),
        }
        Ok(true)
    }
}

/// Prints every address that a person should look at, the worst first.
pub fn print(links: &LinkReport, output: &Output) -> Result<()> {
    let columns = [
        Column::text("standing"),
        Column::number("status"),
        Column::text("visited"),
        Column::text("url"),
        Column::text("cases"),
        Column::text("because"),
    ];
    let addresses: Vec<_> =
        links.addresses.iter().filter(|address| address.standing != Standing::Alive).cloned().collect();
    let cells: Vec<Vec<String>> = addresses
        .iter()
        .map(|address| {
            let visit = address.visit.as_ref();
            let ids: Vec<&str> = address.cases.iter().map(fineprint_model::CaseId::as_str).collect();
            vec![
                address.standing.as_str().to_owned(),
                visit.and_then(|visit| visit.status).map_or_else(String::new, |status| status.to_string()),
                visit.map_or_else(String::new, |visit| visit.on.to_string()),
                address.url.clone().unwrap_or_default(),
                ids.join(" "),
                visit.map_or_else(String::new, because),
            ]
        })
        .collect();
    output.rows(&columns, &cells, &addresses)
}

fn because(visit: &Visit) -> String {
    match (&visit.reason, &visit.leads_to, visit.found) {
        (Some(reason), ..) => reason.clone(),
        (None, Some(leads_to), Found::Redirected) => format!("leads to {leads_to}"),
        _ => String::new(),
    }
}

/// How many stand how, in a sentence.
pub fn tell(links: &LinkReport, output: &Output) {
    let counts: Vec<String> = Standing::ALL
        .into_iter()
        .filter(|standing| links.count(*standing) > 0)
        .map(|standing| format!("{} {}", links.count(standing), standing.as_str()))
        .collect();
    let visited = links.last_visit.map_or_else(|| "never checked".to_owned(), |day| format!("last checked on {day}"));
    let addresses = links.addresses.iter().filter(|address| address.url.is_some()).count();
    output.note(format!(
        "{}, {visited}: {}",
        format::count(addresses, "official address", "official addresses"),
        if counts.is_empty() { "none".to_owned() } else { counts.join(", ") }
    ));
}
