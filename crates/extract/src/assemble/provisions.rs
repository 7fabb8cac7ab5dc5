//! Which provisions were found violated, and which are only spoken of.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use fineprint_model::{BlockKind, Finding, FindingKind, Provision, Statement, vocab};

use super::Draft;
use crate::lang::Cue;
use crate::lex::provision::Citation;
use crate::lexicon::Sense;
use crate::reading::{HALF, Reading};
use crate::weights::{confidence, judge, weight};
use crate::{CLAIM_FROM, CandidateKind, PROPOSE_FROM};

/// A finer provision that is less sure than this does not stand for the coarser one.
const LESS_SURE: f64 = 0.1;

/// Strength of a cue that stands beside what it is about.
const PLAINLY: f64 = 0.7;

/// Odds from which a list of provisions is plainly told to be violated.
const SURELY: f64 = 2.0;

/// The list of provisions before, and how plainly it is told to be violated, 0 to 1.
#[derive(Clone, Copy)]
struct Told {
    list: (usize, usize),
    strength: f64,
}

struct Group {
    violated: f64,
    cleared: f64,
    mentions: f64,
    span: (usize, usize),
    places: Vec<usize>,
    certainty: f64,
}

/// Claims findings; gives the number of provisions found violated.
pub(super) fn claim_findings(draft: &mut Draft<'_>, citations: &[Citation], fines: &[(usize, usize)]) -> usize {
    let listed = blocks_under_a_violation(draft.reading);
    let mut groups: BTreeMap<Provision, Group> = BTreeMap::new();
    let mut last: Option<Told> = None;
    for citation in citations {
        let Some(law) = citation.instrument.and_then(|at| vocab::instruments().iter().nth(at)) else { continue };
        let path = std::iter::once(law.id.as_str()).chain(citation.parts.iter().map(String::as_str));
        let Ok(provision) = Provision::new(path.collect::<Vec<_>>().join("/")) else { continue };
        let mut features = draft.reading.features(citation.list.0, citation.list.1, &[], HALF);
        let strength = |name: &str| features.of(name);
        // "violated the duty under Article 28": the basis belongs to the violation.
        let (before, basis) = (strength("violated.before"), strength("basis.before"));
        let both = before * basis;
        features.set("violated-basis", both);
        if is_clause_of_violation(draft.reading, citation.list.0) {
            features.set("violated-clause", 1.0);
        }
        if entry_of(&provision).is_some_and(|entry| entry.procedural) {
            features.set("procedural", 1.0);
            // "violated Article 58(1)(e) by not answering": what else is a duty or a power here was broken.
            if before > PLAINLY && basis < PLAINLY / 2.0 {
                features.set("procedural-violated", 1.0);
            }
        }
        if citation.certainty >= 0.9 {
            features.set("explicit", 1.0);
        }
        let (_, sentence_end) = draft.reading.view.sentence(citation.start);
        if sentence_end > 0 && draft.reading.view.text.as_bytes().get(sentence_end - 1) == Some(&b'?') {
            features.set("question", 1.0);
        }
        // "fined it EUR 20,000 ... under Articles 32 and 24".
        let (from, _) = draft.reading.view.sentence(citation.start);
        let next = fines.partition_point(|(start, _)| *start < citation.list.0);
        if next.checked_sub(1).and_then(|at| fines.get(at)).is_some_and(|(start, _)| *start >= from) {
            features.set("after-fine", 1.0);
        }
        if draft.reading.view.block_at(citation.start).is_some_and(|at| listed.get(at) == Some(&true)) {
            features.set("under-violated", 1.0);
        }
        // "violating Section 17(a) of the Securities Act, and the requirements of Section 13(b)(5) of the Exchange Act".
        let told =
            last.filter(|told| told.list != citation.list && goes_on(draft.reading, told.list.1, citation.list.0));
        if let Some(told) = told {
            features.set("after-violated", told.strength);
        }
        let verdict = judge("provision", features);
        let strength = verdict.margin("violated").clamp(0.0, SURELY) / SURELY;
        if last.is_none_or(|told| told.list != citation.list || told.strength < strength) {
            last = Some(Told { list: citation.list, strength });
        }
        let span = (citation.start, citation.end);
        let place = draft.see(CandidateKind::Provision, span, provision.to_string(), &verdict);
        let (violated, cleared) = (verdict.margin("violated"), verdict.margin("not-violated"));
        let group = groups.entry(provision).or_insert(Group {
            violated: f64::NEG_INFINITY,
            cleared: f64::NEG_INFINITY,
            mentions: 0.0,
            span,
            places: Vec::new(),
            certainty: 0.0,
        });
        if violated > 0.0 {
            group.mentions += 1.0;
        }
        if violated > group.violated {
            (group.violated, group.span) = (violated, span);
        }
        group.cleared = group.cleared.max(cleared);
        group.certainty = group.certainty.max(citation.certainty);
        group.places.push(place);
    }
    let mut sure: Vec<(Provision, f64, bool)> = Vec::new();
    for (provision, group) in &groups {
        let is_cleared = group.cleared > 0.0 && group.cleared > group.violated;
        let mut odds = if is_cleared { group.cleared } else { group.violated };
        odds += weight("provision-document", "violated", "repeat") * group.mentions.max(1.0).ln();
        if !exists(provision) {
            odds += weight("provision-document", "violated", "unknown-part");
        }
        // A law carried over from elsewhere is a guess of its own.
        let confidence = confidence(odds) * (0.6 + 0.4 * group.certainty);
        if confidence >= PROPOSE_FROM {
            sure.push((provision.clone(), confidence, is_cleared));
        }
    }
    let mut violated = 0;
    for (provision, confidence, is_cleared) in &sure {
        // "Article 28" beside "Article 28(3)" says nothing of its own.
        let is_said_finer = below(&sure, provision).iter().any(|(other, finer, cleared)| {
            other.refines(provision)
                && (*finer >= CLAIM_FROM || *confidence < CLAIM_FROM)
                && cleared == is_cleared
                && *finer >= confidence - LESS_SURE
        });
        let Some(group) = groups.get(provision).filter(|_| !is_said_finer) else { continue };
        let finding = if *is_cleared { FindingKind::NotViolated } else { FindingKind::Violated };
        let statement = Statement::Finding(Finding {
            provision: provision.clone(),
            finding,
            violations: if *is_cleared { Vec::new() } else { violations_of(provision) },
            party: None,
            note: None,
        });
        if draft.claim(statement, Some(group.span), *confidence) {
            violated += usize::from(!is_cleared);
            for place in &group.places {
                draft.accept(*place);
            }
        }
    }
    if violated == 0 {
        violated = claim_whole_laws(draft, citations);
    }
    violated
}

