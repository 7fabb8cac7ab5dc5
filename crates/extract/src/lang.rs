//! What is known about each language, read from `lang/*.toml`. A language is data: adding one is adding a file
//! and its name to the list below; nothing else changes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::error::{Error, Result};

/// The file of signs and words that belong to no language: `€`, `kr`, legal forms.
pub(crate) const ANY: &str = "any";

/// The role cues that the weights speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Cue {
    /// The fine as a noun.
    Fine,
    /// Fining as a verb.
    Fined,
    /// Handing down whatever is named with it: "imposed", "issued".
    Imposes,
    /// Announced only.
    Proposed,
    /// The most the law allows.
    Maximum,
    /// Per day, per violation.
    Periodic,
    /// Turnover or revenue.
    Turnover,
    /// Before a reduction.
    Initial,
    /// After a reduction.
    Reduced,
    /// Fine taken back or annulled.
    Annulled,
    /// Fine taken back by the authority itself.
    Withdrawn,
    /// Begins the operative part.
    Operative,
    /// Another or an earlier case.
    Earlier,
    /// The sum of parts.
    Total,
    /// Costs, compensation, benefit.
    Damages,
    /// One more of the same: "a further".
    Further,
    /// Heads remarks that are no part of the decision: "Comment".
    Aside,
    /// Settlement.
    Settlement,
    /// Paying.
    Paid,
    /// Breach of a provision.
    Violated,
    /// No breach.
    NotViolated,
    /// Claimed, not found.
    Alleged,
    /// Asked for by a party, not decided.
    Asked,
    /// Cited as a basis or definition.
    Basis,
    /// Obeyed.
    Complied,
    /// Touched by the events, of people and data.
    Affected,
    /// People working for the party.
    Staff,
    /// Things counted that are neither people nor records.
    NotCounted,
    /// Announces a number that stands behind what it counts: "the number of".
    NumberOf,
    /// About.
    About,
    /// More than.
    AtLeast,
    /// Up to.
    AtMost,
    /// Reprimand.
    Reprimand,
    /// Order to comply.
    Order,
    /// Complaint dismissed or nothing found.
    Dismissed,
    /// Proceedings ended.
    Closed,
    /// Processor.
    Processor,
    /// Controller.
    Controller,
    /// The decision, before its date.
    Decision,
    /// Its publication, before its date.
    Publication,
    /// Stands before the number of the case or decision itself: "case no.", "file number".
    CaseNumber,
    /// Stands right before the date of what was just named: "dated", "adopted on".
    Dated,
    /// What an order to comply asks for: "into compliance".
    IntoCompliance,
    /// Denies the breach that follows: "did not find".
    Negator,
    /// Says what a fine comes to: "represents", "equal to".
    Share,
    /// Dates of something else: hearing, inspection, incident.
    Step,
    /// Stands before the name of the party fined.
    PartyAfter,
    /// Stands after the name of the party fined.
    PartyBefore,
    /// Stands between fining and the party: "on", "against".
    PartyLink,
    /// Introduces a party's name: "the company".
    PartyIs,
    /// Stands after a name that is not the party's: complainant, recipient.
    Outsider,
    /// A person's title.
    Person,
    /// Says that a party is a public body.
    PublicBody,
    /// Multiplies a sum by those who are to pay it: "each".
    Each,
    /// Makes a fine smaller, before the sums it leads from and to: "reduced".
    Cut,
    /// A court.
    Court,
    /// Stands after a name that only tells which kind: a "page", an "account".
    Modified,
    /// Makes a sum one that is only threatened: "if the controller fails to".
    Conditional,
    /// Stands right before whom a complaint or a case is against.
    Against,
    /// Deals sums out to several in their order: "respectively".
    Respectively,
}

