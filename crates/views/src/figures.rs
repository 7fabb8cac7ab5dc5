//! What a set of cases comes to. Every figure carries its denominator: how many are known, how many are not.

use std::collections::{BTreeMap, HashMap};

use fineprint_model::query::MoneySummary;
use fineprint_model::vocab::{EuroRate, to_euro};
use fineprint_model::{Basis, Case, CaseId, Currency, FindingKind, Fine, Money};

use crate::link::Topic;
use crate::{label, title};

/// A fine in euro.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum EuroFine {
    /// No fine on this basis.
    None,
    /// A fine whose amount, or whose rate to the euro, is not known.
    Unknown,
    /// A fine that was annulled.
    Annulled,
    /// An amount; with the rate where it was converted.
    Amount(Money, Option<EuroRate>),
}

impl EuroFine {
    /// The fine of a case at the rate of the decision's day (of its first possible day where the date is partial).
    pub fn of(case: &Case, basis: Basis) -> Self {
        match case.fine(basis) {
            Fine::None => Self::None,
            Fine::Unknown => Self::Unknown,
            Fine::Annulled => Self::Annulled,
            Fine::Amount(money) if money.currency == Currency::EUR => Self::Amount(money, None),
            Fine::Amount(money) => case
                .dated()
                .and_then(|date| to_euro(money, date.first_day()))
                .map_or(Self::Unknown, |(euro, rate)| Self::Amount(euro, Some(rate))),
        }
    }

    /// The amount in euro, where there is one.
    pub fn amount(self) -> Option<Money> {
        match self {
            Self::Amount(money, _) => Some(money),
            _ => None,
        }
    }
}

/// A fine as a dot on a scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dot<'a> {
    /// The case.
    pub case: &'a Case,
    /// Euro, whole units.
    pub euro: f64,
    /// Whether it is the one the page is about.
    pub marked: bool,
}

impl Dot<'_> {
    /// The case's title; made only where a dot is told about, since most of a long list are not.
    pub fn title(&self) -> String {
        title::title(self.case).to_string()
    }
}

/// One group of a breakdown.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The group's key within its topic.
    pub key: String,
    /// How people call it.
    pub label: String,
    /// Cases in it.
    pub cases: usize,
    /// Their fines.
    pub money: MoneySummary,
    /// The newest case's date.
    pub newest: Option<fineprint_model::PartialDate>,
}

/// Sums up the fines of cases, on the current basis.
pub fn summarise<'a>(cases: impl Iterator<Item = &'a Case>) -> MoneySummary {
    summarise_on(cases, Basis::Current)
}

/// Sums up the fines of cases.
pub fn summarise_on<'a>(cases: impl Iterator<Item = &'a Case>, basis: Basis) -> MoneySummary {
    let mut summary = MoneySummary::default();
    let mut amounts: Vec<i64> = Vec::new();
    for case in cases {
        match EuroFine::of(case, basis) {
            EuroFine::None => summary.without += 1,
            EuroFine::Unknown => summary.unknown += 1,
            EuroFine::Annulled => summary.annulled += 1,
            EuroFine::Amount(money, _) => amounts.push(money.amount_minor),
        }
    }
    amounts.sort_unstable();
    summary.known = amounts.len();
    let euro = |minor: i64| Money::from_minor(minor, Currency::EUR);
    summary.max = amounts.last().copied().map(euro);
    summary.sum = (!amounts.is_empty()).then(|| euro(amounts.iter().fold(0, |a, b| a.saturating_add(*b))));
    summary.median = quantile(&amounts, 1, 2).map(euro);
    summary
}

/// The quantile `num/den` of sorted amounts: for the median of an even number, the mean of the middle two.
pub fn quantile(sorted: &[i64], num: usize, den: usize) -> Option<i64> {
    let last = sorted.len().checked_sub(1)?;
    let (at, rest) = ((last * num) / den, (last * num) % den);
    let low = *sorted.get(at)?;
    let high = *sorted.get((at + 1).min(last))?;
    let (rest, den) = (i64::try_from(rest).ok()?, i64::try_from(den).ok()?);
    Some(low + high.saturating_sub(low) / den * rest + high.saturating_sub(low) % den * rest / den)
}

/// The fines of cases as dots, smallest first.
pub fn dots<'a>(cases: impl Iterator<Item = &'a Case>, marked: Option<&CaseId>) -> Vec<Dot<'a>> {
    let mut dots: Vec<Dot<'a>> = cases
        .filter_map(|case| {
            let euro = EuroFine::of(case, Basis::Current).amount()?.units();
            (euro > 0.0).then(|| Dot { case, euro, marked: marked == Some(&case.id) })
        })
        .collect();
    dots.sort_by(|a, b| a.euro.total_cmp(&b.euro).then_with(|| a.case.id.cmp(&b.case.id)));
    dots
}