/// Of provisions in the order of their paths those that begin like one: what lies below it, and its like.
fn below<'a>(sure: &'a [(Provision, f64, bool)], provision: &Provision) -> &'a [(Provision, f64, bool)] {
    let from = sure.partition_point(|(other, _, _)| other < provision);
    let begins = |(other, _, _): &(Provision, f64, bool)| other.as_str().starts_with(provision.as_str());
    let to = from + sure[from..].partition_point(begins);
    &sure[from..to]
}

/// Laws that notices cite as a whole, as is usual with those of the United States: "potential HIPAA violations". Those of
/// other countries have to be plainly violated, and the Union's regulations are named in every notice.
fn claim_whole_laws(draft: &mut Draft<'_>, citations: &[Citation]) -> usize {
    const LAWS_OF: &str = "US";
    const UNION: &str = "EU";
    let reading = draft.reading;
    let is_settled = reading.marks.iter().any(|mark| *mark.sense == Sense::Cue(Cue::Settlement));
    let mut best: BTreeMap<usize, (f64, (usize, usize))> = BTreeMap::new();
    let cited_in_part: HashSet<usize> = citations.iter().filter_map(|citation| citation.instrument).collect();
    for mark in &reading.marks {
        let Sense::Instrument(at) = mark.sense else { continue };
        let Some(law) = vocab::instruments().iter().nth(*at) else { continue };
        if cited_in_part.contains(at) || law.country == UNION || law.id == "uk-gdpr" {
            continue;
        }
        let mut features = reading.features(mark.start, mark.end, &[], HALF);
        if law.country != LAWS_OF && features.of("violated.before") < PLAINLY {
            continue;
        }
        if is_settled {
            features.set("settled", 1.0);
        }
        let verdict = judge("whole-law", features);
        let odds = verdict.margin("violated");
        if best.get(at).is_none_or(|(other, _)| odds > *other) {
            best.insert(*at, (odds, (mark.start, mark.end)));
        }
    }
    let mut claimed = 0;
    for (at, (odds, span)) in best {
        let Some(provision) = vocab::instruments().iter().nth(at).and_then(|law| Provision::new(law.id.clone()).ok())
        else {
            continue;
        };
        let statement = Statement::Finding(Finding {
            provision,
            finding: FindingKind::Violated,
            violations: Vec::new(),
            party: None,
            note: None,
        });
        claimed += usize::from(draft.claim(statement, Some(span), confidence(odds)));
    }
    claimed
}

/// Whether the sentence has said that something was violated when it comes to the provision, well before: "violated
/// the principle of minimisation by transferring ... according to Article 5".
fn is_clause_of_violation(reading: &Reading<'_>, start: usize) -> bool {
    let (from, _) = reading.window(start, start);
    let last = reading.marks_in(from, start).iter().rev().find(|mark| {
        mark.end <= start
            && matches!(
                mark.sense,
                Sense::Cue(
                    Cue::Violated | Cue::NotViolated | Cue::Alleged | Cue::Maximum | Cue::Order | Cue::Dismissed
                )
            )
    });
    last.is_some_and(|mark| *mark.sense == Sense::Cue(Cue::Violated))
}

