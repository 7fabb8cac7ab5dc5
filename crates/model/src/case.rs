//! The case record: one JSON file, whose key order is the order of the fields here.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::claim::Claim;
use crate::date::PartialDate;
use crate::error::{Error, Result};
use crate::id::{AuthorityId, CaseId, PartyId, SourceId};
use crate::ledger::{self, Basis, Fine, MoneyEvent};
use crate::money::Money;
use crate::party::Party;
use crate::provision::Provision;
use crate::source::Source;
use crate::stated::{Estimate, Stated};
use crate::terms::{
    AppealResult, CrossBorderRole, FactorDirection, FindingKind, MeasureKind, Outcome, PartyKind, PartyRole, Stage,
    Trigger,
};

/// The version of the record's schema that this program writes.
pub const SCHEMA_VERSION: u32 = 1;

/// One matter before one authority, from opening to the last court.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "fineprint case record")]
pub struct Case {
    /// Version of this schema; see [`SCHEMA_VERSION`].
    pub schema: u32,
    /// Permanent id; also the file's name.
    pub id: CaseId,
    /// Ids that were merged into this one and go on resolving to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<CaseId>,
    /// State of the record, not of the case.
    #[serde(default, skip_serializing_if = "RecordState::is_active")]
    pub record: RecordState,
    /// Who decided.
    pub authority: AuthorityId,
    /// The authority's own number, as in `SAN-2022-009`.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub reference: Stated<String>,
    /// European Case Law Identifier, where the decision has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ecli: Option<String>,
    /// Two to four sentences in our own words, in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// ISO 639-1 code of the decision's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The parties; the main respondent first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<Party>,
    /// When the events took place or began.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub incident_on: Stated<PartialDate>,
    /// When proceedings were opened.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub opened_on: Stated<PartialDate>,
    /// When the authority decided.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub decided_on: Stated<PartialDate>,
    /// When the decision was published.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub published_on: Stated<PartialDate>,
    /// What set the proceedings off.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub trigger: Stated<Trigger>,
    /// The authority's part in a cross-border case.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub cross_border: Stated<CrossBorderRole>,
    /// What was found.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub outcome: Stated<Outcome>,
    /// How far it has come.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub stage: Stated<Stage>,
    /// When and why the decision became final.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finality: Option<Finality>,
    /// Provisions and what was found of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// The fine as dated money events. Empty where no fine was imposed or proposed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ledger: Vec<MoneyEvent>,
    /// What the authority did, the fine included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Measure>,
    /// Appeals in the order they were lodged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appeals: Vec<Appeal>,
    /// Turnover that the decision or another source names.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub turnover: Stated<Turnover>,
    /// The fine as a share of turnover.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub turnover_share: Stated<TurnoverShare>,
    /// People whose data or interests were affected.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub affected_people: Stated<Estimate<u64>>,
    /// Records affected, where the source counts records and not people.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub affected_records: Stated<Estimate<u64>>,
    /// Organisations affected, as in the 28 laboratories of the Dedalus case.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub affected_organisations: Stated<Estimate<u64>>,
    /// Settings of the processing (vocabulary `contexts`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contexts: Vec<String>,
    /// Kinds of data concerned (vocabulary `data-categories`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data_categories: Vec<String>,
    /// Factors of Art. 83(2) GDPR that the decision weighs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<Factor>,
    /// Asks search engines not to list this case's page.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub noindex: bool,
    /// Publications the record rests on, official ones first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// What each source says, also where it did not win.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// What changed in this record, oldest first; only ever appended to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

/// State of our record about the case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "kebab-case", deny_unknown_fields)]
pub enum RecordState {
    /// In use.
    #[default]
    Active,
    /// Taken back because it was wrong; the id keeps answering with the reason.
    Withdrawn {
        /// The day.
        on: PartialDate,
        /// Why.
        reason: String,
    },
    /// Replaced by another record.
    Superseded {
        /// The record that replaces it.
        by: CaseId,
    },
}

impl RecordState {
    /// Whether the record is in use.
    pub fn is_active(&self) -> bool {
        matches!(self, Self::Active)
    }
}

/// A provision and what the decision found of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The provision at the decision's own granularity.
    pub provision: Provision,
    /// Violated, not violated, discussed or procedural.
    pub finding: FindingKind,
    /// Violation types (vocabulary `violations`), as in `security` or `processor-governance/contract`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<String>,
    /// Which party, where they differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyId>,
    /// Why, in a line of our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Something the authority did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// What it is.
    pub kind: MeasureKind,
    /// Against which party, where they differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyId>,
    /// For a periodic penalty, the sum per period. Fines stand in the ledger, not here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// What is ordered, by when, in a few words of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// When and why a decision became final.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finality {
    /// The day, where known.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub on: Stated<PartialDate>,
    /// "time limit passed", "judgment of the Council of State", "voluntary payment".
    pub basis: String,
}

