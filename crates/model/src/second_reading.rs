//! A second reading: facts of a case derived anew by somebody who did not look at the record, and how far the two agree.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::date::PartialDate;
use crate::error::{Error, Result};
use crate::id::CaseId;
use crate::ledger::{Basis, Fine};
use crate::money::Money;
use crate::provision::Provision;
use crate::stated::{Estimate, Missing, Stated};
use crate::terms::{AppealResult, FindingKind, MeasureKind, Outcome, PartyKind, PartyRole, Term, Trigger};

/// What a second reader found. A key that is left out was not looked for and is not compared;
/// `{"missing": "unknown"}` was looked for in vain.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondReading {
    /// The case that was read.
    pub case: CaseId,
    /// The authority's own number.
    #[serde(default)]
    pub reference: Stated<String>,
    /// When proceedings were opened.
    #[serde(default)]
    pub opened_on: Stated<PartialDate>,
    /// When the authority decided.
    #[serde(default)]
    pub decided_on: Stated<PartialDate>,
    /// When the decision was published.
    #[serde(default)]
    pub published_on: Stated<PartialDate>,
    /// What set the proceedings off.
    #[serde(default)]
    pub trigger: Stated<Trigger>,
    /// What was found.
    #[serde(default)]
    pub outcome: Stated<Outcome>,
    /// The main respondent's role.
    #[serde(default)]
    pub role: Stated<PartyRole>,
    /// What the main respondent is.
    #[serde(default)]
    pub kind: Stated<PartyKind>,
    /// The fine as first imposed, all parties together; `{"missing": "not-applicable"}` where there is none.
    #[serde(default)]
    pub fine_imposed: Stated<Money>,
    /// What is owed after every change so far; `{"missing": "not-applicable"}` where nothing is.
    #[serde(default)]
    pub fine_current: Stated<Money>,
    /// Provisions found violated; `None` where the reader did not look.
    #[serde(default)]
    pub violated: Option<Vec<Provision>>,
    /// Provisions examined and found not violated; `None` where the reader did not look.
    #[serde(default)]
    pub not_violated: Option<Vec<Provision>>,
    /// What the authority did; `None` where the reader did not look.
    #[serde(default)]
    pub measures: Option<Vec<MeasureKind>>,
    /// Results of the appeals, in their order; `None` where the reader did not look.
    #[serde(default)]
    pub appeals: Option<Vec<AppealResult>>,
    /// People affected.
    #[serde(default)]
    pub affected_people: Stated<Estimate<u64>>,
}

impl SecondReading {
    /// Reads one line of a file of readings.
    ///
    /// # Errors
    /// [`Error::Record`] where it is no reading.
    pub fn from_json(line: &str) -> Result<Self> {
        serde_json::from_str(line).map_err(|error| Error::Record { pointer: String::new(), message: error.to_string() })
    }
}

/// How a record and a second reading of one field relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Agreement {
    /// Both say the same.
    Same,
    /// One says more exactly what the other says.
    Finer,
    /// Only the record has a value.
    RecordOnly,
    /// Only the second reader found a value.
    ReadingOnly,
    /// They contradict each other.
    Different,
}

/// One field of one case, compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The case.
    pub case: CaseId,
    /// The field.
    pub field: &'static str,
    /// How the two relate.
    pub agreement: Agreement,
    /// What the record says; empty where it says nothing.
    pub record: String,
    /// What the second reader found; empty where nothing.
    pub reading: String,
}

