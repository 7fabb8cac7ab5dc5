//! Fits the curves that turn scores into probabilities, and says what they are worth on documents they were not fitted on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fmt::Write as _;
use std::path::Path;

use fineprint_extract::{Context, extract_unfitted};
use fineprint_model::resolve::LEAST_CONFIDENCE;
use fineprint_model::{Claim, Source, SourceId, SourceKind, Term};
use fineprint_sources::parts;
use serde::{Deserialize, Serialize};

use crate::answer::Answer;
use crate::calibration::{Point, SURE, Sure, scores};
use crate::error::{Error, Result};
use crate::gold::{Entry, Gold};
use crate::mark::{Field, Mark, mark};
use crate::measure::{Options, input};
use crate::random::Random;
use crate::tally::Tally;

/// Parts into which documents are divided for cross-validation.
const FOLDS: usize = 10;
/// Values below which a kind of source has no curve of its own.
const OWN_CURVE: usize = 300;
/// Values below which a field has none.
const LEAST_VALUES: usize = 20;
/// How strongly a logistic curve is held at the identity, in values.
const RIDGE: f64 = 2.0;
/// Values that a step of a monotone curve is taken to have seen before, at the field's mean.
const PRIOR: f64 = 2.0;
/// The share of right values from which on [`SURE`] is said. It promises 98 of 100; a curve does better on the values it
/// was fitted on than on others.
const SURE_ASKED: f64 = 0.985;
/// Fewer values than this show nothing of that kind.
const LEAST_SURE: usize = 20;
/// What is said at most where the promise is not kept.
const UNSURE: f64 = 0.899;

/// A value, its score and whether it is right.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub field: Field,
    /// The source's kind, as the record names it.
    pub kind: String,
    /// The score as the logarithm of odds.
    pub odds: f64,
    pub is_right: bool,
    /// The document, whose values are right or wrong together.
    pub document: String,
    pub authority: String,
}

/// Samples of one field that is measured on one set of marked documents.
pub(crate) fn samples(
    answer: &Answer,
    expected: &BTreeMap<Field, crate::gold::Expected>,
    kind: &SourceKind,
    document: &str,
    authority: &str,
) -> Vec<Sample> {
    let mut samples = Vec::new();
    for (field, mark) in mark(answer, expected).iter().filter(|(field, _)| **field != Field::LegalRefs) {
        let both = mark.right.iter().map(|found| (found, true)).chain(mark.wrong.iter().map(|found| (found, false)));
        for (found, is_right) in both {
            let Some(score) = found.confidence else { continue };
            samples.push(Sample {
                field: *field,
                kind: kind.as_str().to_owned(),
                odds: log_odds(score),
                is_right,
                document: document.to_owned(),
                authority: authority.to_owned(),
            });
        }
    }
    samples
}

fn log_odds(score: f64) -> f64 {
    let share = score.clamp(1e-6, 1.0 - 1e-6);
    (share / (1.0 - share)).ln()
}

/// Samples of annotated documents.
fn of_gold(gold: &Gold) -> Vec<Sample> {
    gold.entries.iter().filter_map(unfitted).flat_map(|one| one.samples).collect()
}

/// An annotated document as it is read before any curve.
struct Unfitted {
    document: String,
    marks: BTreeMap<Field, Mark>,
    samples: Vec<Sample>,
}

fn unfitted(entry: &Entry) -> Option<Unfitted> {
    let kind = entry.source_kind();
    let parts = parts(&input(entry, kind.as_ref(), Options::default())).ok()?;
    let source = SourceId::new("text").ok()?;
    let context = Context {
        source: source.clone(),
        kind: parts.kind.clone(),
        authority: parts.authority.clone(),
        url: parts.document.url.clone(),
    };
    let claims: Vec<Claim> = parts.prose.iter().flat_map(|part| extract_unfitted(part, &context).claims).collect();
    // What labelled places state stands before the prose, as in a draft.
    let stated: BTreeSet<&str> = parts.labelled.iter().map(|claim| claim.statement.field()).collect();
    let prose = claims.into_iter().filter(|claim| !stated.contains(claim.statement.field()));
    let all: Vec<Claim> = parts.labelled.iter().cloned().chain(prose).collect();
    let answer = Answer::of_claims(&Source::new(source, parts.kind.clone()), &all);
    Some(Unfitted {
        document: entry.id.clone(),
        marks: mark(&answer, &entry.expected),
        samples: samples(&answer, &entry.expected, &parts.kind, &entry.id, &entry.authority),
    })
}