/// The keys under which a case stands in a topic, broader ones included, without repetition.
pub fn keys(topic: Topic, case: &Case) -> Vec<String> {
    let mut keys: Vec<String> = match topic {
        Topic::Authority => vec![case.authority.to_string()],
        Topic::Country => vec![label::authority_country(&case.authority)],
        Topic::Law => case
            .provisions(FindingKind::Violated)
            .flat_map(|provision| provision.with_ancestors().map(str::to_owned).collect::<Vec<_>>())
            .collect(),
        Topic::Party => {
            case.respondents().filter(|party| party.is_mergeable()).map(|party| party.id.to_string()).collect()
        }
        Topic::Sector => case.respondents().flat_map(|party| party.sectors.iter().cloned()).collect(),
        Topic::Context => case.contexts.clone(),
        Topic::Violation => case
            .findings
            .iter()
            .filter(|finding| finding.finding == FindingKind::Violated)
            .flat_map(|finding| &finding.violations)
            .flat_map(|id| std::iter::successors(Some(id.as_str()), |path| path.rfind('/').map(|at| &path[..at])))
            .map(str::to_owned)
            .collect(),
        Topic::Group => {
            case.respondents().filter_map(|party| party.group.as_deref()).filter_map(fineprint_model::slugify).collect()
        }
    };
    let mut at = 0;
    while at < keys.len() {
        // A case has few; comparing them is quicker than a set.
        if keys[..at].contains(&keys[at]) {
            keys.remove(at);
        } else {
            at += 1;
        }
    }
    keys
}

/// Cases by the keys of a topic that `keep` lets through, most cases first, ties by label.
pub fn breakdown<'a>(topic: Topic, cases: impl Iterator<Item = &'a Case>, keep: impl Fn(&str) -> bool) -> Vec<Row> {
    grouped(topic, cases, keep).into_iter().map(Group::row).collect()
}

/// The cases that have a key of a topic in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Group<'a> {
    /// The key.
    pub key: String,
    /// How people call it.
    pub label: String,
    /// The cases, in the order in which they were given.
    pub cases: Vec<&'a Case>,
}

impl Group<'_> {
    /// What it comes to.
    pub fn row(self) -> Row {
        Row {
            cases: self.cases.len(),
            money: summarise(self.cases.iter().copied()),
            newest: self.cases.iter().filter_map(|case| case.dated()).max(),
            label: self.label,
            key: self.key,
        }
    }
}

/// As [`breakdown`], with the cases of each group.
pub fn grouped<'a>(topic: Topic, cases: impl Iterator<Item = &'a Case>, keep: impl Fn(&str) -> bool) -> Vec<Group<'a>> {
    let mut groups: HashMap<String, Vec<&'a Case>> = HashMap::new();
    for case in cases {
        for key in keys(topic, case).into_iter().filter(|key| keep(key)) {
            groups.entry(key).or_default().push(case);
        }
    }
    let groups = groups.into_iter();
    in_order(groups.map(|(key, cases)| Group { label: topic_label(topic, &key, &cases), key, cases }).collect())
}

/// Groups with most cases first, ties by label.
pub fn in_order(mut groups: Vec<Group<'_>>) -> Vec<Group<'_>> {
    groups.sort_by(|a, b| {
        b.cases.len().cmp(&a.cases.len()).then_with(|| a.label.cmp(&b.label)).then_with(|| a.key.cmp(&b.key))
    });
    groups
}

/// Whether a case has a standing fine of known amount, as a dot on a scale.
pub fn is_fined(case: &Case) -> bool {
    EuroFine::of(case, Basis::Current).amount().is_some_and(|fine| fine.amount_minor > 0)
}

/// The name of a party across its cases: the one under which it was fined last.
pub fn party_label(id: &str, cases: &[&Case]) -> String {
    cases
        .iter()
        .filter_map(|case| {
            let party = case.parties.iter().find(|party| party.id.as_str() == id)?;
            party.name.value().map(|name| (case.dated(), crate::format::tidy(name)))
        })
        .max_by_key(|(date, _)| *date)
        .map_or_else(|| label::words(id), |(_, name)| name)
}

/// What people call a group: by the vocabularies, or as its own cases name it.
pub fn topic_label(topic: Topic, key: &str, cases: &[&Case]) -> String {
    match topic {
        Topic::Party => party_label(key, cases),
        Topic::Group => cases
            .iter()
            .flat_map(|case| case.respondents())
            .filter_map(|party| party.group.as_deref())
            .find(|group| fineprint_model::slugify(group).as_deref() == Some(key))
            .map_or_else(|| label::words(key), crate::format::tidy),
        _ => label::topic(topic, key),
    }
}

/// The exact median of fines in euro; `None` without any.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "cents to euro for people")]
pub fn median(dots: &[Dot<'_>]) -> Option<f64> {
    let mut cents: Vec<i64> = dots.iter().map(|dot| (dot.euro * 100.0).round() as i64).collect();
    cents.sort_unstable();
    quantile(&cents, 1, 2).map(|cents| cents as f64 / 100.0)
}

/// The fines of the groups with most cases, group by group.
pub fn lanes<'a>(topic: Topic, cases: impl Iterator<Item = &'a Case>, most: usize) -> Vec<crate::chart::Lane<'a>> {
    let keep = |key: &str| crate::link::is_safe_key(key) && (topic != Topic::Law || is_article(key));
    grouped(topic, cases, keep)
        .into_iter()
        .take(most)
        .map(|group| crate::chart::Lane {
            href: topic.path(&group.key),
            dots: dots(group.cases.into_iter(), None),
            named: true,
            label: group.label,
        })
        .collect()
}

