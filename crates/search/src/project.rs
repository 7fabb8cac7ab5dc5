//! A case as a document of the index.

use std::borrow::Cow;
use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use fineprint_model::query::Field;
use fineprint_model::terms::Term as _;
use fineprint_model::vocab::{self, Entry, Vocabulary, to_euro};
use fineprint_model::{Basis, CapOrigin, Case, FindingKind, Fine, PartialDate, Provision, slugify};
use tantivy::TantivyDocument;
use tantivy::schema::Schema;

use crate::error::{Error, Result};
use crate::query::instrument_names;
use crate::schema::{self, AFFECTED, DATED, Fields, FineState, SHARE, YEAR};
use crate::weights;

/// The fine in euro on a basis: its state, and the cents where they are known.
pub(crate) fn fine(case: &Case, basis: Basis) -> (FineState, Option<i64>) {
    match case.fine(basis) {
        Fine::None => (FineState::None, None),
        Fine::Unknown => (FineState::Unknown, None),
        Fine::Annulled => (FineState::Annulled, None),
        Fine::Amount(money) => {
            let day = case.dated().map(PartialDate::first_day);
            let euro = if money.currency == fineprint_model::Currency::EUR {
                Some(money)
            } else {
                day.and_then(|day| to_euro(money, day)).map(|(euro, _)| euro)
            };
            // An amount that cannot be converted is in no total, like one that was never published.
            euro.map_or((FineState::Unknown, None), |euro| (FineState::Known, Some(euro.amount_minor)))
        }
    }
}

/// Every value of a facet that a case has, ancestors included, each once.
pub(crate) fn facet_values(case: &Case, field: Field) -> BTreeSet<String> {
    let mut values = BTreeSet::new();
    let violated = || case.findings.iter().filter(|finding| finding.finding == FindingKind::Violated);
    let ancestors = |provision: &Provision| provision.with_ancestors().map(str::to_owned).collect::<Vec<_>>();
    match field {
        Field::Authority => {
            values.insert(case.authority.to_string());
        }
        Field::Country => {
            let id = case.authority.as_str();
            let country = vocab::authorities()
                .get(id)
                .map_or_else(|| id.split('-').next().unwrap_or(id).to_owned(), |term| term.country.to_lowercase());
            values.insert(country);
        }
        Field::Law => values.extend(violated().map(|finding| finding.provision.instrument().to_owned())),
        Field::Article => values.extend(violated().flat_map(|finding| ancestors(&finding.provision))),
        Field::Cites => values.extend(case.findings.iter().flat_map(|finding| ancestors(&finding.provision))),
        Field::Violation => {
            for violation in violated().flat_map(|finding| &finding.violations) {
                let mut path = violation.as_str();
                loop {
                    values.insert(path.to_owned());
                    let Some(at) = path.rfind('/') else { break };
                    path = &path[..at];
                }
            }
        }
        Field::Sector => values.extend(case.respondents().flat_map(|party| party.sectors.iter().cloned())),
        Field::Context => values.extend(case.contexts.iter().cloned()),
        Field::Data => values.extend(case.data_categories.iter().cloned()),
        Field::Party => {
            values.extend(case.parties.iter().filter(|party| party.is_mergeable()).map(|party| party.id.to_string()));
        }
        Field::Group => {
            values.extend(case.parties.iter().filter_map(|party| party.group.as_deref()).filter_map(slugify));
        }
        Field::Role => {
            values.extend(case.parties.iter().filter_map(|party| party.role.value()).map(ToString::to_string));
        }
        Field::Kind => {
            values.extend(case.respondents().filter_map(|party| party.kind.value()).map(ToString::to_string));
        }
        Field::Outcome => values.extend(case.outcome.value().map(ToString::to_string)),
        Field::Measure => values.extend(case.measures.iter().map(|measure| measure.kind.to_string())),
        Field::Status => {
            values.insert(case.status().to_string());
        }
        Field::Stage => values.extend(case.stage.value().map(ToString::to_string)),
        Field::Year => values.extend(case.dated().map(|date| date.get_year().to_string())),
        Field::Language => values.extend(case.language.clone()),
        Field::Factor => {
            for factor in &case.factors {
                values.insert(factor.factor.clone());
                values.insert(format!("{}/{}", factor.factor, factor.direction));
            }
        }
        Field::Source => values.extend(case.sources.iter().map(|source| source.kind.to_string())),
        _ => {}
    }
    values
}

/// How many articles a case violated, whatever their paragraphs.
pub(crate) fn articles(case: &Case) -> i64 {
    let articles: BTreeSet<String> =
        case.provisions(FindingKind::Violated).map(|provision| provision.article().as_str().to_owned()).collect();
    i64::try_from(articles.len()).unwrap_or(i64::MAX)
}

