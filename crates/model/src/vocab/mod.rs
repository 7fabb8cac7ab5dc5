//! Vocabularies: authorities, laws, terms and their labels, read from `data/vocab` at compile time
//! and parsed on first use, so that a program that needs none of them pays nothing.

mod rates;

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::money::Currency;
use crate::provision::Provision;
use crate::resolve::party_key;

#[cfg(not(target_family = "wasm"))]
pub use rates::rates_of;
pub use rates::{EuroRate, provide_rates, to_euro};

/// Text in several languages: ISO 639-1 code -> text. English is always there.
pub type Labels = BTreeMap<String, String>;

/// An authority that decides cases.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Its id, as in `fr-cnil`.
    pub id: String,
    /// ISO 3166-1 alpha-2 code, upper case; `EU` for bodies of the Union.
    pub country: String,
    /// What people call it, as in `CNIL`.
    pub acronym: String,
    /// Full names, in English and its own languages.
    pub names: Labels,
    /// Other names and spellings under which texts mention it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Home page.
    pub homepage: String,
    /// Where it lists its decisions; `None` where it has no such page.
    #[serde(default)]
    pub listing: Option<String>,
    /// Host names of its pages, without `www.`.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// ISO 639-1 codes of the languages it decides in.
    pub languages: Vec<String>,
    /// Currency of its fines.
    pub currency: Currency,
    /// Regular expressions (without look-around) of its case numbers, the form by which its decisions are known first.
    /// Where one has a group, the group is the number, as of a case number with the number of a document behind it.
    #[serde(default)]
    pub references: Vec<String>,
    /// Its field: `data-protection`, `securities`, `health-privacy`, `consumer`, `financial`.
    pub field: String,
}

/// A law.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Its id, as in `gdpr`.
    pub id: String,
    /// Short name in several languages, as in `GDPR`, `RGPD`, `DSGVO`.
    pub labels: Labels,
    /// Full title in English.
    pub title: String,
    /// ISO 3166-1 alpha-2 code of its country, `EU` for Union law.
    pub country: String,
    /// Other names and abbreviations in any language.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// CELEX number of Union law.
    #[serde(default)]
    pub celex: Option<String>,
    /// Official address of its text.
    pub url: String,
    /// How one of its provisions is called: `Article`, `Section`, `§`.
    #[serde(default = "article")]
    pub unit: String,
}

fn article() -> String {
    "Article".to_owned()
}

/// A provision with a title of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvisionEntry {
    /// The provision, as in `gdpr/32`.
    pub id: Provision,
    /// Its title in English.
    pub title: String,
    /// What it asks, in a sentence or two of ours.
    #[serde(default)]
    pub summary: Option<String>,
    /// Tier of fine: 1 for Art. 83(4) GDPR (10 M or 2 %), 2 for Art. 83(5) (20 M or 4 %); `None` where no fine attaches.
    #[serde(default)]
    pub tier: Option<u8>,
    /// Paragraphs and points that exist, as paths below it (`1`, `1/a`); empty where not recorded.
    #[serde(default)]
    pub parts: Vec<String>,
    /// What a provision of this kind is by default: `procedural` for Art. 58, 60 and 83 GDPR.
    #[serde(default)]
    pub procedural: bool,
}

/// A term of a vocabulary.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Stable slug; a narrower term carries its broader one, as in `security/encryption`.
    pub id: String,
    /// Labels.
    pub labels: Labels,
    /// What it means, in English.
    #[serde(default)]
    pub definition: Option<String>,
    /// Other words for it in any language, under which people search: `DPIA`, `CCTV`.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// How a term of somebody else's vocabulary reads in ours.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crosswalk {
    /// `<scheme>:<term>`, as in `gdprhub:Upheld` or `nace:62`.
    pub id: String,
    /// Whose vocabulary: `enforcement-tracker`, `gdprhub`, `dpv` or `nace` (Rev. 2.1, by section or division).
    pub scheme: String,
    /// The term as it stands there; its code where the scheme has codes.
    pub term: String,
    /// Ours, with its vocabulary: `violations/security`, `sectors/health`, `outcome/partly`.
    pub to: String,
    /// How far the two agree: `exact`, `close`, `broad` (theirs holds more than ours) or `uncertain`.
    pub confidence: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// An organisation under the names by which texts know it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Its party id in every case.
    pub id: String,
    /// The name it is shown under: the one its authority uses.
    pub name: String,
    /// Other spellings, translations and former names; never another company of its group.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// ISO 3166-1 alpha-2 code of its seat, upper case.
    pub country: String,
}

