//! What a measuring found: figures for people and for the next run to be held against.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::calibration::{Calibration, Sure};
use crate::error::{Error, Result};
use crate::fit::HeldOut;
use crate::gold::{Expected, Problem};
use crate::mark::{Field, Mark, class};
use crate::measure::speed;
use crate::tally::{Interval, Tally, interval};
use crate::text::figure;

/// The form of reports this program writes.
const FORMAT: u32 = 1;

/// One field of one group of documents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// How the documents are grouped: `all`, `kind`, `language`, `verbatim`, `part`.
    pub by: String,
    /// Which of the groups.
    pub group: String,
    /// The field.
    pub field: Field,
    /// Documents in the group for which the field is annotated.
    pub documents: usize,
    /// The counts.
    #[serde(flatten)]
    pub tally: Tally,
    /// Of what was found, the share that is right; `None` where nothing was found.
    pub precision: Option<f64>,
    /// Of what was expected, the share that was found; `None` where nothing was expected.
    pub recall: Option<f64>,
    /// Harmonic mean of both.
    pub f1: Option<f64>,
    /// Where F1 lies in 95 of 100 resamplings of the documents.
    pub interval: Option<Interval>,
}

/// The mean of F1 over authorities, each counting alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Macro {
    /// The field.
    pub field: Field,
    /// Authorities for which it has a figure.
    pub authorities: usize,
    /// The mean.
    pub f1: f64,
    /// The authority with the lowest figure, and that figure.
    pub lowest: (String, f64),
}

/// Bytes and time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Speed {
    /// Bytes read.
    pub bytes: usize,
    /// Time from bytes to draft, of all documents together.
    pub seconds: f64,
    /// Million bytes a second.
    pub megabytes_per_second: f64,
    /// Milliseconds for the middle document.
    pub median_ms: f64,
    /// Milliseconds for the slowest.
    pub slowest_ms: f64,
    /// The slowest.
    pub slowest: String,
}

/// One field of one document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Wrong {
    /// Values found and expected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub right: Vec<String>,
    /// Values found and not expected, each with its confidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wrong: Vec<(String, Option<f64>)>,
    /// Values expected and not found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<String>,
    /// What kind of error it is; `None` where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
}

/// One document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// Whether no case would be made of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_without_case: bool,
    /// Milliseconds from bytes to draft.
    pub ms: f64,
    /// By annotated field.
    pub fields: BTreeMap<Field, Wrong>,
}

/// A measuring.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The form of the report.
    pub format: u32,
    /// What was measured with.
    pub data: String,
    /// Which way the documents took.
    pub path: String,
    /// Documents measured.
    pub documents: usize,
    /// Documents of which no case would be made.
    pub without_case: usize,
    /// What of the annotations could not be read.
    pub problems: Vec<Problem>,
    /// Precision, recall and F1.
    pub figures: Vec<Figure>,
    /// F1 by authority, averaged.
    pub macro_by_authority: Vec<Macro>,
    /// Simple rules for the fine.
    pub baselines: BTreeMap<String, Tally>,
    /// Every field's figures with curves fitted without the documents measured; empty where the set is too small.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub cross_validated: BTreeMap<Field, HeldOut>,
    /// Confidence against truth.
    pub calibration: Calibration,
    /// Of the values missed, how many a person would be asked about, by field.
    pub in_review: BTreeMap<Field, usize>,
    /// Bytes and time.
    pub speed: Speed,
    /// Every document.
    pub items: Vec<Item>,
}

/// A document as it was marked.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    pub id: String,
    /// How it is grouped, and into which group.
    pub groups: Vec<(&'static str, String)>,
    pub authority: String,
    pub is_without_case: bool,
    pub expected: BTreeMap<Field, Expected>,
    pub marks: BTreeMap<Field, Mark>,
    pub in_review: BTreeMap<Field, usize>,
    pub bytes: usize,
    pub time: Duration,
}

impl Report {
    pub(crate) fn new(data: &str, path: &str) -> Self {
        Self {
            format: FORMAT,
            data: data.to_owned(),
            path: path.to_owned(),
            documents: 0,
            without_case: 0,
            problems: Vec::new(),
            figures: Vec::new(),
            macro_by_authority: Vec::new(),
            baselines: BTreeMap::new(),
            cross_validated: BTreeMap::new(),
            calibration: Calibration::default(),
            in_review: BTreeMap::new(),
            speed: Speed::default(),
            items: Vec::new(),
        }
    }

