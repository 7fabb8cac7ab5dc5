//! A text with everything marked in it that the lexicon knows: what every recogniser starts from.

use std::sync::LazyLock;

use fineprint_model::{BlockKind, Document};

use crate::lang::Cue;
use crate::lexicon::{Mark, Sense, lexicon};
use crate::view::View;

/// How far from a candidate, in bytes, a cue still counts.
const WINDOW: usize = 260;
/// The distance in bytes at which a cue counts half.
pub(crate) const HALF: f64 = 60.0;

/// How far a denial reaches, in bytes.
const DENIAL_REACH: usize = 44;

/// Bytes of text that share an entry of the index of marks.
const STRETCH: usize = 32;
/// Marks that are walked over before a span's end is looked up.
const NEAR: usize = 48;

/// For every stretch of a text the number of the first of some sorted offsets in it or after it.
fn stretches(length: usize, offsets: impl Iterator<Item = usize>) -> Vec<u32> {
    let mut out = Vec::with_capacity(length / STRETCH + 2);
    let mut number = 0_u32;
    for offset in offsets {
        while out.len() <= offset / STRETCH {
            out.push(number);
        }
        number += 1;
    }
    out.resize((length / STRETCH + 2).max(out.len()), number);
    out
}

/// The ends of marks with their places, by end, and for every stretch of the text the first of them in it or after it.
///
/// Marks are many and their ends nearly in order: they are dealt out to the stretches, and sorted within each.
fn by_end(marks: &[Mark], length: usize) -> (Vec<(usize, usize)>, Vec<u32>) {
    let mut starts = vec![0_u32; length / STRETCH + 2];
    for mark in marks {
        starts[mark.end / STRETCH + 1] += 1;
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut next = starts.clone();
    let mut ends = vec![(0, 0); marks.len()];
    for (at, mark) in marks.iter().enumerate() {
        let place = &mut next[mark.end / STRETCH];
        ends[*place as usize] = (mark.end, at);
        *place += 1;
    }
    for bounds in starts.windows(2) {
        ends[bounds[0] as usize..bounds[1] as usize].sort_unstable();
    }
    (ends, starts)
}

/// A document being read.
pub(crate) struct Reading<'a> {
    pub document: &'a Document,
    pub view: View,
    /// By start, longer first.
    pub marks: Vec<Mark>,
    /// For every stretch of the text the first mark that starts in it or after it.
    starts: Vec<u32>,
    /// Ends of the marks with their places in `marks`, by end.
    ends: Vec<(usize, usize)>,
    /// For every stretch of the text the first of `ends` in it or after it.
    end_starts: Vec<u32>,
    pub language: Option<&'static str>,
    /// Where the title and the first paragraphs end.
    pub lead_end: usize,
    /// Where remarks begin that are no part of the decision, under a heading of their own; the text's end where none do.
    pub aside_start: usize,
}

impl<'a> Reading<'a> {
    pub fn new(document: &'a Document) -> Self {
        let view = View::new(document, crate::lang::is_abbreviation);
        let (marks, language) = lexicon().read(&view, document.language.as_deref());
        let marks = negated(&view, without_contained_cues(marks));
        let (ends, end_starts) = by_end(&marks, view.text.len());
        let lead_end = lead_end(&view);
        let starts = stretches(view.text.len(), marks.iter().map(|mark| mark.start));
        let mut reading =
            Self { document, view, marks, starts, ends, end_starts, language, lead_end, aside_start: usize::MAX };
        reading.aside_start = reading.aside();
        reading
    }

    fn aside(&self) -> usize {
        const LONGEST: usize = 40;
        let heads_remarks = |block: &&crate::view::ViewBlock| {
            block.start > 0
                && matches!(block.kind, BlockKind::Heading(_))
                && block.end - block.start <= LONGEST
                && self.marks_in(block.start, block.end).iter().any(|mark| *mark.sense == Sense::Cue(Cue::Aside))
        };
        self.view.blocks.iter().find(heads_remarks).map_or(self.view.text.len(), |block| block.start)
    }

    /// Marks that start in `[start, end)`.
    pub fn marks_in(&self, start: usize, end: usize) -> &[Mark] {
        let from = self.first_from(start);
        // Near ends are found by walking: most spans asked for are a sentence or a single place.
        let near = self.marks[from..].iter().take(NEAR).take_while(|mark| mark.start < end).count();
        let to = if near < NEAR { from + near } else { self.first_from(end) };
        self.marks.get(from..to.max(from)).unwrap_or_default()
    }