/// A list of terms.
#[derive(Debug)]
pub struct Vocabulary<T> {
    terms: Vec<T>,
    by_id: HashMap<String, usize>,
}

impl<T> Vocabulary<T> {
    /// The term of that id.
    pub fn get(&self, id: &str) -> Option<&T> {
        self.by_id.get(id).and_then(|at| self.terms.get(*at))
    }

    /// Every term, in the order of the file.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.terms.iter()
    }

    /// The known id nearest to a wrong one; `None` where nothing is near.
    pub fn nearest(&self, wrong: &str) -> Option<&str> {
        nearest(wrong, self.by_id.keys().map(String::as_str))
    }
}

/// The candidate nearest to a misspelt word: same beginning or few edits; `None` where nothing is near.
pub fn nearest<'a>(wrong: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    candidates
        .map(|candidate| {
            let contained = wrong.len() >= 3 && candidate.split(['-', '/']).any(|part| part == wrong);
            let score = if contained { 0.95 } else { strsim::jaro_winkler(&wrong, candidate) };
            (score, candidate)
        })
        .filter(|(score, _)| *score >= 0.82)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}

/// Reads a vocabulary that was compiled in. A file that does not parse is a defect of the build:
/// the test below catches it, and at run time the vocabulary is empty rather than the program dead.
fn load<T: DeserializeOwned>(json: &str, id: fn(&T) -> &str) -> Vocabulary<T> {
    let terms: Vec<T> = serde_json::from_str(json).unwrap_or_default();
    let by_id = terms.iter().enumerate().map(|(at, term)| (id(term).to_owned(), at)).collect();
    Vocabulary { terms, by_id }
}

/// Changes when any vocabulary does: what was derived from them, as an index, is then out of date. 16 hex digits.
pub fn fingerprint() -> &'static str {
    env!("FINEPRINT_VOCABULARIES")
}

macro_rules! vocabularies {
    ($($(#[$doc:meta])* $name:ident: $type:ty, $file:literal, $id:expr;)+) => {
        $(
            $(#[$doc])*
            pub fn $name() -> &'static Vocabulary<$type> {
                static LOADED: LazyLock<Vocabulary<$type>> = LazyLock::new(|| load::<$type>(
                    include_str!(concat!("../../../../data/vocab/", $file)), $id));
                &LOADED
            }
        )+

        #[cfg(test)]
        const FILES: &[(&str, fn() -> Result<Vec<String>, serde_json::Error>)] = &[$(
            ($file, || {
                let terms: Vec<$type> = serde_json::from_str(include_str!(concat!("../../../../data/vocab/", $file)))?;
                let id: fn(&$type) -> &str = $id;
                Ok(terms.iter().map(|term| id(term).to_owned()).collect())
            }),
        )+];
    };
}

vocabularies! {
    /// Authorities (`data/vocab/authorities.json`).
    authorities: Authority, "authorities.json", |term| &term.id;
    /// Laws (`data/vocab/instruments.json`).
    instruments: Instrument, "instruments.json", |term| &term.id;
    /// Provisions with titles (`data/vocab/provisions.json`).
    provisions: ProvisionEntry, "provisions.json", |term| term.id.as_str();
    /// Countries by upper-case ISO 3166-1 alpha-2 code, and `EU` (`data/vocab/countries.json`).
    countries: Entry, "countries.json", |term| &term.id;
    /// Violation types (`data/vocab/violations.json`).
    violations: Entry, "violations.json", |term| &term.id;
    /// Friendly sector groups (`data/vocab/sectors.json`).
    sectors: Entry, "sectors.json", |term| &term.id;
    /// Settings of the processing (`data/vocab/contexts.json`).
    contexts: Entry, "contexts.json", |term| &term.id;
    /// Kinds of data (`data/vocab/data-categories.json`).
    data_categories: Entry, "data-categories.json", |term| &term.id;
    /// Organisations with several spellings (`data/vocab/organisations.json`).
    organisations: Organisation, "organisations.json", |term| &term.id;
    /// Factors of Art. 83(2) GDPR, `a` to `k` (`data/vocab/factors.json`).
    factors: Entry, "factors.json", |term| &term.id;
    /// Labels of the closed vocabularies that are types: id is `<vocabulary>/<term>`, as in
    /// `outcome/violation-found` (`data/vocab/labels.json`).
    labels: Entry, "labels.json", |term| &term.id;
    /// Legal terms that mean the same in several languages (`data/vocab/synonyms.json`).
    synonyms: Entry, "synonyms.json", |term| &term.id;
    /// Terms of other vocabularies and ours for them (`data/vocab/crosswalks.json`).
    crosswalks: Crosswalk, "crosswalks.json", |term| &term.id;
}

/// The organisation that a name is a known spelling of, legal form and capitals aside. `None` where the name is not
/// recorded, or is recorded for two organisations.
pub fn organisation(name: &str) -> Option<&'static Organisation> {
    static BY_KEY: LazyLock<HashMap<String, Option<&'static Organisation>>> = LazyLock::new(|| {
        let mut by_key: HashMap<String, Option<&'static Organisation>> = HashMap::new();
        for organisation in organisations().iter() {
            for name in std::iter::once(&organisation.name).chain(&organisation.aliases) {
                by_key
                    .entry(party_key(name))
                    .and_modify(|known| *known = known.filter(|known| known.id == organisation.id))
                    .or_insert(Some(organisation));
            }
        }
        by_key
    });
    BY_KEY.get(&party_key(name)).copied().flatten()
}

