//! Whom the decision is about.

use std::collections::BTreeMap;

use fineprint_model::{Party, PartyId, PartyKind, PartyRole, Provision, Stated, Statement, slugify};
use memchr::memmem;

use super::{Draft, MOST_PROPOSALS, RUNNER_UP};
use crate::CandidateKind;
use crate::lang::Cue;
use crate::lex::party::{self, Name};
use crate::lex::provision::Citation;
use crate::lexicon::Sense;
use crate::reading::{Features, Reading};
use crate::weights::{confidence, judge, weight};

/// The distance in bytes at which a cue counts half for a name.
const HALF: f64 = 22.0;
/// Longest gap in bytes between a name and a cue beside it.
const ADJACENT: usize = 16;
/// How far before a name "fined" may stand when "on" or "against" links them.
const OBJECT_REACH: usize = 110;
/// Longest other spelling that is kept, in words: longer runs of capitals are headlines.
const LONGEST_ALIAS: usize = 7;
/// Most parties that are claimed.
const MOST_PARTIES: usize = 4;
/// Most names of which it is looked up whether their words are common ones.
const MOST_LOOKED_UP: usize = 14;
/// By how much less likely, as a logarithm of odds, a further party may be than the first.
const LEAST_BEHIND: f64 = 1.5;
/// From which odds a party needs no comparison.
const WELL_ATTESTED: f64 = 4.0;
/// Most defendants of a caption that are claimed.
const MOST_DEFENDANTS: usize = 8;

struct Group {
    best: f64,
    mentions: f64,
    /// Spellings, how often each, and where first.
    forms: BTreeMap<String, (usize, (usize, usize), bool)>,
    span: (usize, usize),
    places: Vec<usize>,
    /// Stands among the defendants of the action's caption.
    is_in_caption: bool,
    /// Called controller, processor beside the name.
    is_controller: bool,
    is_processor: bool,
    /// Fined, or the like, by the words beside the name.
    is_object: bool,
}

