//! A wiki of decisions: a table of facts, a summary in English, and a machine translation of the decision.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use fineprint_document::dates;
use fineprint_model::vocab::{self, Authority};
use fineprint_model::{
    Block, BlockKind, Document, FindingKind, Measure, MeasureKind, Outcome, PartialDate, Provision, SourceKind, Stage,
    Statement, Trigger, slugify,
};
use regex::Regex;

use crate::fr_cnil;
use crate::info::SourceInfo;
use crate::pattern::{Pattern, group, pattern};
use crate::registry::{Adapter, Plan, undivided};
use crate::structured::{
    Cell, Claims, amount, authority_id, authority_of_label, blocks_without, finding, imposed, is_at, is_cell,
    organisation,
};

/// How its notices are read.
pub(crate) const ADAPTER: Adapter = Adapter { info: include_str!("source.toml"), recognises, split: undivided, plan };

/// How sure it is that a law listed as relevant was discussed, and violated where only the outcome says so.
const DISCUSSED: f64 = 0.5;
const VIOLATED: f64 = 0.6;

/// "Article 5(1)(f) GDPR", "Art. 82 Loi Informatique et Libertés", "§ 26 BDSG".
static CITATION: Pattern = pattern!(
    r"^(?:Articles?|Art\.?|Section|Sec\.?|§)\s*(?P<article>[0-9]{1,3}(?:[-.][0-9]{1,3})*[a-z]?)(?P<parts>(?:\s?\([0-9a-z]{1,4}\))*),?\s+(?:of (?:the )?)?(?P<law>.{2,80})$"
);
/// Day first, with any of the wiki's separators.
static DAY: Pattern =
    pattern!(r"^(?P<day>[0-9]{1,2})\s?[./-]\s?(?P<month>[0-9]{1,2})\s?[./-]\s?(?P<year>20[0-9]{2}|[0-9]{2})$");
static MONTH: Pattern = pattern!(r"^(?P<month>[0-9]{1,2})[./](?P<year>20[0-9]{2})$");

fn recognises(document: &Document, _: &SourceInfo) -> bool {
    is_at(document, "gdprhub.eu") || facts(document).is_some()
}

/// The rows of the page's table of facts: label without colon, and cell.
fn facts(document: &Document) -> Option<Vec<(&str, Cell<'_>)>> {
    document.tables().into_iter().find_map(|table| {
        let rows: Vec<_> = table
            .iter()
            .filter_map(|row| match row.as_slice() {
                [label, cell] => Some((document.block_text(label).trim_end_matches(':'), Cell::of(document, cell))),
                _ => None,
            })
            .collect();
        let has = |wanted: &str| rows.iter().any(|(label, _)| *label == wanted);
        (has("Jurisdiction") && has("Relevant Law") && (has("Authority") || has("Court"))).then_some(rows)
    })
}

fn plan(document: &Document, claims: &mut Claims<'_>) -> Plan {
    let rows = facts(document).unwrap_or_default();
    let cell =
        |wanted: &str| rows.iter().find(|(label, cell)| *label == wanted && is_stated(cell.text)).map(|(_, cell)| cell);
    let authority = cell("Authority").and_then(|cell| Some((cell, authority_of_label(&one_line(cell.text))?)));
    if let Some((cell, found)) = authority
        && let Some(id) = authority_id(found)
    {
        claims.state(Statement::Authority(id), cell.span(), None);
    }
    // A copy of the text alone still has the address of its page, which begins with the authority's name.
    let authority = authority.map(|(_, authority)| authority).or_else(|| {
        let found = document.url.as_deref().and_then(authority_of_address)?;
        claims.know(Statement::Authority(authority_id(found)?));
        Some(found)
    });
    if let Some(cell) = cell("National Case Number/Name") {
        reference(cell, authority, claims);
    }
    if let Some(cell) = cell("European Case Law Identifier")
        && cell.text.starts_with("ECLI:")
    {
        claims.state(Statement::Ecli(one_line(cell.text)), cell.span(), None);
    }
    for (label, statement) in [
        ("Started", Statement::OpenedOn as fn(PartialDate) -> Statement),
        ("Decided", Statement::DecidedOn),
        ("Published", Statement::PublishedOn),
    ] {
        if let Some((cell, date)) = cell(label).and_then(|cell| Some((cell, date(claims.corrected(label, cell.text))?)))
        {
            claims.state(statement(date), cell.span(), None);
        }
    }
    let outcome = cell("Outcome").and_then(|cell| Some((cell, outcome(cell.text)?)));
    if let Some((cell, (outcome, confidence))) = &outcome {
        claims.state(Statement::Outcome(outcome.clone()), cell.span(), *confidence);
    }
    if let Some(cell) = cell("Outcome")
        && cell.text == "Reprimand"
    {
        let measure = Measure { kind: MeasureKind::Reprimand, party: None, amount: None, note: None };
        claims.state(Statement::Measure(measure), cell.span(), None);
    }
    if let Some(cell) = cell("Type") {
        let trigger = match cell.text {
            "Complaint" => Some((Trigger::Complaint, None)),
            "Data Breach Notification" => Some((Trigger::BreachNotification, None)),
            // An investigation may follow a breach or a complaint as well.
            "Investigation" => Some((Trigger::OwnInitiative, Some(0.5))),
            _ => None,
        };
        if let Some((trigger, confidence)) = trigger {
            claims.state(Statement::Trigger(trigger), cell.span(), confidence);
        }
    }
    if let Some(cell) = cell("Appeal")
        && let Some(stage) = stage(cell.text)
    {
        claims.state(Statement::Stage(stage), cell.span(), None);
    }
    if let Some(cell) = cell("Fine")
        && let Some((money, is_named)) = amount(&one_line(cell.text), authority.map(|authority| authority.currency))
    {
        // Without a currency it is taken to be that of the authority's country.
        claims.state(imposed(money), cell.span(), (!is_named).then_some(0.7));
        let measure = Measure { kind: MeasureKind::Fine, party: None, amount: None, note: None };
        claims.state(Statement::Measure(measure), cell.span(), None);
    }
    if let Some(cell) = cell("Parties") {
        for line in cell.lines() {
            if let Some(party) = organisation(line.text) {
                claims.state(Statement::Party(party), line.span(), Some(0.9));
            }
        }
    }
    if authority.is_some_and(|authority| authority.id == "fr-cnil") {
        fr_cnil::deliberation(document, claims);
    }
    if let Some(cell) = cell("Relevant Law") {
        // Both readings are doubtful; where the prose says what was violated they give way to it.
        let found = matches!(&outcome, Some((_, (Outcome::ViolationFound, _))));
        relevant_law(cell, found, claims);
    }
    let authority = authority.and_then(authority_id);
    let states_no_fine = rows.iter().any(|(label, cell)| *label == "Fine" && cell.text.eq_ignore_ascii_case("none"));
    Plan {
        kind: SourceKind::Wiki,
        authority,
        lacks: None,
        url: None,
        states_no_fine,
        is_case: false,
        prose: prose(document).into(),
    }
}