/// Every field that the second reader looked for, compared with the record. Fields in which neither has a value agree.
pub fn compare(case: &Case, reading: &SecondReading) -> Vec<Comparison> {
    let mut comparisons = Vec::new();
    let mut add = |field, compared: Option<(Agreement, String, String)>| {
        if let Some((agreement, record, reading)) = compared {
            comparisons.push(Comparison { case: case.id.clone(), field, agreement, record, reading });
        }
    };
    let party = case.respondents().next();
    let by_date = |a: &PartialDate, b: &PartialDate| a.is_compatible_with(*b);
    add("reference", stated(&case.reference, &reading.reference, |a, b| same_reference(a, b)));
    add("opened_on", stated(&case.opened_on, &reading.opened_on, by_date));
    add("decided_on", stated(&case.decided_on, &reading.decided_on, by_date));
    add("published_on", stated(&case.published_on, &reading.published_on, by_date));
    add("trigger", term(&case.trigger, &reading.trigger));
    add("outcome", term(&case.outcome, &reading.outcome));
    add("role", term(&party.map(|party| party.role.clone()).unwrap_or_default(), &reading.role));
    add("kind", term(&party.map(|party| party.kind.clone()).unwrap_or_default(), &reading.kind));
    add("fine_imposed", stated(&fine(case, Basis::Imposed), &reading.fine_imposed, |_, _| false));
    add("fine_current", stated(&fine(case, Basis::Current), &reading.fine_current, |_, _| false));
    for (field, kind, found) in [
        ("violated", FindingKind::Violated, &reading.violated),
        ("not_violated", FindingKind::NotViolated, &reading.not_violated),
    ] {
        let record: BTreeSet<&Provision> = case.provisions(kind).collect();
        add(field, found.as_ref().map(|found| provisions(&record, &found.iter().collect())));
    }
    let measures = case.measures.iter().map(|measure| measure.kind.as_str());
    add("measures", reading.measures.as_ref().map(|found| set(measures, found.iter().map(Term::as_str))));
    let appeals = case.appeals.iter().map(|appeal| appeal.result.as_str());
    add("appeals", reading.appeals.as_ref().map(|found| set(appeals, found.iter().map(Term::as_str))));
    add(
        "affected_people",
        stated(&case.affected_people.map(Number), &reading.affected_people.map(Number), |a, b| {
            a.0.point() == b.0.point()
        }),
    );
    comparisons
}

/// An estimate that prints as a number and its precision.
#[derive(PartialEq)]
struct Number(Estimate<u64>);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.0.point(), self.0.precision())
    }
}

/// The fine in the words of a reading: nothing owed and nothing imposed are both "does not apply".
fn fine(case: &Case, basis: Basis) -> Stated<Money> {
    match case.fine(basis) {
        Fine::Amount(money) => Stated::Value(money),
        Fine::Unknown => Stated::Missing(Missing::Unknown),
        Fine::None | Fine::Annulled => Stated::Missing(Missing::NotApplicable),
    }
}

/// Numbers are written with and without spaces, stops and strokes.
fn same_reference(a: &str, b: &str) -> bool {
    let bare =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    bare(a) == bare(b)
}

/// `None` where the second reader did not look. `is_finer` is asked of two values that are not equal.
fn stated<T: PartialEq + std::fmt::Display>(
    record: &Stated<T>,
    reading: &Stated<T>,
    is_finer: impl Fn(&T, &T) -> bool,
) -> Option<(Agreement, String, String)> {
    if reading.is_not_extracted() {
        return None;
    }
    let agreement = match (record.value(), reading.value()) {
        (None, None) => Agreement::Same,
        (Some(_), None) => Agreement::RecordOnly,
        (None, Some(_)) => Agreement::ReadingOnly,
        (Some(a), Some(b)) if a == b => Agreement::Same,
        (Some(a), Some(b)) if is_finer(a, b) => Agreement::Finer,
        _ => Agreement::Different,
    };
    let text = |value: &Stated<T>| value.value().map_or_else(String::new, ToString::to_string);
    Some((agreement, text(record), text(reading)))
}

fn term<T: Term + std::fmt::Display>(record: &Stated<T>, reading: &Stated<T>) -> Option<(Agreement, String, String)> {
    stated(record, reading, |_, _| false)
}

