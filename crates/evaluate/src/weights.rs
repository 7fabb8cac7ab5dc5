//! Fits the weights of roles: which features of a candidate speak for "violated", "affected", "decided".
//!
//! A family's weights are a log-linear model over its roles. They are moved from where they stand, towards what the
//! annotated documents say, as far as their number justifies: how far is chosen on documents that were left out, and a
//! family that gains nothing on those keeps its weights. Of several mentions of a right value only the one that is
//! likeliest already has to show it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use fineprint_extract::{Candidate, CandidateKind, Context, extract_unfitted};
use fineprint_model::SourceId;
use fineprint_sources::parts;

use crate::error::{Error, Result};
use crate::gold::{Entry, Gold};
use crate::mark::Field;
use crate::measure::{Options, input};
use crate::random::Random;

/// Parts into which documents are divided for cross-validation.
const FOLDS: usize = 10;
/// Passes over the samples.
const PASSES: usize = 250;
/// Length of a step, before it is divided by the square root of the mean squared gradient.
const STEP: f64 = 0.05;
/// How strongly weights are held where they stand, in samples; the first is the loosest.
const HOLDS: [f64; 5] = [2.0, 6.0, 20.0, 60.0, 200.0];
/// Share of the loss that a fit must save on documents it did not see.
const LEAST_GAIN: f64 = 0.01;

/// family -> role -> feature -> weight, as the file has them.
type Weights = BTreeMap<String, BTreeMap<String, BTreeMap<String, f64>>>;

/// What is fitted: a family, the kind of its candidates, and the roles that annotated fields stand for.
struct Family {
    name: &'static str,
    kind: CandidateKind,
    roles: &'static [(&'static str, Field)],
}

const FAMILIES: [Family; 3] = [
    Family { name: "provision", kind: CandidateKind::Provision, roles: &[("violated", Field::LegalRefsFull)] },
    Family { name: "count", kind: CandidateKind::Count, roles: &[("affected", Field::Affected)] },
    Family {
        name: "date",
        kind: CandidateKind::Date,
        roles: &[("decided", Field::DecisionDate), ("published", Field::PublicationDate)],
    },
];

/// A candidate and the roles that it may have.
struct Sample {
    document: usize,
    features: Vec<(&'static str, f64)>,
    /// Roles of the family, by name.
    allowed: BTreeSet<String>,
    /// The right value it stands for and its role; of these only the likeliest mention counts.
    stands_for: Option<(String, String)>,
}

/// What became of a family.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedWeights {
    /// Its name in the file.
    pub family: &'static str,
    /// Candidates learnt from.
    pub candidates: usize,
    /// Mean loss of the weights as they stand, in nats.
    pub before: f64,
    /// Mean loss of the fitted weights on the documents that they were fitted on.
    pub fitted: f64,
    /// Mean loss on documents that they were not fitted on, ten parts in turn.
    pub cross_validated: f64,
    /// Whether the fitted weights were taken.
    pub is_taken: bool,
}

/// Fits the weights that a file holds and gives the file's new text and what each family gained.
///
/// # Errors
/// [`Error::Io`] and [`Error::Weights`] for the file, [`Error::Empty`] where the documents have no candidates.
pub fn fit_weights(gold: &[Gold], file: &Path) -> Result<(String, Vec<FittedWeights>)> {
    crate::measure::prepare();
    let text = std::fs::read_to_string(file).map_err(Error::io(file))?;
    let failed = |message: String| Error::Weights { path: file.to_owned(), message };
    let mut weights: Weights = toml::from_str(&text).map_err(|error| failed(error.to_string()))?;
    let entries: Vec<&Entry> = gold.iter().flat_map(|gold| &gold.entries).collect();
    let candidates: Vec<Vec<Candidate>> = entries.iter().map(|entry| candidates(entry)).collect();
    let mut told = Vec::new();
    for family in &FAMILIES {
        let Some(roles) = weights.get_mut(family.name) else {
            return Err(failed(format!("expected the family `{}`, found none", family.name)));
        };
        let samples: Vec<Sample> = entries
            .iter()
            .zip(&candidates)
            .enumerate()
            .flat_map(|(at, (entry, candidates))| samples(family, roles, at, entry, candidates))
            .collect();
        if samples.is_empty() {
            continue;
        }
        told.push(fit_family(family.name, roles, &samples, entries.len()));
    }
    if told.is_empty() {
        return Err(Error::Empty { path: file.to_owned(), expected: "annotated documents with candidates" });
    }
    Ok((rewritten(&text, &weights), told))
}