    /// Reads a report that was printed as JSON.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Report`].
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(Error::io(path))?;
        let failed = |message: String| Error::Report { path: path.to_owned(), message };
        let report: Self = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
        if report.format > FORMAT {
            return Err(failed(format!("expected format {FORMAT} or older, found {}", report.format)));
        }
        Ok(report)
    }

    pub(crate) fn fill(&mut self, measured: Vec<Measured>, by: &[&str]) {
        self.documents = measured.len();
        self.without_case = measured.iter().filter(|one| one.is_without_case).count();
        self.figures = by.iter().flat_map(|by| figures(&measured, by)).collect();
        self.macro_by_authority = Field::ALL.into_iter().filter_map(|field| macro_f1(&measured, field)).collect();
        self.calibration =
            Calibration::of(measured.iter().flat_map(|one| one.marks.iter().map(|(field, mark)| (*field, mark))));
        for one in &measured {
            for (field, count) in &one.in_review {
                *self.in_review.entry(*field).or_default() += count;
            }
        }
        self.speed = speed(&measured);
        self.items = measured.into_iter().map(item).collect();
    }

    /// The figure of a field over all documents, or over a group.
    pub fn figure(&self, by: &str, group: &str, field: Field) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.by == by && figure.group == group && figure.field == field)
    }

    /// Every document's fields that are not all right, as `--errors` prints them.
    pub fn errors(&self) -> impl Iterator<Item = (&Item, Field, &Wrong)> {
        self.items.iter().flat_map(|item| {
            item.fields
                .iter()
                .filter(|(_, wrong)| wrong.class.is_some())
                .map(move |(field, wrong)| (item, *field, wrong))
        })
    }
}

fn item(one: Measured) -> Item {
    let fields = one
        .marks
        .iter()
        .map(|(field, mark)| {
            let class = one.expected.get(field).and_then(|expected| class(*field, mark, expected)).map(str::to_owned);
            let wrong = Wrong {
                right: mark.right.iter().map(|found| found.value.clone()).collect(),
                wrong: mark.wrong.iter().map(|found| (found.value.clone(), found.confidence)).collect(),
                missed: mark.missed.clone(),
                class,
            };
            (*field, wrong)
        })
        .collect();
    let ms = (one.time.as_secs_f64() * 1e6).round() / 1e3;
    Item { id: one.id, is_without_case: one.is_without_case, ms, fields }
}

fn figures(measured: &[Measured], by: &str) -> Vec<Figure> {
    let group_of = |one: &Measured| match by {
        "all" => Some("all".to_owned()),
        _ => one.groups.iter().find(|(name, _)| *name == by).map(|(_, group)| group.clone()),
    };
    let groups: BTreeSet<String> = measured.iter().filter_map(&group_of).collect();
    let of_group = |group: String| {
        let within: Vec<&Measured> =
            measured.iter().filter(|one| group_of(one).as_deref() == Some(group.as_str())).collect();
        Field::ALL.into_iter().filter_map(move |field| {
            let tallies: Vec<Tally> = within.iter().filter_map(|one| Some(one.marks.get(&field)?.tally())).collect();
            let mut sum = Tally::default();
            tallies.iter().for_each(|tally| sum += *tally);
            (!tallies.is_empty()).then(|| Figure {
                by: by.to_owned(),
                group: group.clone(),
                field,
                documents: tallies.len(),
                tally: sum,
                precision: sum.precision(),
                recall: sum.recall(),
                f1: sum.f1(),
                interval: interval(&tallies),
            })
        })
    };
    groups.into_iter().flat_map(of_group).collect()
}

fn macro_f1(measured: &[Measured], field: Field) -> Option<Macro> {
    let mut by_authority: BTreeMap<&str, Tally> = BTreeMap::new();
    for one in measured {
        if let Some(mark) = one.marks.get(&field) {
            *by_authority.entry(&one.authority).or_default() += mark.tally();
        }
    }
    let figures: Vec<(&str, f64)> =
        by_authority.into_iter().filter_map(|(authority, tally)| Some((authority, tally.f1()?))).collect();
    let (name, lowest) = figures.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1))?;
    #[expect(clippy::cast_precision_loss, reason = "a count of authorities")]
    let mean = figures.iter().map(|(_, f1)| f1).sum::<f64>() / figures.len() as f64;
    Some(Macro { field, authorities: figures.len(), f1: mean, lowest: (name.to_owned(), lowest) })
}