/// A curve: straight lines between points of log odds and probability.
#[derive(Debug, Clone, PartialEq)]
struct Curve(Vec<(f64, f64)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// The score as it is.
    Unfitted,
    /// A logistic curve with slope and offset (Platt 1999).
    Logistic,
    /// The best rising curve of steps (pool adjacent violators), joined by lines.
    Rising,
}

impl Shape {
    const ALL: [Self; 3] = [Self::Unfitted, Self::Logistic, Self::Rising];

    fn as_str(self) -> &'static str {
        match self {
            Self::Unfitted => "none",
            Self::Logistic => "logistic",
            Self::Rising => "rising",
        }
    }

    /// The curve that says [`SURE`] only where so many were right that it may.
    fn fit(self, points: &[(f64, bool)]) -> Curve {
        let curve = match self {
            Self::Unfitted => Curve(line(sigmoid)),
            Self::Logistic => logistic(points),
            Self::Rising => rising(points),
        };
        curve.promising(sure_from(points))
    }
}

/// The lowest score from which on [`SURE_ASKED`] of the values were right, the field's mean held against too few of
/// them; `None` where there is none.
#[expect(clippy::cast_precision_loss, reason = "counts of values")]
fn sure_from(points: &[(f64, bool)]) -> Option<f64> {
    let mean = points.iter().filter(|(_, is_right)| *is_right).count() as f64 / points.len().max(1) as f64;
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut values, mut right) = (0_usize, 0_usize);
    let mut from = None;
    for (at, (odds, is_right)) in sorted.iter().enumerate() {
        values += 1;
        right += usize::from(*is_right);
        let is_level_done = sorted.get(at + 1).is_none_or(|next| odds - next.0 > 1e-9);
        let share = (right as f64 + PRIOR * mean) / (values as f64 + PRIOR);
        if is_level_done && values >= LEAST_SURE && share >= SURE_ASKED {
            from = Some(*odds);
        }
    }
    from
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// A function as points, half a unit apart.
fn line(of: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    (-4..=16).map(|half| f64::from(half) / 2.0).map(|x| (x, of(x).clamp(0.001, 0.999))).collect()
}

/// Logistic regression of truth on log odds by Newton's method, held at slope 1 and offset 0.
fn logistic(points: &[(f64, bool)]) -> Curve {
    let (mut slope, mut offset) = (1.0_f64, 0.0_f64);
    for _ in 0..50 {
        let mut gradient = (RIDGE * (slope - 1.0), RIDGE * offset);
        let (mut ss, mut so, mut oo) = (RIDGE, 0.0, RIDGE);
        for (x, is_right) in points {
            let p = sigmoid(slope * x + offset);
            let error = p - f64::from(u8::from(*is_right));
            let weight = (p * (1.0 - p)).max(1e-9);
            gradient.0 += error * x;
            gradient.1 += error;
            ss += weight * x * x;
            so += weight * x;
            oo += weight;
        }
        let determinant = ss * oo - so * so;
        if determinant.abs() < 1e-12 {
            break;
        }
        let step =
            ((oo * gradient.0 - so * gradient.1) / determinant, (ss * gradient.1 - so * gradient.0) / determinant);
        slope -= step.0.clamp(-2.0, 2.0);
        offset -= step.1.clamp(-2.0, 2.0);
        if step.0.abs() + step.1.abs() < 1e-9 {
            break;
        }
    }
    // A curve that falls would say that the surer is the less likely: nothing was learnt.
    let slope = slope.max(0.0);
    Curve(line(|x| sigmoid(slope * x + offset)))
}

