//! Labelled places as data: expressions that stand in a source's `source.toml`, each with the field it states.
//!
//! Most authorities put the same few labels on their notices, each in its own words: a case number, a date, a document's
//! kind. What differs is data; what cannot be said by an expression stands in the source's own module.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use fineprint_document::dates;
use fineprint_model::{
    AuthorityId, Currency, Document, Measure, MeasureKind, Money, MoneyEvent, MoneyEventKind, PartialDate, SourceKind,
    Stated, Statement, Term, vocab,
};
use regex::Regex;
use serde::Deserialize;

use crate::info::SourceInfo;
use crate::listing::DateOrder;
use crate::registry::{Plan, registry};
use crate::structured::{Claims, amount_in_words, company, is_at, organisation, usual_spelling};

/// Bytes at the top of a document in which it is recognised and in which labels are looked for, unless a place says
/// otherwise.
const TOP: usize = 6000;

/// A labelled place.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Place {
    /// The field it states.
    pub field: PlaceField,
    /// Regular expression; its group `value` is the words that state the field, else the whole of it.
    pub pattern: String,
    /// The value that the words stand for, where they are not the value themselves: a measure, an outcome, a stage, a
    /// trigger, or what happened to the money.
    #[serde(default)]
    pub means: Option<String>,
    /// What stands before a reference where it is quoted elsewhere, as in `LR-`.
    #[serde(default)]
    pub prefix: String,
    /// Bytes from the top in which it is looked for; 0 for the whole document.
    #[serde(default = "top")]
    pub within: usize,
    /// 0 to 1; absent where the label leaves no doubt.
    #[serde(default)]
    pub confidence: Option<f64>,
    /// Whether it stands on decisions, on pages about them, or on both.
    #[serde(default)]
    pub on: PlaceOn,
}

fn top() -> usize {
    TOP
}

/// What a place states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceField {
    /// The authority's reference.
    Reference,
    /// European Case Law Identifier.
    Ecli,
    /// When it decided.
    DecidedOn,
    /// When that was published.
    PublishedOn,
    /// When proceedings were opened.
    OpenedOn,
    /// The party, as far as it is surely an organisation.
    Party,
    /// The party, which the words around it call a company.
    Company,
    /// An amount; `means` is an event of the ledger, `imposed` by default.
    Money,
    /// `means` is the measure.
    Measure,
    /// `means` is the outcome.
    Outcome,
    /// `means` is the stage.
    Stage,
    /// `means` is the trigger.
    Trigger,
}

/// Where a place stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceOn {
    /// Anywhere.
    #[default]
    Any,
    /// On a decision.
    Decision,
    /// On a page about one.
    Page,
}

/// A source's expressions, each compiled when it is first needed: most notices need those of one source.
#[derive(Default)]
struct Compiled {
    recognise: OnceLock<Vec<Regex>>,
    decision: OnceLock<Option<Regex>>,
    places: OnceLock<Vec<(Regex, &'static Place)>>,
}

static COMPILED: LazyLock<HashMap<&'static str, Compiled>> =
    LazyLock::new(|| registry().iter().map(|info| (info.id.as_str(), Compiled::default())).collect());

/// Expressions that do not compile never match; a test of the registry finds them.
impl Compiled {
    fn of(info: &SourceInfo) -> Option<&'static Self> {
        COMPILED.get(info.id.as_str())
    }

    fn recognise(&self, info: &SourceInfo) -> &[Regex] {
        self.recognise.get_or_init(|| info.recognise.iter().filter_map(|text| Regex::new(text).ok()).collect())
    }

    fn decision(&self, info: &SourceInfo) -> Option<&Regex> {
        self.decision.get_or_init(|| info.decision.as_deref().and_then(|text| Regex::new(text).ok())).as_ref()
    }

    fn places(&self, info: &'static SourceInfo) -> &[(Regex, &'static Place)] {
        let compile = |place: &'static Place| Some((Regex::new(&place.pattern).ok()?, place));
        self.places.get_or_init(|| info.places.iter().filter_map(compile).collect())
    }
}

