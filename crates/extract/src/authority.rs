//! Who decided: by name, by acronym, or by country and a general word ("the French data protection authority").

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fineprint_model::{Currency, vocab};

use crate::lexicon::Sense;
use crate::reading::{HALF, Reading};
use crate::weights::weight;

/// A mention of an authority.
#[derive(Debug, Clone)]
pub(crate) struct Mention {
    pub start: usize,
    pub end: usize,
    /// Place in the vocabulary.
    pub authority: usize,
    pub score: f64,
    pub reasons: Vec<(&'static str, f64)>,
}

/// The European Data Protection Board.
const BOARD_OF_THE_UNION: &str = "eu-edpb";
/// Most data protection authorities a country can have for its name to stand for the national one.
const MOST_IN_COUNTRY: usize = 5;
/// How far a country may stand from "data protection authority", in bytes.
const REACH: usize = 40;

/// Every mention of an authority, in order.
pub(crate) fn mentions(reading: &Reading<'_>) -> Vec<Mention> {
    let mut found: Vec<(usize, usize, usize, &'static str)> = Vec::new();
    let mut countries: BTreeMap<&str, usize> = BTreeMap::new();
    for mark in &reading.marks {
        if let Sense::Country(code) = mark.sense {
            *countries.entry(code).or_default() += 1;
        }
    }
    let mut covered = 0;
    for mark in &reading.marks {
        match mark.sense {
            Sense::Authority(at) => {
                if mark.end <= covered && found.last().is_some_and(|last| last.0 != mark.start || last.1 != mark.end) {
                    continue;
                }
                covered = mark.end;
                found.push((mark.start, mark.end, *at, "name"));
            }
            Sense::AuthorityWord if mark.start >= covered => {
                // The country before ("France's DPA", "Danish DPA"), or after ("DPA of Denmark", "DPA (Spain)").
                let before = reading.marks_in(mark.start.saturating_sub(REACH), mark.start);
                let gap_is_short = |from: usize, to: usize| {
                    reading.view.text.get(from..to).is_some_and(|gap| gap.len() <= 22 && !gap.contains(['.', ',', ';']))
                };
                let country = |mark: &crate::lexicon::Mark| match mark.sense {
                    Sense::Country(code) => Some((mark.start, mark.end, *code)),
                    _ => None,
                };
                let near = before
                    .iter()
                    .rev()
                    .filter_map(country)
                    .find(|(_, end, _)| *end <= mark.start && gap_is_short(*end, mark.start))
                    .or_else(|| {
                        let after = reading.marks_in(mark.end, mark.end + 16);
                        after.iter().filter_map(country).find(|(start, _, _)| gap_is_short(mark.end, *start))
                    });
                let Some((start, end, code)) = near else { continue };
                if let Some(at) = national(code) {
                    found.push((start.min(mark.start), end.max(mark.end), at, "country"));
                }
            }
            _ => {}
        }
    }
    resolve_shared(&mut found, &countries, reading);
    found
        .into_iter()
        .map(|(start, end, authority, how)| {
            let mut features = reading.features(start, end, &[], HALF);
            // The board of the Union writes guidelines and settles disputes; hardly any case is its own.
            if vocab::authorities().iter().nth(authority).is_some_and(|a| a.id == BOARD_OF_THE_UNION) {
                features.set("union", 1.0);
            }
            let mut reasons = vec![(how, weight("authority", "decided", how))];
            for (name, strength) in features.iter() {
                let part = weight("authority", "decided", name) * strength;
                if part != 0.0 {
                    reasons.push((name, part));
                }
            }
            let score = reasons.iter().map(|(_, part)| part).sum();
            Mention { start, end, authority, score, reasons }
        })
        .collect()
}

/// The data protection authority of the only country that a text speaks of, by its name, its laws or its currency; where,
/// and how often.
pub(crate) fn by_country(reading: &Reading<'_>) -> Option<(usize, (usize, usize), usize)> {
    const UNION: &str = "EU";
    let mut votes: BTreeMap<&str, (usize, (usize, usize))> = BTreeMap::new();
    for mark in &reading.marks {
        let country = match mark.sense {
            Sense::Country(code) => *code,
            Sense::Instrument(at) => vocab::instruments().iter().nth(*at).map_or(UNION, |law| law.country.as_str()),
            // A currency of one country is as good as its name.
            Sense::Currency(list) => match &list[..] {
                [only] => country_of(*only).unwrap_or(UNION),
                _ => continue,
            },
            _ => continue,
        };
        if country != UNION {
            votes.entry(country).or_insert((0, (mark.start, mark.end))).0 += 1;
        }
    }
    let total: usize = votes.values().map(|entry| entry.0).sum();
    let (country, (count, span)) = votes.into_iter().max_by_key(|(_, entry)| entry.0)?;
    // In a federation the country alone does not say whose case it is, nor where authorities of other fields decide too.
    let candidates =
        vocab::authorities().iter().filter(|a| a.country == country && a.field == "data-protection").count();
    let others = vocab::authorities().iter().filter(|a| a.country == country && a.field != "data-protection").count();
    if others > MOST_IN_COUNTRY {
        return None;
    }
    (count * 4 >= total * 3 && candidates <= MOST_IN_COUNTRY).then_some(())?;
    // One mention of a country says little, unless the text speaks of an authority without a name.
    let is_spoken_of = reading.marks.iter().any(|mark| *mark.sense == Sense::AuthorityWord);
    (count >= 2 || is_spoken_of).then_some(())?;
    Some((national(country)?, span, count))
}

/// The country that alone has a currency, and one data protection authority.
fn country_of(currency: Currency) -> Option<&'static str> {
    static COUNTRIES: LazyLock<BTreeMap<Currency, Option<&'static str>>> = LazyLock::new(|| {
        let mut out: BTreeMap<Currency, Option<&'static str>> = BTreeMap::new();
        for authority in vocab::authorities().iter().filter(|a| a.field == "data-protection") {
            let country = authority.country.as_str();
            out.entry(authority.currency)
                .and_modify(|known| *known = known.filter(|other| *other == country))
                .or_insert(Some(country));
        }
        out
    });
    COUNTRIES.get(&currency).copied().flatten()
}