/// Claims the parties, the surest first.
pub(super) fn claim_parties(draft: &mut Draft<'_>, role: Option<&PartyRole>) {
    let reading = draft.reading;
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let names = party::names(reading);
    let within = words_within(reading, &names);
    let mut short_for = short_forms(reading, &names);
    surnames(reading, &names, &mut short_for);
    let caption = party::caption(reading);
    let told = told_in_prose(reading, &names);
    // Where the name before ends and how likely it is the party: "Google and Facebook" share their verb.
    let mut last: (usize, f64) = (0, f64::NEG_INFINITY);
    for name in &names {
        let Some(text) = reading.view.text.get(name.start..name.end) else { continue };
        let Some(key) = slugify(&without_form(reading, name)).map(|key| without_initials(&key)) else { continue };
        let is_short = short_for.contains_key(&key);
        let key = short_for.get(&key).cloned().unwrap_or(key);
        if key.len() < 2 || key.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            continue;
        }
        let is_nickname = is_nickname(reading, name);
        let mut features = features_of(reading, name);
        if is_nickname {
            features.set("modifier", 1.0);
        }
        // "Whilst", "Update": a word that has its capital only from the beginning of sentences.
        let is_subject = ["lead-subject", "adjacent-subject"].iter().any(|f| features.has(f));
        if name.is_first && !is_subject && !text.contains(' ') && !name.has_form && !within.contains(text) {
            features.set("only-first", 1.0);
        }
        let is_in_caption = caption.is_some_and(|(from, to)| from <= name.start && name.end <= to + 1);
        if is_in_caption {
            features.set("caption", 1.0);
        } else if !name.has_form && !told.contains(text) && is_in_title_case(reading, name.start) {
            features.set("only-in-title", 1.0);
        }
        let is_controller = features.has("is-controller");
        let is_processor = features.has("is-processor");
        let is_object =
            ["adjacent-fined", "adjacent-subject", "object", "object-near"].iter().any(|name| features.has(name));
        let verdict = judge("party", features);
        let span = (name.start, name.end);
        let place = draft.see(CandidateKind::Party, span, text.to_owned(), &verdict);
        let mut odds = verdict.margin("respondent");
        if last.1 > 0.5 && is_coordinated(reading, last.0, name.start) {
            odds = odds.max(last.1 - 0.5);
        }
        if !is_nickname {
            last = (name.end, odds);
        }
        let group = groups.entry(key).or_insert(Group {
            best: f64::NEG_INFINITY,
            mentions: 0.0,
            forms: BTreeMap::new(),
            span,
            places: Vec::new(),
            is_in_caption: false,
            is_controller: false,
            is_processor: false,
            is_object: false,
        });
        group.is_in_caption |= is_in_caption;
        group.is_controller |= is_controller;
        group.is_processor |= is_processor;
        group.is_object |= is_object;
        group.mentions += 1.0;
        if odds > group.best {
            (group.best, group.span) = (odds, span);
        }
        let form = group.forms.entry(text.to_owned()).or_insert((0, span, name.has_form));
        form.0 += usize::from(!is_short);
        group.places.push(place);
    }
    merge_short_forms(&mut groups);
    let repeat = weight("party-document", "respondent", "repeat");
    // Where one is called the controller, who is only called its processor is not the one that answers.
    let has_controller = groups.values().any(|group| group.is_controller && !group.is_processor);
    let served = weight("party-document", "respondent", "processor-beside");
    let mut ranked: Vec<(String, Group, f64)> = groups
        .into_iter()
        .map(|(key, group)| {
            let is_beside = has_controller && group.is_processor && !group.is_controller && !group.is_object;
            let odds = group.best + repeat * group.mentions.ln() + if is_beside { served } else { 0.0 };
            (key, group, odds)
        })
        .collect();
    let by_odds =
        |a: &(String, Group, f64), b: &(String, Group, f64)| b.2.total_cmp(&a.2).then(a.1.span.cmp(&b.1.span));
    ranked.sort_by(by_odds);
    let common = weight("party-document", "respondent", "common-words");
    for (_, group, odds) in ranked.iter_mut().take(MOST_LOOKED_UP) {
        if !group.is_in_caption && group.forms.iter().all(|(text, form)| !form.2 && is_common(reading, text)) {
            *odds += common;
        }
    }
    ranked.sort_by(by_odds);
    let top = ranked.first().map_or(0.0, |entry| entry.2);
    let defendants = ranked.iter().filter(|(_, group, _)| group.is_in_caption).count();
    let most = MOST_PARTIES.max(defendants.min(MOST_DEFENDANTS));
    for (rank, (key, group, odds)) in ranked.into_iter().take(most + MOST_PROPOSALS).enumerate() {
        // A second party must be about as well attested as the first, and where a caption names all defendants, another
        // one better.
        let is_beaten = rank >= most
            || match (defendants, group.is_in_caption) {
                (0, _) => odds < (top - LEAST_BEHIND).min(WELL_ATTESTED),
                (_, true) => odds < 0.0,
                (_, false) => odds < top,
            };
        let Ok(id) = PartyId::new(key) else { continue };
        let Some(name) = name_of(&group) else { continue };
        let is_alias = |form: &&String| **form != name && form.split(' ').count() <= LONGEST_ALIAS;
        let aliases = group.forms.keys().filter(is_alias).cloned().collect();
        let kind = kind_of(reading, &group);
        let statement = Statement::Party(Party {
            id,
            name: Stated::Value(name),
            role: role.cloned().map_or_else(Stated::default, Stated::Value),
            kind: kind.map_or_else(Stated::default, Stated::Value),
            country: None,
            sectors: Vec::new(),
            nace: None,
            group: None,
            names_until: None,
            aliases,
        });
        if is_beaten {
            draft.propose(statement, Some(group.span), confidence(odds - RUNNER_UP));
        } else if draft.claim(statement, Some(group.span), confidence(odds)) {
            for place in group.places {
                draft.accept(place);
            }
        }
    }
}

/// "Initiation Agreement", "Website": whether every word of a name stands in small letters elsewhere in the text, as no
/// word of a real name does.
fn is_common(reading: &Reading<'_>, name: &str) -> bool {
    const SHORTEST_WORD: usize = 3;
    let text = &reading.view.text;
    let stands_small = |word: &str| {
        let small = word.to_lowercase();
        memmem::find_iter(text.as_bytes(), &small).any(|at| {
            let before = text[..at].chars().next_back();
            let mut after = text[at + small.len()..].chars();
            let next = after.next();
            // Within a longer word, an address or a domain it says nothing.
            let is_cut_left = before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '@' | '/' | '-' | '_'));
            let is_cut_right = next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '@' | '/' | '_'));
            let is_domain = next == Some('.') && after.next().is_some_and(char::is_alphanumeric);
            !(is_cut_left || is_cut_right || is_domain)
        })
    };
    let mut words = name.split([' ', '-']).filter(|word| word.len() >= SHORTEST_WORD).peekable();
    words.peek().is_some() && words.all(|word| !word.starts_with(char::is_uppercase) || stands_small(word))
}

/// Names of a single word that stand within sentences, where a capital says something.
fn words_within<'a>(reading: &'a Reading<'_>, names: &[Name]) -> std::collections::HashSet<&'a str> {
    names
        .iter()
        .filter(|name| !name.is_first)
        .filter_map(|name| reading.view.text.get(name.start..name.end))
        .flat_map(|text| text.split(' '))
        .collect()
}

