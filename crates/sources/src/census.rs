//! What a batch of a source's cases looks like, held against what its `source.toml` expects: a page that changed its form
//! is still read, only as something else, and the first that shows it are counts.

use std::collections::BTreeMap;

use fineprint_model::{Draft, PartialDate, Statement, vocab};

use crate::info::SourceInfo;

/// Fewest cases of which shares are looked at: of five cases one is a fifth.
const LEAST_FOR_SHARES: usize = 20;

/// Share of cases that may be odd and the batch still be believed: a typing error in a long list.
const MOST_ODD: f64 = 0.01;

/// Odd values that are told one by one.
const TOLD: usize = 3;

/// A batch of a source's cases, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Census {
    cases: usize,
    /// Field of a claim -> cases that state it.
    stating: BTreeMap<&'static str, usize>,
    /// Cases with a value out of range.
    odd: usize,
    /// The first of these values, told.
    told: Vec<String>,
}

impl Census {
    /// Counts a case. `name` is what its notice is called; `today` is the last day on which anything can have been decided.
    pub fn add(&mut self, info: &SourceInfo, draft: &Draft, name: &str, today: PartialDate) {
        self.cases += 1;
        let mut fields: Vec<&'static str> = draft.statements().map(Statement::field).collect();
        fields.sort_unstable();
        fields.dedup();
        for field in fields {
            *self.stating.entry(field).or_default() += 1;
        }
        let odd: Vec<String> = draft.statements().filter_map(|statement| oddity(info, statement, today)).collect();
        self.odd += usize::from(!odd.is_empty());
        for one in odd {
            if self.told.len() < TOLD {
                self.told.push(format!("`{name}`: {one}"));
            }
        }
    }

    /// Why the batch is not to be believed, a sentence for each reason; nothing where it is. `total` is how many cases the
    /// source has in all, `None` where the batch is a part of them.
    pub fn doubts(&self, info: &SourceInfo, total: Option<usize>) -> Vec<String> {
        let expected = &info.expectations;
        let mut doubts = Vec::new();
        if let Some(total) = total.filter(|total| *total < expected.min as usize) {
            doubts.push(format!("expected at least {} cases, found {total}", expected.min));
        }
        let cases = total.unwrap_or_default().max(self.cases);
        if expected.max > 0 && cases > expected.max as usize {
            doubts.push(format!("expected at most {} cases, found {cases}", expected.max));
        }
        if self.cases >= LEAST_FOR_SHARES {
            doubts.extend(expected.fill.iter().filter_map(|(field, least)| {
                let stating = self.stating.get(field.as_str()).copied().unwrap_or_default();
                (share(stating, self.cases) < *least).then(|| {
                    format!(
                        "expected `{field}` in at least {:.0} % of cases, found it in {stating} of {}",
                        least * 100.0,
                        self.cases
                    )
                })
            }));
        }
        if share(self.odd, self.cases) > MOST_ODD {
            let more = self.odd.saturating_sub(self.told.len());
            let more = if more > 0 { format!("; and {more} more cases") } else { String::new() };
            doubts.push(format!(
                "values out of range in {} of {} cases: {}{more}",
                self.odd,
                self.cases,
                self.told.join("; ")
            ));
        }
        doubts
    }

