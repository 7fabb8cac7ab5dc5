//! The case as one sentence: who did what to whom, for what, and whether it still stands.

use fineprint_model::{Basis, Case, FindingKind, Fine, MeasureKind, MoneyEventKind, Outcome, Party, PartyKind, Status};

use crate::format::{money_short, tidy};
use crate::label;

/// A sentence in three parts, so that a page can isolate the party's name from the text around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// "CNIL fined".
    pub before: String,
    /// "Dedalus Biologie".
    pub party: String,
    /// "EUR 1.5 M for Articles 28, 29 and 32 GDPR".
    pub after: String,
}

impl std::fmt::Display for Title {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.before, self.party)?;
        if self.after.is_empty() || self.after.starts_with(',') {
            f.write_str(&self.after)
        } else {
            write!(f, " {}", self.after)
        }
    }
}

/// A party's name; where it has none, what it is: "an unnamed processor".
pub fn party_name(party: &Party) -> String {
    if let Some(name) = party.name.value() {
        return tidy(name);
    }
    match (party.kind.value(), party.role.value()) {
        (Some(PartyKind::NaturalPerson), _) => "an individual".to_owned(),
        (Some(PartyKind::PublicBody), _) => "an unnamed public body".to_owned(),
        (Some(PartyKind::NonProfit), _) => "an unnamed non-profit".to_owned(),
        (_, Some(role)) => format!("an unnamed {}", label::lower(&label::term(role))),
        (Some(PartyKind::Company), _) => "an unnamed company".to_owned(),
        _ => "an unnamed party".to_owned(),
    }
}

/// The respondents in a few words: "Dedalus Biologie", "A and B", "A and 3 others".
pub fn respondents(case: &Case) -> String {
    let mut names = case.respondents().map(party_name);
    match (names.next(), names.next(), names.count()) {
        (None, ..) => "an unnamed party".to_owned(),
        (Some(one), None, _) => one,
        (Some(one), Some(two), 0) => format!("{one} and {two}"),
        (Some(one), Some(_), more) => format!("{one} and {} others", more + 1),
    }
}

/// The title of a case. A fine that was changed, appealed or annulled never stands here without saying so.
pub fn title(case: &Case) -> Title {
    let authority = label::authority(&case.authority);
    let party = respondents(case);
    let articles = label::provisions(case.provisions(FindingKind::Violated), 4);
    let (before, mut after) = action(case, &authority, &articles);
    if let Some(turn) = turn(case) {
        after.push_str(", ");
        after.push_str(&turn);
    }
    Title { before, party, after }
}

fn action(case: &Case, authority: &str, articles: &str) -> (String, String) {
    let for_articles = |verb: &str| if articles.is_empty() { String::new() } else { format!("{verb} {articles}") };
    let joined = |amount: String| if articles.is_empty() { amount } else { format!("{amount} for {articles}") };
    // An annulled fine is told by what was imposed; the turn of events says the rest.
    let fine = match case.fine(Basis::Current) {
        Fine::Annulled => case.fine(Basis::Imposed),
        other => other,
    };
    match fine {
        Fine::Amount(amount) => return (format!("{authority} fined"), joined(money_short(amount))),
        Fine::Unknown => return (format!("{authority} fined"), joined("an amount not stated".into())),
        _ => {}
    }
    let proposed = case.ledger.iter().rfind(|event| event.event == MoneyEventKind::Proposed);
    if let Some(event) = proposed {
        let amount = event.amount.value().map_or_else(|| "an amount not stated".to_owned(), |m| money_short(*m));
        return (format!("{authority} proposed to fine"), joined(amount));
    }
    let has = |kind: MeasureKind| case.measures.iter().any(|measure| measure.kind == kind);
    let verb = if matches!(case.outcome.value(), Some(Outcome::NoViolation)) {
        return (format!("{authority} found no violation by"), String::new());
    } else if matches!(case.outcome.value(), Some(Outcome::RejectedComplaint | Outcome::Inadmissible)) {
        return (format!("{authority} rejected a complaint against"), String::new());
    } else if matches!(case.outcome.value(), Some(Outcome::Discontinued)) {
        return (format!("{authority} closed its case against"), String::new());
    } else if matches!(case.outcome.value(), Some(Outcome::Settled)) || has(MeasureKind::Settlement) {
        "settled with"
    } else if has(MeasureKind::Reprimand) {
        "reprimanded"
    } else if has(MeasureKind::LimitOrBan) || has(MeasureKind::SuspendTransfers) {
        "restricted processing by"
    } else if has(MeasureKind::FormalNotice) {
        "gave formal notice to"
    } else if has(MeasureKind::Warning) {
        "warned"
    } else if !case.measures.is_empty() {
        "issued an order to"
    } else {
        "decided on"
    };
    (format!("{authority} {verb}"), for_articles("over"))
}

/// What became of the first decision, where something did.
pub fn turn(case: &Case) -> Option<String> {
    let imposed = case.fine(Basis::Imposed).amount();
    match case.status() {
        Status::Annulled => Some("since annulled".to_owned()),
        Status::Withdrawn => Some("since withdrawn".to_owned()),
        Status::UnderAppeal => Some("under appeal".to_owned()),
        Status::Reduced => Some(match imposed {
            Some(amount) if case.fine(Basis::Current).amount() != Some(amount) => {
                format!("reduced from {}", money_short(amount))
            }
            _ => "since reduced".to_owned(),
        }),
        Status::Increased => Some(match imposed {
            Some(amount) if case.fine(Basis::Current).amount() != Some(amount) => {
                format!("increased from {}", money_short(amount))
            }
            _ => "since increased".to_owned(),
        }),
        _ => None,
    }
}