/// Spellings that stand outside headlines.
fn told_in_prose<'a>(reading: &'a Reading<'_>, names: &[Name]) -> std::collections::HashSet<&'a str> {
    let is_in_prose = |name: &&Name| !is_in_title_case(reading, name.start);
    names.iter().filter(is_in_prose).filter_map(|name| reading.view.text.get(name.start..name.end)).collect()
}

/// Whether a name stands in a headline that has capitals everywhere, so that they say nothing.
fn is_in_title_case(reading: &Reading<'_>, at: usize) -> bool {
    const SHORTEST_WORD: usize = 4;
    const FEWEST: usize = 4;
    const LONGEST_LINE: usize = 220;
    let Some(block) = reading.view.block_at(at).and_then(|block| reading.view.blocks.get(block)) else { return false };
    if block.end - block.start > LONGEST_LINE {
        return false;
    }
    let line = reading.view.text.get(block.start..block.end).unwrap_or_default().trim_end();
    let words = line.split([' ', '\n']).filter(|word| word.len() >= SHORTEST_WORD);
    let (all, capital) = words.fold((0, 0), |(all, capital), word| {
        (all + 1, capital + usize::from(word.starts_with(|c: char| c.is_uppercase() || !c.is_alphabetic())))
    });
    !line.ends_with('.') && all >= FEWEST && capital * 5 >= all * 4
}

/// A key without the initials between names: "jane-q-example" is "jane-example".
fn without_initials(key: &str) -> String {
    let parts: Vec<&str> = key.split('-').collect();
    let is_initial = |at: usize| {
        at > 0 && at + 1 < parts.len() && parts[at].len() == 1 && parts[at].bytes().all(|b| b.is_ascii_alphabetic())
    };
    let kept = (0..parts.len()).filter(|at| !is_initial(*at)).map(|at| parts[at]);
    kept.collect::<Vec<_>>().join("-")
}

/// What may stand after a person's last name.
const SUFFIXES: [&str; 5] = ["-jr", "-sr", "-ii", "-iii", "-iv"];

/// "Jane Example", later "Example": the last word of a name of a few words stands for it from then on.
fn surnames(reading: &Reading<'_>, names: &[Name], short_for: &mut BTreeMap<String, String>) {
    let mut full: BTreeMap<String, Option<String>> = BTreeMap::new();
    for name in names {
        let Some(text) = reading.view.text.get(name.start..name.end) else { continue };
        let words = text.split(' ').count();
        let is_full = !name.has_form
            && (2..=4).contains(&words)
            && text.split(' ').all(|word| word.starts_with(char::is_uppercase))
            && !reading.marks_in(name.start, name.end).iter().any(|mark| *mark.sense == Sense::NameHead);
        let Some(key) = slugify(text).map(|key| without_initials(&key)).filter(|_| is_full) else { continue };
        let person = SUFFIXES.iter().find_map(|suffix| key.strip_suffix(suffix)).unwrap_or(&key);
        let Some((_, last)) = person.rsplit_once('-') else { continue };
        full.entry(last.to_owned())
            .and_modify(|known| *known = known.take().filter(|other| *other == key))
            .or_insert(Some(key.clone()));
    }
    for (last, key) in full {
        if let Some(key) = key.filter(|_| last.len() > 2) {
            short_for.entry(last).or_insert(key);
        }
    }
}

/// "Department of Social Protection (DSP)": the short form and the key of the name it stands for.
fn short_forms(reading: &Reading<'_>, names: &[Name]) -> BTreeMap<String, String> {
    const GAP: usize = 26;
    const GAP_WITH_PLACE: usize = 48;
    const LONGEST: usize = 16;
    let mut out = BTreeMap::new();
    for (at, short) in names.iter().enumerate() {
        // "Example, P.C., of Elsewhere, (EPC)": a place between is passed over.
        let Some(long) = names[..at].iter().rev().take(3).find(|name| !is_seat(reading, name)) else { continue };
        let gap = reading.view.text.get(long.end..short.start).unwrap_or_default();
        let Some(text) = reading.view.text.get(short.start..short.end) else { continue };
        let is_beside = gap.trim_start().starts_with('(') && gap.len() <= GAP;
        let is_behind_place = gap.starts_with([',', ' ']) && gap.ends_with('(') && gap.len() <= GAP_WITH_PLACE;
        let opens = (is_beside || is_behind_place && gap.contains(" of ")) && !gap.contains(')');
        if !opens || text.len() > LONGEST || text.contains(' ') {
            continue;
        }
        if let (Some(from), Some(to)) = (slugify(text), slugify(&without_form(reading, long)))
            && from != to
        {
            out.entry(from).or_insert(to);
        }
    }
    out
}

