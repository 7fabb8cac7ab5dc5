//! Names of organisations: runs of words in capitals, with the legal form where there is one.

use crate::lang::{Cue, Unit};
use crate::lexicon::{Sense, is_word_byte};
use crate::reading::Reading;

/// A name where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    pub start: usize,
    pub end: usize,
    /// Ends in a legal form, or has one within.
    pub has_form: bool,
    /// Begins a sentence, where a capital says little.
    pub is_first: bool,
}

/// Longest name of an authority that may begin before a run of capitals, in bytes.
const LONGEST_NAME: usize = 120;
/// Longest phrase of common words, in bytes.
const LONGEST_PHRASE: usize = 40;
/// Longest name, in words.
const MOST_WORDS: usize = 12;

struct Word {
    start: usize,
    end: usize,
    kind: Kind,
    /// Nothing but a blank stands before it.
    is_joined: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Capital,
    /// Stands within names in small letters: "of", "de".
    Link,
    /// "and", "&".
    And,
    Form,
    Plain,
}

/// Every run of capitals that could name an organisation, in order.
pub(crate) fn names(reading: &Reading<'_>) -> Vec<Name> {
    let mut out = Vec::new();
    for (from, to) in &reading.view.sentences {
        let words = words(reading, *from, *to);
        let mut at = 0;
        while at < words.len() {
            // "UAB Example": the form may stand before the name.
            let is_form_first = words[at].kind == Kind::Form
                && words.get(at + 1).is_some_and(|next| next.kind == Kind::Capital && next.is_joined);
            if words[at].kind != Kind::Capital && !is_form_first {
                at += 1;
                continue;
            }
            let mut last = at;
            let mut next = at + 1;
            let mut has_link = false;
            let mut has_form = is_form_first;
            // A possessive ends a name, unless it is of people: "Children's Trust".
            let is_possessive = |word: &Word| {
                let text = reading.view.text.get(word.start..word.end).unwrap_or_default();
                let is_people = || {
                    reading.at(word.start, |sense| matches!(sense, Sense::Unit(Unit::People)).then_some(())).is_some()
                };
                text.ends_with("'s") && !is_people()
            };
            while next < words.len()
                && next - at < MOST_WORDS
                && (!is_possessive(&words[last]) || is_office(reading, &words, last))
            {
                let word = &words[next];
                let is_form = word.kind == Kind::Form;
                // "Federation of Bakers, Brewers and Cooks": a list within a name.
                let goes_on = has_link && lists_on(reading, &words, next);
                if !(word.is_joined || goes_on || is_form && is_near(reading, words[next - 1].end, word.start)) {
                    break;
                }
                match word.kind {
                    Kind::Capital => last = next,
                    Kind::Form => {
                        last = next;
                        has_form = true;
                        if words.get(next + 1).is_none_or(|w| !(w.kind == Kind::Form)) {
                            break;
                        }
                    }
                    Kind::Link => has_link = true,
                    Kind::And if has_link || is_ampersand(reading, word) || heads_on(reading, &words, next) => {}
                    Kind::And | Kind::Plain => break,
                }
                next += 1;
            }
            let is_first = words[at].start < from + 3;
            if let Some(name) = trimmed(reading, &words[at..=last], has_form, is_first) {
                out.push(name);
            }
            at = last + 1;
        }
    }
    out
}

/// Furthest that the caption of an action may stand from the text's beginning, in bytes.
const CAPTION_WITHIN: usize = 3000;
/// Longest list of defendants in a caption.
const LONGEST_CAPTION: usize = 400;

/// Where the defendants stand in a caption: "Commission v. Example, Inc. and Another, No. 1:23-cv-1". `None` where there is
/// no caption, or one that names only the first of them.
pub(crate) fn caption(reading: &Reading<'_>) -> Option<(usize, usize)> {
    let text = &reading.view.text;
    let head = text.char_indices().map(|(at, _)| at).find(|at| *at >= CAPTION_WITHIN).unwrap_or(text.len());
    let (at, versus) = [" v. ", " vs. ", " v "]
        .iter()
        .filter_map(|versus| Some((text.get(..head)?.find(versus)?, *versus)))
        .min_by_key(|(at, _)| *at)?;
    // Who brings the action is an authority or a state, so that no case cited by two names passes for it.
    let is_public = reading.ending(at, |sense| matches!(sense, Sense::Authority(_) | Sense::Country(_)).then_some(()));
    is_public?;
    let start = at + versus.len();
    let rest = text.get(start..)?;
    let stops = ["\n", ", No", ", Civil", ", Case", ", Docket", " (", ", 1:", ", 2:", ", 3:", ", et al", " et al"];
    let (length, stop) = stops.iter().filter_map(|stop| Some((rest.find(stop)?, *stop))).min()?;
    (length <= LONGEST_CAPTION && !stop.contains("et al")).then_some((start, start + length))
}