/// A term's label in a language, else in English, else its slug.
pub fn label<'a>(labels: &'a Labels, language: &str, slug: &'a str) -> &'a str {
    labels.get(language).or_else(|| labels.get("en")).map_or(slug, String::as_str)
}

impl Provision {
    /// The provision as lawyers write it in English: `Article 5(1)(f) GDPR`, `Section 155 DPA 2018`;
    /// the path itself for an instrument nobody knows.
    pub fn label(&self) -> String {
        let Some(instrument) = instruments().get(self.instrument()) else { return self.as_str().to_owned() };
        let name = label(&instrument.labels, "en", &instrument.id);
        let mut parts = self.parts();
        let Some(article) = parts.next() else { return name.to_owned() };
        let space = if instrument.unit == "§" { "\u{a0}" } else { " " };
        let mut text = format!("{}{space}{article}", instrument.unit);
        for part in parts {
            text.push('(');
            text.push_str(part);
            text.push(')');
        }
        text.push(' ');
        text.push_str(name);
        text
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::ledger::Basis;
    use crate::stated::{Estimate, Missing};
    use crate::status::Status;
    use crate::terms::{
        AppealResult, CrossBorderRole, FactorDirection, FindingKind, MeasureKind, Method, MoneyEventKind, Outcome,
        PartyKind, PartyRole, SourceKind, Stage, Term, Trigger,
    };

    fn slugs<T: Term>() -> Vec<String> {
        T::all().iter().map(|term| format!("{}/{}", T::VOCABULARY, term.as_str())).collect()
    }

    #[test]
    fn every_closed_term_has_labels_and_a_definition() {
        let mut wanted = [
            slugs::<Outcome>(),
            slugs::<MeasureKind>(),
            slugs::<Stage>(),
            slugs::<AppealResult>(),
            slugs::<FindingKind>(),
            slugs::<PartyRole>(),
            slugs::<PartyKind>(),
            slugs::<MoneyEventKind>(),
            slugs::<SourceKind>(),
            slugs::<Trigger>(),
            slugs::<FactorDirection>(),
            slugs::<CrossBorderRole>(),
            slugs::<Method>(),
        ]
        .concat();
        wanted.extend(Status::ALL.iter().map(|status| format!("status/{status}")));
        let kinds = [Missing::Unknown, Missing::NotApplicable, Missing::NotPublished, Missing::NotExtracted];
        wanted.extend(kinds.iter().map(|kind| format!("missing/{}", kind.as_str())));
        wanted.extend(
            [Basis::Imposed, Basis::Current, Basis::Final].iter().map(|basis| format!("basis/{}", basis.as_str())),
        );
        let estimates = [
            Estimate::Exact { value: 1 },
            Estimate::About { value: 1 },
            Estimate::AtLeast { value: 1 },
            Estimate::AtMost { value: 1 },
            Estimate::Range { min: 1, max: 2 },
        ];
        wanted.extend(estimates.iter().map(|estimate| format!("precision/{}", estimate.precision())));
        for id in &wanted {
            let entry = labels().get(id).unwrap_or_else(|| panic!("data/vocab/labels.json lacks `{id}`"));
            assert!(entry.labels.contains_key("fr"), "`{id}` has no French label");
        }
        let wanted: HashSet<&str> = wanted.iter().map(String::as_str).collect();
        for entry in labels().iter().filter(|entry| !entry.id.starts_with("change/")) {
            assert!(wanted.contains(entry.id.as_str()), "data/vocab/labels.json labels `{}`, no such term", entry.id);
        }
        for list in [labels(), violations(), sectors(), contexts(), data_categories(), factors()] {
            for entry in list.iter() {
                assert!(entry.definition.as_deref().is_some_and(|text| text.ends_with('.')), "{}", entry.id);
                assert!(entry.labels.contains_key("en") && entry.labels.contains_key("fr"), "{}", entry.id);
            }
        }
    }

    #[test]
    fn vocabularies_refer_only_to_terms_that_exist() {
        for provision in provisions().iter() {
            assert!(instruments().get(provision.id.instrument()).is_some(), "{}", provision.id.as_str());
        }
        for (id, country) in authorities()
            .iter()
            .map(|authority| (&authority.id, &authority.country))
            .chain(instruments().iter().map(|instrument| (&instrument.id, &instrument.country)))
        {
            assert!(countries().get(country).is_some(), "`{id}` lies in `{country}`, which no vocabulary knows");
        }
        for violation in violations().iter() {
            let broader = violation.id.split('/').next().unwrap_or_default();
            assert!(violations().get(broader).is_some(), "`{}` has no broader term", violation.id);
        }
        for crosswalk in crosswalks().iter() {
            assert_eq!(crosswalk.id, format!("{}:{}", crosswalk.scheme, crosswalk.term));
            let is_known = match crosswalk.to.split_once('/') {
                Some(("violations", id)) => violations().get(id).is_some(),
                Some(("sectors", id)) => sectors().get(id).is_some(),
                _ => labels().get(&crosswalk.to).is_some(),
            };
            assert!(is_known, "`{}` leads to `{}`, which is no term", crosswalk.id, crosswalk.to);
            assert!(["exact", "close", "broad", "uncertain"].contains(&crosswalk.confidence.as_str()));
        }
    }

    #[test]
    fn tiers_are_those_of_article_83() {
        for provision in provisions().iter().filter(|provision| provision.id.instrument() == "gdpr") {
            let article: u32 = provision.id.parts().next().and_then(|text| text.parse().ok()).unwrap_or(0);
            let expected = match article {
                8 | 11 | 25..=39 | 41..=43 => Some(1),
                5..=7 | 9 | 12..=22 | 44..=49 | 58 | 85..=91 => Some(2),
                _ => None,
            };
            assert_eq!(provision.tier, expected, "{}", provision.id.as_str());
        }
    }

    #[test]
    fn every_file_parses_and_repeats_no_id() {
        for (file, ids) in FILES {
            let ids = ids().unwrap_or_else(|error| panic!("data/vocab/{file}: {error}"));
            assert!(!ids.is_empty(), "data/vocab/{file} is empty");
            let mut seen = HashSet::new();
            for id in &ids {
                assert!(seen.insert(id), "data/vocab/{file} repeats `{id}`");
            }
        }
    }

    #[test]
    fn provisions_read_as_lawyers_write_them() {
        let label = |text: &str| Provision::new(text).unwrap().label();
        assert_eq!(label("gdpr/5/1/f"), "Article 5(1)(f) GDPR");
        assert_eq!(label("gdpr"), "GDPR");
        assert_eq!(label("xx-nowhere/1"), "xx-nowhere/1");
    }

    #[test]
    fn an_organisation_is_known_by_any_of_its_names() {
        for organisation in organisations().iter() {
            for name in std::iter::once(&organisation.name).chain(&organisation.aliases) {
                let found = super::organisation(name).map(|found| found.id.as_str());
                assert_eq!(found, Some(organisation.id.as_str()), "`{name}` is claimed twice");
            }
            assert!(countries().get(&organisation.country).is_some(), "{}", organisation.id);
            assert!(crate::PartyId::new(organisation.id.as_str()).is_ok(), "{}", organisation.id);
        }
        assert!(super::organisation("Nobody at all").is_none());
    }

    #[test]
    fn a_wrong_word_finds_its_neighbour() {
        let words = ["authority", "article", "fr-cnil", "affected"];
        let near = |wrong: &str| nearest(wrong, words.into_iter());
        assert_eq!(near("autority"), Some("authority"));
        assert_eq!(near("cnil"), Some("fr-cnil"));
        assert_eq!(near("zzz"), None);
    }
}