/// Whether the fine was imposed in another currency than euro.
pub(crate) fn is_converted(case: &Case) -> bool {
    case.fine(Basis::Imposed).amount().is_some_and(|fine| fine.currency != fineprint_model::Currency::EUR)
}

/// What a text match is raised by because the case is official and large; see [`weights`].
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an approximate weight")]
fn prior(case: &Case) -> f32 {
    let official = case.sources.iter().any(|source| source.kind.is_official());
    let size = fine(case, Basis::Imposed)
        .1
        .filter(|cents| *cents > 0)
        .map_or(0.0, |cents| (1.0 + (cents as f64 / weights::LARGE_CENTS).log10() / 4.0).clamp(0.0, 1.0) as f32);
    weights::LARGE * size + if official { weights::OFFICIAL } else { 0.0 }
}

/// What `has:` finds of a case, whose facets with values are named.
fn known_fields(case: &Case, facets: BTreeSet<&'static str>) -> BTreeSet<&'static str> {
    let mut known = facets;
    if case.status() == fineprint_model::Status::Unknown {
        known.remove("status");
    }
    let mut also = |name, condition: bool| {
        if condition {
            known.insert(name);
        }
    };
    also("share", case.turnover_share.value().is_some());
    also("affected", case.affected_people.value().is_some());
    also("decided", case.decided_on.value().is_some());
    also("published", case.published_on.value().is_some());
    also("appeal", !case.appeals.is_empty());
    also("incident", case.incident_on.value().is_some());
    also("reference", case.reference.value().is_some());
    also("summary", case.summary.is_some());
    also("turnover", case.turnover.value().is_some());
    also("fine-imposed", fine(case, Basis::Imposed).1.is_some());
    also("fine-current", fine(case, Basis::Current).1.is_some());
    also("fine-final", fine(case, Basis::Final).1.is_some());
    known
}

/// The days of the common era that a date can mean, first and last.
pub(crate) fn days(date: PartialDate) -> (i64, i64) {
    (day(date.first_day()), day(date.last_day()))
}

/// A day as a number.
pub(crate) fn day(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce())
}

/// Sentences of a case in our own words: searched, and what snippets are cut from.
pub(crate) fn own_words(case: &Case) -> impl Iterator<Item = &str> {
    case.summary
        .iter()
        .chain(case.findings.iter().filter_map(|finding| finding.note.as_ref()))
        .chain(case.measures.iter().filter_map(|measure| measure.note.as_ref()))
        .chain(case.appeals.iter().filter_map(|appeal| appeal.note.as_ref()))
        .chain(case.factors.iter().filter_map(|factor| factor.note.as_ref()))
        .chain(case.ledger.iter().filter_map(|event| event.note.as_ref()))
        .map(String::as_str)
}

fn labels(terms: &'static Vocabulary<Entry>, id: &str) -> impl Iterator<Item = Cow<'static, str>> {
    let words = terms.get(id).into_iter().flat_map(|term| term.labels.values().chain(&term.aliases));
    words.map(|words| Cow::Borrowed(words.as_str()))
}

/// Words of the vocabularies that belong to a case: titles of provisions, labels of its terms.
fn label_words(case: &Case) -> BTreeSet<Cow<'static, str>> {
    let mut words = BTreeSet::new();
    for finding in &case.findings {
        words.insert(Cow::Owned(finding.provision.label()));
        let article = finding.provision.article();
        words.extend(vocab::provisions().get(article.as_str()).map(|term| Cow::Borrowed(term.title.as_str())));
        for violation in &finding.violations {
            words.extend(labels(vocab::violations(), violation));
        }
    }
    let sectors = case.respondents().flat_map(|party| &party.sectors);
    words.extend(sectors.flat_map(|id| labels(vocab::sectors(), id)));
    words.extend(case.contexts.iter().flat_map(|id| labels(vocab::contexts(), id)));
    words.extend(case.data_categories.iter().flat_map(|id| labels(vocab::data_categories(), id)));
    for role in case.respondents().filter_map(|party| party.role.value()) {
        words.extend(labels(vocab::labels(), &format!("role/{role}")));
    }
    for kind in case.measures.iter().map(|measure| measure.kind.as_str()) {
        words.extend(labels(vocab::labels(), &format!("measure/{kind}")));
    }
    words
}