/// A difference between two reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The document.
    pub id: String,
    /// The field.
    pub field: Field,
    /// Whether it is better now.
    pub is_gain: bool,
    /// What changed, as in `found EUR 5`.
    pub what: String,
}

/// Every gain and loss since an earlier report, for the documents that both measured.
pub fn changes(before: &Report, now: &Report) -> Vec<Change> {
    let known: BTreeMap<&str, &Item> = before.items.iter().map(|item| (item.id.as_str(), item)).collect();
    let mut changes = Vec::new();
    for item in &now.items {
        let Some(old) = known.get(item.id.as_str()) else { continue };
        for (field, new) in &item.fields {
            let Some(old) = old.fields.get(field) else { continue };
            let mut add = |is_gain: bool, what: String| {
                changes.push(Change { id: item.id.clone(), field: *field, is_gain, what });
            };
            let wrong = |of: &Wrong| of.wrong.iter().map(|(value, _)| value.clone()).collect::<BTreeSet<String>>();
            let missed = |of: &Wrong| of.missed.iter().cloned().collect::<BTreeSet<String>>();
            let (wrong_before, wrong_now) = (wrong(old), wrong(new));
            let (missed_before, missed_now) = (missed(old), missed(new));
            missed_before.difference(&missed_now).for_each(|value| add(true, format!("found {value}")));
            wrong_before.difference(&wrong_now).for_each(|value| add(true, format!("no longer says {value}")));
            missed_now.difference(&missed_before).for_each(|value| add(false, format!("misses {value}")));
            wrong_now.difference(&wrong_before).for_each(|value| add(false, format!("says {value}")));
        }
    }
    changes
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} documents, {}", self.data, self.documents, self.path)?;
        if self.without_case > 0 {
            writeln!(
                f,
                "`ingest` would make no case of {} of them; what was read of these is measured all the same",
                self.without_case
            )?;
        }
        let mut last = "";
        for figure in &self.figures {
            let group = if figure.by == "all" { "all".to_owned() } else { format!("{}: {}", figure.by, figure.group) };
            if last != figure.by.as_str() || figure.field == Field::ALL[0] {
                let beside =
                    if figure.by == "all" && !self.cross_validated.is_empty() { "  cross-validated F1" } else { "" };
                writeln!(f, "\n{group:<22}  precision  recall     F1  95 % interval    right  wrong  missed{beside}")?;
            }
            last = &figure.by;
            let held_out = self.cross_validated.get(&figure.field).filter(|_| figure.by == "all");
            self::line(f, figure.field.as_str(), figure, held_out)?;
        }
        if !self.macro_by_authority.is_empty() {
            writeln!(f, "\nmean over authorities   authorities     F1  lowest")?;
            for one in &self.macro_by_authority {
                let (name, lowest) = &one.lowest;
                writeln!(
                    f,
                    "  {:<20}  {:>11}  {:.3}  {name} {lowest:.3}",
                    one.field.as_str(),
                    one.authorities,
                    one.f1
                )?;
            }
        }
        if !self.baselines.is_empty() {
            writeln!(f, "\nsimple rules for fines   precision  recall     F1")?;
            for (rule, tally) in &self.baselines {
                let (p, r, f1) = (figure(tally.precision()), figure(tally.recall()), figure(tally.f1()));
                writeln!(f, "  {rule:<20}  {p:>9}  {r:>6}  {f1:>5}")?;
            }
        }
        self.write_calibration(f)?;
        if !self.in_review.is_empty() {
            let list: Vec<String> =
                self.in_review.iter().map(|(field, count)| format!("{} {count}", field.as_str())).collect();
            writeln!(f, "\nof the values missed, a person would be asked about: {}", list.join(", "))?;
        }
        let speed = &self.speed;
        writeln!(
            f,
            "\n{} bytes in {:.3} s: {:.1} MB/s; {:.2} ms for the middle document, {:.1} ms for the slowest ({})",
            speed.bytes, speed.seconds, speed.megabytes_per_second, speed.median_ms, speed.slowest_ms, speed.slowest
        )
    }
}