    /// Values out of range that are too few to doubt the batch for, as far as they are told one by one.
    pub fn oddities(&self) -> &[String] {
        if share(self.odd, self.cases) > MOST_ODD { &[] } else { &self.told }
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of cases stay far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// What is out of range about a statement; `None` where nothing is.
fn oddity(info: &SourceInfo, statement: &Statement, today: PartialDate) -> Option<String> {
    match statement {
        Statement::Money(event) => {
            let money = event.amount.value()?;
            // The range is in the authority's currency.
            let own = info.authority.as_deref().and_then(|id| Some(vocab::authorities().get(id)?.currency));
            if own.is_some_and(|own| own != money.currency) {
                return None;
            }
            let units = money.units();
            let (least, most) = (info.expectations.least_fine, info.expectations.largest_fine);
            let expected = match (least.filter(|least| units < *least), most.filter(|most| units > *most)) {
                (Some(least), _) => format!("at least {least}"),
                (_, Some(most)) => format!("at most {most}"),
                _ => return None,
            };
            Some(format!("expected a fine of {expected}, found {units} {}", money.currency.code()))
        }
        Statement::DecidedOn(date) => day(info, "decided", *date, today),
        Statement::PublishedOn(date) => day(info, "published", *date, today),
        _ => None,
    }
}

fn day(info: &SourceInfo, what: &str, date: PartialDate, today: PartialDate) -> Option<String> {
    if let Some(from) = info.expectations.from.filter(|from| date.last_day() < from.first_day()) {
        return Some(format!("expected to be {what} from {from} on, found {date}"));
    }
    (date.first_day() > today.last_day()).then(|| format!("expected to be {what} by {today}, found {date}"))
}

#[cfg(test)]
mod tests {
    use fineprint_document::Hints;
    use fineprint_model::{Claim, Method, Money, MoneyEvent, MoneyEventKind, Source, SourceId, SourceKind, Stated};

    use super::*;
    use crate::registry::registry;

    fn info() -> SourceInfo {
        let mut info = registry().iter().find(|info| info.id == "gb_ico").unwrap().clone();
        info.expectations.min = 30;
        info.expectations.max = 50;
        info.expectations.least_fine = Some(100.0);
        info.expectations.largest_fine = Some(1_000_000.0);
        info.expectations.fill = [("money".to_owned(), 0.5)].into();
        info
    }

    fn draft(decided: &str, fine: Option<(i64, &str)>) -> Draft {
        let id = SourceId::new("decision").unwrap();
        let money = fine.map(|(units, currency)| {
            Statement::Money(MoneyEvent {
                event: MoneyEventKind::Imposed,
                on: Stated::default(),
                amount: Stated::Value(Money { amount_minor: units * 100, currency: currency.parse().unwrap() }),
                party: None,
                source: None,
                note: None,
            })
        });
        let statements = std::iter::once(Statement::DecidedOn(decided.parse().unwrap())).chain(money);
        let claims = statements
            .map(|statement| Claim {
                statement,
                source: id.clone(),
                method: Method::Structured,
                confidence: None,
                evidence: None,
            })
            .collect();
        let source = Source::new(id.clone(), SourceKind::OfficialDecision);
        Draft {
            source,
            document: fineprint_document::read(b"x", &Hints::default()).unwrap(),
            claims,
            proposals: Vec::new(),
        }
    }

    fn census(drafts: &[Draft]) -> Census {
        let mut census = Census::default();
        for draft in drafts {
            census.add(&info(), draft, "a.html", "2031-06-01".parse().unwrap());
        }
        census
    }

    #[test]
    fn a_batch_within_its_bounds_is_believed() {
        let usual = vec![draft("2030-05-01", Some((5_000, "GBP"))); 30];
        assert_eq!(census(&usual).doubts(&info(), Some(30)), Vec::<String>::new());
        assert_eq!(census(&usual[..3]).doubts(&info(), None), Vec::<String>::new(), "a part may be small");
    }

    #[test]
    fn every_bound_is_told_where_it_is_broken() {
        let usual = || vec![draft("2030-05-01", Some((5_000, "GBP"))); 30];
        let with = |odd: Draft| [usual(), vec![odd]].concat();
        for (what, drafts, total, expected) in [
            ("few", usual(), Some(29), "expected at least 30 cases, found 29"),
            ("many", usual(), Some(51), "expected at most 50 cases, found 51"),
            (
                "empty",
                vec![draft("2030", None); 20],
                None,
                "expected `money` in at least 50 % of cases, found it in 0 of 20",
            ),
            (
                "large",
                with(draft("2030", Some((2_000_000, "GBP")))),
                None,
                "expected a fine of at most 1000000, found 2000000 GBP",
            ),
            ("small", with(draft("2030", Some((5, "GBP")))), None, "expected a fine of at least 100, found 5 GBP"),
            (
                "early",
                with(draft("1930-01-01", Some((500, "GBP")))),
                None,
                "expected to be decided from 2010-11-01 on, found 1930-01-01",
            ),
            (
                "late",
                with(draft("2031-06-02", Some((500, "GBP")))),
                None,
                "expected to be decided by 2031-06-01, found 2031-06-02",
            ),
        ] {
            let doubts = census(&drafts).doubts(&info(), total);
            assert_eq!(doubts.len(), 1, "{what}: {doubts:?}");
            assert!(doubts[0].contains(expected), "{what}: {doubts:?}");
        }
    }

    #[test]
    fn shares_need_a_number_and_one_slip_in_a_hundred_is_told_only() {
        assert!(census(&vec![draft("2030", None); 19]).doubts(&info(), None).is_empty());
        let other_money = census(&vec![draft("2030", Some((2_000_000, "EUR"))); 30]);
        assert!(other_money.doubts(&info(), None).is_empty(), "the range is in pounds");
        let mut many = vec![draft("2030-05-01", Some((5_000, "GBP"))); 100];
        many[7] = draft("1930-05-01", Some((5_000, "GBP")));
        let mut wide = info();
        wide.expectations.max = 0;
        let census = census(&many);
        assert_eq!(census.doubts(&wide, None), Vec::<String>::new());
        assert_eq!(census.oddities().len(), 1, "{census:?}");
    }

    #[test]
    fn expectations_name_fields_that_claims_have() {
        let known = [
            "authority",
            "reference",
            "ecli",
            "party",
            "incident-on",
            "opened-on",
            "decided-on",
            "published-on",
            "outcome",
            "stage",
            "trigger",
            "finding",
            "money",
            "measure",
            "turnover",
            "turnover-share",
            "affected-people",
            "affected-records",
            "affected-organisations",
        ];
        for info in registry() {
            for (field, least) in &info.expectations.fill {
                assert!(known.contains(&field.as_str()) && (0.0..=1.0).contains(least), "{}: {field}", info.id);
            }
        }
    }
}