/// The text's beginning, cut at a character.
fn head(text: &str, length: usize) -> &str {
    let mut end = if length == 0 { text.len() } else { length.min(text.len()) };
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// Whether a document is the source's: by its address, else by the words that stand at the top of such documents.
pub(crate) fn recognises(document: &Document, info: &SourceInfo) -> bool {
    if info.hosts.iter().any(|host| is_at(document, host)) {
        return true;
    }
    // A page of another known authority is that one's, whatever it speaks of.
    let elsewhere =
        crate::structured::host(document).is_some_and(|host| crate::structured::authority_of_host(&host).is_some());
    let is_match = |own: &Compiled| own.recognise(info).iter().any(|form| form.is_match(head(&document.text, TOP)));
    !elsewhere && Compiled::of(info).is_some_and(is_match)
}

/// Whether a document is a decision itself.
pub(crate) fn is_decision(document: &Document, info: &SourceInfo) -> bool {
    let form = Compiled::of(info).and_then(|own| own.decision(info));
    form.is_some_and(|form| form.is_match(head(&document.text, TOP)))
}

/// States what the source's places say, and reads the rest as prose.
pub(crate) fn plan(document: &Document, claims: &mut Claims<'_>) -> Plan {
    let info = claims.info();
    let is_decision = is_decision(document, info);
    let authority = info.authority.as_deref().and_then(|id| AuthorityId::new(id).ok());
    state(document, claims, is_decision);
    let kind = if is_decision { SourceKind::OfficialDecision } else { info.kind.clone() };
    Plan::whole(document, kind, authority)
}

/// States what the source's places say.
pub(crate) fn state(document: &Document, claims: &mut Claims<'_>, is_decision: bool) {
    let info = claims.info();
    let currency = info.authority.as_deref().and_then(|id| vocab::authorities().get(id)).map(|one| one.currency);
    let Some(compiled) = Compiled::of(info) else { return };
    for (form, place) in compiled.places(info) {
        let stands_here = match place.on {
            PlaceOn::Any => true,
            PlaceOn::Decision => is_decision,
            PlaceOn::Page => !is_decision,
        };
        let Some(found) = form.captures(head(&document.text, place.within)).filter(|_| stands_here) else { continue };
        let Some(words) = found.name("value").or_else(|| found.get(0)) else { continue };
        let says = words.as_str().trim();
        if let Some(statement) = statement(place, says, document, info, currency)
            && (statement.is_member() || !claims.has(statement.field()))
        {
            let start = words.start() + (words.as_str().len() - words.as_str().trim_start().len());
            claims.state(statement, (start, start + says.len()), place.confidence);
        }
    }
}

fn statement(
    place: &Place,
    words: &str,
    document: &Document,
    info: &SourceInfo,
    currency: Option<Currency>,
) -> Option<Statement> {
    let means = place.means.as_deref();
    Some(match place.field {
        PlaceField::Reference => {
            let number = words.split_whitespace().collect::<Vec<_>>().join(" ");
            Statement::Reference(format!("{}{number}", place.prefix))
        }
        PlaceField::Ecli => Statement::Ecli(words.to_owned()),
        PlaceField::DecidedOn => Statement::DecidedOn(date(words, info.date_order)?),
        PlaceField::PublishedOn => Statement::PublishedOn(date(words, info.date_order)?),
        PlaceField::OpenedOn => Statement::OpenedOn(date(words, info.date_order)?),
        PlaceField::Party => Statement::Party(organisation(&usual_spelling(document, words))?),
        PlaceField::Company => Statement::Party(company(&usual_spelling(document, words))?),
        PlaceField::Money => {
            let event = means.map_or(Some(MoneyEventKind::Imposed), term)?;
            money(event, amount_in_words(words, currency)?)
        }
        PlaceField::Measure => measure(term(means?)?),
        PlaceField::Outcome => Statement::Outcome(term(means?)?),
        PlaceField::Stage => Statement::Stage(term(means?)?),
        PlaceField::Trigger => Statement::Trigger(term(means?)?),
    })
}

/// The statement of a measure.
pub(crate) fn measure(kind: MeasureKind) -> Statement {
    Statement::Measure(Measure { kind, party: None, amount: None, note: None })
}

/// The statement of something that happened to a fine.
pub(crate) fn money(event: MoneyEventKind, amount: Money) -> Statement {
    let amount = Stated::Value(amount);
    Statement::Money(MoneyEvent { event, on: Stated::default(), amount, party: None, source: None, note: None })
}

/// A date in figures in the source's order, or in words.
pub(crate) fn date(words: &str, order: DateOrder) -> Option<PartialDate> {
    dates::figures(words, order == DateOrder::DayFirst).or_else(|| dates::labelled(words))
}

/// A closed term by its name in JSON; `None` for one that the vocabulary does not have.
pub(crate) fn term<T: Term>(text: &str) -> Option<T> {
    Some(T::from_slug(text)).filter(T::is_known)
}

#[cfg(test)]
mod tests {
    use fineprint_model::{Outcome, Stage, Trigger};

    use super::*;

    #[test]
    fn every_place_compiles_and_means_something() {
        for info in registry() {
            for text in
                info.recognise.iter().chain(&info.decision).chain(info.places.iter().map(|place| &place.pattern))
            {
                assert!(Regex::new(text).is_ok(), "{}: {text}", info.id);
            }
            for place in &info.places {
                let means = place.means.as_deref();
                let is_known = match place.field {
                    PlaceField::Money => means.is_none_or(|text| term::<MoneyEventKind>(text).is_some()),
                    PlaceField::Measure => means.is_some_and(|text| term::<MeasureKind>(text).is_some()),
                    PlaceField::Outcome => means.is_some_and(|text| term::<Outcome>(text).is_some()),
                    PlaceField::Stage => means.is_some_and(|text| term::<Stage>(text).is_some()),
                    PlaceField::Trigger => means.is_some_and(|text| term::<Trigger>(text).is_some()),
                    _ => means.is_none(),
                };
                assert!(is_known, "{}: {place:?}", info.id);
            }
        }
    }
}