/// The authority of a page by its address, as `index.php?title=CNIL_(France)_-_SAN-2022-009`.
fn authority_of_address(address: &str) -> Option<&'static Authority> {
    let url = url::Url::parse(address).ok()?;
    let title = url.query_pairs().find(|(key, _)| key == "title")?.1.replace('_', " ");
    let (label, _) = title.split_once(" - ")?;
    label.ends_with(')').then(|| authority_of_label(label))?
}

fn is_stated(text: &str) -> bool {
    !matches!(text.to_lowercase().as_str(), "" | "n/a" | "none" | "unknown" | "n/a n/a" | "-" | "n.a.")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The forms of an authority's numbers, compiled at its first page.
fn forms(authority: &'static Authority) -> &'static [Regex] {
    static FORMS: LazyLock<HashMap<&'static str, OnceLock<Vec<Regex>>>> =
        LazyLock::new(|| vocab::authorities().iter().map(|one| (one.id.as_str(), OnceLock::new())).collect());
    let compile = || authority.references.iter().filter_map(|form| Regex::new(form).ok()).collect();
    FORMS.get(authority.id.as_str()).map_or(&[], |forms| forms.get_or_init(compile))
}

/// The number; what is a name only is none. A longer text is cut to what has the form of the authority's numbers.
fn reference(cell: &Cell<'_>, authority: Option<&'static Authority>, claims: &mut Claims<'_>) {
    let own = authority.into_iter().flat_map(forms).find_map(|form| {
        let found = form.captures(cell.text)?;
        let found = found.get(1).or_else(|| found.get(0))?;
        Some((found.as_str(), (cell.start + found.start(), cell.start + found.end())))
    });
    if let Some((number, span)) = own {
        claims.state(Statement::Reference(number.to_owned()), span, None);
        return;
    }
    let first = cell.lines().next();
    if let Some(line) = first
        && line.text.len() <= 60
        && line.text.chars().filter(char::is_ascii_digit).count() >= 2
    {
        claims.state(Statement::Reference(line.text.to_owned()), line.span(), None);
    }
}

fn date(text: &str) -> Option<PartialDate> {
    let text = one_line(text);
    let number =
        |found: &regex::Captures<'_>, name: &str| group(found, name, 0).and_then(|(text, _)| text.parse::<u32>().ok());
    if let Some(found) = DAY.captures(&text) {
        let year = number(&found, "year").map(|year| if year < 100 { year + 2000 } else { year })?;
        return PartialDate::day(year.cast_signed(), number(&found, "month")?, number(&found, "day")?).ok();
    }
    if let Some(found) = MONTH.captures(&text) {
        return PartialDate::month(number(&found, "year")?.cast_signed(), number(&found, "month")?).ok();
    }
    dates::written(&text)
}

fn outcome(text: &str) -> Option<(Outcome, Option<f64>)> {
    Some(match text.to_lowercase().as_str() {
        "violation found" => (Outcome::ViolationFound, None),
        // Of a complaint: it was well founded.
        "upheld" => (Outcome::ViolationFound, Some(0.9)),
        "partly upheld" => (Outcome::Partly, None),
        "rejected" => (Outcome::RejectedComplaint, None),
        "no violation found" => (Outcome::NoViolation, None),
        "other outcome" => (Outcome::OtherOutcome, Some(0.6)),
        _ => return None,
    })
}

/// The stage that the field "Appeal" states; an appeal that was decided is still the appealed stage here.
fn stage(text: &str) -> Option<Stage> {
    let text = text.to_lowercase();
    if text.starts_with("not appealed") {
        Some(Stage::Decided)
    } else if text.starts_with("pending appeal")
        || text.starts_with("appealed")
        || text.starts_with("successfully appealed")
    {
        Some(Stage::Appealed)
    } else {
        None
    }
}

fn relevant_law(cell: &Cell<'_>, is_violated: bool, claims: &mut Claims<'_>) {
    for line in cell.lines() {
        let Some(provision) = provision(line.text) else { continue };
        let article = provision.article();
        let is_procedural = vocab::provisions().get(article.as_str()).is_some_and(|entry| entry.procedural);
        let is_definition = matches!(article.as_str(), "gdpr/2" | "gdpr/3" | "gdpr/4");
        let (kind, confidence) = match (is_procedural, is_violated && !is_definition) {
            (true, _) => (FindingKind::Procedural, DISCUSSED),
            (false, true) => (FindingKind::Violated, VIOLATED),
            (false, false) => (FindingKind::Discussed, DISCUSSED),
        };
        claims.state(finding(provision, kind), line.span(), Some(confidence));
    }
}

/// Laws by their ids and by their names as slugs; the first law of a name.
static LAWS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut laws = HashMap::new();
    for one in vocab::instruments().iter() {
        let names = one.labels.values().chain(&one.aliases).filter_map(|name| slugify(name));
        for slug in std::iter::once(one.id.clone()).chain(names) {
            laws.entry(slug).or_insert(one.id.as_str());
        }
    }
    laws
});