/// "against A, B, and C": whether a list goes on to its "and" without any word between the names.
fn lists_on(reading: &Reading<'_>, from: usize) -> bool {
    const LONGEST: usize = 160;
    let (_, end) = reading.view.sentence(from);
    let and = reading.marks_in(from, end.min(from + LONGEST)).iter().find(|mark| *mark.sense == Sense::And).cloned();
    and.is_some_and(|and| {
        let is_name = |word: &str| word.starts_with(char::is_uppercase);
        reading.view.text.get(from..and.start).is_some_and(|list| list.split_whitespace().all(is_name))
            && reading.view.text.get(and.end..).is_some_and(|rest| is_name(rest.trim_start()))
    })
}

/// Longest name between quotes within a name, in bytes.
const LONGEST_NICKNAME: usize = 20;

/// Jane "Jay" Example: what a person is called, between the first name and the last.
fn is_nickname(reading: &Reading<'_>, name: &Name) -> bool {
    let text = &reading.view.text;
    let is_name_before = text.get(..name.start).and_then(|before| before.strip_suffix(" \"")).is_some_and(|before| {
        before.rsplit([' ', '\n']).next().is_some_and(|word| word.starts_with(char::is_uppercase))
    });
    is_name_before
        && text
            .get(name.end..)
            .and_then(|after| after.strip_prefix("\" "))
            .is_some_and(|after| after.starts_with(char::is_uppercase))
}

/// Whether only "and" stands between two names.
fn is_coordinated(reading: &Reading<'_>, from: usize, to: usize) -> bool {
    const GAP: usize = 10;
    const GAP_WITH_AMOUNT: usize = 48;
    let between = to.saturating_sub(from);
    // "Google must pay 150 million and Facebook 60 million" shares the verb across the amount.
    let has_amount = || reading.marks_in(from, to).iter().any(|mark| matches!(mark.sense, Sense::Currency(_)));
    let and_is_last =
        || reading.marks_in(from, to).iter().any(|mark| *mark.sense == Sense::And && to - mark.end.min(to) <= 2);
    let gap = reading.view.text.get(from..to).unwrap_or_default();
    if gap.starts_with(" \"") && gap.ends_with("\" ") && gap.len() <= LONGEST_NICKNAME {
        return true;
    }
    if gap == ", " {
        return lists_on(reading, to);
    }
    to > from
        && (between <= GAP || (between <= GAP_WITH_AMOUNT && has_amount() && and_is_last()))
        && reading.marks_in(from, to).iter().any(|mark| *mark.sense == Sense::And)
        && reading.view.text.get(from..to).is_some_and(|gap| !gap.contains(['.', ';', '(']))
}

/// The spelling to show: with its legal form where one is used, not all in capitals, the most frequent, the first.
fn name_of(group: &Group) -> Option<String> {
    group
        .forms
        .iter()
        .max_by_key(|(text, (count, span, has_form))| {
            let shouts = text.chars().all(|c| !c.is_lowercase()) && text.len() > 6;
            (*has_form, !shouts && *count > 0, *count, std::cmp::Reverse(span.0))
        })
        .map(|(text, _)| text.clone())
}

/// The name without its legal form: what two spellings of one party share.
fn without_form(reading: &Reading<'_>, name: &Name) -> String {
    let mut text = String::new();
    let mut at = name.start;
    for mark in reading.marks_in(name.start, name.end) {
        if *mark.sense == Sense::LegalForm && mark.start >= at && mark.start > name.start && mark.end <= name.end + 1 {
            text.push_str(reading.view.text.get(at..mark.start).unwrap_or_default());
            at = mark.end.min(name.end);
        }
    }
    text.push_str(reading.view.text.get(at..name.end).unwrap_or_default());
    text
}

/// "Altex" joins "Altex România", "Dedalus Biology France" joins "Dedalus Biology": the more frequent keeps its key.
fn merge_short_forms(groups: &mut BTreeMap<String, Group>) {
    let keys: Vec<String> = groups.keys().cloned().collect();
    for pair in keys.windows(2) {
        let [short, long] = pair else { continue };
        if !long.starts_with(&format!("{short}-")) {
            continue;
        }
        let is_rarer = |a: &Group, b: &Group| a.mentions < b.mentions && !a.forms.values().any(|form| form.2);
        let (Some(a), Some(b)) = (groups.get(short), groups.get(long)) else { continue };
        let (from, to) = if is_rarer(b, a) { (long, short) } else { (short, long) };
        if let Some(gone) = groups.remove(from)
            && let Some(kept) = groups.get_mut(to)
        {
            kept.mentions += gone.mentions;
            if gone.best > kept.best {
                (kept.best, kept.span) = (gone.best, gone.span);
            }
            kept.places.extend(gone.places);
            for (text, (_, span, has_form)) in gone.forms {
                // A merged spelling is an alias: it does not compete for the name.
                kept.forms.entry(text).or_insert((0, span, has_form && from == long));
            }
        }
    }
}

