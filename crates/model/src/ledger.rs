//! The fine as a list of dated money events, and what it comes to on a given basis.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::PartialDate;
use crate::id::{PartyId, SourceId};
use crate::money::Money;
use crate::stated::Stated;
use crate::terms::MoneyEventKind;

/// Something that happened to the fine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MoneyEvent {
    /// What happened.
    pub event: MoneyEventKind,
    /// The day it took effect.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub on: Stated<PartialDate>,
    /// The amount after the event, in the currency of the decision; see [`MoneyEventKind`].
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub amount: Stated<Money>,
    /// Which party it concerns; `None` for the only party or for all together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyId>,
    /// The source that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceId>,
    /// Why, in a few words of ours: "voluntary payment, Art. 85 LPACAP".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Which of its amounts a fine is counted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// As first imposed.
    Imposed,
    /// After every change so far. The default everywhere.
    #[default]
    Current,
    /// As [`Basis::Current`], but only where the decision has become final.
    Final,
}

impl Basis {
    /// The word in queries and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Imposed => "imposed",
            Self::Current => "current",
            Self::Final => "final",
        }
    }
}

/// What a ledger comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fine {
    /// No fine was imposed on this basis (none at all, only proposed, or not final).
    None,
    /// Imposed, but at least one amount is not known, or currencies differ: never 0, never in a total.
    Unknown,
    /// Imposed and annulled since: nothing is owed.
    Annulled,
    /// What is owed, or was imposed, by all parties together.
    Amount(Money),
}

impl Fine {
    /// The amount; `None` in the three other cases.
    pub fn amount(self) -> Option<Money> {
        match self {
            Self::Amount(money) => Some(money),
            _ => None,
        }
    }
}

/// The ledger as it stood at the end of `day` (`None`: now), on a basis other than [`Basis::Final`]
/// (whether a case is final the ledger does not know).
///
/// Events are read in file order within each party; an event without a date counts as past.
pub(crate) fn total(ledger: &[MoneyEvent], basis: Basis, day: Option<chrono::NaiveDate>) -> Fine {
    #[derive(Clone, Copy)]
    enum Part {
        Owed(Option<Money>),
        Annulled,
    }

    let mut parts: BTreeMap<Option<&PartyId>, Part> = BTreeMap::new();
    for event in ledger {
        if let (Some(day), Some(on)) = (day, event.on.value())
            && on.first_day() > day
        {
            continue;
        }
        let owed = Part::Owed(event.amount.value().copied());
        let key = event.party.as_ref();
        match (&event.event, basis) {
            // A later decision in the same matter (after remittal) replaces the earlier one,
            // except on the basis of what was imposed first.
            (MoneyEventKind::Imposed, _) if basis != Basis::Imposed || !parts.contains_key(&key) => {
                parts.insert(key, owed);
            }
            (MoneyEventKind::Reduced | MoneyEventKind::Increased, Basis::Current | Basis::Final) => {
                if key.is_none() {
                    // A change stated for all parties together replaces their single amounts.
                    parts.clear();
                }
                parts.insert(key, owed);
            }
            (MoneyEventKind::Annulled, Basis::Current | Basis::Final) => {
                if key.is_none() {
                    parts.values_mut().for_each(|part| *part = Part::Annulled);
                } else if let Some(part) = parts.get_mut(&key) {
                    *part = Part::Annulled;
                } else if let Some(part) = parts.get_mut(&None)
                    && ledger.iter().all(|e| e.party.is_none() || e.party == event.party)
                {
                    *part = Part::Annulled;
                }
            }
            _ => {}
        }
    }
    let mut sum: Option<Money> = None;
    let mut owes = false;
    for part in parts.values() {
        if let Part::Owed(amount) = part {
            owes = true;
            let Some(amount) = *amount else { return Fine::Unknown };
            match sum.map_or(Some(amount), |sum| sum.checked_add(amount)) {
                Some(next) => sum = Some(next),
                None => return Fine::Unknown,
            }
        }
    }
    match (parts.is_empty(), owes, sum) {
        (true, ..) => Fine::None,
        (_, false, _) => Fine::Annulled,
        (_, _, Some(sum)) => Fine::Amount(sum),
        (_, _, None) => Fine::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn event(event: MoneyEventKind, units: Option<i64>, party: Option<&str>) -> MoneyEvent {
        MoneyEvent {
            event,
            on: Stated::default(),
            amount: units
                .and_then(|units| Money::from_major(units, Currency::EUR))
                .map_or_else(Stated::default, Stated::Value),
            party: party.map(|id| PartyId::new(id).unwrap()),
            source: None,
            note: None,
        }
    }

    fn euros(units: i64) -> Fine {
        Fine::Amount(Money::from_major(units, Currency::EUR).unwrap())
    }

    #[test]
    fn each_basis_reads_the_same_ledger() {
        use MoneyEventKind::{Annulled, Imposed, Paid, Proposed, Reduced};
        let voluntary = [event(Imposed, Some(100), None), event(Reduced, Some(60), None), event(Paid, Some(60), None)];
        assert_eq!(total(&voluntary, Basis::Imposed, None), euros(100));
        assert_eq!(total(&voluntary, Basis::Current, None), euros(60));

        assert_eq!(total(&[event(Proposed, Some(9), None)], Basis::Current, None), Fine::None);

        let annulled = [event(Imposed, Some(100), None), event(Annulled, None, None)];
        assert_eq!(total(&annulled, Basis::Imposed, None), euros(100));
        assert_eq!(total(&annulled, Basis::Current, None), Fine::Annulled);

        assert_eq!(total(&[event(Imposed, None, None)], Basis::Current, None), Fine::Unknown);
    }

    #[test]
    fn parties_add_up_and_change_apart() {
        use MoneyEventKind::{Annulled, Imposed, Reduced};
        let two = [
            event(Imposed, Some(150), Some("controller")),
            event(Imposed, Some(75), Some("processor")),
            event(Reduced, Some(50), Some("processor")),
        ];
        assert_eq!(total(&two, Basis::Imposed, None), euros(225));
        assert_eq!(total(&two, Basis::Current, None), euros(200));
        let one_annulled = [two[0].clone(), two[1].clone(), event(Annulled, None, Some("controller"))];
        assert_eq!(total(&one_annulled, Basis::Current, None), euros(75));
    }

    #[test]
    fn the_ledger_can_be_read_as_of_a_day() {
        use MoneyEventKind::{Imposed, Reduced};
        let mut ledger = [event(Imposed, Some(100), None), event(Reduced, Some(60), None)];
        ledger[0].on = Stated::Value("2020-01-01".parse().unwrap());
        ledger[1].on = Stated::Value("2021-01-01".parse().unwrap());
        let day = chrono::NaiveDate::from_ymd_opt(2020, 6, 1);
        assert_eq!(total(&ledger, Basis::Current, day), euros(100));
        assert_eq!(total(&ledger, Basis::Current, None), euros(60));
    }
}
