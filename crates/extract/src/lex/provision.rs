//! Provisions: lists and ranges of articles with their paragraphs and points, and the law they belong to.

use std::collections::HashMap;

use fineprint_model::vocab;

use crate::lexicon::{Sense, is_word_byte};
use crate::reading::Reading;

/// A provision where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Citation {
    pub start: usize,
    pub end: usize,
    /// Article, paragraph, point.
    pub parts: Vec<String>,
    /// The law, by its place in the vocabulary.
    pub instrument: Option<usize>,
    /// The whole list it stands in, with the lists that are only joined to it by "and".
    pub list: (usize, usize),
    /// How it was found: 1 beside it, less where carried over.
    pub certainty: f64,
}

/// Longest list and range that are taken for one.
const MOST_MEMBERS: usize = 60;

/// Every citation of the text with a law that could be told, in order.
pub(crate) fn citations(reading: &Reading<'_>) -> Vec<Citation> {
    let mut out: Vec<Citation> = Vec::new();
    let mut free_from = 0;
    let mut named = names_given(reading);
    named.extend(names_at_home(reading));
    for mark in &reading.marks {
        if *mark.sense != Sense::Article || mark.start < free_from {
            continue;
        }
        let mut list = List { reading, at: mark.end, members: Vec::new() };
        list.read();
        if list.members.is_empty() {
            continue;
        }
        let end = list.members.last().map_or(list.at, |member| member.2);
        free_from = end;
        if is_working_party(reading, end) {
            continue;
        }
        let is_article = reading.view.lower.get(mark.start..mark.end).is_some_and(|word| word.contains("art"));
        let found = law_of(reading, &named, mark.start, end, is_article);
        let whole = (mark.start, end);
        for (index, (mut parts, start, end)) in list.members.into_iter().enumerate() {
            join_rule(reading, &mut parts, start, end);
            let start = if index == 0 { mark.start } else { start };
            let (instrument, certainty) = match found {
                Law::Named(at, certainty) => (Some(at), certainty),
                Law::Foreign => (None, 0.0),
                Law::Unsaid => (None, 1.0),
            };
            out.push(Citation { start, end, parts, instrument, list: whole, certainty });
        }
    }
    chain(reading, &mut out);
    carry(reading, &mut out);
    let mut out: Vec<Citation> = out.into_iter().flat_map(siblings).collect();
    out.retain_mut(|citation| citation.instrument.is_some_and(|at| settle(citation, at)));
    out
}

/// "Rule 206(4)-8" is the eighth rule under Section 206(4), and no part of it.
fn join_rule(reading: &Reading<'_>, parts: &mut Vec<String>, start: usize, end: usize) {
    let text = reading.view.text.get(start..end).unwrap_or_default();
    let is_rule = text.split_once(")-").is_some_and(|(_, tail)| tail.starts_with(|c: char| c.is_ascii_digit()));
    if is_rule && let [.., section, rule] = parts.as_mut_slice() {
        let joined = format!("{section}-{rule}");
        *section = joined;
        parts.pop();
    }
}

/// "the Article 29 Working Party" is a body, named after the article that set it up.
fn is_working_party(reading: &Reading<'_>, end: usize) -> bool {
    const BODY: [&str; 4] = ["working", "group", "wp", "data protection working"];
    let rest = reading.view.lower.get(reading.skip_blanks(end, 1)..).unwrap_or_default();
    let rest = rest.trim_start_matches(['-', ' ']);
    BODY.iter().any(|word| rest.starts_with(word))
}

/// "5(1)(b)(c)" of a law that has no level below its points names two of them.
fn siblings(citation: Citation) -> Vec<Citation> {
    const DEEPEST: usize = 3;
    let law = citation.instrument.and_then(|at| vocab::instruments().iter().nth(at));
    let is_letter = |part: &String| part.len() == 1 && part.as_bytes()[0].is_ascii_lowercase();
    if law.is_none_or(|law| !matches!(law.id.as_str(), "gdpr" | "uk-gdpr"))
        || citation.parts.len() <= DEEPEST
        || !citation.parts.iter().skip(DEEPEST - 1).all(is_letter)
    {
        return vec![citation];
    }
    let (paragraph, points) = citation.parts.split_at(DEEPEST - 1);
    let of =
        |point: &String| Citation { parts: paragraph.iter().chain([point]).cloned().collect(), ..citation.clone() };
    points.iter().map(of).collect()
}

/// Writes a citation's parts the way the law counts, and drops what cannot be one of its provisions.
fn settle(citation: &mut Citation, instrument: usize) -> bool {
    let Some(law) = vocab::instruments().iter().nth(instrument) else { return false };
    if matches!(law.id.as_str(), "gdpr" | "uk-gdpr") {
        citation.parts = citation.parts.iter().flat_map(|part| part.split('.')).map(str::to_owned).collect();
        let article: u32 = citation.parts.first().and_then(|part| part.parse().ok()).unwrap_or_default();
        // "Art. 5 lit. f" leaves out the only paragraph that has points.
        if let [article, point] = citation.parts.as_slice()
            && point.len() == 1
            && let Some(entry) = vocab::provisions().get(&format!("gdpr/{article}"))
            && !entry.parts.contains(point)
            && entry.parts.contains(&format!("1/{point}"))
        {
            citation.parts.insert(1, "1".to_owned());
        }
        return (1..=99).contains(&article);
    }
    true
}

