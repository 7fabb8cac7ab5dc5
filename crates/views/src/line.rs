//! A case as one entry of a list.

use fineprint_model::query::Snippet;
use fineprint_model::{Basis, Case, FindingKind, Fine, MoneyEventKind, Status};

use crate::figures::EuroFine;
use crate::format::{date, escape, first_sentence, money, money_short, tidy};
use crate::{label, link, title};

/// The derived badge as shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Badge(pub Status);

impl Badge {
    /// The text.
    pub fn label(&self) -> String {
        label::status(self.0)
    }

    /// The slug, for the class that gives it its shape.
    pub fn slug(&self) -> &'static str {
        self.0.as_str()
    }

    /// What it means.
    pub fn meaning(&self) -> &'static str {
        label::status_meaning(self.0)
    }
}

/// A case in a list: party and amount first, authority, date and provisions second, one sentence third.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The case's id.
    pub id: String,
    /// Address from the site's root.
    pub href: String,
    /// The respondents.
    pub party: String,
    /// "EUR 1.5 M", "no fine", "amount not stated".
    pub amount: String,
    /// Euro of a foreign amount, or what it was reduced from.
    pub amount_note: Option<String>,
    /// Whether it stands.
    pub badge: Badge,
    /// "CNIL".
    pub authority: String,
    /// The authority's address from the site's root.
    pub authority_href: Option<String>,
    /// "15 April 2022" or "date not stated".
    pub date: String,
    /// "Articles 28, 29 and 32 GDPR"; empty where none was found violated.
    pub provisions: String,
    /// One sentence as HTML, hits marked; already escaped. Empty where the record has no summary.
    pub sentence: String,
}

impl Line {
    /// A case as a line without a sentence, for long lists.
    pub fn brief(case: &Case) -> Self {
        Self::with_sentence(case, String::new())
    }

    /// A case as a line; with the cut-out that matched where there is one.
    pub fn new(case: &Case, snippet: Option<&Snippet>) -> Self {
        let sentence = match snippet {
            Some(snippet) if !snippet.marks.is_empty() => marked(snippet),
            _ => case.summary.as_deref().map(|text| escape(&first_sentence(text, 240))).unwrap_or_default(),
        };
        Self::with_sentence(case, sentence)
    }

    fn with_sentence(case: &Case, sentence: String) -> Self {
        let (amount, amount_note) = amounts(case);
        Self {
            id: case.id.to_string(),
            href: link::case(&case.id),
            party: label::upper(&title::respondents(case)),
            amount,
            amount_note,
            badge: Badge(case.status()),
            authority: label::authority(&case.authority),
            authority_href: link::Topic::Authority.path(case.authority.as_str()),
            date: case.dated().map_or_else(|| "date not stated".to_owned(), date),
            provisions: label::provisions(case.provisions(FindingKind::Violated), 6),
            sentence,
        }
    }
}

/// The amount of a list entry and what must stand beside it.
fn amounts(case: &Case) -> (String, Option<String>) {
    let imposed = case.fine(Basis::Imposed).amount();
    match case.fine(Basis::Current) {
        Fine::Amount(amount) => {
            let euro = match EuroFine::of(case, Basis::Current) {
                EuroFine::Amount(euro, Some(_)) => Some(format!("about {}", money_short(euro))),
                _ => None,
            };
            let from = imposed.filter(|first| *first != amount).map(|first| format!("was {}", money_short(first)));
            let note = match (euro, from) {
                (Some(euro), Some(from)) => Some(format!("{euro}; {from}")),
                (one, other) => one.or(other),
            };
            (money_short(amount), note)
        }
        Fine::Unknown => ("amount not stated".to_owned(), None),
        Fine::Annulled => {
            ("no fine now".to_owned(), imposed.map(|first| format!("{} was annulled", money_short(first))))
        }
        Fine::None => {
            let proposed = case.ledger.iter().rfind(|event| event.event == MoneyEventKind::Proposed);
            match proposed.map(|event| event.amount.value()) {
                Some(Some(amount)) => (money_short(*amount), Some("proposed, not imposed".to_owned())),
                Some(None) => ("amount not stated".to_owned(), Some("proposed, not imposed".to_owned())),
                None => ("no fine".to_owned(), None),
            }
        }
    }
}

/// The exact amount, or in words why there is none.
pub fn exact_amount(case: &Case) -> String {
    match case.fine(Basis::Current) {
        Fine::Amount(amount) => money(amount),
        _ => amounts(case).0,
    }
}

/// A cut-out as HTML with its hits in `mark`.
fn marked(snippet: &Snippet) -> String {
    let text = snippet.text.as_str();
    // One that begins within a sentence says so.
    let within = text.trim_start().starts_with(|first: char| first.is_lowercase());
    let mut out = String::from(if within { "… " } else { "" });
    let mut at = 0;
    for &(start, end) in &snippet.marks {
        if let (Some(before), Some(hit)) = (text.get(at..start), text.get(start..end)) {
            out.push_str(&escape(&keep_spaces(before)));
            out.push_str("<mark>");
            out.push_str(&escape(&keep_spaces(hit)));
            out.push_str("</mark>");
            at = end;
        }
    }
    out.push_str(&escape(&keep_spaces(text.get(at..).unwrap_or_default())));
    out
}

/// Tidied, with the spaces at both ends that part it from its neighbours.
fn keep_spaces(text: &str) -> String {
    let mut out = String::new();
    if text.starts_with(char::is_whitespace) {
        out.push(' ');
    }
    let inner = tidy(text);
    if inner.is_empty() {
        return out;
    }
    out.push_str(&inner);
    if text.ends_with(char::is_whitespace) {
        out.push(' ');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_where_they_belong_and_nothing_else_is_markup() {
        let snippet = Snippet { text: "The <b> data leaked & more".into(), marks: vec![(13, 19)] };
        assert_eq!(marked(&snippet), "The &lt;b&gt; data <mark>leaked</mark> &amp; more".replace("data leaked", ""));
        let off = Snippet { text: "é".into(), marks: vec![(1, 5)] };
        assert_eq!(marked(&off), "… é", "marks that do not fit are left out");
    }
}