impl Cue {
    /// All of them, in their order.
    pub const ALL: [Self; 60] = [
        Self::Fine,
        Self::Fined,
        Self::Imposes,
        Self::Proposed,
        Self::Maximum,
        Self::Periodic,
        Self::Turnover,
        Self::Initial,
        Self::Reduced,
        Self::Annulled,
        Self::Withdrawn,
        Self::Operative,
        Self::Earlier,
        Self::Total,
        Self::Damages,
        Self::Further,
        Self::Aside,
        Self::Settlement,
        Self::Paid,
        Self::Violated,
        Self::NotViolated,
        Self::Alleged,
        Self::Asked,
        Self::Basis,
        Self::Complied,
        Self::Affected,
        Self::Staff,
        Self::NotCounted,
        Self::NumberOf,
        Self::About,
        Self::AtLeast,
        Self::AtMost,
        Self::Reprimand,
        Self::Order,
        Self::Dismissed,
        Self::Closed,
        Self::Processor,
        Self::Controller,
        Self::Decision,
        Self::Publication,
        Self::CaseNumber,
        Self::Dated,
        Self::IntoCompliance,
        Self::Negator,
        Self::Share,
        Self::Step,
        Self::PartyAfter,
        Self::PartyBefore,
        Self::PartyLink,
        Self::PartyIs,
        Self::Outsider,
        Self::Person,
        Self::PublicBody,
        Self::Each,
        Self::Cut,
        Self::Court,
        Self::Modified,
        Self::Conditional,
        Self::Against,
        Self::Respectively,
    ];
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Unit {
    /// Human beings.
    People,
    /// Records, accounts, documents.
    Records,
    /// Companies, hospitals, laboratories.
    Organisations,
    /// Time, calls, pages: never affected.
    Other,
}

/// Words of provision citations.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ProvisionWords {
    pub article: Vec<String>,
    pub paragraph: Vec<String>,
    pub point: Vec<String>,
    pub and: Vec<String>,
    pub to: Vec<String>,
    pub of: Vec<String>,
    pub law: Vec<String>,
}

/// A text and what must be read in it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(test), allow(dead_code, reason = "read by the tests, and part of the file's form"))]
pub(crate) struct Case {
    pub text: String,
    #[serde(default)]
    pub money: Option<Vec<String>>,
    #[serde(default)]
    pub dates: Option<Vec<String>>,
    #[serde(default)]
    pub provisions: Option<Vec<String>>,
    #[serde(default)]
    pub counts: Option<Vec<String>>,
    /// Cue -> the words of the text that are read as one, in their order; cues that are not named may occur.
    #[serde(default)]
    pub cues: BTreeMap<Cue, Vec<String>>,
}

/// One language file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Language {
    /// ISO 639-1 code, or `any`.
    pub code: String,
    /// Frequent words that tell the language.
    #[serde(default)]
    pub common: Vec<String>,
    /// Words that end in a full stop without ending a sentence.
    #[serde(default)]
    pub abbreviations: Vec<String>,
    #[serde(default)]
    pub numbers: BTreeMap<String, u64>,
    #[serde(default)]
    pub ordinals: BTreeMap<String, u64>,
    #[serde(default)]
    pub scales: BTreeMap<String, u32>,
    #[serde(default)]
    pub currencies: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub months: BTreeMap<String, u32>,
    #[serde(default)]
    pub countries: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub authority_words: Vec<String>,
    #[serde(default)]
    pub not_names: Vec<String>,
    #[serde(default)]
    pub legal_forms: Vec<String>,
    #[serde(default)]
    pub name_links: Vec<String>,
    #[serde(default)]
    pub name_heads: Vec<String>,
    #[serde(default)]
    pub provision: ProvisionWords,
    #[serde(default)]
    pub units: BTreeMap<Unit, Vec<String>>,
    #[serde(default)]
    pub cues: BTreeMap<Cue, Vec<String>>,
    #[serde(default)]
    #[cfg_attr(not(test), allow(dead_code, reason = "read by the tests, and part of the file's form"))]
    pub test: Vec<Case>,
}

macro_rules! files {
    ($($code:literal),+) => { &[$(($code, include_str!(concat!("lang/", $code, ".toml")))),+] };
}

/// Every language file.
const FILES: &[(&str, &str)] = files!("any", "en", "fr", "de", "es", "it", "nl", "no", "pt", "pl", "sv", "da");

static LANGUAGES: LazyLock<Vec<Language>> =
    LazyLock::new(|| FILES.iter().filter_map(|(code, text)| parse(code, text).ok()).collect());

/// All languages, the file of no language first.
pub(crate) fn languages() -> &'static [Language] {
    &LANGUAGES
}

fn parse(code: &str, text: &str) -> Result<Language> {
    let fail = |message: String| Error::Data { file: format!("lang/{code}.toml"), message };
    let language: Language = toml::from_str(text).map_err(|error| fail(error.to_string()))?;
    if language.code == code {
        Ok(language)
    } else {
        Err(fail(format!("expected code `{code}`, found `{}`", language.code)))
    }
}