/// "Mayor's Office": what follows a possessive is the organisation.
fn is_office(reading: &Reading<'_>, words: &[Word], at: usize) -> bool {
    words.get(at + 1).is_some_and(|word| {
        word.kind == Kind::Capital
            && word.is_joined
            && reading.at(word.start, |sense| (*sense == Sense::NameHead).then_some(())).is_some()
    })
}

/// Whether a comma between two words of a name only lists what it is of: the list must end in "and".
fn lists_on(reading: &Reading<'_>, words: &[Word], next: usize) -> bool {
    const LONGEST_LIST: usize = 4;
    let gap = |at: usize| reading.view.text.get(words[at - 1].end..words[at].start) == Some(", ");
    if words[next].kind != Kind::Capital || !gap(next) {
        return false;
    }
    let mut at = next + 1;
    while at < words.len() && at - next <= LONGEST_LIST * 2 {
        match words[at].kind {
            Kind::And => return words.get(at + 1).is_some_and(|word| word.kind == Kind::Capital && word.is_joined),
            Kind::Capital if words[at].is_joined || gap(at) => at += 1,
            _ => return false,
        }
    }
    false
}

/// "Tax and Customs Administration": an "and" within a name, told by the kind of organisation that the name ends in.
fn heads_on(reading: &Reading<'_>, words: &[Word], and: usize) -> bool {
    let mut last = None;
    for word in words.iter().skip(and + 1).take(4) {
        if word.kind != Kind::Capital || !word.is_joined {
            break;
        }
        last = Some(word);
    }
    let head = |word: &Word| reading.at(word.start, |sense| (*sense == Sense::NameHead).then_some(())).is_some();
    // Two names that both have their head are two: "Tax Office and Customs Office".
    last.is_some_and(head) && !words[..and].last().is_some_and(head)
}

/// Whether a legal form may still belong to the name that ends before it.
fn is_near(reading: &Reading<'_>, from: usize, to: usize) -> bool {
    const GAP: usize = 3;
    to - from <= GAP && reading.view.text.get(from..to).is_some_and(|gap| !gap.contains(['\n', '.', ';', ':']))
}

fn is_ampersand(reading: &Reading<'_>, word: &Word) -> bool {
    reading.view.text.get(word.start..word.end) == Some("&")
}

/// "AAA", "XXX": one letter over and over stands for a name withheld.
fn is_masked(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic());
    letters.next().is_some_and(|first| letters.all(|c| c == first))
}