fn features_of(reading: &Reading<'_>, name: &Name) -> Features {
    let mut features = reading.features(name.start, name.end, &[], HALF);
    let text = reading.view.text.get(name.start..name.end).unwrap_or_default();
    if name.has_form {
        features.set("form", 1.0);
    }
    if name.is_first {
        features.set("first-word", 1.0);
    }
    if !text.contains(' ') && !name.has_form {
        features.set("single", 1.0);
    }
    if text.len() <= 5 && text.chars().all(|c| c.is_uppercase() || c.is_ascii_digit()) {
        features.set("acronym", 1.0);
    }
    // "a Franklin, Tennessee-based company": where it sits.
    let after = reading.view.lower.get(name.end..).unwrap_or_default();
    let place = after.strip_prefix(", ").unwrap_or(after).split([' ', ',']).next().unwrap_or_default();
    if place.ends_with("-based") {
        features.set("modifier", 1.0);
    }
    // "a Facebook page": which kind of page.
    let is_kind_of = || {
        let next = reading.skip_blanks(name.end, 1);
        next == name.end + 1 && reading.at(next, |sense| (*sense == Sense::Cue(Cue::Modified)).then_some(())).is_some()
    };
    if !name.has_form && is_kind_of() {
        features.set("modifier", 1.0);
    }
    // "Chief Business Officer", "Example App", "Compensation Act", "District Court of Example": a post, a product, a law, a
    // court, and nobody that answers.
    let is_of = reading.view.text.get(name.start..name.end).is_some_and(|text| text.contains(" of "));
    let is_nobody = reading.marks_in(name.start, name.end).iter().any(|mark| match mark.sense {
        Sense::Cue(Cue::Person) => mark.end - mark.start >= SHORTEST_POST && mark.end <= name.end,
        Sense::Cue(Cue::Court) => mark.end <= name.end,
        // "Official Gazette of Example", "Council of April".
        Sense::NotName => {
            let is_phrase = reading.view.text.get(mark.start..mark.end).is_some_and(|words| words.contains(' '));
            is_of && is_phrase && mark.start == name.start && mark.end < name.end && !name.has_form
        }
        Sense::Month(_) => is_of && mark.end == name.end && !name.has_form,
        Sense::Cue(Cue::Modified) | Sense::Law => mark.end == name.end && !name.has_form && mark.start > name.start,
        _ => false,
    });
    if is_nobody {
        features.set("modifier", 1.0);
    }
    // "Delivery company fined": a word that says which kind of company, and no name.
    if name.is_first && !text.contains(' ') && !name.has_form {
        let next = reading.skip_blanks(name.end, 1);
        let is_noun = reading.at(next, |sense| (*sense == Sense::Cue(Cue::PartyIs)).then_some(())).is_some();
        let is_verb = reading
            .at(next, |sense| matches!(sense, Sense::Common | Sense::Cue(_) | Sense::Of | Sense::And).then_some(()))
            .is_some();
        let is_small = next > name.end && reading.view.text.as_bytes().get(next).is_some_and(u8::is_ascii_lowercase);
        let in_title = features.has("heading");
        if is_small && (is_noun || (in_title && !is_verb)) {
            features.set("modifier", 1.0);
        }
    }
    // The subject of a sentence at the top that goes on to speak of the fine.
    if name.is_first && name.start < reading.lead_end {
        let (_, end) = reading.window(name.start, name.end);
        let speaks = reading.marks_in(name.end, end).iter().any(|mark| {
            matches!(
                mark.sense,
                Sense::Cue(Cue::Fined | Cue::Imposes | Cue::Settlement | Cue::Fine | Cue::Violated | Cue::Reprimand)
            )
        });
        if speaks {
            features.set("lead-subject", 1.0);
        }
    }
    let cue = |mark: &crate::lexicon::Mark, wanted: &[Cue]| matches!(mark.sense, Sense::Cue(c) if wanted.contains(c));
    let (from, to) = reading.window(name.start, name.end);
    let before = reading.marks_in(from.max(name.start.saturating_sub(OBJECT_REACH)), name.start);
    let adjacent = |wanted: &[Cue], gap_limit: usize| {
        before.iter().rev().any(|mark| {
            mark.end <= name.start && name.start - mark.end <= gap_limit && cue(mark, wanted) && {
                let gap = reading.view.text.get(mark.end..name.start).unwrap_or(".");
                !gap.contains(['.', ';', ',', ':']) && !gap.chars().any(char::is_uppercase)
            }
        })
    };
    if adjacent(&[Cue::PartyAfter], ADJACENT) {
        features.set("adjacent-fined", 1.0);
    }
    if adjacent(&[Cue::PartyIs], 14) {
        features.set("adjacent-is", 1.0);
    }
    if adjacent(&[Cue::Person], 3) {
        features.set("person", 1.0);
    }
    if adjacent(&[Cue::PartyLink], 10)
        && before.iter().any(|mark| {
            mark.end <= name.start
                && cue(mark, &[Cue::Fine, Cue::Fined, Cue::Imposes, Cue::PartyAfter, Cue::Settlement, Cue::Reprimand])
        })
    {
        features.set("object", 1.0);
    }
    // "fined the healthcare facility Example", "a fine on the school 'Example'": only small words between.
    let is_object = before.iter().rev().any(|mark| {
        mark.end <= name.start
            && name.start - mark.end <= NEAR_OBJECT
            && cue(mark, &[Cue::Fined, Cue::PartyAfter])
            && reading.view.text.get(mark.end..name.start).is_some_and(|gap| {
                !gap.contains(['.', ';', ',', ':', '(', '€', '£', '$'])
                    && !gap.chars().any(|c| c.is_uppercase() || c.is_ascii_digit())
            })
    });
    let is_linked_object = || {
        let link = before.iter().rev().find(|mark| {
            mark.end <= name.start && name.start - mark.end <= NEAR_OBJECT && cue(mark, &[Cue::PartyLink])
        });
        link.is_some_and(|link| {
            let gap = reading.view.text.get(link.end..name.start).unwrap_or(".");
            !gap.contains(['.', ';', ',', ':', '('])
                && !gap.chars().any(|c| c.is_uppercase() || c.is_ascii_digit())
                && reading.marks_in(link.start.saturating_sub(48), link.start).iter().any(|mark| {
                    mark.end <= link.start && cue(mark, &[Cue::Fine, Cue::Reprimand])
                        || matches!(mark.sense, Sense::Currency(_))
                })
        })
    };
    if is_object || is_linked_object() {
        features.set("object-near", 1.0);
    }
    // "a complaint with the authority against Example", "proceedings against the Example".
    if before.iter().rev().any(|mark| {
        cue(mark, &[Cue::Against]) && mark.end <= name.start && {
            let gap = reading.view.text.get(mark.end..name.start).unwrap_or(".").trim();
            gap.len() <= LONGEST_ARTICLE && gap.chars().all(char::is_lowercase)
        }
    }) {
        features.set("complained-of", 1.0);
    }
    if is_place(reading, name) {
        features.set("place", 1.0);
    }
    // "Example is a chain of shops": who is introduced at the beginning of a sentence.
    let next = reading.skip_blanks(name.end, 1);
    if name.is_first && INTRODUCES.iter().any(|words| reading.view.lower[next..].starts_with(words)) {
        features.set("defined", 1.0);
    }
    // "Example (hereinafter the Office)": who gets a short name has more said of it.
    if reading.view.text.as_bytes().get(next) == Some(&b'(')
        && let Some(aside) = reading.view.lower[next..].split(')').next()
        && HEREAFTER.iter().any(|word| aside.contains(word))
    {
        features.set("called-hereafter", 1.0);
    }
    // "Jane Example d/b/a Example Trading": another name of the one before.
    if ["d/b/a ", "a/k/a ", "f/k/a "].iter().any(|word| reading.view.lower[..name.start].ends_with(word)) {
        features.set("modifier", 1.0);
    }
    if adjacent(&[Cue::Outsider], 2) {
        features.set("adjacent-outsider", 1.0);
    }
    // "X, the controller", "the controller - X".
    if called_controller(reading, name) {
        features.set("is-controller", 1.0);
    }
    // "X (the controller) was fined": brackets between a name and its verb do not separate them.
    let mut end = name.end;
    let bytes = reading.view.text.as_bytes();
    let next = reading.skip_blanks(end, 1);
    // "Example's premises (the controller)", "Example, a shop on the internet (the controller)".
    if let Some(aside) = reading.view.text.get(name.end..to).and_then(|rest| rest.find('('))
        && aside > 1
        && aside <= LONGEST_DESCRIPTION
        && reading.view.text.get(name.end..name.end + aside).is_some_and(|gap| {
            gap.starts_with([',', '\'']) && !gap.contains(['.', ';', ':']) && !gap.chars().any(char::is_uppercase)
        })
    {
        let opens = name.end + aside;
        let closes = bytes[opens..].iter().take(40).position(|b| *b == b')').map_or(opens, |length| opens + length);
        if reading.marks_in(opens, closes).iter().any(|mark| cue(mark, &[Cue::Controller])) {
            features.set("is-controller", 1.0);
        }
    }
    if bytes.get(next) == Some(&b'(')
        && let Some(close) = bytes[next..].iter().take(80).position(|b| *b == b')')
    {
        let inside = reading.marks_in(next, next + close);
        if inside.iter().any(|mark| cue(mark, &[Cue::Controller])) {
            features.set("is-controller", 1.0);
        } else if inside.iter().any(|mark| cue(mark, &[Cue::Processor])) {
            features.set("adjacent-is", 1.0);
            features.set("is-processor", 1.0);
        }
        end = next + close + 1;
    }
    if reading.marks_in(end, (end + ADJACENT).min(to.max(end))).iter().any(|mark| {
        cue(mark, &[Cue::PartyBefore])
            && !governs(reading, mark)
            && reading
                .view
                .text
                .get(end..mark.start)
                .is_some_and(|gap| !gap.contains(['.', ';']) && !gap.chars().any(char::is_uppercase))
    }) {
        features.set("adjacent-subject", 1.0);
    }
    if reading.marks_in(name.start, name.end).iter().any(|mark| cue(mark, &[Cue::PublicBody])) {
        features.set("public-body", 1.0);
    }
    features
}