/// The names that find a case besides its parties': authority, numbers, laws.
fn names(case: &Case) -> BTreeSet<&str> {
    let mut names = BTreeSet::from([case.id.as_str()]);
    if let Some(authority) = vocab::authorities().get(case.authority.as_str()) {
        names.insert(&authority.acronym);
        names.extend(authority.names.values().chain(&authority.aliases).map(String::as_str));
    } else {
        names.insert(case.authority.as_str());
    }
    names.extend(case.reference.value().map(String::as_str));
    names.extend(case.ecli.as_deref());
    for appeal in &case.appeals {
        names.insert(&appeal.body);
        names.extend(appeal.reference.as_deref());
    }
    let laws: BTreeSet<&str> = case.findings.iter().map(|finding| finding.provision.instrument()).collect();
    for law in laws {
        for name in instrument_names(law) {
            names.insert(name);
        }
        names.extend(vocab::instruments().get(law).map(|term| term.title.as_str()));
    }
    names
}

/// Makes the document of a case.
///
/// `text` is what the case's documents say, in the language named; `None` where the knowledge base keeps none.
pub(crate) fn document(
    schema: &Schema,
    fields: &Fields,
    case: &Case,
    hash: &str,
    text: &[(Option<String>, String)],
) -> Result<TantivyDocument> {
    let wrong = |message: String| Error::Record { id: case.id.to_string(), message };
    let mut document = TantivyDocument::default();
    document.add_text(fields.id, case.id.as_str());
    document.add_text(fields.hash, hash);
    for alias in &case.aliases {
        document.add_text(fields.alias, alias.as_str());
    }
    document.add_text(fields.record, case.to_json_line().map_err(|error| wrong(error.to_string()))?);
    if !case.record.is_active() {
        document.add_text(fields.inactive, "yes");
        return Ok(document);
    }
    let handle = |name: &str| schema.get_field(name).map_err(|error| wrong(error.to_string()));
    let mut known = BTreeSet::new();
    for field in schema::facets() {
        let handle = handle(field.as_str())?;
        for value in facet_values(case, field) {
            known.insert(field.as_str());
            document.add_text(handle, value);
        }
    }
    for name in known_fields(case, known) {
        document.add_text(fields.has, name);
    }
    for basis in [Basis::Imposed, Basis::Current, Basis::Final] {
        let (state, cents) = fine(case, basis);
        document.add_i64(handle(schema::state_column(basis))?, state as i64);
        if let Some(cents) = cents {
            document.add_i64(handle(schema::fine_column(basis))?, cents);
        }
    }
    for (field, date) in [(Field::Decided, case.decided_on.value()), (Field::Published, case.published_on.value())] {
        if let Some(date) = date {
            let (first, last) = days(*date);
            let (from, to) = schema::day_columns(field);
            document.add_i64(handle(from)?, first);
            document.add_i64(handle(to)?, last);
        }
    }
    if let Some(date) = case.dated() {
        document.add_i64(handle(DATED)?, days(date).0);
        document.add_i64(handle(YEAR)?, i64::from(date.get_year()));
    }
    if let Some(people) = case.affected_people.value() {
        document.add_i64(handle(AFFECTED)?, i64::try_from(people.point()).unwrap_or(i64::MAX));
    }
    if let Some(share) = case.turnover_share.value() {
        document.add_f64(handle(SHARE)?, share.share.point());
    }
    if let Some(cap) = case.cap() {
        document.add_i64(handle(schema::CAP)?, cap.amount.amount_minor);
        document.add_i64(handle(schema::CAP_ASSUMED)?, i64::from(cap.origin == CapOrigin::Assumed));
    }
    if let Some(cents) = case.turnover_euro() {
        document.add_i64(handle(schema::TURNOVER)?, cents);
    }
    document.add_i64(handle(schema::CONVERTED)?, i64::from(is_converted(case)));
    document.add_i64(handle(schema::ARTICLES)?, articles(case));
    document.add_f64(handle(schema::PRIOR)?, f64::from(prior(case)));
    add_words(&mut document, fields, case, text);
    Ok(document)
}

fn add_words(document: &mut TantivyDocument, fields: &Fields, case: &Case, text: &[(Option<String>, String)]) {
    for party in &case.parties {
        for name in party.name.value().into_iter().chain(&party.aliases) {
            document.add_text(fields.party_name, name);
        }
        if let Some(group) = &party.group {
            document.add_text(fields.group_name, group);
            document.add_text(fields.party_name, group);
        }
    }
    for name in names(case) {
        document.add_text(fields.name, name);
    }
    for words in own_words(case) {
        document.add_text(fields.own, words);
        document.add_text(fields.own_en, words);
    }
    for words in label_words(case) {
        document.add_text(fields.label, &words);
        document.add_text(fields.label_en, words);
    }
    for (language, text) in text {
        document.add_text(fields.text, text);
        document.add_text(fields.text_language, language.as_deref().unwrap_or_default());
        let language = language.as_deref().or(case.language.as_deref());
        let stemmed = fields.stemmed.iter().find(|(at, _)| Some(schema::STEMMED[*at].0) == language);
        if let Some((_, handle)) = stemmed {
            document.add_text(*handle, text);
        }
    }
}
