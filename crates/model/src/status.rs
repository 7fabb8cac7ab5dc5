//! The badge people see. Derived, never typed.

use std::fmt;

use crate::case::Case;
use crate::ledger::{Basis, Fine};
use crate::terms::{AppealResult, MoneyEventKind, Stage};

/// Whether the decision stands, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Announced, not decided.
    Proposed,
    /// Decided; nothing known of an appeal.
    Decided,
    /// An appeal is pending.
    UnderAppeal,
    /// No longer open to ordinary appeal.
    Final,
    /// The fine is lower than first imposed.
    Reduced,
    /// The fine is higher than first imposed.
    Increased,
    /// Annulled, as a whole or sent back.
    Annulled,
    /// Taken back by the authority.
    Withdrawn,
    /// The sources do not say; shown and counted as such.
    Unknown,
}

impl Status {
    /// Every status, in the order people should see them.
    pub const ALL: [Self; 9] = [
        Self::Proposed,
        Self::Decided,
        Self::UnderAppeal,
        Self::Final,
        Self::Reduced,
        Self::Increased,
        Self::Annulled,
        Self::Withdrawn,
        Self::Unknown,
    ];

    /// The stable slug, as in `under-appeal`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Decided => "decided",
            Self::UnderAppeal => "under-appeal",
            Self::Final => "final",
            Self::Reduced => "reduced",
            Self::Increased => "increased",
            Self::Annulled => "annulled",
            Self::Withdrawn => "withdrawn",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Case {
    /// The derived badge. What takes most away from the first decision is said first: withdrawn,
    /// annulled, under appeal, reduced or increased, final, decided, proposed.
    pub fn status(&self) -> Status {
        let last_result = self.appeals.last().map(|appeal| &appeal.result);
        let stage = self.stage.value();
        if stage == Some(&Stage::Withdrawn) {
            return Status::Withdrawn;
        }
        // A fine imposed anew, or restored by a higher court, is what counts after an annulment.
        let annulled_at = self.ledger.iter().rposition(|event| event.event == MoneyEventKind::Annulled);
        let stands_anew =
            annulled_at.is_some_and(|at| self.ledger[at..].iter().any(|event| event.event == MoneyEventKind::Imposed));
        if self.fine(Basis::Current) == Fine::Annulled
            || (!stands_anew && matches!(last_result, Some(AppealResult::Annulled | AppealResult::Remitted)))
        {
            return Status::Annulled;
        }
        if matches!(last_result, Some(AppealResult::Pending | AppealResult::Unknown))
            || (last_result.is_none() && stage == Some(&Stage::Appealed))
        {
            return Status::UnderAppeal;
        }
        let changed = |kind: MoneyEventKind| self.ledger.iter().any(|event| event.event == kind);
        // Reduced by one court and raised again by the next: as first imposed.
        let restored = changed(MoneyEventKind::Reduced)
            && changed(MoneyEventKind::Increased)
            && self.fine(Basis::Current) == self.fine(Basis::Imposed);
        if !restored {
            if matches!(last_result, Some(AppealResult::Reduced | AppealResult::PartlyAnnulled))
                || changed(MoneyEventKind::Reduced)
            {
                return Status::Reduced;
            }
            if matches!(last_result, Some(AppealResult::Increased)) || changed(MoneyEventKind::Increased) {
                return Status::Increased;
            }
        }
        if self.is_final() {
            return Status::Final;
        }
        match stage {
            Some(Stage::Decided | Stage::Appealed) => Status::Decided,
            Some(Stage::Proposed | Stage::FormalNotice | Stage::Investigation) => Status::Proposed,
            _ => Status::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Appeal, Finality};
    use crate::id::{AuthorityId, CaseId};
    use crate::ledger::MoneyEvent;
    use crate::money::{Currency, Money};
    use crate::stated::Stated;

    fn decided() -> Case {
        let mut case = Case::new(CaseId::new("xx-a-1").unwrap(), AuthorityId::new("xx-a").unwrap());
        case.stage = Stated::Value(Stage::Decided);
        case
    }

    fn appeal(result: AppealResult) -> Appeal {
        Appeal {
            body: "court".into(),
            reference: None,
            lodged_on: Stated::default(),
            decided_on: Stated::default(),
            result,
            source: None,
            note: None,
        }
    }

    fn event(event: MoneyEventKind, units: i64) -> MoneyEvent {
        MoneyEvent {
            event,
            on: Stated::default(),
            amount: Money::from_major(units, Currency::EUR).unwrap().into(),
            party: None,
            source: None,
            note: None,
        }
    }

    #[test]
    fn says_first_what_takes_most_away() {
        let mut case = decided();
        assert_eq!(case.status(), Status::Decided);
        case.ledger = vec![event(MoneyEventKind::Imposed, 10), event(MoneyEventKind::Reduced, 8)];
        assert_eq!(case.status(), Status::Reduced);
        case.appeals = vec![appeal(AppealResult::Pending)];
        assert_eq!(case.status(), Status::UnderAppeal);
        case.appeals = vec![appeal(AppealResult::Pending), appeal(AppealResult::Annulled)];
        assert_eq!(case.status(), Status::Annulled);
        case.stage = Stated::Value(Stage::Withdrawn);
        assert_eq!(case.status(), Status::Withdrawn);
    }

    #[test]
    fn a_fine_imposed_anew_or_restored_stands() {
        let mut case = decided();
        case.ledger = vec![event(MoneyEventKind::Imposed, 10), event(MoneyEventKind::Annulled, 0)];
        case.appeals = vec![appeal(AppealResult::Remitted)];
        assert_eq!(case.status(), Status::Annulled);
        case.ledger.push(event(MoneyEventKind::Imposed, 12));
        assert_eq!(case.status(), Status::Decided);
        case.ledger = vec![
            event(MoneyEventKind::Imposed, 10),
            event(MoneyEventKind::Reduced, 8),
            event(MoneyEventKind::Increased, 10),
        ];
        case.appeals = vec![appeal(AppealResult::Reduced), appeal(AppealResult::Upheld)];
        assert_eq!(case.status(), Status::Decided);
    }

    #[test]
    fn silence_is_unknown_not_decided() {
        let mut case = decided();
        case.stage = Stated::default();
        assert_eq!(case.status(), Status::Unknown);
        case.finality = Some(Finality { on: Stated::default(), basis: "time limit passed".into() });
        assert_eq!(case.status(), Status::Final);
    }
}