/// What introduces the subject of a sentence.
const INTRODUCES: [&str; 6] = ["is a ", "is an ", "is the ", "is part of ", "was a ", "is one of "];
/// What gives a short name in brackets.
const HEREAFTER: [&str; 3] = ["hereinafter", "hereafter", "henceforth"];

/// "The agency fined the shop": a single verb with its object after it has the name before it as the one that acts.
fn governs(reading: &Reading<'_>, mark: &crate::lexicon::Mark) -> bool {
    let Some(verb) = reading.view.text.get(mark.start..mark.end) else { return false };
    if verb != "fined" {
        return false;
    }
    let next = reading.skip_blanks(mark.end, 1);
    let word = reading.view.text.get(next..).unwrap_or_default().split(' ').next().unwrap_or_default();
    let is_article = ["the", "a", "an"].contains(&word);
    let is_money = || reading.at(next, |sense| matches!(sense, Sense::Currency(_)).then_some(())).is_some();
    let is_domain = word.trim_end_matches(['.', ',', ';']).contains('.') && word.starts_with(char::is_alphabetic);
    is_article || is_domain || (word.starts_with(char::is_uppercase) && !is_money())
}

/// "based in Example", "of Example, Elsewhere": where somebody sits.
fn is_place(reading: &Reading<'_>, name: &Name) -> bool {
    const BEFORE: [&str; 3] = ["in", "of", "near"];
    let text = reading.view.text.get(name.start..name.end).unwrap_or_default();
    if name.has_form || text.contains(' ') || reading.view.text[name.end..].starts_with("'s") {
        return false;
    }
    let before = reading.view.text.get(..name.start).unwrap_or_default();
    if before.ends_with(" in ") || before.ends_with(" near ") {
        return true;
    }
    // The second of two places.
    let Some(first) = before.strip_suffix(", ") else { return false };
    let mut words = first.rsplit(' ');
    let is_named = words.next().is_some_and(|word| word.starts_with(char::is_uppercase) && !word.contains(['.', ',']));
    is_named && words.next().is_some_and(|word| BEFORE.contains(&word))
}

