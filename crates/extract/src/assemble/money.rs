//! Which amount is the fine, and what happened to it.

use std::collections::{BTreeMap, HashSet};

use fineprint_model::vocab::Authority;
use fineprint_model::{Money, MoneyEvent, MoneyEventKind, Stated, Statement, Turnover};

use super::outcome::Kind;
use super::parts::{self, Part};
use super::penalties::{self, Told};
use super::{Draft, MOST_PROPOSALS, RUNNER_UP};
use crate::CandidateKind;
use crate::lang::Cue;
use crate::lex::money::Amount;
use crate::lexicon::{Mark, Sense};
use crate::reading::{Features, HALF, Place, Reading, feature_name};
use crate::weights::{Verdict, confidence, judge, weight};

/// An amount that was given a part, how sure, where, and its candidate.
#[derive(Debug, Clone)]
pub(super) struct Picked {
    pub money: Money,
    pub odds: f64,
    pub span: (usize, usize),
    pub place: usize,
}

/// What the amounts come to.
#[derive(Debug, Default)]
pub(super) struct Fines {
    pub imposed: Option<Picked>,
    pub initial: Option<Picked>,
    pub proposed: Option<Picked>,
    pub withdrawn: Option<Picked>,
    pub turnover: Option<Picked>,
    /// Other amounts that may be the fine, the likeliest first.
    pub beaten: Vec<Picked>,
    /// Every mention of an amount that reads as a fine of this decision.
    pub mentions: Vec<(usize, usize)>,
}

/// How much of what is said of an amount is said of the next one of its list.
const SHARED: f64 = 0.95;
/// Longest gap in bytes between an amount and its conversion in brackets.
const CONVERSION_GAP: usize = 24;

struct Judged {
    money: Money,
    verdict: Verdict,
    span: (usize, usize),
    place: usize,
    /// What the amount's currency says beside its conversion.
    bonus: f64,
}

