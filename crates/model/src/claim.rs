//! What each source says about a field, with the words it says it in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::case::{Finding, Measure, Turnover, TurnoverShare};
use crate::date::PartialDate;
use crate::error::{Error, Result};
use crate::id::{AuthorityId, PartyId, SourceId, slugify};
use crate::ledger::MoneyEvent;
use crate::money::{Currency, Money};
use crate::party::Party;
use crate::stated::{Estimate, Stated};
use crate::terms::{MeasureKind, Method, Outcome, Stage, Term, Trigger};

/// One field and a value for it. The fields `party`, `finding`, `money` and `measure` are lists:
/// each claim states one member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "field", content = "value", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Statement {
    /// Who decided.
    Authority(AuthorityId),
    /// The authority's own reference.
    Reference(String),
    /// European Case Law Identifier.
    Ecli(String),
    /// A party.
    Party(Party),
    /// When the events took place.
    IncidentOn(PartialDate),
    /// When proceedings were opened.
    OpenedOn(PartialDate),
    /// When the authority decided.
    DecidedOn(PartialDate),
    /// When the decision was published.
    PublishedOn(PartialDate),
    /// What was found.
    Outcome(Outcome),
    /// How far it has come.
    Stage(Stage),
    /// What set it off.
    Trigger(Trigger),
    /// A provision and what was found of it.
    Finding(Finding),
    /// Something that happened to the fine.
    Money(MoneyEvent),
    /// Something the authority did.
    Measure(Measure),
    /// Turnover of the party or its group.
    Turnover(Turnover),
    /// The fine as a share of turnover.
    TurnoverShare(TurnoverShare),
    /// People affected.
    AffectedPeople(Estimate<u64>),
    /// Records affected.
    AffectedRecords(Estimate<u64>),
    /// Organisations affected.
    AffectedOrganisations(Estimate<u64>),
}

impl Statement {
    /// The field's name as in the record and in JSON.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Authority(_) => "authority",
            Self::Reference(_) => "reference",
            Self::Ecli(_) => "ecli",
            Self::Party(_) => "party",
            Self::IncidentOn(_) => "incident-on",
            Self::OpenedOn(_) => "opened-on",
            Self::DecidedOn(_) => "decided-on",
            Self::PublishedOn(_) => "published-on",
            Self::Outcome(_) => "outcome",
            Self::Stage(_) => "stage",
            Self::Trigger(_) => "trigger",
            Self::Finding(_) => "finding",
            Self::Money(_) => "money",
            Self::Measure(_) => "measure",
            Self::Turnover(_) => "turnover",
            Self::TurnoverShare(_) => "turnover-share",
            Self::AffectedPeople(_) => "affected-people",
            Self::AffectedRecords(_) => "affected-records",
            Self::AffectedOrganisations(_) => "affected-organisations",
        }
    }

    /// The same field with another value, written as a person types it: `EUR 20000`, `2022-05-04`, `gdpr/33`, `491840`,
    /// `>=490000`, `10%`, a name, or the slug of a term. Of a member of a list everything but that value stays.
    ///
    /// # Errors
    /// [`Error::Value`] says what the field takes.
    pub fn with_value(&self, text: &str) -> Result<Self> {
        let text = text.trim();
        let wrong = |expected| Error::Value { expected, found: text.to_owned() };
        let number = |text: &str| {
            text.parse().map_err(|_| wrong("a whole number, as in `491840`, `>=490000`, `<=2000` or `~500000`"))
        };
        let estimate = || {
            Ok(match (text.strip_prefix(">="), text.strip_prefix("<="), text.strip_prefix('~')) {
                (Some(rest), ..) => Estimate::AtLeast { value: number(rest)? },
                (_, Some(rest), _) => Estimate::AtMost { value: number(rest)? },
                (_, _, Some(rest)) => Estimate::About { value: number(rest)? },
                _ => Estimate::Exact { value: number(text)? },
            })
        };
        let known = |is_known: bool, expected| if is_known { Ok(()) } else { Err(wrong(expected)) };
        if text.is_empty() {
            return Err(wrong("a value"));
        }
        Ok(match self {
            Self::Authority(_) => Self::Authority(text.parse()?),
            Self::Reference(_) => Self::Reference(text.to_owned()),
            Self::Ecli(_) => Self::Ecli(text.to_owned()),
            Self::Party(party) => {
                let slug = slugify(text).ok_or_else(|| wrong("a name"))?;
                let (id, name) = (PartyId::new(slug)?, Stated::Value(text.to_owned()));
                Self::Party(Party { id, name, aliases: Vec::new(), ..party.clone() })
            }
            Self::IncidentOn(_) => Self::IncidentOn(text.parse()?),
            Self::OpenedOn(_) => Self::OpenedOn(text.parse()?),
            Self::DecidedOn(_) => Self::DecidedOn(text.parse()?),
            Self::PublishedOn(_) => Self::PublishedOn(text.parse()?),
            Self::Outcome(_) => {
                let term = Outcome::from_slug(text);
                known(term.is_known(), "an outcome, as in `violation-found`")?;
                Self::Outcome(term)
            }
            Self::Stage(_) => {
                let term = Stage::from_slug(text);
                known(term.is_known(), "a stage, as in `decided`")?;
                Self::Stage(term)
            }
            Self::Trigger(_) => {
                let term = Trigger::from_slug(text);
                known(term.is_known(), "a trigger, as in `complaint`")?;
                Self::Trigger(term)
            }
            Self::Finding(finding) => Self::Finding(Finding { provision: text.parse()?, ..finding.clone() }),
            Self::Money(event) => {
                Self::Money(MoneyEvent { amount: Stated::Value(typed_money(text)?), ..event.clone() })
            }
            Self::Measure(measure) => {
                let kind = MeasureKind::from_slug(text);
                known(kind.is_known(), "a measure, as in `reprimand`")?;
                Self::Measure(Measure { kind, ..measure.clone() })
            }
            Self::Turnover(turnover) => Self::Turnover(Turnover { amount: typed_money(text)?, ..turnover.clone() }),
            Self::TurnoverShare(share) => {
                let expected = "a share of turnover in per cent, as in `10%`";
                let percent: f64 = text.trim_end_matches('%').trim_end().parse().map_err(|_| wrong(expected))?;
                known((0.0..=100.0).contains(&percent), expected)?;
                let share = TurnoverShare { share: Estimate::Exact { value: percent / 100.0 }, ..*share };
                Self::TurnoverShare(share)
            }
            Self::AffectedPeople(_) => Self::AffectedPeople(estimate()?),
            Self::AffectedRecords(_) => Self::AffectedRecords(estimate()?),
            Self::AffectedOrganisations(_) => Self::AffectedOrganisations(estimate()?),
        })
    }

    /// Whether the field is a list of which each claim states one member.
    pub fn is_member(&self) -> bool {
        matches!(self, Self::Party(_) | Self::Finding(_) | Self::Money(_) | Self::Measure(_))
    }
}