/// "of Example", "of Example, Elsewhere" behind a comma: where the one before it sits.
fn is_seat(reading: &Reading<'_>, name: &Name) -> bool {
    let before = reading.view.text.get(..name.start).unwrap_or_default();
    let text = reading.view.text.get(name.start..name.end).unwrap_or_default();
    !name.has_form && !text.contains(' ') && (before.ends_with(", of ") || is_place(reading, name))
}

/// Longest description of a party between its name and what it is called in brackets, in bytes.
const LONGEST_DESCRIPTION: usize = 75;
/// Shortest name of a post, in bytes: shorter words of the kind are forms of address.
const SHORTEST_POST: usize = 8;
/// Longest article between "against" and a name, in bytes.
const LONGEST_ARTICLE: usize = 3;

/// How far before a name its verb may stand with small words between, in bytes.
const NEAR_OBJECT: usize = 46;

/// Whether a name is set beside the word for who answers: "X, the controller,", "the controller - X".
fn called_controller(reading: &Reading<'_>, name: &Name) -> bool {
    const GAP: usize = 7;
    let gap_is = |from: usize, to: usize| {
        to >= from
            && to - from <= GAP
            && reading.view.text.get(from..to).is_some_and(|gap| {
                let gap = gap.trim();
                !gap.is_empty() && gap.chars().all(|c| !c.is_alphabetic() && !matches!(c, '.' | ';'))
            })
    };
    let is_role = |mark: &crate::lexicon::Mark| matches!(mark.sense, Sense::Cue(Cue::Controller));
    let after = reading.marks_in(name.end, name.end + 14).iter().any(|mark| {
        let gap = reading.view.text.get(name.end..mark.start).unwrap_or("..");
        is_role(mark) && gap.starts_with([',', '-', ' ']) && gap.len() <= 8 && !gap.contains(['.', ';']) && {
            let words = gap.trim_matches([' ', ',', '-']);
            gap.contains([',', '-']) && (words.is_empty() || words.len() <= 4)
        }
    });
    let before = reading
        .marks_in(name.start.saturating_sub(30), name.start)
        .iter()
        .any(|mark| is_role(mark) && mark.end <= name.start && gap_is(mark.end, name.start));
    after || before
}