fn candidates(entry: &Entry) -> Vec<Candidate> {
    let kind = entry.source_kind();
    let (Ok(parts), Ok(source)) = (parts(&input(entry, kind.as_ref(), Options::default())), SourceId::new("text"))
    else {
        return Vec::new();
    };
    let context = Context { source, kind: parts.kind, authority: parts.authority, url: parts.document.url.clone() };
    parts.prose.iter().flat_map(|part| extract_unfitted(part, &context).candidates).collect()
}

/// The candidates of a document that the annotations say something about.
fn samples(
    family: &Family,
    roles: &BTreeMap<String, BTreeMap<String, f64>>,
    document: usize,
    entry: &Entry,
    candidates: &[Candidate],
) -> Vec<Sample> {
    let annotated: Vec<_> =
        family.roles.iter().filter_map(|(role, field)| Some((*role, entry.expected.get(field)?))).collect();
    let mut out = Vec::new();
    for candidate in candidates.iter().filter(|candidate| candidate.kind == family.kind) {
        let value = candidate.value.split(' ').next().unwrap_or_default();
        let is_near = |other: &String| {
            other != value && (other.starts_with(&format!("{value}/")) || value.starts_with(&format!("{other}/")))
        };
        let right = annotated.iter().find(|(_, expected)| expected.values.contains(value));
        let is_debatable = annotated.iter().any(|(_, expected)| {
            let others = [&expected.tolerated, &expected.mentioned, &expected.instead];
            others.iter().any(|set| set.contains(value)) || expected.values.iter().any(is_near)
        });
        let (allowed, stands_for) = match right {
            Some((role, _)) => (BTreeSet::from([(*role).to_owned()]), Some((value.to_owned(), (*role).to_owned()))),
            None if is_debatable || annotated.is_empty() => continue,
            None => {
                let is_target = |role: &String| annotated.iter().any(|(target, _)| target == role);
                (roles.keys().filter(|role| !is_target(role)).cloned().collect(), None)
            }
        };
        out.push(Sample { document, features: candidate.features.clone(), allowed, stands_for });
    }
    out
}

type Roles = BTreeMap<String, BTreeMap<String, f64>>;

/// Probabilities of the roles, in the order of their names.
fn probabilities(roles: &Roles, features: &[(&'static str, f64)]) -> Vec<f64> {
    let score = |weights: &BTreeMap<String, f64>| {
        let own: f64 = features.iter().filter_map(|(name, strength)| Some(weights.get(*name)? * strength)).sum();
        own + weights.get("bias").copied().unwrap_or_default()
    };
    let scores: Vec<f64> = roles.values().map(score).collect();
    let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let parts: Vec<f64> = scores.iter().map(|score| (score - most).exp()).collect();
    let sum: f64 = parts.iter().sum();
    parts.into_iter().map(|part| part / sum).collect()
}

fn allowed_share(roles: &Roles, sample: &Sample, probabilities: &[f64]) -> f64 {
    let allowed = roles.keys().zip(probabilities).filter(|(role, _)| sample.allowed.contains(*role));
    allowed.map(|(_, probability)| *probability).sum::<f64>().max(1e-9)
}

/// The samples that count under some weights: every mention of what is wrong, and of what is right the likeliest.
fn counting<'a>(roles: &Roles, samples: &[&'a Sample]) -> Vec<&'a Sample> {
    // Document and value -> the share of its likeliest mention, and that mention.
    type Best<'a> = BTreeMap<(usize, &'a (String, String)), (f64, &'a Sample)>;
    let mut best: Best<'_> = BTreeMap::new();
    let mut out = Vec::new();
    for sample in samples {
        let Some(value) = &sample.stands_for else {
            out.push(*sample);
            continue;
        };
        let share = allowed_share(roles, sample, &probabilities(roles, &sample.features));
        let entry = best.entry((sample.document, value)).or_insert((share, sample));
        if share > entry.0 {
            *entry = (share, sample);
        }
    }
    out.extend(best.into_values().map(|(_, sample)| sample));
    out
}