    /// The place in `marks` of the first that starts at an offset or after it.
    fn first_from(&self, start: usize) -> usize {
        let mut at = self.starts.get(start / STRETCH).map_or(self.marks.len(), |at| *at as usize);
        while self.marks.get(at).is_some_and(|mark| mark.start < start) {
            at += 1;
        }
        at
    }

    /// The marks that start exactly there, the longest first.
    pub fn marks_at(&self, start: usize) -> impl Iterator<Item = &Mark> {
        self.marks[self.first_from(start)..].iter().take_while(move |mark| mark.start == start)
    }

    /// The longest mark that starts exactly there and means what is asked for.
    pub fn at<T>(&self, start: usize, wanted: impl Fn(&'static Sense) -> Option<T>) -> Option<(usize, T)> {
        self.marks_at(start).find_map(|mark| wanted(mark.sense).map(|value| (mark.end, value)))
    }

    /// A mark that ends exactly there and means what is asked for; gives its start.
    pub fn ending<T>(&self, end: usize, wanted: impl Fn(&'static Sense) -> Option<T>) -> Option<(usize, T)> {
        let mut from = self.end_starts.get(end / STRETCH).map_or(self.ends.len(), |at| *at as usize);
        while self.ends.get(from).is_some_and(|(at, _)| *at < end) {
            from += 1;
        }
        self.ends[from..].iter().take_while(|(at, _)| *at == end).find_map(|(_, at)| {
            let mark = self.marks.get(*at)?;
            wanted(mark.sense).map(|value| (mark.start, value))
        })
    }

    /// The offset after blanks, at most `most` of them.
    pub fn skip_blanks(&self, at: usize, most: usize) -> usize {
        let bytes = self.view.text.as_bytes();
        let mut to = at;
        while to < bytes.len() && to - at < most && matches!(bytes[to], b' ' | b'\n' | b'\r') {
            to += 1;
        }
        to
    }

    /// The offset before blanks, at most `most` of them.
    pub fn skip_blanks_back(&self, at: usize, most: usize) -> usize {
        let bytes = self.view.text.as_bytes();
        let mut to = at;
        while to > 0 && at - to < most && matches!(bytes[to - 1], b' ' | b'\n' | b'\r') {
            to -= 1;
        }
        to
    }

    /// The span to look for cues in: the sentence, but never further than the window.
    pub fn window(&self, start: usize, end: usize) -> (usize, usize) {
        let (from, to) = self.view.sentence(start);
        (from.max(start.saturating_sub(WINDOW)), to.min(end + WINDOW).max(end))
    }

    /// Cues around a candidate as features `<cue>.before` and `<cue>.after`, 0 to 1, weaker with distance and with every
    /// rival candidate in between.
    pub fn features(&self, start: usize, end: usize, rivals: &[(usize, usize)], half: f64) -> Features {
        let (from, to) = self.window(start, end);
        let mut features = Features::default();
        let first = rivals.partition_point(|(_, e)| *e <= from);
        let near: Vec<(usize, usize)> = rivals[first..]
            .iter()
            .take_while(|(s, _)| *s < to)
            .filter(|(s, _)| *s != start)
            .take(12)
            .copied()
            .collect();
        for mark in self.marks_in(from, to) {
            let Sense::Cue(cue) = mark.sense else { continue };
            let (side, distance, gap) = if mark.end <= start {
                (Place::Before, start - mark.end, (mark.end, start))
            } else if mark.start >= end {
                (Place::After, mark.start - end, (end, mark.start))
            } else {
                continue;
            };
            #[expect(clippy::cast_precision_loss, reason = "at most a few hundred bytes")]
            let mut strength = (-(distance as f64) / half * std::f64::consts::LN_2).exp();
            // A penalty per day named after a comma is a sum of its own, not this one.
            if side == Place::After
                && *cue == Cue::Periodic
                && self.view.text.get(gap.0..gap.1).is_some_and(|text| text.contains([',', ';']))
            {
                strength *= 0.4;
            }
            for (s, e) in &near {
                if *s >= gap.0 && *e <= gap.1 {
                    strength *= 0.45;
                } else if *s <= mark.start && mark.end <= *e {
                    // "5,200 people in three years": the years belong to the three.
                    strength *= 0.2;
                }
            }
            features.raise(*cue, side, strength);
        }
        let block = self.view.block_at(start).and_then(|at| self.view.blocks.get(at));
        match block.map(|block| block.kind) {
            Some(BlockKind::Title | BlockKind::Heading(_)) => features.set("heading", 1.0),
            Some(BlockKind::Cell { .. }) => features.set("cell", 1.0),
            Some(BlockKind::Quote) => features.set("quote", 1.0),
            _ => {}
        }
        if start < self.lead_end {
            features.set("lead", 1.0);
        }
        if start >= self.aside_start {
            features.set("aside", 1.0);
        }
        features
    }
}

/// Named strengths of what speaks for or against a role.
#[derive(Debug, Clone, Default)]
pub(crate) struct Features(Vec<(&'static str, f64)>);

impl Features {
    pub fn set(&mut self, name: &'static str, strength: f64) {
        match self.0.iter_mut().find(|(other, _)| *other == name) {
            Some(slot) => slot.1 = strength,
            None => self.0.push((name, strength)),
        }
    }

    /// At least this strength.
    pub fn raise(&mut self, cue: Cue, place: Place, strength: f64) {
        let name = feature_name(cue, place);
        match self.0.iter_mut().find(|(other, _)| std::ptr::eq(*other, name)) {
            Some(slot) => slot.1 = slot.1.max(strength),
            None => self.0.push((name, strength)),
        }
    }

    /// The strength of a feature; 0 where it is absent.
    pub fn of(&self, name: &str) -> f64 {
        self.0.iter().find(|(other, _)| *other == name).map_or(0.0, |(_, strength)| *strength)
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(other, _)| *other == name)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, f64)> + '_ {
        self.0.iter().copied()
    }
}

/// Where a cue stands, as features name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Anywhere,
    Before,
    After,
    Lead,
    Operative,
    First,
    End,
}

/// The name of a cue's feature: `fine.before`, `fined-lead`.
pub(crate) fn feature_name(cue: Cue, place: Place) -> &'static str {
    static NAMES: LazyLock<Vec<[&'static str; 7]>> = LazyLock::new(|| {
        let name = |cue: Cue, suffix: &str| -> &'static str { format!("{}{suffix}", cue_name(cue)).leak() };
        let suffixes = ["", ".before", ".after", "-lead", "-operative", "-first", "-end"];
        Cue::ALL.iter().map(|cue| suffixes.map(|suffix| name(*cue, suffix))).collect()
    });
    NAMES.get(cue as usize).map_or("", |names| names[place as usize])
}