/// Gives every amount its role and picks one for each part.
pub(super) fn judge_all(draft: &mut Draft<'_>, amounts: &[Amount], authority: Option<&Authority>) -> Fines {
    const FAMILY: &str = "money-document";
    let pairs = conversions(draft, amounts);
    // An amount that is somewhere said to be a conversion is one wherever it stands.
    let is_foreign = |amount: &Amount| authority.is_some_and(|authority| authority.currency != amount.money.currency);
    let converted: HashSet<Money> = pairs
        .iter()
        .flat_map(|(a, b)| [a, b])
        .filter_map(|at| amounts.get(*at))
        .filter(|amount| is_foreign(amount))
        .map(|amount| amount.money)
        .collect();
    let spans: Vec<(usize, usize)> = amounts.iter().map(|amount| (amount.start, amount.end)).collect();
    // The first pair that an amount is in, looked up rather than searched: a long text names thousands of sums.
    let mut partners: BTreeMap<usize, usize> = BTreeMap::new();
    for (a, b) in &pairs {
        partners.entry(*a).or_insert(*b);
        partners.entry(*b).or_insert(*a);
    }
    let cut = cuts(draft.reading, amounts, &partners);
    let is_only_currency = amounts.windows(2).all(|pair| pair[0].money.currency == pair[1].money.currency);
    let mut judged = Vec::with_capacity(amounts.len());
    let mut previous: Option<((usize, usize), Features)> = None;
    for (at, amount) in amounts.iter().enumerate() {
        let partner = partners.get(&at).copied();
        let (start, end) = partner
            .and_then(|p| spans.get(p))
            .map_or(spans[at], |other| (spans[at].0.min(other.0), spans[at].1.max(other.1)));
        let mut features = draft.reading.features(start, end, &spans, HALF);
        if amount.is_ambiguous {
            features.set("ambiguous", 1.0);
        }
        for cue in [Cue::Proposed, Cue::Asked] {
            let through = through_the_fine(draft.reading, start, cue);
            features.raise(cue, Place::Before, through);
        }
        // "fines of 10,000 and 5,000", "and an additional 5,000": what is said of the first is said of the next.
        let is_further = is_further(draft.reading, start);
        if let Some(before) = previous.as_ref().filter(|(span, _)| {
            penalties::is_listed(draft.reading, span.1, start)
                || (is_further && draft.reading.view.sentence(span.0) == draft.reading.view.sentence(start))
        }) {
            for cue in [Cue::Fine, Cue::Fined, Cue::Imposes] {
                features.raise(cue, Place::Before, before.1.of(feature_name(cue, Place::Before)) * SHARED);
            }
        }
        previous = Some(((start, end), features.clone()));
        if is_threatened(draft.reading, start) {
            features.set("conditional", 1.0);
        }
        match cut.get(&at) {
            Some(Cue::Initial) => features.raise(Cue::Initial, Place::Before, 1.0),
            Some(_) => features.raise(Cue::Reduced, Place::Before, 1.0),
            None => {}
        }
        let verdict = judge("money", features);
        let money = settled(amount, authority);
        let span = (amount.start, amount.end);
        let place = draft.see(CandidateKind::Money, span, money.to_string(), &verdict);
        let own = authority.is_some_and(|authority| authority.currency == money.currency);
        let bonus = match (partner, own) {
            (None, true) if !is_only_currency => weight(FAMILY, "imposed", "local"),
            (Some(_), true) => weight(FAMILY, "imposed", "own-currency"),
            _ if converted.contains(&amount.money) => weight(FAMILY, "imposed", "is-conversion"),
            _ => 0.0,
        };
        judged.push(Judged { money, verdict, span, place, bonus });
    }
    let mut parts_and_sums = sums(draft.reading, &judged);
    // Of several totals the largest is that of all.
    let is_called_total = |item: &&Judged| {
        item.verdict.features.of(feature_name(Cue::Total, Place::Before)) > 0.5
            && lead(&item.verdict, "imposed", &["imposed", "reduced"]) > 0.0
    };
    let totals: Vec<Money> = judged.iter().filter(is_called_total).map(|item| item.money).collect();
    if let Some(largest) = totals.iter().max_by_key(|money| money.amount_minor)
        && totals.iter().any(|money| money.currency == largest.currency && money != largest)
    {
        for (slot, _) in parts_and_sums.iter_mut().zip(&judged).filter(|(_, item)| item.money == *largest) {
            *slot += weight(FAMILY, "imposed", "largest-total");
        }
    }
    // What is said first is what the notice is about.
    let first = judged.iter().position(|item| lead(&item.verdict, "imposed", &["imposed", "reduced"]) > 0.0);
    if let Some(slot) = first.and_then(|at| parts_and_sums.get_mut(at)) {
        *slot += weight(FAMILY, "imposed", "first");
    }
    let is_own = |at: usize| {
        let currency = judged.get(at).map(|item| item.money.currency);
        authority.is_some_and(|authority| Some(authority.currency) == currency)
    };
    // What is said first and is more than every one of several further fines is what they came to.
    if let Some(at) = first.filter(|at| is_more_than_several(&judged, *at) && (is_only_currency || is_own(*at)))
        && let Some(slot) = parts_and_sums.get_mut(at)
    {
        *slot += weight(FAMILY, "imposed", "is-sum");
    }
    let ranked = |roles: &[&str], is_total: bool| -> Vec<Picked> {
        // The picked amount, how often it is told, and what its currency adds to its rank but not to its likelihood.
        let mut groups: BTreeMap<(i64, &str), (Picked, f64, f64)> = BTreeMap::new();
        for (at, item) in judged.iter().enumerate() {
            let odds = roles.iter().map(|role| lead(&item.verdict, role, roles)).fold(f64::NEG_INFINITY, f64::max);
            let sums = if is_total { parts_and_sums.get(at).copied().unwrap_or_default() } else { 0.0 };
            let document = if is_total { item.bonus + sums } else { 0.0 };
            let rank = if is_total { 0.0 } else { item.bonus };
            let picked = Picked { money: item.money, odds: odds + document, span: item.span, place: item.place };
            let entry = groups.entry((item.money.amount_minor, item.money.currency.code())).or_insert((
                picked.clone(),
                0.0,
                rank,
            ));
            if odds > 0.0 {
                entry.1 += 1.0;
            }
            if picked.odds > entry.0.odds {
                entry.0 = picked;
            }
        }
        let mut ranked: Vec<(Picked, f64)> = groups
            .into_values()
            .map(|(mut picked, mentions, rank)| {
                picked.odds += weight(FAMILY, "imposed", "repeat") * f64::max(mentions, 1.0).ln();
                let rank = picked.odds + if picked.odds > 0.0 { rank } else { 0.0 };
                (picked, rank)
            })
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.span.cmp(&b.0.span)));
        ranked.into_iter().map(|(picked, _)| picked).collect::<Vec<_>>()
    };
    let pick =
        |roles: &[&str], is_total: bool| ranked(roles, is_total).into_iter().next().filter(|picked| picked.odds > 0.0);
    let mut readings = ranked(&["imposed", "reduced"], true).into_iter();
    let mut imposed = readings.next();
    let mut beaten: Vec<Picked> = readings.take(MOST_PROPOSALS).collect();
    // What is more likely no fine is proposed, not picked.
    if let Some(weak) = imposed.take_if(|picked| picked.odds <= 0.0) {
        beaten.insert(0, Picked { odds: weak.odds + RUNNER_UP, ..weak });
    }
    let initial = pick(&["initial"], false);
    let is_total = |money: Money| {
        judged
            .iter()
            .zip(&parts_and_sums)
            .any(|(item, sum)| item.money == money && *sum >= weight(FAMILY, "imposed", "is-sum"))
    };
    if let Some(picked) = imposed.as_mut().filter(|picked| initial.is_none() && !is_total(picked.money)) {
        let told: Vec<Part> = judged
            .iter()
            .filter(|item| item.verdict.role == "imposed" && item.bonus >= 0.0)
            .map(|item| Part { money: item.money, span: item.span, odds: item.verdict.margin("imposed") })
            .collect();
        if let Some(sum) = parts::sum_of_parts(draft.reading, &told, picked.money) {
            beaten.insert(0, picked.clone());
            *picked = Picked { money: sum.money, odds: picked.odds.min(sum.odds), span: sum.span, place: picked.place };
        }
    }
    let initial = initial.or_else(|| {
        let paid = imposed.as_ref().and_then(|picked| paid_after_discount(draft.reading, &judged, picked))?;
        let before = imposed.replace(paid)?;
        Some(before)
    });
    // "A and B were fined 15,000 and 20,000 respectively": the largest is that of the one the case is about.
    if let Some(picked) = &mut imposed
        && parts::is_dealt_out(draft.reading, picked.span.0)
    {
        let sentence = draft.reading.view.sentence(picked.span.0);
        let largest = judged
            .iter()
            .filter(|item| item.verdict.role == "imposed" && item.money.currency == picked.money.currency)
            .filter(|item| draft.reading.view.sentence(item.span.0) == sentence)
            .max_by_key(|item| item.money.amount_minor);
        if let Some(item) = largest.filter(|item| item.money.amount_minor > picked.money.amount_minor) {
            *picked = Picked { money: item.money, span: item.span, place: item.place, ..picked.clone() };
        }
    }
    // "initially set at 50,000 ... paid 30,000": what is less than the first sum is what came of it.
    if let (Some(imposed), Some(initial)) = (&mut imposed, &initial)
        && imposed.money.currency == initial.money.currency
        && imposed.money.amount_minor < initial.money.amount_minor
    {
        imposed.odds += weight(FAMILY, "imposed", "after-initial");
    }
    // Two amounts that both read as the fine leave it open which of them it is.
    if let Some(picked) = &mut imposed {
        let rivals = judged.iter().zip(&parts_and_sums).any(|(item, sum)| {
            let is_other = item.money != picked.money && item.money.currency == picked.money.currency;
            let is_told_apart = initial.as_ref().is_some_and(|initial| initial.money == item.money) || *sum < 0.0;
            let is_part = picked.span.0 <= item.span.0 && item.span.1 <= picked.span.1;
            is_other && !is_told_apart && !is_part && lead(&item.verdict, "imposed", &["imposed", "reduced"]) > 0.5
        });
        if rivals {
            picked.odds = picked.odds.min(weight("money-document", "imposed", "rivalled"));
        }
    }
    if authority.is_some_and(judges_penalties) {
        imposed = penalties_of(draft, &judged, imposed, &mut beaten);
    } else if let Some(picked) = &mut imposed {
        for_each(draft.reading, &judged, picked);
    }
    Fines {
        imposed,
        initial,
        proposed: pick(&["proposed"], false),
        withdrawn: pick(&["withdrawn"], false),
        turnover: pick(&["turnover"], false),
        beaten,
        mentions: judged.iter().filter(|item| item.verdict.role == "imposed").map(|item| item.span).collect(),
    }
}