/// The same where both name the same; finer where each provision of one has its like, or its part or whole, in the other.
fn provisions(record: &BTreeSet<&Provision>, reading: &BTreeSet<&Provision>) -> (Agreement, String, String) {
    let related = |a: &Provision, b: &Provision| a.is_within(b) || b.is_within(a);
    let covered = |these: &BTreeSet<&Provision>, those: &BTreeSet<&Provision>| {
        these.iter().all(|this| those.iter().any(|that| related(this, that)))
    };
    let agreement = match (record.is_empty(), reading.is_empty()) {
        _ if record == reading => Agreement::Same,
        (false, true) => Agreement::RecordOnly,
        (true, false) => Agreement::ReadingOnly,
        _ if covered(record, reading) && covered(reading, record) => Agreement::Finer,
        _ => Agreement::Different,
    };
    let text =
        |these: &BTreeSet<&Provision>| these.iter().map(|provision| provision.as_str()).collect::<Vec<_>>().join(" ");
    (agreement, text(record), text(reading))
}

fn set<'a>(
    record: impl Iterator<Item = &'a str>,
    reading: impl Iterator<Item = &'a str>,
) -> (Agreement, String, String) {
    let (record, reading): (BTreeSet<&str>, BTreeSet<&str>) = (record.collect(), reading.collect());
    let agreement = match (record.is_empty(), reading.is_empty()) {
        _ if record == reading => Agreement::Same,
        (false, true) => Agreement::RecordOnly,
        (true, false) => Agreement::ReadingOnly,
        _ => Agreement::Different,
    };
    let text = |these: &BTreeSet<&str>| these.iter().copied().collect::<Vec<_>>().join(" ");
    (agreement, text(&record), text(&reading))
}

/// A sample to read again: spread evenly over authorities, and within each over fined and not fined, as far as there are
/// enough; the same for the same records. At most `size` ids, sorted.
pub fn sample<'a>(cases: impl Iterator<Item = &'a Case>, size: usize) -> Vec<CaseId> {
    // FNV-1a: neither the order of ids nor their numbering may decide who is drawn.
    let scatter = |text: &str| {
        text.bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    };
    let mut strata: BTreeMap<(&str, bool), Vec<&CaseId>> = BTreeMap::new();
    for case in cases.filter(|case| case.record.is_active()) {
        strata.entry((case.authority.as_str(), case.ledger.is_empty())).or_default().push(&case.id);
    }
    let mut order: Vec<(usize, u64, &CaseId)> = strata
        .into_values()
        .flat_map(|mut ids| {
            ids.sort_by_key(|id| scatter(id.as_str()));
            ids.into_iter().enumerate().map(|(round, id)| (round, scatter(id.as_str()), id)).collect::<Vec<_>>()
        })
        .collect();
    order.sort_unstable();
    let mut drawn: Vec<CaseId> = order.into_iter().take(size).map(|(_, _, id)| id.clone()).collect();
    drawn.sort_unstable();
    drawn
}

/// How often record and second reading agree in a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rate {
    /// The field.
    pub field: &'static str,
    /// Cases in which the second reader looked for it.
    pub compared: usize,
    /// Both the same.
    pub same: usize,
    /// One more exact than the other.
    pub finer: usize,
    /// Only in the record.
    pub record_only: usize,
    /// Only in the second reading.
    pub reading_only: usize,
    /// Contradicting each other.
    pub different: usize,
}