fn line(f: &mut fmt::Formatter<'_>, name: &str, of: &Figure, held_out: Option<&HeldOut>) -> fmt::Result {
    let interval = of.interval.map_or_else(|| "-".to_owned(), |range| format!("{:.3} to {:.3}", range.low, range.high));
    writeln!(
        f,
        "  {name:<20}  {:>9}  {:>6}  {:>5}  {interval:<14}  {:>6}  {:>5}  {:>6}{}",
        figure(of.precision),
        figure(of.recall),
        figure(of.f1),
        of.tally.right,
        of.tally.wrong,
        of.tally.missed,
        held_out.map_or_else(String::new, |one| format!("  {:>18}", figure(one.f1)))
    )
}

impl Report {
    fn write_calibration(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calibration = &self.calibration;
        if calibration.values == 0 {
            return Ok(());
        }
        writeln!(f, "\nconfidence    values  right  share right  mean confidence")?;
        #[expect(clippy::cast_precision_loss, reason = "counts of values")]
        for band in &calibration.bands {
            let share = band.right as f64 / band.values.max(1) as f64;
            writeln!(
                f,
                "  {:.1} to {:.1}  {:>6}  {:>5}  {share:>11.3}  {:>15.3}",
                band.from, band.to, band.values, band.right, band.mean_confidence
            )?;
        }
        writeln!(f, "  Brier score {:.4}, expected calibration error {:.4}", calibration.brier, calibration.ece)?;
        let sure = calibration.sure;
        writeln!(
            f,
            "  given with 0.9 or more: {} values, {} right ({})",
            sure.values,
            sure.right,
            figure(sure.share())
        )?;
        if !self.cross_validated.is_empty() {
            let mut sure = Sure::default();
            for one in self.cross_validated.iter().filter(|(field, _)| **field != Field::LegalRefs).map(|(_, one)| one)
            {
                sure.values += one.sure.values;
                sure.right += one.sure.right;
            }
            writeln!(f, "  cross-validated: {} values, {} right ({})", sure.values, sure.right, figure(sure.share()))?;
        }
        let by_field: Vec<String> = calibration
            .sure_by_field
            .iter()
            .map(|(field, sure)| format!("{} {}/{}", field.as_str(), sure.right, sure.values))
            .collect();
        writeln!(f, "  of them right by field: {}", by_field.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(items: &[(&str, &[&str], &[&str])]) -> Report {
        let item = |(id, wrong, missed): &(&str, &[&str], &[&str])| Item {
            id: (*id).to_owned(),
            is_without_case: false,
            ms: 1.0,
            fields: BTreeMap::from([(
                Field::Fines,
                Wrong {
                    wrong: wrong.iter().map(|value| ((*value).to_owned(), Some(0.5))).collect(),
                    missed: missed.iter().map(ToString::to_string).collect(),
                    ..Wrong::default()
                },
            )]),
        };
        Report { items: items.iter().map(item).collect(), ..Report::new("set", "test") }
    }

    #[test]
    fn gains_and_losses_are_told_value_by_value() {
        let before = report(&[("a", &["EUR 1"], &["EUR 2"]), ("b", &[], &[]), ("gone", &[], &["EUR 9"])]);
        let now = report(&[("a", &[], &[]), ("b", &["EUR 3"], &["EUR 4"]), ("new", &["EUR 8"], &[])]);
        let told: Vec<(bool, String)> = changes(&before, &now)
            .into_iter()
            .map(|change| (change.is_gain, format!("{} {}", change.id, change.what)))
            .collect();
        assert_eq!(
            told,
            [
                (true, "a found EUR 2".to_owned()),
                (true, "a no longer says EUR 1".to_owned()),
                (false, "b misses EUR 4".to_owned()),
                (false, "b says EUR 3".to_owned()),
            ]
        );
        assert_eq!(changes(&now, &now), []);
    }

    #[test]
    fn a_report_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        let written = report(&[("a", &["EUR 1"], &["EUR 2"])]);
        std::fs::write(&path, serde_json::to_string(&written).unwrap()).unwrap();
        assert_eq!(Report::read(&path).unwrap(), written);
        std::fs::write(&path, "{}").unwrap();
        assert!(Report::read(&path).unwrap_err().to_string().contains("fineprint evaluate --format json"));
    }
}