/// Whether an amount is more than every other one told as a fine, of which there are several.
fn is_more_than_several(judged: &[Judged], at: usize) -> bool {
    const SEVERAL: usize = 2;
    let Some(first) = judged.get(at) else { return false };
    let others: HashSet<Money> = judged
        .iter()
        .filter(|item| item.verdict.role == "imposed" && item.money != first.money)
        .filter(|item| item.money.currency == first.money.currency)
        .map(|item| item.money)
        .collect();
    others.len() >= SEVERAL && others.iter().all(|money| money.amount_minor < first.money.amount_minor)
}

/// "an additional", "a further" right before an amount, or before its fine.
fn is_further(reading: &Reading<'_>, start: usize) -> bool {
    const GAP: usize = 10;
    let before = reading.marks_in(start.saturating_sub(40), start);
    before.iter().any(|mark| *mark.sense == Sense::Cue(Cue::Further) && mark.end <= start && mark.end + GAP >= start)
}

/// "If the controller fails to comply, it will be fined 2,500": a sum on a condition that the sentence names before it.
fn is_threatened(reading: &Reading<'_>, start: usize) -> bool {
    let (from, _) = reading.window(start, start);
    reading.marks_in(from, start).iter().any(|mark| *mark.sense == Sense::Cue(Cue::Conditional))
}