/// One appeal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Appeal {
    /// The court or board, as in "Conseil d'État".
    pub body: String,
    /// Its number or ECLI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// When the appeal was lodged.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub lodged_on: Stated<PartialDate>,
    /// When it was decided.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub decided_on: Stated<PartialDate>,
    /// What became of it.
    pub result: AppealResult,
    /// The source that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceId>,
    /// In a few words of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Turnover of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Turnover {
    /// The amount as stated.
    pub amount: Money,
    /// The business year it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    /// Whose: the party's own or its group's (Art. 83(4) to (6) GDPR mean the undertaking).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<TurnoverOf>,
}

/// Whose turnover it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TurnoverOf {
    /// The party's own.
    Party,
    /// The whole group's.
    Group,
}

/// The fine as a share of turnover, and whether a source says so or we worked it out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TurnoverShare {
    /// 0.1 is ten per cent.
    pub share: Estimate<f64>,
    /// Where the figure comes from.
    pub origin: ShareOrigin,
}

/// Where a share of turnover comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ShareOrigin {
    /// A source states it.
    Stated,
    /// Fine divided by turnover.
    Computed,
}

/// A factor of Art. 83(2) GDPR.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// The point of Art. 83(2), `a` to `k`.
    pub factor: String,
    /// Which way it was weighed.
    pub direction: FactorDirection,
    /// In a few words of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// An entry of the record's public log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The day of the change.
    pub on: PartialDate,
    /// What happened.
    pub kind: ChangeKind,
    /// In a sentence: what, from what, to what, why.
    pub note: String,
}

/// Kinds of change, as feeds name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// The case was added.
    Added,
    /// A field was corrected: we had it wrong.
    Corrected,
    /// A source was added or read again.
    SourceAdded,
    /// The fine changed.
    AmountChanged,
    /// An appeal was lodged or decided.
    Appeal,
    /// A name was removed.
    NameRemoved,
    /// The record was withdrawn or merged.
    Withdrawn,
}

impl Case {
    /// An empty case, to be filled in.
    pub fn new(id: CaseId, authority: AuthorityId) -> Self {
        Self {
            schema: SCHEMA_VERSION,
            id,
            aliases: Vec::new(),
            record: RecordState::Active,
            authority,
            reference: Stated::default(),
            ecli: None,
            summary: None,
            language: None,
            parties: Vec::new(),
            incident_on: Stated::default(),
            opened_on: Stated::default(),
            decided_on: Stated::default(),
            published_on: Stated::default(),
            trigger: Stated::default(),
            cross_border: Stated::default(),
            outcome: Stated::default(),
            stage: Stated::default(),
            finality: None,
            findings: Vec::new(),
            ledger: Vec::new(),
            measures: Vec::new(),
            appeals: Vec::new(),
            turnover: Stated::default(),
            turnover_share: Stated::default(),
            affected_people: Stated::default(),
            affected_records: Stated::default(),
            affected_organisations: Stated::default(),
            contexts: Vec::new(),
            data_categories: Vec::new(),
            factors: Vec::new(),
            noindex: false,
            sources: Vec::new(),
            claims: Vec::new(),
            changes: Vec::new(),
        }
    }

