//! A case as it stood on an earlier day, from the dates of its events.

use chrono::NaiveDate;

use crate::case::Case;
use crate::date::PartialDate;
use crate::stated::Stated;
use crate::terms::{AppealResult, FindingKind, MoneyEventKind, Stage};

fn begun(date: &Stated<PartialDate>, day: NaiveDate) -> bool {
    date.value().is_none_or(|date| date.first_day() <= day)
}

impl Case {
    /// The case at the end of a day; `None` where there was nothing of it yet.
    ///
    /// What carries no date counts as past, as in the ledger. A decision exists from the day it was taken (of
    /// publication where that is all that is known); before that, a case that had been announced (a proposed fine
    /// with its day) is shown as proposed, without what was found later. Later events of ledger and appeals are
    /// gone, an appeal not yet decided is pending, and a decision is final only where no later event was taken
    /// away; so is an undated appeal while a change of the fine is still to come. The record's corrections are not undone: it is the facts' day, not the file's.
    #[must_use]
    pub fn as_of(&self, day: NaiveDate) -> Option<Self> {
        let decided = self.dated().is_none_or(|date| date.first_day() <= day);
        let mut case = self.clone();
        let events = case.ledger.len();
        case.ledger.retain(|event| begun(&event.on, day));
        if !decided {
            case.ledger.retain(|event| event.event == MoneyEventKind::Proposed && event.on.value().is_some());
            if case.ledger.is_empty() {
                return None;
            }
            case.stage = Stated::Value(Stage::Proposed);
            case.outcome = Stated::default();
            case.decided_on = Stated::default();
            case.published_on = Stated::default();
            case.finality = None;
            case.measures.clear();
            case.appeals.clear();
            case.factors.clear();
            case.turnover_share = Stated::default();
            for finding in &mut case.findings {
                if matches!(finding.finding, FindingKind::Violated | FindingKind::NotViolated) {
                    finding.finding = FindingKind::Discussed;
                }
            }
            return Some(case);
        }
        let appeals = case.appeals.len();
        case.appeals.retain(|appeal| begun(&appeal.lodged_on, day));
        let ledger = case.ledger.len();
        let mut undone = events > ledger || appeals > case.appeals.len();
        // What an undated judgment did to the fine stands in the ledger, and was not done yet.
        let later = |result: &AppealResult| {
            events > ledger
                && !matches!(result, AppealResult::Pending | AppealResult::Upheld | AppealResult::Inadmissible)
        };
        for appeal in &mut case.appeals {
            let undated = appeal.decided_on.value().is_none();
            if !begun(&appeal.decided_on, day) || (undated && later(&appeal.result)) {
                undone = true;
                appeal.result = AppealResult::Pending;
                appeal.decided_on = Stated::default();
                appeal.note = None;
            }
        }
        if let Some(finality) = &case.finality
            && (undone || !begun(&finality.on, day))
        {
            case.finality = None;
            undone = true;
        }
        if undone && matches!(case.stage.value(), Some(Stage::Final | Stage::Appealed)) {
            let stage = if case.appeals.is_empty() { Stage::Decided } else { Stage::Appealed };
            case.stage = Stated::Value(stage);
        }
        if !begun(&case.published_on, day) {
            case.published_on = Stated::default();
        }
        case.changes.retain(|change| change.on.first_day() <= day);
        Some(case)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;
    use crate::case::{Appeal, Finality};
    use crate::id::{AuthorityId, CaseId};
    use crate::ledger::{Basis, Fine, MoneyEvent};
    use crate::money::{Currency, Money};

    fn on(text: &str) -> Stated<PartialDate> {
        Stated::Value(text.parse().unwrap())
    }

    fn event(event: MoneyEventKind, day: &str, units: i64) -> MoneyEvent {
        let amount = Money::from_major(units, Currency::EUR).unwrap().into();
        MoneyEvent { event, on: on(day), amount, party: None, source: None, note: None }
    }

    /// Announced in 2019, decided in 2020, appealed in 2021, reduced and final in 2022.
    fn case() -> Case {
        let mut case = Case::new(CaseId::new("xx-a-1").unwrap(), AuthorityId::new("xx-a").unwrap());
        case.decided_on = on("2020-05-01");
        case.published_on = on("2020-06-01");
        case.stage = Stated::Value(Stage::Final);
        case.finality = Some(Finality { on: on("2022-03-01"), basis: "judgment".into() });
        case.ledger = vec![
            event(MoneyEventKind::Proposed, "2019-07-01", 200),
            event(MoneyEventKind::Imposed, "2020-05-01", 100),
            event(MoneyEventKind::Reduced, "2022-02-01", 60),
        ];
        case.appeals.push(Appeal {
            body: "court".into(),
            reference: None,
            lodged_on: on("2021-01-01"),
            decided_on: on("2022-02-01"),
            result: AppealResult::Reduced,
            source: None,
            note: Some("reduced to 60".into()),
        });
        case
    }

    #[test]
    fn each_day_knows_what_had_happened() {
        let at = |day: &str| case().as_of(day.parse().unwrap());
        let euros = |units| Fine::Amount(Money::from_major(units, Currency::EUR).unwrap());
        assert_eq!(at("2019-06-30"), None);
        let proposed = at("2019-07-01").unwrap();
        assert_eq!((proposed.status(), proposed.fine(Basis::Imposed)), (Status::Proposed, Fine::None));
        assert_eq!(proposed.dated(), None);
        let decided = at("2020-05-01").unwrap();
        assert_eq!((decided.status(), decided.fine(Basis::Current)), (Status::Decided, euros(100)));
        assert_eq!((decided.appeals.len(), decided.published_on.value()), (0, None));
        let appealed = at("2021-06-01").unwrap();
        assert_eq!((appealed.status(), appealed.fine(Basis::Final)), (Status::UnderAppeal, Fine::None));
        assert_eq!(appealed.appeals[0].note, None);
        let reduced = at("2022-02-15").unwrap();
        assert_eq!((reduced.status(), reduced.is_final()), (Status::Reduced, false));
        assert_eq!(at("2022-03-01").unwrap(), case());
        let mut undated = case();
        undated.appeals[0].lodged_on = Stated::default();
        undated.appeals[0].decided_on = Stated::default();
        assert_eq!(undated.as_of("2021-06-01".parse().unwrap()).unwrap().status(), Status::UnderAppeal);
    }

    #[test]
    fn what_has_no_date_counts_as_past() {
        let mut case = case();
        case.decided_on = Stated::default();
        case.published_on = Stated::default();
        case.ledger.retain(|event| event.event == MoneyEventKind::Imposed);
        case.ledger[0].on = Stated::default();
        let past = case.as_of("2010-01-01".parse().unwrap()).unwrap();
        assert_eq!(past.ledger.len(), 1);
        assert!(past.appeals.is_empty() && !past.is_final());
    }
}