/// "proposed to the committee to impose a fine of 900,000": what governs the fine governs its amount, however far it
/// stands. Gives the strength of the cue as if it stood where the fine does.
fn through_the_fine(reading: &Reading<'_>, start: usize, cue: Cue) -> f64 {
    const CHAIN: usize = 75;
    let (from, _) = reading.window(start, start);
    let mut marks = reading.marks_in(from, start).iter().rev().filter(|mark| mark.end <= start);
    let is = |mark: &Mark, cues: &[Cue]| matches!(mark.sense, Sense::Cue(c) if cues.contains(c));
    let Some(nearest) = marks.find(|mark| is(mark, &[Cue::Fine, Cue::Fined, Cue::Imposes, cue])) else { return 0.0 };
    let mut link = nearest.start;
    for mark in marks {
        let gap = reading.view.text.get(mark.end.min(link)..link).unwrap_or(".");
        if link - mark.end.min(link) > CHAIN || gap.contains([',', ';', ':']) || is(mark, &[Cue::Violated]) {
            return 0.0;
        }
        if is(mark, &[cue]) {
            #[expect(clippy::cast_precision_loss, reason = "a distance within a sentence")]
            return (-((start - nearest.end) as f64) / HALF * std::f64::consts::LN_2).exp();
        }
        if is(mark, &[Cue::Fine, Cue::Fined, Cue::Imposes]) {
            link = mark.start;
        }
    }
    0.0
}

/// What was paid where the law takes a fifth off for paying at once, and another for not contesting: exactly four or three
/// fifths of the fine, in a sentence that says it was paid.
fn paid_after_discount(reading: &Reading<'_>, judged: &[Judged], picked: &Picked) -> Option<Picked> {
    let is_discounted = |item: &&Judged| {
        let (from, to) = reading.view.sentence(item.span.0);
        let has = |cue: Cue| reading.marks_in(from, to).iter().any(|mark| *mark.sense == Sense::Cue(cue));
        let fifths = [4_i64, 3].map(|fifths| picked.money.amount_minor.checked_mul(fifths));
        item.money.currency == picked.money.currency
            && fifths.contains(&item.money.amount_minor.checked_mul(5))
            && (item.verdict.features.of(feature_name(Cue::Reduced, Place::Before)) > 0.5
                || (item.verdict.features.of(feature_name(Cue::Paid, Place::Before)) > 0.5
                    && reading.view.sentence(picked.span.0).0 != from))
            && has(Cue::Paid)
            && !has(Cue::Conditional)
            && !has(Cue::Maximum)
    };
    let item = judged.iter().find(is_discounted)?;
    let odds = lead(&item.verdict, "reduced", &["imposed", "reduced"]);
    Some(Picked { money: item.money, odds: odds.min(picked.odds), span: item.span, place: item.place })
}