/// A country's data protection authority; for a federation the one of the federation.
fn national(country: &str) -> Option<usize> {
    vocab::authorities().iter().position(|a| a.country == country && a.field == "data-protection")
}

/// A name that several authorities share ("Datatilsynet") goes to the one whose country the text speaks of most.
fn resolve_shared(
    found: &mut Vec<(usize, usize, usize, &'static str)>,
    countries: &BTreeMap<&str, usize>,
    reading: &Reading<'_>,
) {
    let authorities = vocab::authorities();
    // How often each currency is named, counted once: a long text names thousands of sums.
    let mut currencies: BTreeMap<Currency, usize> = BTreeMap::new();
    for mark in &reading.marks {
        if let Sense::Currency(list) = mark.sense
            && let [currency] = &list[..]
            && *currency != Currency::EUR
        {
            *currencies.entry(*currency).or_default() += 1;
        }
    }
    let rank = |at: usize| {
        authorities.iter().nth(at).map_or((0, 0, false), |authority| {
            let in_country = countries.get(authority.country.as_str()).copied().unwrap_or_default();
            let in_currency = currencies.get(&authority.currency).copied().unwrap_or_default();
            let speaks = reading.language.is_some_and(|code| authority.languages.iter().any(|l| l == code));
            (in_country, in_currency, speaks)
        })
    };
    found.sort_by_cached_key(|(start, end, at, _)| (*start, *end, std::cmp::Reverse(rank(*at)), *at));
    found.dedup_by_key(|(start, end, _, _)| (*start, *end));
}