enum Law {
    Named(usize, f64),
    /// A law that the vocabulary does not know.
    Foreign,
    Unsaid,
}

fn instrument(sense: &'static Sense) -> Option<usize> {
    match sense {
        Sense::Instrument(at) => Some(*at),
        _ => None,
    }
}

/// A law's name for the rest of the text, in small letters, with the law: "(hereinafter the "Code")".
type NameGiven = (String, usize);

/// The names that a text gives to laws in brackets behind them. A name has a word of the law's own names, so that of
/// several laws named before a bracket the right one is told.
fn names_given(reading: &Reading<'_>) -> Vec<NameGiven> {
    const REACH: usize = 640;
    const LONGEST_BRACKET: usize = 90;
    const QUOTES: [char; 8] = ['"', '“', '”', '„', '«', '»', '‘', '’'];
    const INTRODUCTIONS: [&str; 5] = ["hereinafter", "hereafter", "ci-après", "im folgenden", "en adelante"];
    let mut out: Vec<NameGiven> = Vec::new();
    let lower = &reading.view.lower;
    for (at, _) in lower.match_indices('(') {
        let rest = lower.get(at + 1..).unwrap_or_default();
        let Some(close) = rest.bytes().take(LONGEST_BRACKET).position(|b| b == b')') else { continue };
        let Some(inner) = rest.get(..close) else { continue };
        let quoted = inner.split(QUOTES).nth(1).filter(|_| inner.contains(QUOTES));
        let introduced = INTRODUCTIONS.iter().find_map(|word| inner.trim_start().strip_prefix(word));
        let Some(name) = quoted.or(introduced) else { continue };
        let name = name.trim_matches(|c: char| !c.is_alphanumeric()).trim_start_matches("the ").trim();
        let is_word = name.len() > 2 && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
        let Some(last) = name.split(' ').next_back().filter(|_| is_word) else { continue };
        let marks = reading.marks_in(at.saturating_sub(REACH), at);
        let law = marks.iter().rev().filter_map(|mark| instrument(mark.sense)).find(|at| is_named(*at, last));
        if let Some(law) = law.filter(|_| !out.iter().any(|(known, _)| known == name)) {
            out.push((name.to_owned(), law));
        }
    }
    out
}

/// Whether a word is one of those of a law's names.
fn is_named(law: usize, word: &str) -> bool {
    vocab::instruments().iter().nth(law).is_some_and(|law| {
        let names = law.labels.values().chain(&law.aliases).chain([&law.title]);
        names.flat_map(|name| name.split(' ')).any(|own| own.to_lowercase() == word)
    })
}

/// Whether nothing but an opening bracket and quotation marks stand between two offsets.
fn is_bracketed(reading: &Reading<'_>, from: usize, to: usize) -> bool {
    reading.view.text.get(from..to).is_some_and(|gap| {
        gap.contains('(') && gap.chars().all(|c| matches!(c, ' ' | '(' | '"' | '“' | '„' | '«' | '\'' | '‘'))
    })
}

/// Names of a country's laws without the country: in a decision from Oslo "the Personal Data Act" is the Norwegian one.
fn names_at_home(reading: &Reading<'_>) -> Vec<NameGiven> {
    let mut mentions: HashMap<&str, usize> = HashMap::new();
    for mark in &reading.marks {
        let country = match mark.sense {
            Sense::Authority(at) => vocab::authorities().iter().nth(*at).map(|authority| authority.country.as_str()),
            Sense::Country(id) => Some(*id),
            _ => None,
        };
        if let Some(country) = country {
            *mentions.entry(country).or_default() += 1;
        }
    }
    let Some((home, _)) = mentions.into_iter().max_by_key(|(id, count)| (*count, std::cmp::Reverse(*id))) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (at, law) in vocab::instruments().iter().enumerate().filter(|(_, law)| law.country == home) {
        for name in law.labels.get("en").into_iter().chain(&law.aliases) {
            let Some((_, rest)) = name.split_once(' ') else { continue };
            if rest.split(' ').count() >= 2 && rest.ends_with(" Act") {
                out.push((rest.to_lowercase(), at));
            }
        }
    }
    out
}

/// The law whose given name begins at an offset.
fn named_here(reading: &Reading<'_>, named: &[NameGiven], at: usize) -> Option<usize> {
    let rest = reading.view.lower.get(at..)?;
    let rest = rest.trim_start_matches(['"', '“', '„', '«']);
    let is_whole = |tail: &str| {
        let tail = tail.strip_prefix('s').unwrap_or(tail);
        !tail.starts_with(char::is_alphanumeric)
    };
    named.iter().find(|(name, _)| rest.strip_prefix(name.as_str()).is_some_and(is_whole)).map(|(_, law)| *law)
}