/// Whether an authority takes its cases to courts, which set a penalty for each defendant beside what is to be given back.
fn judges_penalties(authority: &Authority) -> bool {
    authority.country == "US" && authority.field == "securities"
}

/// The penalties of such an authority's case in place of the amount picked, which goes to the ones beaten.
fn penalties_of(
    draft: &Draft<'_>,
    judged: &[Judged],
    picked: Option<Picked>,
    beaten: &mut Vec<Picked>,
) -> Option<Picked> {
    let reading = draft.reading;
    let Some(sum) = penalties::sum(reading, &told(reading, judged)) else {
        // Profits given back, what a criminal court imposed, relief as a whole: sums without a penalty's name.
        let has = |from: usize, to: usize, cues: &[Cue]| {
            let marks = reading.marks_in(from, to);
            marks.iter().any(|mark| matches!(mark.sense, Sense::Cue(cue) if cues.contains(cue)))
        };
        let is_penalty = |picked: &Picked| {
            let (from, to) = reading.view.sentence(picked.span.0);
            has(from, to, &[Cue::Paid, Cue::Settlement, Cue::Fine, Cue::Fined])
                && !has(0, reading.view.text.len(), &[Cue::Damages])
        };
        let other = picked?;
        if is_penalty(&other) {
            return Some(other);
        }
        beaten.insert(0, other);
        return None;
    };
    let Some(place) = judged.iter().find(|item| item.span.0 == sum.span.0).map(|item| item.place) else {
        return picked;
    };
    let odds = match picked {
        Some(same) if same.money == sum.money => same.odds.max(sum.odds),
        Some(other) => {
            beaten.insert(0, other);
            sum.odds
        }
        None => sum.odds,
    };
    Some(Picked { money: sum.money, odds, span: sum.span, place })
}

fn told(reading: &Reading<'_>, judged: &[Judged]) -> Vec<Told> {
    let told = |item: &Judged| Told {
        money: item.money,
        span: item.span,
        is_other: matches!(item.verdict.role, "maximum" | "asked" | "earlier" | "withdrawn" | "periodic")
            || is_of_earlier_days(reading, item.span.0),
        odds: lead(&item.verdict, "imposed", &["imposed", "reduced"]),
    };
    judged.iter().map(told).collect()
}

/// Whether a paragraph begins by saying that it tells of what went before: "Previously, the court ordered".
fn is_of_earlier_days(reading: &Reading<'_>, at: usize) -> bool {
    const OPENING: usize = 30;
    let block = reading.view.block_at(at).and_then(|block| reading.view.blocks.get(block));
    block.is_some_and(|block| {
        let opening = reading.marks_in(block.start, (block.start + OPENING).min(at));
        opening.iter().any(|mark| *mark.sense == Sense::Cue(Cue::Earlier))
    })
}

/// "A and B were fined 5,000 each": what the notice comes to is what all of them pay.
fn for_each(reading: &Reading<'_>, judged: &[Judged], picked: &mut Picked) {
    let told = told(reading, judged);
    let Some(at) = told.iter().position(|one| one.span == picked.span) else { return };
    let times = penalties::multiplicity(reading, &told, at);
    if times > 1
        && let Some(all) = picked.money.amount_minor.checked_mul(times)
    {
        picked.money = Money::from_minor(all, picked.money.currency);
        picked.odds = picked.odds.min(weight("money-document", "imposed", "rivalled"));
    }
}

/// A role's lead over the roles that are not its allies.
fn lead(verdict: &Verdict, role: &str, allies: &[&str]) -> f64 {
    verdict.lead(role, allies)
}