/// Pool adjacent violators, each step drawn to the mean of all by [`PRIOR`] values.
fn rising(points: &[(f64, bool)]) -> Curve {
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    #[expect(clippy::cast_precision_loss, reason = "counts of values")]
    let mean = sorted.iter().filter(|(_, is_right)| *is_right).count() as f64 / sorted.len().max(1) as f64;
    // Lowest and highest log odds, values, right ones; equal scores are one step from the start.
    let mut levels: Vec<(f64, f64, f64, f64)> = Vec::new();
    for (x, is_right) in sorted {
        let right = f64::from(u8::from(is_right));
        match levels.last_mut() {
            Some(last) if (last.1 - x).abs() < 1e-9 => {
                last.2 += 1.0;
                last.3 += right;
            }
            _ => levels.push((x, x, 1.0, right)),
        }
    }
    let mut steps: Vec<(f64, f64, f64, f64)> = Vec::new();
    for level in levels {
        steps.push(level);
        while let [.., before, last] = steps.as_slice() {
            if before.3 / before.2 < last.3 / last.2 {
                break;
            }
            let joined = (before.0, last.1, before.2 + last.2, before.3 + last.3);
            steps.truncate(steps.len() - 2);
            steps.push(joined);
        }
    }
    let mut curve: Vec<(f64, f64)> = Vec::new();
    for (from, to, values, right) in steps {
        let share = ((right + PRIOR * mean) / (values + PRIOR)).clamp(0.001, 0.999);
        // Drawn to the mean unequally, steps may cross again.
        let share = curve.last().map_or(share, |(_, before)| share.max(*before));
        for x in [from, to] {
            if curve.last().is_none_or(|(before, _)| x > before + 1e-6) {
                curve.push((x, share));
            }
        }
    }
    if curve.len() == 1 {
        curve.push((curve[0].0 + 1.0, curve[0].1));
    }
    Curve(curve)
}

impl Curve {
    /// The same, at [`SURE`] or more from a score on and below it before.
    fn promising(self, from: Option<f64>) -> Self {
        /// Scores nearer than this are one in the file.
        const STEP: f64 = 0.002;
        let from = from.unwrap_or(f64::INFINITY) - STEP;
        let mut points: Vec<(f64, f64)> = Vec::new();
        for (x, y) in &self.0 {
            if *x < from - STEP {
                points.push((*x, y.min(UNSURE)));
            }
        }
        if from.is_finite() {
            points.push((from - STEP, self.at(from - STEP).min(UNSURE)));
            points.push((from, self.at(from).max(SURE)));
            points.extend(self.0.iter().filter(|(x, _)| *x > from).map(|(x, y)| (*x, y.max(SURE))));
        }
        Self(points)
    }

    fn at(&self, x: f64) -> f64 {
        match self.0.iter().position(|(at, _)| *at > x) {
            None => self.0.last().map_or_else(|| sigmoid(x), |(_, y)| *y),
            Some(0) => self.0.first().map_or_else(|| sigmoid(x), |(_, y)| *y),
            Some(next) => {
                let ((x0, y0), (x1, y1)) = (self.0[next - 1], self.0[next]);
                y0 + (y1 - y0) * (x - x0) / (x1 - x0)
            }
        }
    }
}

/// What a curve is worth on some values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worth {
    /// Mean squared difference of probability and truth.
    pub brier: f64,
    /// Expected calibration error.
    pub ece: f64,
    /// Values with 0.9 or more.
    pub sure: usize,
    /// How many of those are right.
    pub sure_right: usize,
}

fn worth(points: &[Point]) -> Worth {
    let (brier, ece) = scores(points);
    let sure = points.iter().filter(|(probability, _)| *probability >= SURE);
    Worth { brier, ece, sure: sure.clone().count(), sure_right: sure.filter(|(_, is_right)| *is_right).count() }
}

/// A curve and its worth.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// The field.
    pub field: Field,
    /// The kind of source; `any` for all.
    pub kind: String,
    /// Values it was fitted on.
    pub values: usize,
    /// How many of them are right.
    pub right: usize,
    /// Which shape did best on documents it was not fitted on; `none` where the score itself did.
    pub shape: &'static str,
    /// The score as it is.
    pub before: Worth,
    /// On the values it was fitted on.
    pub fitted: Worth,
    /// On documents that it was not fitted on, ten parts in turn.
    pub cross_validated: Worth,
    /// On the cases of an authority that it was not fitted on, each in turn.
    pub other_authority: Worth,
    points: Vec<(f64, f64)>,
}

/// Curves for every field, and for kinds of source with enough values.
#[derive(Debug, Clone, Default)]
pub struct Fit {
    /// In the order of fields.
    pub curves: Vec<Fitted>,
    /// Documents learnt from.
    pub documents: usize,
}