/// Whether a sentence goes on from one list of provisions to the next without saying anything else of it.
fn goes_on(reading: &Reading<'_>, from: usize, to: usize) -> bool {
    const GAP: usize = 110;
    let says_else = |mark: &crate::lexicon::Mark| {
        matches!(
            mark.sense,
            Sense::Cue(
                Cue::NotViolated
                    | Cue::Alleged
                    | Cue::Maximum
                    | Cue::Order
                    | Cue::Dismissed
                    | Cue::Complied
                    | Cue::Reprimand
                    | Cue::Fine
            )
        )
    };
    // "... and the requirements of Article 32" goes on, "... by ignoring a request under Article 15" does not.
    let marks = reading.marks_in(from, to);
    let is_and = |mark: &crate::lexicon::Mark| *mark.sense == Sense::And;
    let basis = marks.iter().position(|mark| *mark.sense == Sense::Cue(Cue::Basis));
    if basis.is_some_and(|at| !marks.iter().take(at).any(is_and)) {
        return false;
    }
    (from..from + GAP).contains(&to) && reading.view.sentence(from).1 >= to && !marks.iter().any(says_else)
}

/// What the vocabulary says of the provision's article. The British regulation is the Union's, article by article.
fn entry_of(provision: &Provision) -> Option<&'static vocab::ProvisionEntry> {
    let article = provision.article();
    let path = article.as_str();
    vocab::provisions().get(path.strip_prefix("uk-").unwrap_or(path))
}

/// Whether the vocabulary lists the paragraph or point; true where it lists none for the article.
fn exists(provision: &Provision) -> bool {
    let Some(entry) = entry_of(provision) else { return true };
    let path = provision.parts().skip(1).collect::<Vec<_>>().join("/");
    path.is_empty() || entry.parts.is_empty() || entry.parts.contains(&path)
}

/// Violation types by provision, the most exact entry that contains it.
fn violations_of(provision: &Provision) -> Vec<String> {
    static TYPES: LazyLock<BTreeMap<String, Vec<String>>> =
        LazyLock::new(|| toml::from_str(include_str!("../violations.toml")).unwrap_or_default());
    let of = |path: &str| TYPES.get(path).or_else(|| TYPES.get(path.strip_prefix("uk-")?));
    provision.with_ancestors().find_map(of).cloned().unwrap_or_default()
}

/// Blocks whose provisions are listed under a sentence or heading that speaks of a violation: "violated the following:".
fn blocks_under_a_violation(reading: &Reading<'_>) -> Vec<bool> {
    let mut out = Vec::with_capacity(reading.view.blocks.len());
    let (mut in_list, mut in_section) = (false, false);
    for block in &reading.view.blocks {
        let text = reading.view.text.get(block.start..block.end).unwrap_or_default().trim_end();
        let is_heading = matches!(block.kind, BlockKind::Heading(_) | BlockKind::Title);
        let is_item = block.kind == BlockKind::Item || is_lettered(text);
        let speaks =
            || reading.marks_in(block.start, block.end).iter().any(|mark| *mark.sense == Sense::Cue(Cue::Violated));
        if is_heading {
            in_section = block.end - block.start < 200 && speaks();
            in_list = false;
        }
        let is_listed = is_item || reading.at(block.start, |s| matches!(s, Sense::Article).then_some(())).is_some();
        out.push((in_list && is_listed) || (in_section && block.end - block.start < 240));
        if text.ends_with(':') {
            in_list = speaks();
        } else if !is_listed {
            in_list = false;
        }
    }
    out
}

/// "a) ...", "1. ...", "(ii) ...", "with ...;": an item that is no list item in the mark-up.
fn is_lettered(text: &str) -> bool {
    let head = text.trim_start_matches(['(', '-', '•', '·', ' ']);
    let word: usize = head.bytes().take_while(u8::is_ascii_alphanumeric).count();
    text.ends_with(';')
        || ((1..=3).contains(&word) && head.as_bytes().get(word).is_some_and(|b| matches!(b, b')' | b'.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violation_types_are_terms_of_the_vocabulary() {
        let types: BTreeMap<String, Vec<String>> = toml::from_str(include_str!("../violations.toml")).unwrap();
        for (path, terms) in &types {
            assert!(Provision::new(path.clone()).is_ok(), "{path}");
            for term in terms {
                assert!(vocab::violations().get(term).is_some(), "{term}");
            }
        }
        assert_eq!(violations_of(&Provision::new("gdpr/5/1/f").unwrap()), ["security"]);
        assert_eq!(violations_of(&Provision::new("gdpr/32/1/b").unwrap()), ["security"]);
    }

    #[test]
    fn a_paragraph_that_does_not_exist_is_noticed() {
        assert!(exists(&Provision::new("gdpr/32/1/b").unwrap()));
        assert!(!exists(&Provision::new("gdpr/32/9").unwrap()));
        assert!(exists(&Provision::new("xx-law/1/2").unwrap()));
    }
}