#[expect(clippy::cast_precision_loss, reason = "a count of samples")]
fn mean_loss(roles: &Roles, samples: &[&Sample]) -> f64 {
    let counting = counting(roles, samples);
    let loss = |sample: &&Sample| -allowed_share(roles, sample, &probabilities(roles, &sample.features)).ln();
    counting.iter().map(loss).sum::<f64>() / counting.len().max(1) as f64
}

/// Weights moved towards the samples, held where they stood by `hold`.
fn moved(start: &Roles, samples: &[&Sample], hold: f64) -> Roles {
    let mut roles = start.clone();
    let mut squares: BTreeMap<(usize, String), f64> = BTreeMap::new();
    for _ in 0..PASSES {
        let mut gradient: Vec<BTreeMap<&str, f64>> = vec![BTreeMap::new(); roles.len()];
        for sample in counting(&roles, samples) {
            let probabilities = probabilities(&roles, &sample.features);
            let allowed = allowed_share(&roles, sample, &probabilities);
            for (at, (role, own)) in roles.keys().zip(&probabilities).enumerate() {
                let target = if sample.allowed.contains(role) { own / allowed } else { 0.0 };
                let error = own - target;
                *gradient[at].entry("bias").or_default() += error;
                for (name, strength) in &sample.features {
                    *gradient[at].entry(name).or_default() += error * strength;
                }
            }
        }
        for (at, ((role, weights), gradient)) in roles.iter_mut().zip(&gradient).enumerate() {
            for (feature, weight) in weights.iter_mut() {
                let from = start.get(role).and_then(|weights| weights.get(feature)).copied().unwrap_or_default();
                let slope =
                    gradient.get(feature.as_str()).copied().unwrap_or_default() + hold * (*weight - from) / 10.0;
                let square = squares.entry((at, feature.clone())).or_default();
                *square = 0.9 * *square + 0.1 * slope * slope;
                *weight -= STEP * slope / (square.sqrt() + 1e-6);
            }
        }
    }
    roles
}

fn fit_family(name: &'static str, roles: &mut Roles, samples: &[Sample], documents: usize) -> FittedWeights {
    let mut order: Vec<usize> = (0..documents).collect();
    Random::new(11).shuffle(&mut order);
    let fold_of: BTreeMap<usize, usize> =
        order.into_iter().enumerate().map(|(at, document)| (document, at % FOLDS)).collect();
    let within = |fold: usize, is_held: bool| -> Vec<&Sample> {
        samples.iter().filter(|sample| (fold_of.get(&sample.document) == Some(&fold)) == is_held).collect()
    };
    let all: Vec<&Sample> = samples.iter().collect();
    let before = mean_loss(roles, &all);
    #[expect(clippy::cast_precision_loss, reason = "ten parts")]
    let held_out = |hold: f64| {
        (0..FOLDS).map(|fold| mean_loss(&moved(roles, &within(fold, false), hold), &within(fold, true))).sum::<f64>()
            / FOLDS as f64
    };
    #[expect(clippy::cast_precision_loss, reason = "ten parts")]
    let standing = (0..FOLDS).map(|fold| mean_loss(roles, &within(fold, true))).sum::<f64>() / FOLDS as f64;
    let (cross_validated, hold) = HOLDS
        .into_iter()
        .map(|hold| (held_out(hold), hold))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap_or((f64::INFINITY, f64::INFINITY));
    let fitted = moved(roles, &all, hold);
    let is_taken = cross_validated < standing * (1.0 - LEAST_GAIN);
    let told = FittedWeights {
        family: name,
        candidates: samples.len(),
        before,
        fitted: mean_loss(&fitted, &all),
        cross_validated,
        is_taken,
    };
    if is_taken {
        *roles = fitted;
    }
    told
}