/// Fits on annotated documents, on pages with tables of facts, or both. Of pages only those facts count that the reader
/// could see in the text.
///
/// # Errors
/// [`Error::Empty`] where no field has enough values.
pub fn fit(gold: &[Gold], pages: Option<&Path>) -> Result<Fit> {
    crate::measure::prepare();
    let mut samples: Vec<Sample> = gold.iter().flat_map(of_gold).collect();
    if let Some(folder) = pages {
        samples.extend(crate::pages::samples(folder)?);
    }
    let documents: BTreeSet<&str> = samples.iter().map(|sample| sample.document.as_str()).collect();
    let mut fit = Fit { documents: documents.len(), curves: Vec::new() };
    for field in Field::ALL {
        let of_field: Vec<&Sample> = samples.iter().filter(|sample| sample.field == field).collect();
        if of_field.len() < LEAST_VALUES {
            continue;
        }
        fit.curves.push(fit_one(field, "any", &of_field));
        let kinds: BTreeSet<&str> = of_field.iter().map(|sample| sample.kind.as_str()).collect();
        for kind in kinds {
            let own: Vec<&Sample> = of_field.iter().copied().filter(|sample| sample.kind == kind).collect();
            if own.len() >= OWN_CURVE && own.len() < of_field.len() {
                fit.curves.push(fit_one(field, kind, &own));
            }
        }
    }
    if fit.curves.is_empty() {
        let path = pages.unwrap_or_else(|| Path::new("the annotated documents")).to_owned();
        return Err(Error::Empty { path, expected: "at least twenty values of a field" });
    }
    Ok(fit)
}

/// The shape that does best on documents it was not fitted on.
fn best_shape(samples: &[&Sample]) -> Shape {
    let folds = folds(samples);
    let by_fold = |sample: &Sample| folds.get(sample.document.as_str()).copied().unwrap_or_default().to_string();
    let brier = |shape: Shape| worth(&held_out(samples, shape, &by_fold)).brier;
    Shape::ALL.into_iter().min_by(|a, b| brier(*a).total_cmp(&brier(*b))).unwrap_or(Shape::Unfitted)
}

fn fit_one(field: Field, kind: &str, samples: &[&Sample]) -> Fitted {
    let folds = folds(samples);
    let by_fold = |sample: &Sample| folds.get(sample.document.as_str()).copied().unwrap_or_default().to_string();
    let validated = |shape: Shape| held_out(samples, shape, &by_fold);
    let shape = best_shape(samples);
    let all: Vec<(f64, bool)> = samples.iter().map(|sample| (sample.odds, sample.is_right)).collect();
    let curve = shape.fit(&all);
    let on_all = |curve: &Curve| worth(&all.iter().map(|(x, is_right)| (curve.at(*x), *is_right)).collect::<Vec<_>>());
    Fitted {
        field,
        kind: kind.to_owned(),
        values: all.len(),
        right: all.iter().filter(|(_, is_right)| *is_right).count(),
        shape: shape.as_str(),
        before: on_all(&Curve(line(sigmoid))),
        fitted: on_all(&curve),
        cross_validated: worth(&validated(shape)),
        other_authority: worth(&held_out(samples, shape, &|sample| sample.authority.clone())),
        points: curve.0,
    }
}

/// A field's figures with curves that were fitted without the documents they are measured on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct HeldOut {
    /// The counts.
    #[serde(flatten)]
    pub tally: Tally,
    /// Harmonic mean of precision and recall; `None` where nothing was found or expected.
    pub f1: Option<f64>,
    /// Values given with 0.9 or more.
    pub sure: Sure,
}