/// Cuts words off the front that only begin a sentence, and drops what is no name of a party.
fn trimmed(reading: &Reading<'_>, words: &[Word], has_form: bool, is_first: bool) -> Option<Name> {
    let mut words = words;
    // "Chief Business Officer of Example": the post is no part of the name.
    let is_post = |word: &Word| {
        reading
            .at(word.start, |sense| (*sense == Sense::Cue(Cue::Person)).then_some(()))
            .is_some_and(|(end, ())| end > word.end)
    };
    if words.first().is_some_and(is_post)
        && let Some(link) = words.iter().position(|word| word.kind == Kind::Link)
    {
        words = words.get(link + 1..)?;
    }
    while let Some(first) = words.first() {
        let is_no_name = reading.at(first.start, |sense| match sense {
            Sense::NotName | Sense::Of | Sense::Article => Some(()),
            _ => None,
        });
        match is_no_name {
            // "SA Example": the form is no word, whatever else it is spelt like.
            _ if first.kind == Kind::Form && words.get(1).is_some_and(|next| next.kind == Kind::Capital) => break,
            // "Department of" begins a name, "The" and "However" do not.
            Some(_) if words.get(1).is_some_and(|next| next.kind == Kind::Link && next.is_joined) => break,
            Some((end, ())) if end <= first.end || first.kind != Kind::Capital => words = &words[1..],
            _ if !matches!(first.kind, Kind::Capital | Kind::Form) => words = &words[1..],
            _ => break,
        }
    }
    while let Some(last) = words.last() {
        // "the Example Ireland Inquiry" is about Example Ireland.
        let is_matter = words.len() > 1
            && last.kind == Kind::Capital
            && reading
                .at(last.start, |sense| matches!(sense, Sense::Cue(Cue::Step | Cue::Decision)).then_some(()))
                .is_some_and(|(end, ())| end >= last.end);
        if is_matter || matches!(last.kind, Kind::Link | Kind::And) {
            words = &words[..words.len() - 1];
        } else {
            break;
        }
    }
    let (start, mut end) = (words.first()?.start, words.last()?.end);
    // "(SGGW)" and "'s" are not part of it.
    if reading.view.text.get(start..end)?.ends_with("'s") {
        end -= 2;
    }
    let text = reading.view.text.get(start..end)?;
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if is_masked(text) {
        return None;
    }
    if text.chars().filter(|c| c.is_alphabetic()).count() < 2 || digits > 4 {
        return None;
    }
    // Nor is a run of which no word is a name: "French DPA", "Supreme Court".
    let is_common = |word: &Word| {
        word.kind != Kind::Capital
            || reading.marks_in(word.start.saturating_sub(LONGEST_PHRASE), word.end).iter().any(|mark| {
                mark.end >= word.end
                    && mark.start <= word.start
                    && matches!(
                        mark.sense,
                        Sense::NotName
                            | Sense::Country(_)
                            | Sense::AuthorityWord
                            | Sense::Currency(_)
                            | Sense::Month(_)
                            | Sense::Scale(_)
                    )
            })
    };
    // "Bank of Ireland" is one all the same: what it is, and of what.
    let head = |word: &Word| reading.at(word.start, |sense| (*sense == Sense::NameHead).then_some(())).is_some();
    let is_headed = words.len() > 2
        && words.iter().any(|word| word.kind == Kind::Link)
        && words.iter().take_while(|word| word.kind != Kind::Link).any(head)
        && !reading.marks_in(start, end).iter().any(|mark| *mark.sense == Sense::Cue(Cue::Court))
        && !words.iter().any(|word| {
            reading
                .at(word.start, |sense| matches!(sense, Sense::AuthorityWord | Sense::Authority(_)).then_some(()))
                .is_some()
        });
    // "Danish Civil Service", "Greek National Bank": of which country, and what it is.
    let is_of_country = words.len() > 2
        && words.last().is_some_and(head)
        && reading.at(start, |sense| matches!(sense, Sense::Country(_)).then_some(())).is_some()
        && !reading.marks_in(start, end).iter().any(|mark| *mark.sense == Sense::Cue(Cue::Court));
    let is_headed = is_headed || is_of_country;
    let is_company = words.len() > 2 && has_form;
    // "Police Station", "School Committee": two words for what it is, and none for which.
    let is_kind = words.len() <= 2 && words.iter().all(|word| is_common(word) || head(word));
    if (words.iter().all(is_common) || is_kind) && !is_headed && !is_company {
        return None;
    }
    // A data protection authority that we do not know by name is still none of the parties: "DPA of Elsewhere".
    let names_authority = !has_form
        && reading
            .marks_in(start, end)
            .iter()
            .any(|mark| matches!(mark.sense, Sense::AuthorityWord | Sense::Authority(_)) && mark.end <= end);
    if names_authority {
        return None;
    }
    // An authority, a law, a country or a month alone is no party.
    let is_known = reading.marks_in(start.saturating_sub(LONGEST_NAME), end).iter().any(|mark| {
        let covers = mark.end.saturating_sub(mark.start.max(start));
        match mark.sense {
            Sense::Authority(_) | Sense::AuthorityWord | Sense::Instrument(_) => {
                mark.end <= end + 12 && covers * 2 >= end - start
            }
            Sense::Country(_) | Sense::Month(_) | Sense::NotName | Sense::Currency(_) | Sense::Article | Sense::Law => {
                mark.start == start && mark.end >= end
            }
            _ => false,
        }
    });
    // A capital says little at a sentence's beginning, a small letter there says much.
    let is_first = is_first && words[0].start == start && text.starts_with(char::is_uppercase);
    (!is_known).then_some(Name { start, end, has_form, is_first })
}

/// "mBank", "aiComply": a brand that begins with a small letter.
fn is_camel(word: &str) -> bool {
    const SHORTEST: usize = 5;
    let mut letters = word.chars();
    word.len() >= SHORTEST
        && letters.next().is_some_and(char::is_lowercase)
        && letters.by_ref().take(2).any(char::is_uppercase)
        && letters.next().is_some_and(char::is_lowercase)
}

