//! `fineprint show`: one case, with the words behind its values and what its sources disagree about.

use std::io::Write;

use fineprint_model::resolve::{self, Conflict};
use fineprint_model::{Basis, Case, Claim, Fine, Money, MoneyEvent, Statement, Term};
use fineprint_views::machine::cite;
use fineprint_views::{format, label, title};

use crate::args::{Cite, Format, Global, ShowArgs};
use crate::base::{self, Base};
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::{Output, write_json, write_json_line};

pub fn run(args: &ShowArgs, global: &Global, output: &Output) -> Result {
    let case = Base::open(global)?.case(&args.id)?;
    let mut out = output.stdout();
    if let Some(style) = args.cite {
        let site = base::citing_site();
        let text = match style {
            Cite::Text => cite::text(&site, &case),
            Cite::CslJson => cite::csl_json(&site, &case)
                .map_err(|error| Failure::from_error(Kind::Invalid, "could not write the citation", error))?,
            Cite::Bibtex => cite::bib(&site, &case),
            Cite::Ris => cite::ris(&site, &case),
        };
        writeln!(out, "{}", text.trim_end())?;
        return Ok(Outcome::Done);
    }
    match output.format {
        Format::Json => write_json(&mut out, &case)?,
        Format::Jsonl => write_json_line(&mut out, &case)?,
        Format::Table | Format::Tsv | Format::Csv => write_case(&mut out, &case)?,
    }
    Ok(Outcome::Done)
}

/// Width of the column of labels.
const LABEL: usize = 14;

pub(super) fn write_case(out: &mut impl Write, case: &Case) -> std::io::Result<()> {
    writeln!(out, "{}", title::title(case))?;
    writeln!(out, "{}", case.id)?;
    if let Some(summary) = &case.summary {
        writeln!(out, "\n{summary}")?;
    }
    writeln!(out)?;
    for (name, value) in facts(case) {
        writeln!(out, "{name:<LABEL$} {value}")?;
    }
    section(
        out,
        "Findings",
        case.findings.iter().map(|finding| {
            let note = finding.note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
            format!("{:<13} {}{note}", finding.finding.as_str(), finding.provision.label())
        }),
    )?;
    section(out, "Fine", case.ledger.iter().map(ledger_line))?;
    section(
        out,
        "Appeals",
        case.appeals.iter().map(|appeal| {
            let note = appeal.note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
            format!("{:<13} {}, {}{note}", appeal.result.as_str(), appeal.body, format::stated_date(&appeal.decided_on))
        }),
    )?;
    section(
        out,
        "Sources",
        case.sources.iter().map(|source| {
            let publisher = source.publisher.as_deref().unwrap_or("publisher not stated");
            let place = source.url.as_deref().or(source.title.as_deref()).unwrap_or("no address");
            format!("{:<13} {}, {publisher}: {place}", source.id.as_str(), label::lower(&label::term(&source.kind)))
        }),
    )?;
    section(out, "What the sources say", case.claims.iter().map(claim_line))?;
    let conflicts = resolve::conflicts(case);
    section(out, "Where the sources disagree", conflicts.iter().flat_map(|conflict| conflict_lines(case, conflict)))
}