/// Every field's figures, each document read with curves fitted on the other nine parts of the set; empty for sets too
/// small to be parted.
pub(crate) fn cross_validated(gold: &Gold) -> BTreeMap<Field, HeldOut> {
    if gold.entries.len() < 2 * FOLDS {
        return BTreeMap::new();
    }
    let read: Vec<Unfitted> = gold.entries.iter().filter_map(unfitted).collect();
    let samples: Vec<Sample> = read.iter().flat_map(|one| one.samples.clone()).collect();
    let mut out: BTreeMap<Field, HeldOut> = BTreeMap::new();
    for field in Field::ALL {
        // Provisions are fitted at full depth; an article is as sure as the surest provision of it.
        let fitted = if field == Field::LegalRefs { Field::LegalRefsFull } else { field };
        let of_field: Vec<&Sample> = samples.iter().filter(|sample| sample.field == fitted).collect();
        let folds = folds(&of_field);
        let shape = best_shape(&of_field);
        let curves: Vec<Option<Curve>> = (0..FOLDS)
            .map(|fold| {
                let is_other = |sample: &&&Sample| folds.get(sample.document.as_str()) != Some(&fold);
                let others: Vec<(f64, bool)> =
                    of_field.iter().filter(is_other).map(|sample| (sample.odds, sample.is_right)).collect();
                (others.len() >= LEAST_VALUES).then(|| shape.fit(&others))
            })
            .collect();
        let mut figure = HeldOut::default();
        let mut is_annotated = false;
        for one in &read {
            let Some(mark) = one.marks.get(&field) else { continue };
            is_annotated = true;
            let curve = folds.get(one.document.as_str()).and_then(|fold| curves.get(*fold)?.as_ref());
            let both =
                mark.right.iter().map(|found| (found, true)).chain(mark.wrong.iter().map(|found| (found, false)));
            figure.tally.missed += mark.missed.len();
            for (found, is_right) in both {
                let probability = found.confidence.map_or(1.0, |score| match curve {
                    Some(curve) => curve.at(log_odds(score)),
                    None => score.min(UNSURE),
                });
                if probability < LEAST_CONFIDENCE {
                    figure.tally.missed += usize::from(is_right);
                    continue;
                }
                figure.tally.right += usize::from(is_right);
                figure.tally.wrong += usize::from(!is_right);
                if found.confidence.is_some() && probability >= SURE {
                    figure.sure.values += 1;
                    figure.sure.right += usize::from(is_right);
                }
            }
        }
        if is_annotated {
            figure.f1 = figure.tally.f1();
            out.insert(field, figure);
        }
    }
    out
}

/// Document -> its part; drawn, but the same in every run.
fn folds<'a>(samples: &[&'a Sample]) -> BTreeMap<&'a str, usize> {
    let documents: BTreeSet<&str> = samples.iter().map(|sample| sample.document.as_str()).collect();
    let mut documents: Vec<&str> = documents.into_iter().collect();
    Random::new(7).shuffle(&mut documents);
    documents.into_iter().enumerate().map(|(at, document)| (document, at % FOLDS)).collect()
}

/// Probabilities of values by curves that were fitted without their group.
fn held_out(samples: &[&Sample], shape: Shape, group: &dyn Fn(&Sample) -> String) -> Vec<Point> {
    let mut groups: BTreeMap<String, Vec<&Sample>> = BTreeMap::new();
    for sample in samples {
        groups.entry(group(sample)).or_default().push(sample);
    }
    let mut points = Vec::new();
    for (name, held) in &groups {
        let others: Vec<(f64, bool)> = groups
            .iter()
            .filter(|(other, _)| *other != name)
            .flat_map(|(_, list)| list.iter().map(|sample| (sample.odds, sample.is_right)))
            .collect();
        let curve = shape.fit(&others);
        points.extend(held.iter().map(|sample| (curve.at(sample.odds), sample.is_right)));
    }
    points
}

impl Fit {
    /// The curves as the file that extraction reads.
    pub fn to_toml(&self) -> String {
        let mut out = format!(
            "# How many of 100 values with a score were right: for a field and a kind of source, points of the score (logarithm\n\
             # of odds) and the probability. Fitted by `fineprint evaluate --fit` on {} documents; not to be changed by hand.\n\
             # 0.9 or more is said only from the score on from which {:.1} of 100 values were right.\n",
            self.documents,
            SURE_ASKED * 100.0
        );
        for curve in &self.curves {
            for field in statement_fields(curve.field) {
                let points: Vec<String> = curve.points.iter().map(|(x, y)| format!("[{x:.3}, {y:.4}]")).collect();
                // Writing to a String cannot fail.
                let _ = write!(
                    out,
                    "\n# {}, {} values; Brier {:.4} before, {:.4} cross-validated\n[[curve]]\nfield = \"{field}\"\nkind = \"{}\"\npoints = [{}]\n",
                    curve.shape,
                    curve.values,
                    curve.before.brier,
                    curve.cross_validated.brier,
                    curve.kind,
                    points.join(", ")
                );
            }
        }
        out
    }
}

