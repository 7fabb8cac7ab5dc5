//! The most that could have been imposed for a case: Art. 83(4) to (6) GDPR and their British counterpart.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::case::{Case, TurnoverOf};
use crate::ledger::Basis;
use crate::money::{Currency, Money};
use crate::provision::Provision;
use crate::terms::FindingKind;
use crate::vocab::{self, to_euro};

/// The upper limit of a fine, in euro.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cap {
    /// The limit in euro.
    pub amount: Money,
    /// 1 for Art. 83(4) (10 M or 2 %), 2 for Art. 83(5) (20 M or 4 %).
    pub tier: u8,
    /// Which of the two limits it is.
    pub origin: CapOrigin,
}

/// Which of the two limits of Art. 83 is the higher one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CapOrigin {
    /// The fixed amount, which is above the share of the turnover.
    Fixed,
    /// The share of the undertaking's turnover.
    Turnover,
    /// The fixed amount because the undertaking's turnover is not known: the true limit may be higher.
    Assumed,
}

/// Fixed amounts in minor units of the law's currency, and shares of turnover, by tier.
const EUR: [(i64, f64); 2] = [(1_000_000_000, 0.02), (2_000_000_000, 0.04)];
/// Section 157 Data Protection Act 2018: GBP 8.7 M and 17.5 M.
const GBP: [(i64, f64); 2] = [(870_000_000, 0.02), (1_750_000_000, 0.04)];

/// The tier of Art. 83 that a provision belongs to; `None` outside the GDPR and its British copy, and where no fine attaches.
pub fn tier(provision: &Provision) -> Option<u8> {
    let article = provision.article();
    let id = match provision.instrument() {
        "gdpr" => article.as_str().to_owned(),
        // The copy kept the numbers of the articles.
        "uk-gdpr" => article.as_str().replacen("uk-gdpr", "gdpr", 1),
        _ => return None,
    };
    vocab::provisions().get(&id)?.tier.filter(|tier| matches!(tier, 1 | 2))
}

impl Cap {
    /// The limit of a tier, for an undertaking with that turnover in euro cents (`None`: not known).
    pub fn of(tier: u8, turnover_cents: Option<i64>) -> Option<Self> {
        let (fixed, share) = *EUR.get(usize::from(tier).checked_sub(1)?)?;
        Some(Self::higher(tier, fixed, share, turnover_cents))
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "turnovers stay below 2^53 cents")]
    fn higher(tier: u8, fixed: i64, share: f64, turnover: Option<i64>) -> Self {
        let (cents, origin) = match turnover.map(|cents| (cents as f64 * share).round() as i64) {
            Some(part) if part > fixed => (part, CapOrigin::Turnover),
            Some(_) => (fixed, CapOrigin::Fixed),
            None => (fixed, CapOrigin::Assumed),
        };
        Self { amount: Money::from_minor(cents, Currency::EUR), tier, origin }
    }
}

impl Case {
    /// The turnover in euro cents at the rate of the decision's day; `None` where it is not known or cannot be converted.
    pub fn turnover_euro(&self) -> Option<i64> {
        let turnover = self.turnover.value()?;
        if turnover.amount.currency == Currency::EUR {
            return Some(turnover.amount.amount_minor);
        }
        to_euro(turnover.amount, self.dated()?.first_day()).map(|(euro, _)| euro.amount_minor)
    }

    /// The limit of the fine by the highest tier of the provisions violated, in euro.
    ///
    /// `None` outside the GDPR, and where the fine is above the fixed amount while the undertaking's turnover is
    /// not known: the limit is then that of a turnover nobody recorded.
    pub fn cap(&self) -> Option<Cap> {
        let violated = || self.provisions(FindingKind::Violated);
        let tier = violated().filter_map(tier).max()?;
        let british = !violated().any(|provision| provision.instrument() == "gdpr");
        let (fixed, share) = *if british { GBP } else { EUR }.get(usize::from(tier).checked_sub(1)?)?;
        let day = || self.dated().map(|date| date.first_day());
        let fixed = if british {
            to_euro(Money::from_minor(fixed, "GBP".parse().ok()?), day()?)?.0.amount_minor
        } else {
            fixed
        };
        // A party's own turnover says nothing about its group's, which counts.
        let of_group = self.turnover.value().is_some_and(|turnover| turnover.of != Some(TurnoverOf::Party));
        let cap = Cap::higher(tier, fixed, share, self.turnover_euro().filter(|_| of_group));
        let imposed = self.fine(Basis::Imposed).amount().and_then(|fine| {
            if fine.currency == Currency::EUR { Some(fine) } else { to_euro(fine, day()?).map(|(euro, _)| euro) }
        });
        let above = imposed.is_some_and(|fine| fine.amount_minor > cap.amount.amount_minor);
        (cap.origin != CapOrigin::Assumed || !above).then_some(cap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Finding, Turnover};
    use crate::id::{AuthorityId, CaseId};
    use crate::ledger::MoneyEvent;
    use crate::stated::Stated;
    use crate::terms::MoneyEventKind;

    fn case(provision: &str, fine: i64, turnover: Option<(i64, Option<TurnoverOf>)>) -> Case {
        let mut case = Case::new(CaseId::new("xx-a-1").unwrap(), AuthorityId::new("xx-a").unwrap());
        case.decided_on = Stated::Value("2022-04-14".parse().unwrap());
        case.findings.push(Finding {
            provision: provision.parse().unwrap(),
            finding: FindingKind::Violated,
            violations: Vec::new(),
            party: None,
            note: None,
        });
        case.ledger.push(MoneyEvent {
            event: MoneyEventKind::Imposed,
            on: Stated::default(),
            amount: Money::from_major(fine, Currency::EUR).unwrap().into(),
            party: None,
            source: None,
            note: None,
        });
        if let Some((units, of)) = turnover {
            let amount = Money::from_major(units, Currency::EUR).unwrap();
            case.turnover = Stated::Value(Turnover { amount, year: None, of });
        }
        case
    }

    #[test]
    fn the_higher_of_the_two_limits_counts() {
        let cap = |case: &Case| case.cap().map(|cap| (cap.amount.amount_minor / 100, cap.origin));
        assert_eq!(cap(&case("gdpr/32", 1, None)), Some((10_000_000, CapOrigin::Assumed)));
        assert_eq!(cap(&case("gdpr/5/1/f", 1, None)), Some((20_000_000, CapOrigin::Assumed)));
        assert_eq!(cap(&case("gdpr/32", 1, Some((16_000_000, None)))), Some((10_000_000, CapOrigin::Fixed)));
        let group = Some((1_000_000_000, Some(TurnoverOf::Group)));
        assert_eq!(cap(&case("gdpr/5", 1, group)), Some((40_000_000, CapOrigin::Turnover)));
        // The party's own turnover is not the undertaking's.
        let own = Some((1_000_000_000, Some(TurnoverOf::Party)));
        assert_eq!(cap(&case("gdpr/5", 1, own)), Some((20_000_000, CapOrigin::Assumed)));
        assert_eq!(cap(&case("gdpr/5", 50_000_000, None)), None, "the limit must have been higher");
        assert_eq!(cap(&case("fr-lil/82", 1, None)), None);
        let british = cap(&case("uk-gdpr/32", 1, None)).unwrap();
        assert!((9_500_000..11_500_000).contains(&british.0), "{british:?}");
        assert_eq!(Cap::of(2, Some(100_000_000_000)).unwrap().amount.amount_minor, 4_000_000_000);
        assert_eq!((Cap::of(0, None), Cap::of(3, None)), (None, None));
    }
}