/// The currency that a shared word ("kr") most likely means here: the authority's.
fn settled(amount: &Amount, authority: Option<&Authority>) -> Money {
    let own = authority.map(|authority| authority.currency).filter(|own| amount.currencies.contains(own));
    match own {
        Some(own) if own.digits() == amount.money.currency.digits() => {
            Money::from_minor(amount.money.amount_minor, own)
        }
        Some(own) => Money::from_major(amount.money.amount_minor / 10_i64.pow(amount.money.currency.digits()), own)
            .unwrap_or(amount.money),
        None => amount.money,
    }
}

/// Amounts that say the same in two currencies: "€76,870 (NOK 750,000)".
fn conversions(draft: &Draft<'_>, amounts: &[Amount]) -> Vec<(usize, usize)> {
    let text = &draft.reading.view.text;
    let is_pair = |a: &Amount, b: &Amount| {
        let gap = text.get(a.end..b.start).unwrap_or("\n\n\n\n");
        a.money.currency != b.money.currency
            && gap.len() <= CONVERSION_GAP
            && (gap.contains(['(', '/', '=', '[']) || gap.len() <= 3)
            && !gap.contains(['\n', ';'])
    };
    (1..amounts.len()).filter(|at| is_pair(&amounts[at - 1], &amounts[*at])).map(|at| (at - 1, at)).collect()
}

/// "reduced the fine from 80,000 (so many dollars) to 50,000": the amounts of such pairs, which of the two each is. What a
/// court made of a fine is not what its authority decided.
fn cuts(reading: &Reading<'_>, amounts: &[Amount], partners: &BTreeMap<usize, usize>) -> BTreeMap<usize, Cue> {
    const REACH: usize = 130;
    const LONGEST_LINK: usize = 22;
    let mut out = BTreeMap::new();
    for (at, first) in amounts.iter().enumerate() {
        let is_second_of_pair = partners.get(&at).is_some_and(|partner| *partner < at);
        let (from, to) = reading.view.sentence(first.start);
        let from = from.max(first.start.saturating_sub(REACH));
        let has = |from: usize, to: usize, cue: Cue| {
            reading.marks_in(from, to).iter().any(|mark| *mark.sense == Sense::Cue(cue))
        };
        if is_second_of_pair || !has(from, first.start, Cue::Cut) || has(from, first.start, Cue::Court) {
            continue;
        }
        let next = partners.get(&at).filter(|partner| **partner > at).map_or(at, |partner| *partner) + 1;
        let Some(second) = amounts.get(next).filter(|second| second.end <= to || second.start < to) else { continue };
        let end = amounts.get(next - 1).map_or(first.end, |other| other.end);
        let gap = reading.view.text.get(end..second.start).unwrap_or_default().trim_matches([' ', ')', ']']);
        let is_link = !gap.is_empty() && gap.len() <= LONGEST_LINK && !gap.contains([',', ';', '.', '(', '%']);
        let is_less = |a: &Amount, b: &Amount| {
            a.money.currency == b.money.currency && b.money.amount_minor < a.money.amount_minor
        };
        let is_joined = reading.marks_in(end, second.start).iter().any(|mark| *mark.sense == Sense::And);
        if !is_link || is_joined || !is_less(first, second) {
            continue;
        }
        for (one, cue) in [(at, Cue::Initial), (next, Cue::Reduced)] {
            out.insert(one, cue);
            if let Some(partner) = partners.get(&one) {
                out.insert(*partner, cue);
            }
        }
    }
    out
}