/// The fields of claims that a measured field is made of.
fn statement_fields(field: Field) -> &'static [&'static str] {
    match field {
        Field::Authority => &["authority"],
        Field::Parties => &["party"],
        Field::Fines => &["money"],
        Field::Outcome => &["outcome", "measure", "stage"],
        Field::LegalRefs | Field::LegalRefsFull => &["finding"],
        Field::Affected => &["affected-people", "affected-records", "affected-organisations"],
        Field::DecisionDate => &["decided-on"],
        Field::PublicationDate => &["published-on"],
        Field::CaseRef => &["reference"],
    }
}

impl fmt::Display for Fit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "curves from {} documents; of each: Brier score, expected calibration error, right of those with 0.9 or more\n",
            self.documents
        )?;
        writeln!(
            f,
            "{:<38}  {:<8}  {:<24}  {:<24}  {:<24}  other authority",
            "field, kind, right of values", "shape", "score as it is", "fitted", "cross-validated"
        )?;
        for curve in &self.curves {
            let name = format!("{} {} {}/{}", curve.field.as_str(), curve.kind, curve.right, curve.values);
            let told =
                |worth: Worth| format!("{:.4} {:.4} {}/{}", worth.brier, worth.ece, worth.sure_right, worth.sure);
            writeln!(
                f,
                "{name:<38}  {:<8}  {:<24}  {:<24}  {:<24}  {}",
                curve.shape,
                told(curve.before),
                told(curve.fitted),
                told(curve.cross_validated),
                told(curve.other_authority)
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values whose score promises too much: of those that say 0.88, six in ten are right.
    fn boastful(count: usize) -> Vec<Sample> {
        (0..count)
            .map(|at| Sample {
                field: Field::Fines,
                kind: "news".into(),
                odds: if at % 2 == 0 { 2.0 } else { 4.0 },
                is_right: if at % 2 == 0 { at % 10 < 6 } else { at % 20 != 1 },
                document: format!("d{at}"),
                authority: format!("a{}", at % 7),
            })
            .collect()
    }

    #[test]
    fn a_fitted_curve_keeps_its_word_on_documents_it_did_not_see() {
        let samples = boastful(1000);
        let fitted = fit_one(Field::Fines, "any", &samples.iter().collect::<Vec<_>>());
        assert_ne!(fitted.shape, "none");
        assert!(fitted.cross_validated.brier < fitted.before.brier, "{fitted:?}");
        assert!(fitted.cross_validated.ece < 0.05, "{fitted:?}");
        assert!(fitted.other_authority.ece < 0.05, "{fitted:?}");
        let curve = Curve(fitted.points);
        assert!((curve.at(2.0) - 0.6).abs() < 0.05 && (curve.at(4.0) - 0.9).abs() < 0.05, "{curve:?}");
    }

    #[test]
    fn curves_rise_whatever_the_values_say() {
        let falling: Vec<(f64, bool)> = (0..40).map(|at| (f64::from(at) / 10.0, at < 20)).collect();
        for shape in Shape::ALL {
            let curve = shape.fit(&falling);
            assert!(
                curve.0.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1),
                "{shape:?} {curve:?}"
            );
        }
        assert_eq!(rising(&[(1.0, true)]).0.len(), 2, "one value is a level line");
    }

    #[test]
    fn a_document_is_in_one_part_only() {
        let mut samples = boastful(50);
        samples.iter_mut().for_each(|sample| sample.document = "same".into());
        samples[0].document = "other".into();
        let list: Vec<&Sample> = samples.iter().collect();
        assert_eq!(folds(&list).len(), 2);
        let held = held_out(&list, Shape::Rising, &|sample| sample.document.clone());
        assert_eq!(held.len(), 50);
    }

    #[test]
    fn the_file_names_the_fields_of_claims() {
        let samples = boastful(100);
        let fitted = fit_one(Field::Outcome, "any", &samples.iter().collect::<Vec<_>>());
        let text = Fit { documents: 100, curves: vec![fitted] }.to_toml();
        let table: toml::Table = text.parse().unwrap();
        let fields: Vec<&str> =
            table["curve"].as_array().unwrap().iter().map(|curve| curve["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["outcome", "measure", "stage"]);
    }
}