/// A provision as the wiki cites it; `None` for laws that the vocabulary does not know.
fn provision(text: &str) -> Option<Provision> {
    let text = one_line(text);
    let found = CITATION.captures(&text)?;
    let (law, _) = group(&found, "law", 0)?;
    let instrument = LAWS.get(&slugify(law)?)?;
    let (article, _) = group(&found, "article", 0)?;
    let mut path = format!("{instrument}/{}", article.to_lowercase());
    let (parts, _) = group(&found, "parts", 0)?;
    for part in parts.split(['(', ')', ' ']).filter(|part| !part.is_empty()) {
        path.push('/');
        path.push_str(part);
    }
    Provision::new(path).ok()
}

/// The summary, and the translated decision after it. The table of facts is in neither, nor are the sections in which the
/// wiki's authors comment and link.
fn prose(document: &Document) -> [Vec<Block>; 2] {
    let mut section = Section::Summary;
    let mut parts = [Vec::new(), Vec::new()];
    for block in blocks_without(document, is_cell) {
        if matches!(block.kind, BlockKind::Heading(1 | 2)) {
            section = match document.block_text(&block) {
                "Comment" | "Further Resources" => Section::Aside,
                heading if heading.starts_with("English Machine Translation") => Section::Decision,
                _ => Section::Summary,
            };
        }
        let [summary, decision] = &mut parts;
        match section {
            Section::Summary => summary.push(block),
            Section::Decision => decision.push(block),
            Section::Aside => {}
        }
    }
    parts
}

enum Section {
    Summary,
    Decision,
    Aside,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_day_first() {
        for (text, expected) in [
            ("15.04.2022", Some("2022-04-15")),
            ("6. 02. 2020", Some("2020-02-06")),
            ("5.3.2020", Some("2020-03-05")),
            ("20.07.23", Some("2023-07-20")),
            ("03/04/2021", Some("2021-04-03")),
            ("15-12-2022", Some("2022-12-15")),
            ("01.2021", Some("2021-01")),
            ("16 November 2023", Some("2023-11-16")),
            ("31.02.2020", None),
            ("n/a", None),
        ] {
            assert_eq!(date(text).map(|date| date.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn an_address_names_the_authority() {
        for (address, expected) in [
            ("https://gdprhub.eu/index.php?title=CNIL_(France)_-_SAN-2022-009", Some("fr-cnil")),
            ("https://gdprhub.eu/index.php?title=Datatilsynet_(Denmark)_-_2018-1", Some("dk-datatilsynet")),
            ("https://gdprhub.eu/index.php?title=Article_5_GDPR", None),
            ("https://gdprhub.eu/index.php?title=BVwG_-_W2_1", None),
            ("not an address", None),
        ] {
            assert_eq!(authority_of_address(address).map(|found| found.id.as_str()), expected, "{address}");
        }
    }

    #[test]
    fn laws_are_cited() {
        for (text, expected) in [
            ("Article 5(1)(f) GDPR", Some("gdpr/5/1/f")),
            ("Article 32 GDPR", Some("gdpr/32")),
            ("Article 32 of some law nobody knows", None),
            ("GDPR", None),
        ] {
            assert_eq!(provision(text).map(|found| found.to_string()).as_deref(), expected, "{text}");
        }
    }
}