    /// Reads a record. Unknown keys are an error, unknown vocabulary terms are not.
    ///
    /// # Errors
    /// [`Error::NewerSchema`] before anything else is looked at; [`Error::Record`] with the JSON
    /// pointer of the first place that is wrong.
    pub fn from_json(json: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Version {
            schema: Option<u32>,
        }
        if let Ok(Version { schema: Some(found) }) = serde_json::from_str::<Version>(json)
            && found > SCHEMA_VERSION
        {
            return Err(Error::NewerSchema { supported: SCHEMA_VERSION, found });
        }
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let case: Self = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| Error::Record {
            pointer: json_pointer(error.path()),
            message: error.inner().to_string(),
        })?;
        deserializer.end().map_err(|error| Error::Record { pointer: String::new(), message: error.to_string() })?;
        if case.schema == 0 {
            return Err(Error::Record {
                pointer: "/schema".into(),
                message: format!("expected a schema version from 1 to {SCHEMA_VERSION}, found `0`"),
            });
        }
        Ok(case)
    }

    /// The canonical file form: two spaces, key order of the type, a final line feed.
    ///
    /// # Errors
    /// [`Error::Record`] where a number cannot be written as JSON (an infinite share).
    pub fn to_json(&self) -> Result<String> {
        let mut json = serde_json::to_string_pretty(self).map_err(write_error)?;
        json.push('\n');
        Ok(json)
    }

    /// The packed form: one line, without a line feed.
    ///
    /// # Errors
    /// As [`Case::to_json`].
    pub fn to_json_line(&self) -> Result<String> {
        serde_json::to_string(self).map_err(write_error)
    }

    /// The fine on a basis, now.
    pub fn fine(&self, basis: Basis) -> Fine {
        self.fine_as_of(basis, None)
    }

    /// The fine on a basis as the ledger stood at the end of a day; `None` for now.
    pub fn fine_as_of(&self, basis: Basis, day: Option<NaiveDate>) -> Fine {
        if basis == Basis::Final && !self.is_final() {
            return Fine::None;
        }
        ledger::total(&self.ledger, basis, day)
    }

    /// Whether the decision is no longer open to ordinary appeal, as far as the record knows.
    pub fn is_final(&self) -> bool {
        self.finality.is_some() || self.stage.value() == Some(&Stage::Final)
    }

    /// Provisions with a given finding, at the decision's granularity.
    pub fn provisions(&self, kind: FindingKind) -> impl Iterator<Item = &Provision> {
        self.findings.iter().filter(move |finding| finding.finding == kind).map(|finding| &finding.provision)
    }

    /// Parties that answer for the infringement, the main one first.
    pub fn respondents(&self) -> impl Iterator<Item = &Party> {
        self.parties.iter().filter(|party| party.is_respondent())
    }

    /// The date to sort and group by: decided, else published.
    pub fn dated(&self) -> Option<PartialDate> {
        self.decided_on.value().or(self.published_on.value()).copied()
    }

    /// The source of that name.
    pub fn source(&self, id: &SourceId) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == *id)
    }

    /// Whether every source says under which terms its facts may be passed on.
    pub fn is_exportable(&self) -> bool {
        self.record.is_active() && self.sources.iter().all(|source| source.licence.is_some())
    }

    /// The record as it may be shown on `today`: names whose term has passed, and those of natural persons at any
    /// time, are gone from party, summary, notes, source titles, quotes and ids.
    #[must_use]
    pub fn public_on(self, today: NaiveDate) -> Self {
        let expired: Vec<(PartyId, Vec<String>)> = self
            .parties
            .iter()
            .filter(|party| party.is_withheld_on(today))
            .map(|party| {
                let names = party.name.value().into_iter().chain(&party.aliases).cloned().collect();
                (party.id.clone(), names)
            })
            .collect();
        if expired.is_empty() {
            return self;
        }
        self.without_names(&expired)
    }
}

/// What stands in place of a name that may not be shown.
const REMOVED_NAME: &str = "[name removed]";

impl Case {
    /// Replaces names and party ids wherever they stand in the record, by rewriting its JSON: whatever
    /// field a later version adds is covered too.
    fn without_names(&self, expired: &[(PartyId, Vec<String>)]) -> Self {
        fn rewrite(value: &mut serde_json::Value, expired: &[(PartyId, Vec<String>)], ids: &[String]) {
            match value {
                serde_json::Value::String(text) => {
                    for ((id, names), new_id) in expired.iter().zip(ids) {
                        if text == id.as_str() {
                            text.clone_from(new_id);
                        }
                        for name in names {
                            *text = replace_ignoring_case(text, name, REMOVED_NAME);
                        }
                    }
                }
                serde_json::Value::Array(items) => items.iter_mut().for_each(|item| rewrite(item, expired, ids)),
                serde_json::Value::Object(fields) => {
                    fields.values_mut().for_each(|field| rewrite(field, expired, ids));
                }
                _ => {}
            }
        }

        let mut expired = expired.to_vec();
        for (_, names) in &mut expired {
            names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        }
        let ids: Vec<String> = (1..=expired.len()).map(|n| format!("name-removed-{n}")).collect();
        let mut copy = self.clone();
        // Quotes carry the name in any spelling, so they go as a whole.
        for claim in &mut copy.claims {
            claim.evidence = None;
        }
        for party in &mut copy.parties {
            if expired.iter().any(|(id, _)| *id == party.id) {
                party.name = Stated::Missing(crate::stated::Missing::NotPublished);
                if party.kind.value() != Some(&PartyKind::NaturalPerson) {
                    party.kind = Stated::Value(PartyKind::Anonymised);
                }
                party.aliases.clear();
                party.group = None;
            }
        }
        let rewritten = serde_json::to_value(&copy).and_then(|mut value| {
            rewrite(&mut value, &expired, &ids);
            serde_json::from_value(value)
        });
        // Nothing of the old record may pass if rewriting ever failed.
        rewritten.unwrap_or_else(|_| Self::new(self.id.clone(), self.authority.clone()))
    }