/// The law named beside a list of provisions, after or before it.
fn law_of(reading: &Reading<'_>, named: &[NameGiven], start: usize, end: usize, is_article: bool) -> Law {
    let bytes = reading.view.text.as_bytes();
    let fits = |at: usize| {
        // "Section 17" is not of a law that counts in articles.
        is_article || vocab::instruments().iter().nth(at).is_some_and(|law| law.unit != "Article")
    };
    let mut at = end;
    if bytes.get(at) == Some(&b')') {
        at += 1;
    }
    at = reading.skip_blanks(at, 2);
    if bytes.get(at) == Some(&b',') || bytes.get(at) == Some(&b'(') {
        at = reading.skip_blanks(at + 1, 1);
    }
    let mut is_linked = false;
    for _ in 0..3 {
        if let Some((_, law)) = reading.at(at, instrument).filter(|(_, law)| fits(*law)) {
            return Law::Named(law, 1.0);
        }
        if let Some(law) = named_here(reading, named, at).filter(|law| fits(*law)) {
            return Law::Named(law, 0.95);
        }
        let Some((next, ())) = reading.at(at, |sense| (*sense == Sense::Of).then_some(())) else { break };
        is_linked = true;
        at = reading.skip_blanks(next, 2);
    }
    if is_linked {
        let stop = bytes[at..].iter().take(60).position(|b| matches!(b, b'.' | b';' | b',' | b'(')).unwrap_or(60);
        let near = reading.marks_in(at, at + stop.min(48));
        let named = near.iter().find_map(|mark| instrument(mark.sense).filter(|law| fits(*law)).map(|law| (mark, law)));
        let unknown = near.iter().find(|mark| *mark.sense == Sense::Law);
        match (named, unknown) {
            (Some((_, law)), None) => return Law::Named(law, 0.9),
            (Some((mark, law)), Some(word)) if mark.start <= word.start => return Law::Named(law, 0.9),
            // "the Health Records Act (pasientjournalloven)": the name that the vocabulary knows stands behind.
            (Some((mark, law)), Some(word)) if is_bracketed(reading, word.end, mark.start) => {
                return Law::Named(law, 0.9);
            }
            (_, Some(_)) => return Law::Foreign,
            (None, None) => {}
        }
    } else if reading.at(at, |sense| (*sense == Sense::Law).then_some(())).is_some() {
        return Law::Foreign;
    }
    let mut head = reading.skip_blanks_back(start, 2);
    if bytes[..head].ends_with(b"'s") {
        head -= 2;
    }
    if let Some((_, law)) = reading.ending(head, instrument).filter(|(_, law)| fits(*law)) {
        return Law::Named(law, 0.95);
    }
    let is_principle = reading.view.lower.get(start..).is_some_and(|rest| rest.starts_with("principle"));
    if is_principle && let Some(law) = principles_of(reading) {
        return Law::Named(law, 0.9);
    }
    if !is_article {
        return under_the_law_before(reading, start, end).map_or(Law::Foreign, |law| Law::Named(law, 0.95));
    }
    Law::Unsaid
}

/// "breached Principle 3": the rulebook that counts in principles, where its authority is spoken of.
fn principles_of(reading: &Reading<'_>) -> Option<usize> {
    let (at, law) = vocab::instruments().iter().enumerate().find(|(_, law)| law.unit == "Principle")?;
    let is_spoken_of = reading.marks.iter().any(|mark| match mark.sense {
        Sense::Authority(at) => vocab::authorities()
            .iter()
            .nth(*at)
            .is_some_and(|authority| authority.country == law.country && authority.field == "financial"),
        _ => false,
    });
    is_spoken_of.then_some(at)
}

/// "Section 10(b) of the Exchange Act and Rule 10b-5 thereunder": the law that the sentence named last.
fn under_the_law_before(reading: &Reading<'_>, start: usize, end: usize) -> Option<usize> {
    /// A text without stops is no sentence, whatever its length.
    const LONGEST_SENTENCE: usize = 4_000;
    const UNDER_IT: [&str; 3] = ["thereunder", "thereof", "promulgated thereunder"];
    let rest = reading.view.lower.get(reading.skip_blanks(end, 2)..)?;
    let is_rule = reading.view.lower.get(start..)?.starts_with("rule");
    if !is_rule && !UNDER_IT.iter().any(|word| rest.starts_with(word)) {
        return None;
    }
    let (from, _) = reading.view.sentence(start);
    let before = reading.marks_in(from.max(start.saturating_sub(LONGEST_SENTENCE)), start).iter().rev();
    before
        .filter_map(|mark| instrument(mark.sense))
        .find(|at| vocab::instruments().iter().nth(*at).is_some_and(|law| law.unit == "Section"))
}

/// One in so many mentions of laws is enough for the regulation to be what bare articles are of.
const EVERYDAY_SHARE: usize = 3;