fn section(out: &mut impl Write, heading: &str, lines: impl Iterator<Item = String>) -> std::io::Result<()> {
    for (at, line) in lines.enumerate() {
        if at == 0 {
            writeln!(out, "\n{heading}")?;
        }
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

/// Label and value of each fact that the record has an opinion on.
fn facts(case: &Case) -> Vec<(&'static str, String)> {
    let parties: Vec<String> = case
        .respondents()
        .map(|party| {
            let details: Vec<String> = [
                party.role.value().map(|role| label::lower(&label::term(role))),
                party.kind.value().map(|kind| label::lower(&label::term(kind))),
                party.country.as_deref().map(label::country),
            ]
            .into_iter()
            .flatten()
            .collect();
            let name = title::party_name(party);
            if details.is_empty() { name } else { format!("{name} ({})", details.join(", ")) }
        })
        .collect();
    let fine = match case.fine(Basis::Current) {
        Fine::None => "none".to_owned(),
        Fine::Unknown => "amount not stated".to_owned(),
        Fine::Annulled => "annulled".to_owned(),
        Fine::Amount(amount) => format::money(amount),
    };
    let mut facts = vec![
        ("Authority", label::authority_name(&case.authority)),
        ("Reference", format::stated(&case.reference, Clone::clone)),
        ("Parties", if parties.is_empty() { "not stated".to_owned() } else { parties.join("; ") }),
        ("Decided", format::stated_date(&case.decided_on)),
        ("Published", format::stated_date(&case.published_on)),
        ("Outcome", format::stated(&case.outcome, label::term)),
        ("Status", label::status(case.status())),
        ("Fine", fine),
    ];
    let mut add = |name, value: Option<String>| facts.extend(value.map(|value| (name, value)));
    add("Of turnover", case.turnover_share.value().map(|share| format::share(&share.share)));
    add("Turnover", case.turnover.value().map(|turnover| format::money(turnover.amount)));
    add("People", case.affected_people.value().map(format::estimate));
    add("Records", case.affected_records.value().map(format::estimate));
    add("Organisations", case.affected_organisations.value().map(format::estimate));
    facts
}

fn ledger_line(event: &MoneyEvent) -> String {
    let note = event.note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
    let amount = event.amount.value().map(|amount: &Money| format::money(*amount));
    let party = event.party.as_ref().map(|party| format!(" ({party})")).unwrap_or_default();
    let on = event.on.value().map(|on| format!(", {}", format::date(*on))).unwrap_or_default();
    format!("{:<13} {}{party}{on}{note}", event.event.as_str(), amount.unwrap_or_default())
}

/// The value of a statement in a few words.
pub(super) fn statement_value(statement: &Statement) -> String {
    match statement {
        Statement::Authority(id) => label::authority(id),
        Statement::Reference(text) | Statement::Ecli(text) => text.clone(),
        Statement::Party(party) => title::party_name(party),
        Statement::IncidentOn(date)
        | Statement::OpenedOn(date)
        | Statement::DecidedOn(date)
        | Statement::PublishedOn(date) => format::date(*date),
        Statement::Outcome(term) => label::term(term),
        Statement::Stage(term) => label::term(term),
        Statement::Trigger(term) => label::term(term),
        Statement::Finding(finding) => format!("{} {}", finding.provision.label(), finding.finding),
        Statement::Money(event) => ledger_line(event).split_whitespace().collect::<Vec<_>>().join(" "),
        Statement::Measure(measure) => label::term(&measure.kind),
        Statement::Turnover(turnover) => format::money(turnover.amount),
        Statement::TurnoverShare(share) => format::share(&share.share),
        Statement::AffectedPeople(estimate)
        | Statement::AffectedRecords(estimate)
        | Statement::AffectedOrganisations(estimate) => format::estimate(estimate),
    }
}

pub(super) fn claim_line(claim: &Claim) -> String {
    let words = claim.evidence.as_ref().map(|evidence| format!(" \"{}\"", format::shortened(&evidence.quote, 100)));
    let sure = claim.confidence.map(|confidence| format!(", confidence {confidence:.2}"));
    format!(
        "{:<22} {:<28} {}{}{}",
        claim.statement.field(),
        statement_value(&claim.statement),
        claim.source,
        sure.unwrap_or_default(),
        words.unwrap_or_default()
    )
}

fn conflict_lines(case: &Case, conflict: &Conflict) -> Vec<String> {
    let how = if conflict.compatible { ", one less precise than the other" } else { "" };
    let mut lines = vec![format!("{}{how}", conflict.field)];
    for claim in conflict.claims.iter().filter_map(|at| case.claims.get(*at)) {
        let mark = if conflict.winner == Some(claim.source.clone()) { "holds" } else { "says" };
        lines.push(format!("  {} {mark} {}", claim.source, statement_value(&claim.statement)));
    }
    lines
}