/// The file's text with new numbers and everything else, comments included, as it was.
fn rewritten(text: &str, weights: &Weights) -> String {
    let mut section: Option<&BTreeMap<String, f64>> = None;
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.split_once('.').and_then(|(family, role)| weights.get(family)?.get(role));
        }
        let changed = line.split_once('=').and_then(|(key, value)| {
            let weight = section?.get(key.trim().trim_matches('"'))?;
            let old: f64 = value.trim().parse().ok()?;
            // Untouched numbers keep their spelling.
            ((old - weight).abs() > 0.005).then(|| format!("{key}= {weight:.2}"))
        });
        out.push_str(changed.as_deref().unwrap_or(line));
        out.push('\n');
    }
    out
}

impl fmt::Display for FittedWeights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<10} {:>6} candidates; mean loss {:.4} as it is, {:.4} fitted, {:.4} cross-validated: {}",
            self.family,
            self.candidates,
            self.before,
            self.fitted,
            self.cross_validated,
            if self.is_taken { "taken" } else { "left as it is" }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles() -> Roles {
        let role = |bias: f64| BTreeMap::from([("bias".to_owned(), bias), ("cue".to_owned(), 0.0)]);
        BTreeMap::from([("yes".to_owned(), role(0.0)), ("no".to_owned(), role(1.0))])
    }

    fn sample(document: usize, strength: f64, role: &str, value: Option<&str>) -> Sample {
        Sample {
            document,
            features: vec![("cue", strength)],
            allowed: BTreeSet::from([role.to_owned()]),
            stands_for: value.map(|value| (value.to_owned(), role.to_owned())),
        }
    }

    #[test]
    fn a_feature_that_tells_gains_weight_and_the_gain_is_seen_on_other_documents() {
        let samples: Vec<Sample> =
            (0..60).flat_map(|at| [sample(at, 1.0, "yes", Some("a")), sample(at, 0.0, "no", None)]).collect();
        let mut fitted = roles();
        let told = fit_family("test", &mut fitted, &samples, 60);
        assert!(told.is_taken && told.cross_validated < told.before, "{told:?}");
        assert!(fitted["yes"]["cue"] > 1.0 && fitted["no"]["cue"] < 0.0, "{fitted:?}");
    }

    #[test]
    fn what_tells_nothing_is_left_as_it_is() {
        let mut random = Random::new(3);
        let mut documents: Vec<usize> = (0..40).collect();
        random.shuffle(&mut documents);
        let of = |(at, document): (usize, &usize)| {
            let strength = if document % 2 == 0 { 1.0 } else { 0.0 };
            sample(at, strength, if at % 4 == 0 { "yes" } else { "no" }, None)
        };
        let samples: Vec<Sample> = documents.iter().enumerate().map(of).collect();
        let mut fitted = roles();
        // The prior says one in four already.
        let told = fit_family("test", &mut fitted, &samples, 40);
        assert!(!told.is_taken, "{told:?}");
        assert_eq!(fitted, roles());
    }

    #[test]
    fn of_the_mentions_of_a_right_value_the_likeliest_counts() {
        let mut roles = roles();
        roles.get_mut("yes").unwrap().insert("cue".to_owned(), 2.0);
        let samples = [sample(0, 0.2, "yes", Some("a")), sample(0, 0.9, "yes", Some("a")), sample(0, 0.1, "no", None)];
        let counted = counting(&roles, &samples.iter().collect::<Vec<_>>());
        let strengths: Vec<f64> = counted.iter().map(|sample| sample.features[0].1).collect();
        assert_eq!(strengths, [0.1, 0.9]);
    }

    #[test]
    fn only_numbers_change_in_the_file() {
        let text = "# head\n[count.yes]\nbias = -0.5\n\"cue.before\" = 1.2\n# foot\n[other.yes]\nbias = 3\n";
        let mut weights: Weights = toml::from_str(text).unwrap();
        weights.get_mut("count").unwrap().get_mut("yes").unwrap().insert("cue.before".to_owned(), 2.345);
        assert_eq!(rewritten(text, &weights), text.replace("1.2", "2.35").replace("2.345", "2.35"));
        assert_eq!(rewritten(text, &toml::from_str(text).unwrap()), text);
    }
}