/// Whether a full stop after the word does not end a sentence, in any language.
pub(crate) fn is_abbreviation(word: &str) -> bool {
    static WORDS: LazyLock<std::collections::HashSet<&'static str>> =
        LazyLock::new(|| languages().iter().flat_map(|l| l.abbreviations.iter().map(String::as_str)).collect());
    WORDS.contains(word)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::lex::{count, date, money, number, provision};
    use crate::reading::Reading;

    #[test]
    fn every_file_parses_and_repeats_nothing() {
        for (code, text) in FILES {
            let language = parse(code, text).unwrap_or_else(|error| panic!("{error}"));
            for (cue, phrases) in &language.cues {
                let mut seen = std::collections::HashSet::new();
                for phrase in phrases {
                    assert!(seen.insert(phrase), "lang/{code}.toml: `{phrase}` stands twice under {cue:?}");
                    let inner = phrase.strip_suffix('*').unwrap_or(phrase);
                    assert!(!inner.contains('*'), "lang/{code}.toml: `{phrase}` has a `*` that is not its end");
                    assert_eq!(inner.trim(), inner, "lang/{code}.toml: `{phrase}` has blanks around it");
                }
            }
            let mut units: HashMap<&str, Unit> = HashMap::new();
            for (unit, words) in &language.units {
                for word in words {
                    let other = units.insert(word, *unit);
                    assert!(other.is_none(), "lang/{code}.toml: unit `{word}` stands twice");
                }
            }
        }
        assert_eq!(languages().len(), FILES.len());
    }

    #[test]
    fn every_language_tests_the_words_that_decide() {
        let decisive = [Cue::Fine, Cue::Violated, Cue::Affected, Cue::Reduced, Cue::Proposed, Cue::Annulled];
        for language in languages().iter().filter(|language| language.code != ANY) {
            for cue in decisive {
                let is_tested =
                    language.test.iter().any(|case| case.cues.get(&cue).is_some_and(|words| !words.is_empty()));
                assert!(is_tested, "lang/{}.toml: no `[[test]]` says which words are {cue:?}", language.code);
            }
        }
    }

    #[test]
    fn every_case_is_read_as_stated() {
        let mut wrong = Vec::new();
        for language in languages() {
            for case in &language.test {
                let mut document = crate::plain_document(&case.text);
                document.language = Some(language.code.clone());
                let reading = Reading::new(&document);
                let numbers = number::numbers(&reading);
                let place = format!("lang/{}.toml: {}", language.code, case.text);
                if let Some(expected) = &case.money {
                    let mut used = vec![false; numbers.len()];
                    let found: Vec<String> =
                        money::amounts(&reading, &numbers, &mut used).iter().map(|a| a.money.to_string()).collect();
                    if &found != expected {
                        wrong.push(format!(
                            "{place}
  found    {found:?}
  expected {expected:?}"
                        ));
                    }
                }
                let dates = date::dates(&reading);
                if let Some(expected) = &case.dates {
                    let found: Vec<String> = dates.iter().map(|d| d.date.to_string()).collect();
                    if &found != expected {
                        wrong.push(format!(
                            "{place}
  found    {found:?}
  expected {expected:?}"
                        ));
                    }
                }
                for (cue, expected) in &case.cues {
                    let is_cue = |mark: &&crate::lexicon::Mark| *mark.sense == crate::lexicon::Sense::Cue(*cue);
                    let mut spans: Vec<(usize, usize)> =
                        reading.marks.iter().filter(is_cue).map(|mark| (mark.start, mark.end)).collect();
                    // A word of two languages is one word.
                    spans.dedup();
                    let found: Vec<&str> = spans.iter().map(|span| &reading.view.text[span.0..span.1]).collect();
                    if &found != expected {
                        wrong.push(format!(
                            "{place}
  found    {cue:?} {found:?}
  expected {cue:?} {expected:?}"
                        ));
                    }
                }
                let citations = provision::citations(&reading);
                if let Some(expected) = &case.provisions {
                    let law = |at: Option<usize>| {
                        at.and_then(|at| fineprint_model::vocab::instruments().iter().nth(at)).map_or("?", |l| &l.id)
                    };
                    let found: Vec<String> =
                        citations.iter().map(|c| format!("{}/{}", law(c.instrument), c.parts.join("/"))).collect();
                    if &found != expected {
                        wrong.push(format!(
                            "{place}
  found    {found:?}
  expected {expected:?}"
                        ));
                    }
                }
                if let Some(expected) = &case.counts {
                    let mut taken: Vec<(usize, usize)> = dates.iter().map(|d| (d.start, d.end)).collect();
                    taken.extend(citations.iter().map(|c| (c.start, c.end)));
                    taken.sort_unstable();
                    let found: Vec<String> = count::counts(&reading, &numbers, &[], &taken)
                        .iter()
                        .filter(|c| c.unit != Unit::Other)
                        .map(|c| format!("{} {} {:?}", c.value.precision(), c.value.point(), c.unit).to_lowercase())
                        .collect();
                    if &found != expected {
                        wrong.push(format!(
                            "{place}
  found    {found:?}
  expected {expected:?}"
                        ));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