/// "example.com": a firm that goes by the address of its site.
fn is_domain(word: &str) -> bool {
    const SHORTEST: usize = 4;
    word.rsplit_once('.').is_some_and(|(site, top)| {
        let is_plain = |part: &str| part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        site.len() >= SHORTEST
            && is_plain(site)
            && matches!(top.len(), 2 | 3)
            && top.bytes().all(|b| b.is_ascii_lowercase())
    })
}

/// "example GmbH": a word that is none we know, with a legal form right after it, is a name in small letters.
fn has_form_after(reading: &Reading<'_>, start: usize, end: usize) -> bool {
    const SHORTEST_FORM: usize = 3;
    let next = reading.skip_blanks(end, 1);
    next == end + 1
        && reading.at(start, Some).is_none()
        && reading.view.text[next..].starts_with(char::is_uppercase)
        && reading.at(next, |sense| (*sense == Sense::NameHead).then_some(())).is_none()
        && reading
            .at(next, |sense| (*sense == Sense::LegalForm).then_some(()))
            .is_some_and(|(form_end, ())| form_end - next >= SHORTEST_FORM)
}

fn words(reading: &Reading<'_>, from: usize, to: usize) -> Vec<Word> {
    let text = &reading.view.text;
    let bytes = text.as_bytes();
    let mut out: Vec<Word> = Vec::new();
    let mut at = from;
    while at < to {
        if !is_word_byte(bytes[at]) && bytes[at] != b'&' {
            at += 1;
            continue;
        }
        if !text.is_char_boundary(at) {
            at += 1;
            continue;
        }
        let start = at;
        // The ends of the longest words of each sense that begin here.
        let (mut form, mut money, mut and, mut link) = (None, None, None, None);
        for mark in reading.marks_at(start) {
            let end = match mark.sense {
                Sense::LegalForm => &mut form,
                Sense::Currency(_) => &mut money,
                Sense::And => &mut and,
                Sense::NameLink => &mut link,
                _ => continue,
            };
            end.get_or_insert(mark.end);
        }
        let mut end = start;
        if let Some(form_end) = form {
            end = form_end;
            if bytes.get(end) == Some(&b'.') && bytes.get(end - 2) == Some(&b'.') {
                end += 1;
            }
        } else {
            while end < to
                && (is_word_byte(bytes[end])
                    || (matches!(bytes[end], b'\'' | b'-' | b'&' | b'.' | b'@')
                        && bytes.get(end + 1).is_some_and(|b| is_word_byte(*b))
                        && end > start))
            {
                end += 1;
            }
            end = end.max(start + 1);
        }
        while !text.is_char_boundary(end) {
            end += 1;
        }
        let word = text.get(start..end).unwrap_or_default();
        let first = word.chars().next().unwrap_or(' ');
        let is_money = money.is_some_and(|e| e == end || bytes.get(e).is_some_and(u8::is_ascii_digit));
        let kind = if is_money {
            Kind::Plain
        } else if form.is_some() {
            Kind::Form
        } else if word == "&" || and == Some(end) {
            Kind::And
        } else if first.is_uppercase()
            || (first.is_ascii_digit() && word.chars().any(char::is_uppercase))
            || is_camel(word)
            || is_domain(word)
            || (first.is_lowercase() && has_form_after(reading, start, end))
        {
            Kind::Capital
        } else if link == Some(end) {
            Kind::Link
        } else {
            Kind::Plain
        };
        let gap_from = out.last().map_or(start, |word| word.end);
        let gap = text.get(gap_from..start).unwrap_or_default();
        // "Ruth L. Example": an initial within a name.
        let is_initial = gap == ". "
            && (matches!(out.as_slice(), [.., first, initial]
                if first.kind == Kind::Capital
                    && initial.kind == Kind::Capital
                    && initial.is_joined
                    && initial.end - initial.start == 1)
                || out.last().is_some_and(|word| matches!(text.get(word.start..word.end), Some("St" | "Ste" | "Mt"))));
        let is_joined = is_initial
            || gap.is_empty()
            || gap.chars().all(|c| c == ' ')
            || (kind == Kind::Form && matches!(gap, ", " | ","));
        out.push(Word { start, end, kind, is_joined });
        at = end;
    }
    out
}