/// `EUR 20000` or `EUR 20000.50`: a currency and units with as many decimals as the currency has.
fn typed_money(text: &str) -> Result<Money> {
    let wrong = || Error::Value { expected: "a currency and an amount, as in `EUR 20000`", found: text.to_owned() };
    let (code, number) = text.split_once(char::is_whitespace).ok_or_else(wrong)?;
    let currency: Currency = code.parse()?;
    let (whole, decimals) = number.trim().split_once('.').unwrap_or((number.trim(), ""));
    let digits = usize::try_from(currency.digits()).unwrap_or_default();
    let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(decimals) || decimals.len() > digits {
        return Err(wrong());
    }
    let minor = format!("{whole}{decimals:0<digits$}").parse().map_err(|_| wrong())?;
    Ok(Money::from_minor(minor, currency))
}

/// The words behind a value: a span of the document's canonical text, and that text itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// SHA-256 of the document's bytes as they were read, 64 lower-case hex digits.
    pub document_sha256: String,
    /// First byte of the span in the canonical text (UTF-8).
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// `text[start..end]`, checked when the claim is made.
    pub quote: String,
}

/// A source's statement about one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The field and the value claimed for it.
    pub statement: Statement,
    /// Which of the case's sources claims it.
    pub source: SourceId,
    /// How it was read.
    pub method: Method,
    /// 0 to 1; `None` where a person or a labelled place states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// The words; `None` where the source is not at hand as text (shipped records hold facts and links only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::{FindingKind, MoneyEventKind};

    #[test]
    fn a_typed_value_takes_the_place_of_a_read_one() {
        let finding = Statement::Finding(Finding {
            provision: "gdpr/32".parse().unwrap(),
            finding: FindingKind::NotViolated,
            violations: Vec::new(),
            party: None,
            note: None,
        });
        let Statement::Finding(other) = finding.with_value("gdpr/33/1").unwrap() else { panic!() };
        assert_eq!((other.provision.as_str(), other.finding), ("gdpr/33/1", FindingKind::NotViolated));
        let money = Statement::Money(MoneyEvent {
            event: MoneyEventKind::Reduced,
            on: Stated::default(),
            amount: Stated::default(),
            party: None,
            source: None,
            note: None,
        });
        for (text, minor) in [("EUR 20000", Some(2_000_000)), ("EUR 1.5", Some(150)), ("JPY 7", Some(7))] {
            let Statement::Money(event) = money.with_value(text).unwrap() else { panic!() };
            assert_eq!(event.amount.value().map(|amount| amount.amount_minor), minor, "{text}");
            assert_eq!(event.event, MoneyEventKind::Reduced);
        }
        for text in ["20000", "EUR", "EUR 1,000", "EUR -5", "EUR 1.234", "JPY 7.5", "eur five", ""] {
            assert!(money.with_value(text).is_err(), "{text}");
        }
        let people = Statement::AffectedPeople(Estimate::Exact { value: 1 });
        assert_eq!(people.with_value(">=490000"), Ok(Statement::AffectedPeople(Estimate::AtLeast { value: 490_000 })));
        assert!(people.with_value("many").is_err());
        let date = Statement::DecidedOn("2020".parse().unwrap());
        assert_eq!(date.with_value("2022-05-04"), Ok(Statement::DecidedOn("2022-05-04".parse().unwrap())));
        assert!(date.with_value("4 May 2022").is_err());
        assert!(Statement::Outcome(Outcome::Partly).with_value("violation").is_err(), "no term of the list");
    }
}