/// Longest gap in bytes between two lists of one chain.
const CHAIN_GAP: usize = 90;

/// Joins lists between which nothing stands but laws, "and", and what the articles are about in brackets: "Article 5(1)(a)
/// GDPR, Article 6(1) (lawfulness) and Article 13 GDPR" is one statement about all of them.
fn chain(reading: &Reading<'_>, citations: &mut [Citation]) {
    let mut from = 0;
    while from < citations.len() {
        let mut list = citations[from].list;
        let mut to = from + 1;
        while let Some(next) = citations.get(to) {
            if next.list != citations[to - 1].list && !is_joined(reading, citations[to - 1].list.1, next.list.0) {
                break;
            }
            list.1 = list.1.max(next.list.1);
            to += 1;
        }
        for citation in &mut citations[from..to] {
            citation.list = list;
        }
        from = to;
    }
}

/// Whether only laws, conjunctions, commas and brackets stand in a gap, and at least one of the joints.
fn is_joined(reading: &Reading<'_>, from: usize, to: usize) -> bool {
    if to <= from || to - from > CHAIN_GAP {
        return false;
    }
    let bytes = reading.view.text.as_bytes();
    let mut at = from;
    let mut has_joint = false;
    while at < to {
        match bytes[at] {
            b' ' => at += 1,
            b',' | b'/' | b'&' | b'+' => {
                has_joint = true;
                at += 1;
            }
            b')' | b'"' => at += 1,
            b'(' => {
                let Some(close) = bytes[at..to].iter().position(|b| *b == b')') else { return false };
                at += close + 1;
            }
            _ => {
                let step = reading.at(at, |sense| match sense {
                    Sense::And => Some(true),
                    Sense::Instrument(_) | Sense::Of => Some(false),
                    _ => None,
                });
                let Some((end, is_and)) = step else { return false };
                has_joint |= is_and;
                at = end;
            }
        }
    }
    has_joint
}

/// Gives a law to citations that name none: the next one of the sentence, the one before, the only one in play.
fn carry(reading: &Reading<'_>, citations: &mut [Citation]) {
    let mut uses: HashMap<usize, usize> = HashMap::new();
    for mark in &reading.marks {
        if let Sense::Instrument(at) = mark.sense {
            *uses.entry(*at).or_default() += 1;
        }
    }
    let in_articles = |at: &usize| vocab::instruments().iter().nth(*at).is_some_and(|law| law.unit == "Article");
    uses.retain(|at, _| in_articles(at));
    let total: usize = uses.values().sum();
    // Where a data protection authority speaks of articles and of no law, it means the law it applies every day.
    let everyday = vocab::instruments().iter().position(|law| law.id == "gdpr").filter(|_| {
        uses.is_empty()
            && reading.marks.iter().any(|mark| match mark.sense {
                Sense::AuthorityWord => true,
                Sense::Authority(at) => {
                    vocab::authorities().iter().nth(*at).is_some_and(|a| a.field == "data-protection")
                }
                _ => false,
            })
    });
    let main =
        uses.iter().max_by_key(|(at, count)| (**count, std::cmp::Reverse(**at))).map(|(at, count)| (*at, *count));
    // The regulation in its form that the text names most.
    let european = vocab::instruments()
        .iter()
        .enumerate()
        .filter(|(_, law)| matches!(law.id.as_str(), "gdpr" | "uk-gdpr"))
        .filter_map(|(at, _)| uses.get(&at).map(|count| (*count, at)))
        .max()
        .map(|(_, at)| at);
    let everyday_or_main = european.and_then(|at| uses.get(&at)).is_some_and(|count| *count * EVERYDAY_SHARE >= total);
    for citation in citations.iter_mut().filter(|c| c.instrument.is_none() && c.certainty > 0.0) {
        let (from, to) = reading.window(citation.start, citation.end);
        let after =
            reading.marks_in(citation.end, to).iter().find_map(|mark| instrument(mark.sense).filter(in_articles));
        let before = || {
            reading
                .marks_in(from, citation.start)
                .iter()
                .rev()
                .find_map(|mark| instrument(mark.sense).filter(in_articles))
        };
        // What stands without a law beside other articles of the same list has theirs.
        let is_beside = |law: usize| {
            reading
                .marks_in(citation.list.0, citation.list.1.max(citation.end) + 1)
                .iter()
                .any(|mark| instrument(mark.sense) == Some(law))
                || reading.at(reading.skip_blanks(citation.list.1, 2), instrument).is_some_and(|(_, at)| at == law)
        };
        let is_national = |law: usize| {
            vocab::instruments().iter().nth(law).is_some_and(|l| !matches!(l.id.as_str(), "gdpr" | "uk-gdpr"))
        };
        // A national law in the sentence lends its name only to its own list where the regulation is spoken of too.
        let lends = |law: &usize| !(is_national(*law) && european.is_some()) || is_beside(*law);
        let (after, before) = (after.filter(lends), before().filter(lends));
        let (law, certainty) = match (after, before, main) {
            (Some(law), _, _) => (Some(law), 0.85),
            (None, Some(law), _) => (Some(law), 0.8),
            (None, None, Some((law, count))) if count == total => (Some(law), 0.75),
            (None, None, _) if european.is_some() && everyday_or_main => (european, 0.7),
            (None, None, Some((law, count))) if count * 2 > total => (Some(law), 0.6),
            (None, None, None) if everyday.is_some() => (everyday, 0.6),
            _ => (None, 0.0),
        };
        citation.instrument =
            law.filter(|law| vocab::instruments().iter().nth(*law).is_some_and(|l| l.unit == "Article"));
        citation.certainty = certainty;
    }
}