/// The cue's name in the weights: as in the language files.
pub(crate) fn cue_name(cue: Cue) -> &'static str {
    match cue {
        Cue::Fine => "fine",
        Cue::Fined => "fined",
        Cue::Imposes => "imposes",
        Cue::Proposed => "proposed",
        Cue::Maximum => "maximum",
        Cue::Periodic => "periodic",
        Cue::Turnover => "turnover",
        Cue::Initial => "initial",
        Cue::Reduced => "reduced",
        Cue::Annulled => "annulled",
        Cue::Withdrawn => "withdrawn",
        Cue::Operative => "operative",
        Cue::Earlier => "earlier",
        Cue::Total => "total",
        Cue::Damages => "damages",
        Cue::Further => "further",
        Cue::Aside => "aside",
        Cue::Settlement => "settlement",
        Cue::Paid => "paid",
        Cue::Violated => "violated",
        Cue::NotViolated => "not-violated",
        Cue::Alleged => "alleged",
        Cue::Asked => "asked",
        Cue::Basis => "basis",
        Cue::Complied => "complied",
        Cue::Affected => "affected",
        Cue::Staff => "staff",
        Cue::NotCounted => "not-counted",
        Cue::NumberOf => "number-of",
        Cue::About => "about",
        Cue::AtLeast => "at-least",
        Cue::AtMost => "at-most",
        Cue::Reprimand => "reprimand",
        Cue::Order => "order",
        Cue::Dismissed => "dismissed",
        Cue::Closed => "closed",
        Cue::Processor => "processor",
        Cue::Controller => "controller",
        Cue::Decision => "decision",
        Cue::Publication => "publication",
        Cue::CaseNumber => "case-number",
        Cue::Dated => "dated",
        Cue::IntoCompliance => "into-compliance",
        Cue::Negator => "negator",
        Cue::Share => "share",
        Cue::Step => "step",
        Cue::PartyAfter => "party-after",
        Cue::PartyBefore => "party-before",
        Cue::PartyLink => "party-link",
        Cue::PartyIs => "party-is",
        Cue::Outsider => "outsider",
        Cue::Person => "person",
        Cue::PublicBody => "public-body",
        Cue::Each => "each",
        Cue::Cut => "cut",
        Cue::Court => "court",
        Cue::Modified => "modified",
        Cue::Conditional => "conditional",
        Cue::Against => "against",
        Cue::Respectively => "respectively",
    }
}