/// For each amount what sums say of it: the total of its neighbours gains, its parts lose.
fn sums(reading: &Reading<'_>, judged: &[Judged]) -> Vec<f64> {
    const MOST_PARTS: usize = 6;
    let mut out = vec![0.0; judged.len()];
    let rank = |item: &Judged| lead(&item.verdict, "imposed", &["imposed", "reduced"]) > -1.5;
    let is_listed_after = |at: usize, total: i64| {
        at.checked_sub(1).and_then(|before| judged.get(before)).is_some_and(|before| {
            before.money.amount_minor == total && penalties::is_listed(reading, before.span.1, judged[at].span.0)
        })
    };
    let mut totals: Vec<(i64, &str)> = judged
        .iter()
        .filter(|item| rank(item))
        .map(|item| (item.money.amount_minor, item.money.currency.code()))
        .collect();
    totals.sort_unstable();
    totals.dedup();
    for (total, currency) in totals.into_iter().take(40) {
        let parts: Vec<usize> = (0..judged.len())
            .filter(|at| judged[*at].money.currency.code() == currency && judged[*at].money.amount_minor < total)
            .collect();
        'found: for from in 0..parts.len() {
            let mut sum = 0_i64;
            for (length, at) in parts[from..].iter().take(MOST_PARTS).enumerate() {
                sum = sum.saturating_add(judged[*at].money.amount_minor);
                // "10,000 and 5,000", told twice: two mentions of the smaller are not the larger.
                let members = &parts[from..=from + length];
                let is_repeated = members.windows(2).any(|pair| {
                    judged[pair[0]].money == judged[pair[1]].money && pair.iter().any(|at| is_listed_after(*at, total))
                });
                if sum == total && length > 0 && !is_repeated {
                    for part in &parts[from..=from + length] {
                        out[*part] = weight("money-document", "imposed", "is-part");
                    }
                    for (at, item) in judged.iter().enumerate() {
                        if item.money.amount_minor == total && item.money.currency.code() == currency {
                            out[at] = weight("money-document", "imposed", "is-sum");
                        }
                    }
                    break 'found;
                }
            }
        }
    }
    out
}

/// Claims the ledger that the outcome allows.
pub(super) fn claim_events(draft: &mut Draft<'_>, fines: &Fines, outcome: Kind) {
    let event = |kind: MoneyEventKind, picked: &Picked| MoneyEvent {
        event: kind,
        on: Stated::default(),
        amount: Stated::Value(picked.money),
        party: None,
        source: None,
        note: None,
    };
    let mut claim = |kind: MoneyEventKind, picked: &Picked| {
        let statement = Statement::Money(event(kind, picked));
        if draft.claim(statement, Some(picked.span), confidence(picked.odds)) {
            draft.accept(picked.place);
        }
    };
    match outcome {
        Kind::Proposed => {
            if let Some(picked) = fines.proposed.as_ref().or(fines.imposed.as_ref()) {
                claim(MoneyEventKind::Proposed, picked);
            }
        }
        Kind::Fine | Kind::Settlement => {
            if let Some(imposed) = &fines.imposed {
                let before = fines.initial.as_ref().filter(|initial| {
                    initial.money.currency == imposed.money.currency
                        && initial.money.amount_minor > imposed.money.amount_minor
                });
                let proposed = fines.proposed.as_ref().filter(|proposed| {
                    proposed.money != imposed.money
                        && proposed.money.currency == imposed.money.currency
                        && before.is_none_or(|before| before.money != proposed.money)
                });
                if let Some(proposed) = proposed {
                    claim(MoneyEventKind::Proposed, proposed);
                }
                if let Some(before) = before {
                    claim(MoneyEventKind::Imposed, before);
                    claim(MoneyEventKind::Reduced, imposed);
                } else {
                    claim(MoneyEventKind::Imposed, imposed);
                }
            }
        }
        Kind::Reprimand | Kind::Order | Kind::Dismissed | Kind::Closed | Kind::Violation => {}
    }
    let kind = if outcome == Kind::Proposed { MoneyEventKind::Proposed } else { MoneyEventKind::Imposed };
    let unused = fines.imposed.as_ref().filter(|_| !matches!(outcome, Kind::Fine | Kind::Settlement | Kind::Proposed));
    for picked in unused.into_iter().chain(&fines.beaten) {
        draft.propose(
            Statement::Money(event(kind.clone(), picked)),
            Some(picked.span),
            confidence(picked.odds - RUNNER_UP),
        );
    }
    if let Some(picked) = &fines.turnover {
        let statement = Statement::Turnover(Turnover { amount: picked.money, year: None, of: None });
        if draft.claim(statement, Some(picked.span), confidence(picked.odds)) {
            draft.accept(picked.place);
        }
    }
}