/// A list of provisions being read.
struct List<'a, 'b> {
    reading: &'a Reading<'b>,
    at: usize,
    members: Vec<(Vec<String>, usize, usize)>,
}

enum Step {
    /// The next member begins a new article at this offset.
    Article(usize),
    /// The next member is a paragraph or point of the same article.
    Part(usize),
    /// A range goes on to this article.
    RangeTo(usize),
    End,
}

/// "art. 32 ust. 1 i 2": articles are told in their order, so that a number below the article's and just above the
/// paragraph's is a paragraph.
fn is_next_paragraph(path: &[String], next: &[String]) -> bool {
    const HIGHEST: u32 = 10;
    let number = |text: Option<&String>| text.and_then(|text| text.parse::<u32>().ok());
    match (number(path.first()), number(path.get(1)), number(next.first())) {
        (Some(article), Some(paragraph), Some(next)) => paragraph < next && next < article && next <= HIGHEST,
        _ => false,
    }
}

impl List<'_, '_> {
    fn bytes(&self) -> &[u8] {
        self.reading.view.lower.as_bytes()
    }

    fn is(&self, at: usize, wanted: &Sense) -> Option<usize> {
        self.reading.at(at, |sense| (sense == wanted).then_some(())).map(|(end, ())| end)
    }

    fn read(&mut self) {
        let start = self.reading.skip_blanks(self.at, 2);
        let Some((mut path, mut end)) = self.article(start) else { return };
        let mut from = start;
        // After "paragraphs 2" a bare number is a paragraph too.
        let mut in_paragraphs = false;
        loop {
            let parts_from = end;
            end = self.parts(&mut path, end);
            if self.has_plural_paragraphs(parts_from, end) {
                in_paragraphs = true;
            }
            if self.members.len() >= MOST_MEMBERS {
                return;
            }
            self.members.push((path.clone(), from, end));
            self.at = end;
            match self.step(end, &path) {
                Step::End => return,
                Step::Article(at) => {
                    let Some((next, to)) = self.article(at) else { return };
                    let is_paragraph = (in_paragraphs && next.iter().all(|part| part.len() <= 2))
                        || (self.has_paragraph_word(parts_from, at) && is_next_paragraph(&path, &next));
                    if is_paragraph && path.len() == 2 {
                        path.truncate(1);
                        path.extend(next);
                        (from, end) = (at, to);
                        continue;
                    }
                    (path, from, end) = (next, at, to);
                }
                Step::Part(at) => {
                    let mut part = Vec::new();
                    let mut to = self.parts(&mut part, at);
                    if part.is_empty() {
                        part.extend(self.reading.view.lower.get(at..=at).map(str::to_owned));
                        to = at + 1;
                    }
                    let Some(first) = part.first() else { return };
                    let is_digit = first.as_bytes()[0].is_ascii_digit();
                    let same = |p: &String| p.as_bytes()[0].is_ascii_digit() == is_digit;
                    let level = path.iter().skip(1).rposition(same).map_or(path.len(), |i| i + 1);
                    path.truncate(level);
                    path.append(&mut part);
                    in_paragraphs = self.has_plural_paragraphs(at, to);
                    (from, end) = (at, to);
                }
                Step::RangeTo(at) => {
                    let Some((next, to)) = self.article(at) else { return };
                    let number = |p: &[String]| p.first().and_then(|part| part.parse::<u32>().ok());
                    let (Some(low), Some(high)) = (number(&path), number(&next)) else { return };
                    if low >= high || high - low > 40 {
                        return;
                    }
                    for between in low + 1..high {
                        self.members.push((vec![between.to_string()], at, to));
                    }
                    (path, from, end) = (next, at, to);
                }
            }
        }
    }