/// The rates of a set of comparisons, in the order in which fields are compared.
pub fn rates(comparisons: &[Comparison]) -> Vec<Rate> {
    let mut rates: Vec<Rate> = Vec::new();
    for comparison in comparisons {
        let at = rates.iter().position(|rate| rate.field == comparison.field).unwrap_or_else(|| {
            let field = comparison.field;
            rates.push(Rate { field, compared: 0, same: 0, finer: 0, record_only: 0, reading_only: 0, different: 0 });
            rates.len() - 1
        });
        let Some(rate) = rates.get_mut(at) else { continue };
        rate.compared += 1;
        *match comparison.agreement {
            Agreement::Same => &mut rate.same,
            Agreement::Finer => &mut rate.finer,
            Agreement::RecordOnly => &mut rate.record_only,
            Agreement::ReadingOnly => &mut rate.reading_only,
            Agreement::Different => &mut rate.different,
        } += 1;
    }
    rates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::good;

    fn against(reading: &str) -> Vec<(&'static str, Agreement)> {
        let case = good();
        let json = format!(r#"{{"case": "{}", {reading}}}"#, case.id);
        let reading = SecondReading::from_json(&json).unwrap();
        compare(&case, &reading).into_iter().map(|found| (found.field, found.agreement)).collect()
    }

    #[test]
    fn compares_only_what_was_looked_for() {
        assert_eq!(against(r#""decided_on": "2030-02-03""#), [("decided_on", Agreement::Same)]);
    }

    #[test]
    fn tells_finer_from_different() {
        for (reading, expected) in [
            (r#""decided_on": "2030-02""#, Agreement::Finer),
            (r#""decided_on": "2030-03""#, Agreement::Different),
            (r#""decided_on": {"missing": "unknown"}"#, Agreement::RecordOnly),
            (r#""trigger": "complaint""#, Agreement::ReadingOnly),
            (r#""trigger": {"missing": "unknown"}"#, Agreement::Same),
            (r#""reference": "san 2030/001""#, Agreement::Finer),
            (r#""violated": ["gdpr/32"]"#, Agreement::Finer),
            (r#""violated": ["gdpr/32/1/a"]"#, Agreement::Same),
            (r#""violated": ["gdpr/32/1/a", "gdpr/33"]"#, Agreement::Different),
            (r#""not_violated": []"#, Agreement::Same),
            (r#""measures": ["fine"]"#, Agreement::Same),
            (r#""appeals": ["upheld"]"#, Agreement::ReadingOnly),
            (r#""affected_people": {"precision": "exact", "value": 10}"#, Agreement::Finer),
            (r#""affected_people": {"precision": "exact", "value": 11}"#, Agreement::Different),
            (r#""fine_imposed": {"amount_minor": 10000000, "currency": "EUR"}"#, Agreement::Same),
            (r#""fine_current": {"missing": "not-applicable"}"#, Agreement::RecordOnly),
        ] {
            assert_eq!(against(reading)[0].1, expected, "{reading}");
        }
    }

    #[test]
    fn a_reading_with_a_misspelt_key_is_refused() {
        let error = SecondReading::from_json(r#"{"case": "x-1", "decided": "2030"}"#).unwrap_err().to_string();
        assert!(error.contains("unknown field `decided`"), "{error}");
    }

    #[test]
    fn a_sample_takes_of_every_kind_before_it_takes_twice() {
        let mut cases = Vec::new();
        for (authority, count) in [("fr-cnil", 20), ("xx-small", 1), ("yy-other", 3)] {
            for n in 0..count {
                let mut case = good();
                case.authority = crate::AuthorityId::new(authority).unwrap();
                case.id = CaseId::new(format!("{authority}-{n}")).unwrap();
                if n % 2 == 1 {
                    case.ledger.clear();
                }
                cases.push(case);
            }
        }
        let drawn = sample(cases.iter(), 5);
        assert_eq!(drawn.len(), 5);
        let of = |authority: &str| drawn.iter().filter(|id| id.as_str().starts_with(authority)).count();
        assert_eq!((of("fr-cnil"), of("xx-small"), of("yy-other")), (2, 1, 2));
        assert_eq!(drawn, sample(cases.iter().rev(), 5), "the order of the records does not matter");
        assert_eq!(sample(cases.iter(), 100).len(), 24);
    }

    #[test]
    fn rates_count_every_comparison_once() {
        let case = good();
        let json = |rest: &str| {
            SecondReading::from_json(&format!(r#"{{"case": "{}", "outcome": "violation-found", {rest}}}"#, case.id))
                .unwrap()
        };
        let mut all = compare(&case, &json(r#""decided_on": "2030-02""#));
        all.extend(compare(&case, &json(r#""decided_on": "2031""#)));
        let rates = rates(&all);
        assert_eq!(rates.iter().map(|rate| rate.field).collect::<Vec<_>>(), ["decided_on", "outcome"]);
        assert_eq!((rates[0].compared, rates[0].finer, rates[0].different), (2, 1, 1));
        assert_eq!((rates[1].compared, rates[1].same), (2, 2));
    }
}