    /// The role of the main respondent, where known.
    pub fn main_role(&self) -> Option<&PartyRole> {
        self.respondents().next().and_then(|party| party.role.value())
    }
}

fn replace_ignoring_case(text: &str, needle: &str, with: &str) -> String {
    let needle: Vec<char> = needle.chars().flat_map(char::to_lowercase).collect();
    if needle.is_empty() {
        return text.to_owned();
    }
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut wanted = needle.iter().copied();
        let mut end = 0;
        let mut next = wanted.next();
        for c in rest.chars() {
            if next.is_none() {
                break;
            }
            let mut matched = true;
            for lower in c.to_lowercase() {
                matched &= next == Some(lower);
                next = wanted.next();
            }
            if !matched {
                end = 0;
                next = Some('\0');
                break;
            }
            end += c.len_utf8();
        }
        if next.is_none() && end > 0 {
            result.push_str(with);
            rest = &rest[end..];
        } else {
            result.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    result
}

fn write_error(error: serde_json::Error) -> Error {
    Error::Record { pointer: String::new(), message: error.to_string() }
}

/// The path of a failed read as a JSON pointer (RFC 6901).
pub(crate) fn json_pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { .. } | Segment::Unknown => String::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stated::Missing;
    use crate::terms::PartyKind;

    fn case() -> Case {
        Case::new(CaseId::new("fr-cnil-san-2022-009").unwrap(), AuthorityId::new("fr-cnil").unwrap())
    }

    #[test]
    fn a_record_survives_writing_and_reading() {
        let json = case().to_json().unwrap();
        assert_eq!(Case::from_json(&json).unwrap(), case());
        assert!(json.ends_with("}\n"));
    }

    #[test]
    fn reading_says_where() {
        let error = |json: &str| Case::from_json(json).unwrap_err().to_string();
        let unknown_key = r#"{"schema":1,"id":"x-1","authority":"fr-cnil","parties":[{"id":"a","nmae":"A"}]}"#;
        assert!(
            error(unknown_key).starts_with("at `/parties/0/nmae`: unknown field `nmae`, expected one of"),
            "{}",
            error(unknown_key)
        );
        let newer = r#"{"schema":9,"whatever":true}"#;
        assert!(error(newer).contains("a newer fineprint wrote this record"));
        let wrong = r#"{"schema":1,"id":"x-1","authority":"fr-cnil","decided_on":"2022-4"}"#;
        assert!(error(wrong).starts_with("at `/decided_on`: expected a date as"), "{}", error(wrong));
        assert!(error("").contains("EOF"));
    }

    #[test]
    fn names_go_everywhere_on_their_day() {
        let mut case = case();
        case.summary = Some("CNIL fined DEDALUS biologie; Dedalus Biologie appealed.".into());
        case.parties.push(Party {
            id: PartyId::new("dedalus-biologie").unwrap(),
            name: Stated::Value("Dedalus Biologie".into()),
            role: Stated::default(),
            kind: Stated::Value(PartyKind::Company),
            country: None,
            sectors: Vec::new(),
            nace: None,
            group: Some("Dedalus".into()),
            names_until: Some("2024-04-21".parse().unwrap()),
            aliases: vec!["Dedalus".into()],
        });
        case.ledger.push(MoneyEvent {
            event: crate::terms::MoneyEventKind::Imposed,
            on: Stated::default(),
            amount: Stated::default(),
            party: Some(PartyId::new("dedalus-biologie").unwrap()),
            source: None,
            note: None,
        });
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(case.clone().public_on(day("2024-04-20")), case);
        let public = case.clone().public_on(day("2024-04-21"));
        let json = public.to_json().unwrap().to_lowercase();
        assert!(!json.replace("\"names_until\"", "").contains("dedalus"), "{json}");
        assert_eq!(public.parties[0].name, Stated::Missing(Missing::NotPublished));
        assert_eq!(public.ledger[0].party.as_ref().unwrap().as_str(), "name-removed-1");

        case.parties[0].names_until = None;
        assert_eq!(case.clone().public_on(day("2024-04-21")), case);
        case.parties[0].kind = Stated::Value(PartyKind::NaturalPerson);
        let public = case.clone().public_on(day("2019-01-01"));
        let json = public.to_json().unwrap().to_lowercase();
        assert!(!json.contains("dedalus"), "{json}");
        assert_eq!(public.parties[0].kind, Stated::Value(PartyKind::NaturalPerson));
    }
}