    /// An article's number at an offset: "32", "22a", "164.308", "13a-15".
    fn article(&self, at: usize) -> Option<(Vec<String>, usize)> {
        let bytes = self.bytes();
        let digits =
            |at: usize| bytes.get(at..).map_or(0, |rest| rest.iter().take_while(|b| b.is_ascii_digit()).count());
        let first = digits(at);
        if !(1..=4).contains(&first) {
            return None;
        }
        let mut end = at + first;
        // "164.308": a second number after a point, of the same token.
        if bytes.get(end) == Some(&b'.') && first >= 3 && (1..=4).contains(&digits(end + 1)) {
            end += 1 + digits(end + 1);
        }
        let is_lone_letter = |at: usize| {
            bytes.get(at).is_some_and(u8::is_ascii_lowercase) && bytes.get(at + 1).is_none_or(|b| !is_word_byte(*b))
        };
        // "13b2-2": a rule of the Exchange Act.
        let rule_end = end + 1 + digits(end + 1);
        if bytes.get(end).is_some_and(u8::is_ascii_lowercase)
            && digits(end + 1) > 0
            && bytes.get(rule_end) == Some(&b'-')
            && digits(rule_end + 1) > 0
        {
            end = rule_end + 1 + digits(rule_end + 1);
        } else if is_lone_letter(end) && bytes.get(end + 1) != Some(&b')') {
            end += 1;
            if bytes.get(end) == Some(&b'-') && digits(end + 1) > 0 {
                end += 1 + digits(end + 1);
            }
        } else if bytes.get(end).is_some_and(|b| is_word_byte(*b))
            && !self.reading.view.lower.get(end..).is_some_and(|rest| rest.starts_with(['§', 'º', '°']))
        {
            return None;
        }
        // "5.º", "13º": the Portuguese and Spanish way to count articles.
        for ordinal in [".º", "º", ".°", "°"] {
            if self.reading.view.lower.get(end..).is_some_and(|rest| rest.starts_with(ordinal)) {
                let after = end + ordinal.len();
                let is_free = bytes.get(after).is_none_or(|b| !is_word_byte(*b));
                return is_free.then(|| Some((vec![self.reading.view.lower.get(at..end)?.to_owned()], after)))?;
            }
        }
        end = self.after_latin(end);
        // Digits that go on as an amount, a percentage or a date are no article.
        let next = bytes.get(end).copied().unwrap_or(b' ');
        if next == b'%'
            || (matches!(next, b',' | b'.' | b' ')
                && digits(end + 1) == 3
                && digits(end + 1 + 3) == 0
                && first <= 3
                && next == b',')
        {
            return None;
        }
        Some((vec![self.reading.view.lower.get(at..end)?.replace(' ', "-")], end))
    }