/// What happened to a case on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Happening<'a> {
    /// The day, as precisely as it is known.
    pub on: fineprint_model::PartialDate,
    /// In a word, for the badge: "Reduced".
    pub kind: &'static str,
    /// A slug of it.
    pub slug: &'static str,
    /// What happened, after the party's name: "reduced from EUR 32 M to EUR 15 M by the Conseil d'État".
    pub text: String,
    /// The case.
    pub case: &'a Case,
}

/// Everything dated that happened after the first decisions, newest first: appeals, results, changed amounts.
pub fn happenings<'a>(cases: impl Iterator<Item = &'a Case>) -> Vec<Happening<'a>> {
    let mut all: Vec<Happening<'a>> = cases.flat_map(after_decision).collect();
    all.sort_by(|a, b| b.on.first_day().cmp(&a.on.first_day()).then_with(|| a.case.id.cmp(&b.case.id)));
    all
}

fn after_decision(case: &Case) -> Vec<Happening<'_>> {
    use fineprint_model::{AppealResult, MoneyEventKind};
    let mut found: Vec<Happening<'_>> = Vec::new();
    let mut before: Option<Money> = None;
    for event in &case.ledger {
        let amount = event.amount.value().copied();
        let (kind, slug) = match event.event {
            MoneyEventKind::Reduced => ("Reduced", "reduced"),
            MoneyEventKind::Increased => ("Increased", "increased"),
            MoneyEventKind::Annulled => ("Annulled", "annulled"),
            _ => {
                before = amount.or(before);
                continue;
            }
        };
        if let Some(on) = event.on.value() {
            let short = |money: Option<Money>| {
                money.map_or_else(|| "an amount not stated".to_owned(), crate::format::money_short)
            };
            let text = if slug == "annulled" {
                format!("fine of {} annulled", short(before))
            } else {
                format!("fine {slug} from {} to {}", short(before), short(amount))
            };
            found.push(Happening { on: *on, kind, slug, text, case });
        }
        before = amount.or(before);
    }
    for appeal in &case.appeals {
        let body = crate::format::tidy(&appeal.body);
        if let Some(on) = appeal.decided_on.value() {
            let result = label::lower(&label::term(&appeal.result));
            let (kind, slug) = match appeal.result {
                AppealResult::Upheld => ("Upheld", "final"),
                AppealResult::Pending => continue,
                _ => ("On appeal", "under-appeal"),
            };
            // The court's word goes with the money it moved on the same day.
            if let Some(same) = found.iter_mut().find(|other| other.on.is_compatible_with(*on)) {
                same.text.push_str(&format!(" ({body})"));
            } else {
                found.push(Happening { on: *on, kind, slug, text: format!("{body}: {result}"), case });
            }
        } else if let (Some(on), AppealResult::Pending) = (appeal.lodged_on.value(), &appeal.result) {
            found.push(Happening {
                on: *on,
                kind: "Appealed",
                slug: "under-appeal",
                text: format!("appeal to {body}"),
                case,
            });
        }
    }
    found
}

/// Whether a provision is an article, not a whole law and nothing below an article.
pub fn is_article(key: &str) -> bool {
    key.matches('/').count() == 1
}

/// One year of the year chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Year {
    /// Year of the decision, else of the publication.
    pub year: i32,
    /// Cases of that year.
    pub cases: usize,
    /// Their fines.
    pub money: MoneySummary,
}

/// Cases by year, oldest first, without gaps; and how many have no date.
pub fn years<'a>(cases: impl Iterator<Item = &'a Case>) -> (Vec<Year>, usize) {
    let mut groups: BTreeMap<i32, Vec<&Case>> = BTreeMap::new();
    let mut undated = 0;
    for case in cases {
        match case.dated() {
            Some(date) => groups.entry(date.get_year()).or_default().push(case),
            None => undated += 1,
        }
    }
    let (Some(first), Some(last)) = (groups.keys().next().copied(), groups.keys().next_back().copied()) else {
        return (Vec::new(), undated);
    };
    let years = (first..=last)
        .map(|year| {
            let cases = groups.remove(&year).unwrap_or_default();
            Year { year, cases: cases.len(), money: summarise(cases.into_iter()) }
        })
        .collect();
    (years, undated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_exact() {
        assert_eq!(quantile(&[], 1, 2), None);
        assert_eq!(quantile(&[7], 1, 2), Some(7));
        assert_eq!(quantile(&[10, 20], 1, 2), Some(15));
        assert_eq!(quantile(&[1, 2, 100], 1, 2), Some(2));
        assert_eq!(quantile(&[0, 4, 8, 12, 16], 1, 4), Some(4));
    }
}