/// "no violation" is not also "violation", "maximum fine" not also "fine"; what speaks of names, numbers and people
/// affected is another matter and covers nothing of the rest.
fn without_contained_cues(marks: Vec<Mark>) -> Vec<Mark> {
    let family = |cue: &Cue| match cue {
        Cue::PartyAfter
        | Cue::PartyBefore
        | Cue::PartyLink
        | Cue::PartyIs
        | Cue::Outsider
        | Cue::Person
        | Cue::PublicBody => 0_usize,
        Cue::Affected | Cue::Staff | Cue::NotCounted => 1,
        Cue::About | Cue::AtLeast | Cue::AtMost => 2,
        Cue::Decision | Cue::Publication | Cue::Step | Cue::Dated => 3,
        Cue::Processor | Cue::Controller => 4,
        Cue::Settlement | Cue::Paid | Cue::Operative | Cue::Asked => 5,
        Cue::CaseNumber | Cue::NumberOf => 15,
        Cue::Negator | Cue::Share | Cue::IntoCompliance | Cue::Further | Cue::Aside => 6,
        Cue::Each => 8,
        Cue::Cut => 9,
        Cue::Court => 10,
        Cue::Modified => 11,
        Cue::Conditional => 12,
        Cue::Against => 13,
        Cue::Respectively => 14,
        _ => 7,
    };
    let mut covers = [(0, 0); 16];
    let mut law_end = 0;
    let mut kept = Vec::with_capacity(marks.len());
    for mark in marks {
        if let Sense::Cue(cue) = mark.sense
            && let Some(cover) = covers.get_mut(family(cue))
        {
            if mark.end <= cover.1 && (mark.start, mark.end) != *cover {
                continue;
            }
            if mark.end > cover.1 {
                *cover = (mark.start, mark.end);
            }
        }
        // "UK GDPR" is not also "GDPR".
        if matches!(mark.sense, Sense::Instrument(_)) {
            let is_within = mark.end <= law_end
                && kept.iter().rev().take(24).any(|other: &Mark| {
                    matches!(other.sense, Sense::Instrument(_))
                        && other.start <= mark.start
                        && mark.end <= other.end
                        && (other.start, other.end) != (mark.start, mark.end)
                });
            if is_within {
                continue;
            }
            law_end = law_end.max(mark.end);
        }
        kept.push(mark);
    }
    kept
}

/// "did not find that it infringed": a breach that is spoken of only to be denied is none.
fn negated(view: &View, mut marks: Vec<Mark>) -> Vec<Mark> {
    static DENIED: Sense = Sense::Cue(Cue::NotViolated);
    let mut denier: Option<usize> = None;
    for mark in &mut marks {
        match mark.sense {
            Sense::Cue(Cue::Negator) => denier = Some(mark.end),
            Sense::Cue(Cue::Violated)
                if denier.is_some_and(|end| {
                    end <= mark.start
                        && mark.start - end <= DENIAL_REACH
                        && view.text.get(end..mark.start).is_some_and(|gap| !gap.contains(['.', ',', ';', ':', '\n']))
                }) =>
            {
                mark.sense = &DENIED;
            }
            _ => {}
        }
    }
    marks
}

/// Titles and what follows them up to some hundred bytes of prose: where a notice says what happened.
fn lead_end(view: &View) -> usize {
    const LEAD: usize = 350;
    let mut prose = 0;
    for block in &view.blocks {
        if matches!(block.kind, BlockKind::Paragraph | BlockKind::Item | BlockKind::Preformatted | BlockKind::Quote) {
            prose += block.end - block.start;
            if prose >= LEAD {
                return block.end.min(block.start + 4 * LEAD);
            }
        }
    }
    view.text.len()
}