    /// The end of "bis", "ter" and the like after an article's number: "2-ter" is an article of its own.
    fn after_latin(&self, end: usize) -> usize {
        const LATIN: [&str; 8] = ["bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "decies"];
        let Some(rest) = self.reading.view.lower.get(end..) else { return end };
        let Some(word) = rest.strip_prefix(['-', ' ']) else { return end };
        // German "12 bis 14" is a range.
        let goes_no_further = |after: &str| {
            !after.starts_with(|c: char| c.is_alphanumeric())
                && !after.trim_start().starts_with(|c: char| c.is_ascii_digit())
        };
        let is_whole = |latin: &&&str| word.strip_prefix(**latin).is_some_and(goes_no_further);
        LATIN.iter().find(is_whole).map_or(end, |latin| end + 1 + latin.len())
    }

    /// Paragraphs and points after an article, as deep as they go.
    fn parts(&self, path: &mut Vec<String>, from: usize) -> usize {
        let bytes = self.bytes();
        let mut end = from;
        while path.len() < 6 {
            let Some((part, to)) = self.part(path, end) else { break };
            path.push(part);
            end = to;
            if end >= bytes.len() {
                break;
            }
        }
        end
    }

    fn part(&self, path: &[String], end: usize) -> Option<(String, usize)> {
        let bytes = self.bytes();
        let lower = &self.reading.view.lower;
        let token = |at: usize| -> Option<usize> {
            let length = bytes.get(at..)?.iter().take(5).take_while(|b| b.is_ascii_alphanumeric()).count();
            let word = lower.get(at..at + length)?;
            let is_number = word.bytes().all(|b| b.is_ascii_digit()) && length <= 3;
            let is_letter = length <= 2 && word.bytes().all(|b| b.is_ascii_lowercase());
            let is_roman = length <= 4 && word.bytes().all(|b| matches!(b, b'i' | b'v' | b'x'));
            (length > 0 && (is_number || is_letter || is_roman)).then_some(at + length)
        };
        let take = |from: usize, to: usize| lower.get(from..to).map(str::to_owned);
        let at = self.reading.skip_blanks(end, 1);
        // "z) bis": a point put in later.
        let latin = if path.len() > 1 { self.after_latin(end) } else { end };
        if latin > end {
            return Some((take(end + 1, latin)?, latin));
        }
        // "(1)", " (1)"; a closing bracket alone: "1)", "b)".
        if bytes.get(at) == Some(&b'(') {
            let to = token(at + 1)?;
            return (bytes.get(to) == Some(&b')')).then(|| Some((take(at + 1, to)?, to + 1)))?;
        }
        if let Some(to) = token(at)
            && bytes.get(to) == Some(&b')')
            && (at > end || path.len() > 1 || !bytes[at].is_ascii_digit())
            && to - at <= 2
        {
            return Some((take(at, to)?, to + 1));
        }
        // "5, paragraphe 1, c)": the comma goes down to the point.
        if bytes.get(end) == Some(&b',')
            && path.len() == 2
            && path[1].bytes().all(|b| b.is_ascii_digit())
            && self.has_paragraph_word(end.saturating_sub(16), end)
        {
            let at = self.reading.skip_blanks(end + 1, 1);
            let is_point = bytes.get(at).is_some_and(u8::is_ascii_lowercase) && bytes.get(at + 1) == Some(&b')');
            if is_point {
                return Some((take(at, at + 1)?, at + 2));
            }
        }
        // "5(1)a": a letter that touches the bracket before it.
        if end > 0
            && bytes[end - 1] == b')'
            && path.len() > 1
            && bytes.get(end).is_some_and(u8::is_ascii_lowercase)
            && bytes.get(end + 1).is_none_or(|b| !is_word_byte(*b))
        {
            return Some((take(end, end + 1)?, end + 1));
        }
        // "5.1 a": a letter alone after a paragraph, where the list or the sentence goes on behind it.
        if at > end
            && path.len() > 1
            && path.last().is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()))
            && bytes.get(at).is_some_and(u8::is_ascii_lowercase)
            && bytes.get(at + 1).is_none_or(|b| !is_word_byte(*b))
            && self.is(at, &Sense::Of) != Some(at + 1)
            && self.is(at, &Sense::And) != Some(at + 1)
            && self.ends_point(at + 1)
        {
            return Some((take(at, at + 1)?, at + 1));
        }
        if bytes.get(end).is_some_and(|b| matches!(b, b'.' | b'-')) && !path.is_empty() {
            let to = token(end + 1).filter(|to| bytes.get(*to).is_none_or(|b| !is_word_byte(*b)));
            if let Some(to) = to {
                let is_letter = bytes[end + 1].is_ascii_lowercase();
                let is_below = path.len() > 1 || bytes[end] == b'.' || {
                    let number = |text: &str| text.parse::<u32>().ok();
                    // "5-1-e)" goes down, "12-14" is a range.
                    number(path.first()?)? > number(lower.get(end + 1..to)?).unwrap_or(u32::MAX)
                };
                if (is_letter && to - end == 2) || (!is_letter && is_below && to - end <= 3) {
                    let to_after = if bytes.get(to) == Some(&b')') { to + 1 } else { to };
                    return Some((take(end + 1, to)?, to_after));
                }
            }
        }
        // ", paragraph 1", "Abs. 1", "lit. f", ", eerste lid"; the comma may be missing.
        let word_at = if bytes.get(end) == Some(&b',') { self.reading.skip_blanks(end + 1, 1) } else { at };
        if let Some((after, value)) = self.reading.at(word_at, |sense| match sense {
            Sense::Ordinal(value) => Some(*value),
            _ => None,
        }) && let Some(to) = self.is(self.reading.skip_blanks(after, 1), &Sense::Paragraph)
        {
            return Some((value.to_string(), to));
        }
        let (after, is_point) = match (self.is(word_at, &Sense::Paragraph), self.is(word_at, &Sense::Point)) {
            (Some(after), _) => (after, false),
            (None, Some(after)) => (after, true),
            (None, None) => return None,
        };
        let mut at = self.reading.skip_blanks(after, 2);
        let is_open = matches!(bytes.get(at), Some(b'(' | b'"' | b'\''));
        if is_open {
            at += 1;
        }
        let mut to = token(at)?;
        let value = take(at, to)?;
        if !is_point && value.bytes().all(|b| b.is_ascii_lowercase()) && value.len() > 1 {
            return None;
        }
        while matches!(bytes.get(to), Some(b')' | b'"' | b'\'')) && to - at < 6 {
            to += 1;
            if !is_open {
                break;
            }
        }
        Some((value, to))
    }

    /// Whether the span has a word for a paragraph in it, as in "ust. 1", and not only brackets.
    fn has_paragraph_word(&self, from: usize, to: usize) -> bool {
        self.reading.marks_in(from, to).iter().any(|mark| *mark.sense == Sense::Paragraph)
    }

    /// Whether the span names paragraphs or points in the plural.
    fn has_plural_paragraphs(&self, from: usize, to: usize) -> bool {
        self.reading.marks_in(from, to).iter().any(|mark| {
            *mark.sense == Sense::Paragraph
                && self
                    .reading
                    .view
                    .lower
                    .get(mark.start..mark.end)
                    .is_some_and(|w| w.trim_end_matches('.').ends_with('s'))
        })
    }

    /// What comes after a member.
    fn step(&self, end: usize, path: &[String]) -> Step {
        let bytes = self.bytes();
        let mut at = self.reading.skip_blanks(end, 2);
        // "15 (right of access), 17 (right to erasure)": a description in brackets belongs to the member.
        if bytes.get(at) == Some(&b'(') {
            let close = bytes[at..].iter().take(80).position(|b| *b == b')');
            let opener = bytes.get(at + 1..at + 4).is_some_and(|word| word.iter().all(u8::is_ascii_lowercase));
            match close {
                Some(close) if opener => at = self.reading.skip_blanks(at + close + 1, 2),
                _ => return Step::End,
            }
        }
        // "5(2) GDPR, 24(1) GDPR and 25 GDPR": the law named after each.
        let mut has_law = false;
        if let Some((to, _)) = self.reading.at(at, instrument) {
            at = self.reading.skip_blanks(to, 2);
            has_law = true;
        }
        if let Some(to) = self.is(at, &Sense::To).filter(|_| !has_law) {
            return Step::RangeTo(self.reading.skip_blanks(to, 2));
        }
        if bytes.get(at) == Some(&b'-') && path.len() == 1 && !has_law {
            return Step::RangeTo(self.reading.skip_blanks(at + 1, 1));
        }
        let (mut is_separated, mut is_after_and, mut is_after_semicolon) = (false, false, false);
        for _ in 0..3 {
            if matches!(bytes.get(at), Some(b',' | b';' | b'/' | b'&' | b'+')) {
                is_after_semicolon |= bytes[at] == b';';
                at = self.reading.skip_blanks(at + 1, 2);
                is_separated = true;
            } else if let Some(to) = self.is(at, &Sense::And) {
                at = self.reading.skip_blanks(to, 2);
                (is_separated, is_after_and) = (true, true);
            } else {
                break;
            }
        }
        if !is_separated {
            return Step::End;
        }
        if self.is(at, &Sense::Article).is_some() {
            return Step::End;
        }
        let mut probe = Vec::new();
        if has_law {
            // After a law the list goes on only to what is plainly an article: with parts, or with its law again.
            let is_article = self.article(at).is_some_and(|(mut next, to)| {
                let after = self.parts(&mut next, to);
                let at = self.reading.skip_blanks(after, 2);
                next.len() > 1 || self.reading.at(at, instrument).is_some()
            });
            return if is_article { Step::Article(at) } else { Step::End };
        }
        let to = self.parts(&mut probe, at);
        // "... 13b2-2(a) and (b); and (iii) orders": the next clause of an enumeration is no point.
        let is_last = matches!(bytes.get(self.reading.skip_blanks(to, 2)), None | Some(b'.' | b')'));
        if is_after_semicolon && to > at && !is_last && !self.ends_point(to) {
            return Step::End;
        }
        if to > at && !probe.is_empty() || self.is_lone_point(at, path) {
            return Step::Part(at);
        }
        match self.article(at) {
            Some((_, to)) if self.goes_on(to, is_after_and) => Step::Article(at),
            _ => Step::End,
        }
    }

    /// "5(1)a and b GDPR": a letter alone goes on a list of points where a list's next word or its end follows.
    fn is_lone_point(&self, at: usize, path: &[String]) -> bool {
        let bytes = self.bytes();
        let is_letter = |b: &u8| b.is_ascii_lowercase();
        let follows_point = path.len() > 1
            && path.last().is_some_and(|part| part.len() == 1 && part.bytes().all(|b| b.is_ascii_lowercase()));
        if !follows_point
            || !bytes.get(at).is_some_and(is_letter)
            || bytes.get(at + 1).is_some_and(|b| is_word_byte(*b))
        {
            return false;
        }
        self.ends_point(at + 1)
    }

    /// Whether what follows a letter shows that it was a point and no word.
    fn ends_point(&self, end: usize) -> bool {
        let next = self.reading.skip_blanks(end, 2);
        matches!(self.bytes().get(next), Some(b',' | b';'))
            || self
                .reading
                .at(next, |sense| {
                    matches!(sense, Sense::And | Sense::Instrument(_) | Sense::Of | Sense::Article).then_some(())
                })
                .is_some()
    }

    /// Whether a bare number after a comma goes on like a list of articles and not like "28 laboratories".
    fn goes_on(&self, end: usize, is_after_and: bool) -> bool {
        let bytes = self.bytes();
        let at = self.reading.skip_blanks(end, 2);
        match bytes.get(at) {
            None | Some(b'(' | b')' | b',' | b';' | b':' | b'.' | b'"' | b'-' | b'/' | b'&') => true,
            Some(_) => {
                let senses = self.reading.marks_in(at, at + 1);
                senses.iter().any(|mark| {
                    matches!(
                        mark.sense,
                        Sense::And | Sense::To | Sense::Of | Sense::Paragraph | Sense::Point | Sense::Instrument(_)
                    )
                }) || bytes.get(at + 1) == Some(&b')')
                    // "articles 26 and 28 because ...", but not "Article 26 and 28 patients".
                    || (is_after_and
                        && !self.reading.marks_in(at, at + 25).iter().any(|mark| {
                            matches!(mark.sense, Sense::Unit(_) | Sense::Currency(_) | Sense::Scale(_) | Sense::Month(_))
                        }))
            }
        }
    }
}