/// Provisions that bind controllers alone, so that who violated one of them is a controller.
const DUTIES_OF_CONTROLLERS: &[&str] = &[
    "gdpr/5",
    "gdpr/6",
    "gdpr/7",
    "gdpr/8",
    "gdpr/9",
    "gdpr/10",
    "gdpr/11",
    "gdpr/12",
    "gdpr/13",
    "gdpr/14",
    "gdpr/15",
    "gdpr/16",
    "gdpr/17",
    "gdpr/18",
    "gdpr/19",
    "gdpr/20",
    "gdpr/21",
    "gdpr/22",
    "gdpr/24",
    "gdpr/25",
    "gdpr/26",
    "gdpr/33/1",
    "gdpr/33/5",
    "gdpr/34",
    "gdpr/35",
    "gdpr/36",
    "fr-lil/82",
    "es-lssi/22",
];
/// Provisions that bind processors alone.
const DUTIES_OF_PROCESSORS: &[&str] = &["gdpr/28/2", "gdpr/28/4", "gdpr/28/10", "gdpr/30/2", "gdpr/33/2"];
/// How many mentions of the word a violated duty outweighs.
const WEIGHT_OF_DUTY: usize = 3;

/// Whether the party answers as controller or processor: by what it is called, and by whose duties it violated.
pub(super) fn role_of(reading: &Reading<'_>, citations: &[Citation], violated: &[&Provision]) -> Option<PartyRole> {
    let count = |wanted: Cue| reading.marks.iter().filter(|mark| *mark.sense == Sense::Cue(wanted)).count();
    let (mut controller, mut processor) = (count(Cue::Controller), count(Cue::Processor));
    let is_one_of = |provision: &Provision, duties: &[&str]| {
        provision.with_ancestors().any(|path| duties.contains(&path.strip_prefix("uk-").unwrap_or(path)))
    };
    if violated.iter().any(|provision| is_one_of(provision, DUTIES_OF_CONTROLLERS)) {
        controller += WEIGHT_OF_DUTY;
    }
    // Articles 28 and 29 together bind processors: a firm at fault under both is one.
    let speaks_of = |article: &str| citations.iter().any(|c| c.parts.first().is_some_and(|part| part == article));
    if violated.iter().any(|provision| is_one_of(provision, DUTIES_OF_PROCESSORS))
        || (controller == 0 && processor == 0 && speaks_of("28") && speaks_of("29"))
    {
        processor += WEIGHT_OF_DUTY;
    }
    match controller.cmp(&processor) {
        std::cmp::Ordering::Less => Some(PartyRole::Processor),
        std::cmp::Ordering::Greater => Some(PartyRole::Controller),
        std::cmp::Ordering::Equal => None,
    }
}

fn kind_of(reading: &Reading<'_>, group: &Group) -> Option<PartyKind> {
    let is_public = group.forms.values().any(|(_, (start, end), _)| {
        reading.marks_in(*start, *end).iter().any(|mark| *mark.sense == Sense::Cue(Cue::PublicBody))
    });
    if is_public {
        Some(PartyKind::PublicBody)
    } else if group.forms.values().any(|form| form.2) {
        Some(PartyKind::Company)
    } else if is_person(reading, group) {
        Some(PartyKind::NaturalPerson)
    } else {
        None
    }
}

/// Whether a name without legal form is a human being's by its shape: first and last name with an initial between or
/// "Jr." behind, or any two to four words where a caption lists the defendants. Taking a firm for a person hides its
/// name; taking a person for a firm would publish it.
fn is_person(reading: &Reading<'_>, group: &Group) -> bool {
    group.forms.iter().any(|(text, (_, (start, end), _))| {
        let words: Vec<&str> = text.split(' ').collect();
        let is_name = (2..=4).contains(&words.len())
            && words.iter().all(|word| {
                word.starts_with(char::is_uppercase) && word.chars().all(|c| c.is_alphabetic() || ".-'’,".contains(c))
            })
            && !reading.marks_in(*start, *end).iter().any(|mark| *mark.sense == Sense::NameHead);
        let is_initial = |word: &&str| word.trim_end_matches('.').chars().count() == 1;
        let has_initial = words.get(1..words.len() - 1).is_some_and(|inner| inner.iter().any(is_initial));
        let has_suffix = slugify(text).is_some_and(|key| SUFFIXES.iter().any(|suffix| key.ends_with(suffix)));
        is_name && (has_initial || has_suffix || group.is_in_caption)
    })
}
