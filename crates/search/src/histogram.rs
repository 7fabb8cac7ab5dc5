//! How amounts, counts, shares and dates are spread, in buckets that a query can name.

use chrono::{Datelike, NaiveDate};
use fineprint_model::PartialDate;
use fineprint_model::query::{Bucket, Field, Histogram, Node, Query, Value};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::query::{same_field, write_value};
use crate::schema::{AFFECTED, SHARE, day_columns, fine_column};

/// A decade is cut into 1, 2 and 5 where that gives no more buckets than this.
const MOST_FINE_BUCKETS: usize = 12;
/// Dates are counted by month where they span no more years than this.
const MOST_YEARS_OF_MONTHS: i32 = 3;

/// Whether a field has numbers or dates to count in buckets.
pub(crate) fn has_histogram(field: Field) -> bool {
    matches!(field, Field::Fine | Field::Share | Field::Affected | Field::Decided | Field::Published)
}

impl Engine {
    /// The spread of a field over the cases that a query finds; its own conditions on the field are left out, so that
    /// choosing a bucket does not empty the others.
    ///
    /// Amounts, people and shares are counted in buckets that grow by the power of ten (1, 2, 5 where there are
    /// few), dates by year, or by month where they span at most three years.
    ///
    /// # Errors
    /// [`Error::Request`] for a field without numbers, [`Error::Index`] where the index fails.
    pub fn histogram(&self, query: &Query, field: Field) -> Result<Histogram> {
        if !has_histogram(field) {
            return Err(Error::Request {
                place: "histogram",
                expected: "one of `fine`, `share`, `affected`, `decided` and `published`",
                found: field.as_str().to_owned(),
            });
        }
        let (others, own) = without(query, field);
        let plan = self.plan(&others, &[]);
        let spread = Spread { field, basis: query.basis };
        let gathered = self.inner.searcher.search(&plan.query, &spread).map_err(Error::index("count"))?;
        Ok(match field {
            Field::Decided | Field::Published => dates(field, &gathered, &own),
            _ => numbers(field, &gathered, &own),
        })
    }
}

/// The query without its conditions on a field, and those.
fn without(query: &Query, field: Field) -> (Query, Vec<Value>) {
    let nodes = match query.root.clone() {
        None => Vec::new(),
        Some(Node::And(nodes)) => nodes,
        Some(other) => vec![other],
    };
    let mut own = Vec::new();
    let mut left = Vec::new();
    for node in nodes {
        match node {
            Node::Value(of, value) if of == field => own.push(value),
            Node::Or(nodes) if same_field(&nodes) == Some(field) => {
                own.extend(nodes.into_iter().filter_map(|node| match node {
                    Node::Value(_, value) => Some(value),
                    _ => None,
                }));
            }
            other => left.push(other),
        }
    }
    let root = if left.len() > 1 { Some(Node::And(left)) } else { left.pop() };
    (Query { root, ..query.clone() }, own)
}

struct Spread {
    field: Field,
    basis: fineprint_model::Basis,
}

/// The values met: in euro cents, people, ratio, or first and last day.
#[derive(Default)]
struct Gathered {
    numbers: Vec<f64>,
    days: Vec<(i64, i64)>,
    unknown: usize,
}

enum Columns {
    Whole(Column<i64>),
    Ratio(Column<f64>),
    Days(Column<i64>, Column<i64>),
}

struct SegmentSpread {
    columns: Columns,
    gathered: Gathered,
}

impl Collector for Spread {
    type Fruit = Gathered;
    type Child = SegmentSpread;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentSpread> {
        let fast = reader.fast_fields();
        let columns = match self.field {
            Field::Share => Columns::Ratio(fast.f64(SHARE)?),
            Field::Affected => Columns::Whole(fast.i64(AFFECTED)?),
            Field::Decided | Field::Published => {
                let (from, to) = day_columns(self.field);
                Columns::Days(fast.i64(from)?, fast.i64(to)?)
            }
            _ => Columns::Whole(fast.i64(fine_column(self.basis))?),
        };
        Ok(SegmentSpread { columns, gathered: Gathered::default() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Gathered>) -> tantivy::Result<Gathered> {
        Ok(segments.into_iter().fold(Gathered::default(), |mut all, more| {
            all.numbers.extend(more.numbers);
            all.days.extend(more.days);
            all.unknown += more.unknown;
            all
        }))
    }
}

impl SegmentCollector for SegmentSpread {
    type Fruit = Gathered;

    fn collect(&mut self, doc: DocId, _: Score) {
        let Gathered { numbers, days, unknown } = &mut self.gathered;
        match &self.columns {
            #[expect(clippy::cast_precision_loss, reason = "cents and people stay below 2^53")]
            Columns::Whole(column) => match column.first(doc) {
                Some(value) => numbers.push(value as f64),
                None => *unknown += 1,
            },
            Columns::Ratio(column) => match column.first(doc) {
                Some(value) => numbers.push(value),
                None => *unknown += 1,
            },
            Columns::Days(from, to) => match (from.first(doc), to.first(doc)) {
                (Some(from), Some(to)) => days.push((from, to)),
                _ => *unknown += 1,
            },
        }
    }

    fn harvest(self) -> Gathered {
        self.gathered
    }
}

/// What one unit of the query language is in the column: 100 cents, a hundredth, one.
fn unit(field: Field) -> f64 {
    match field {
        Field::Fine => 100.0,
        Field::Share => 0.01,
        _ => 1.0,
    }
}

/// The lower ends of the buckets that hold every value, the end of the last one included.
///
/// Below one unit there is one bucket for everything.
fn edges(field: Field, values: &[f64]) -> Vec<f64> {
    let unit = unit(field);
    let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
    for value in values {
        low = low.min(value / unit);
        high = high.max(value / unit);
    }
    let ladder = |steps: &[f64]| {
        let lowest = if field == Field::Share { -2 } else { 0 };
        let rungs: Vec<f64> = (lowest..13).flat_map(|power| steps.iter().map(move |step| rung(*step, power))).collect();
        let first = rungs.iter().rposition(|rung| *rung <= low);
        let last = rungs.iter().position(|rung| *rung > high).unwrap_or(rungs.len() - 1);
        let mut edges: Vec<f64> = rungs[first.unwrap_or(0)..=last].to_vec();
        if first.is_none() {
            edges.insert(0, 0.0);
        }
        edges
    };
    let fine = ladder(&[1.0, 2.0, 5.0]);
    let edges = if fine.len() <= MOST_FINE_BUCKETS + 1 { fine } else { ladder(&[1.0]) };
    edges.into_iter().map(|edge| scale(field, edge)).collect()
}

/// `step` times ten to the power, as the decimal text reads.
fn rung(step: f64, power: i32) -> f64 {
    format!("{step}e{power}").parse().unwrap_or(step)
}

/// A number of units as the column has it, without an error of the last digit.
fn scale(field: Field, edge: f64) -> f64 {
    let power = match field {
        Field::Fine => 2,
        Field::Share => -2,
        _ => 0,
    };
    format!("{edge}e{power}").parse().unwrap_or(edge)
}

fn numbers(field: Field, gathered: &Gathered, own: &[Value]) -> Histogram {
    if gathered.numbers.is_empty() {
        return Histogram { field, buckets: Vec::new(), unknown: gathered.unknown };
    }
    let edges = edges(field, &gathered.numbers);
    let mut counts = vec![0; edges.len().saturating_sub(1)];
    for value in &gathered.numbers {
        let at = edges.partition_point(|edge| edge <= value).saturating_sub(1).min(counts.len().saturating_sub(1));
        if let Some(count) = counts.get_mut(at) {
            *count += 1;
        }
    }
    let below = |edge: f64| if field == Field::Share { edge.next_down() } else { edge - 1.0 };
    let buckets = edges.windows(2).zip(counts).map(|(ends, count)| {
        let (from, to) = (ends[0], below(ends[1]));
        let value = Value::Number { from: Some(from), to: Some(to) };
        let selected = own.iter().any(|own| {
            matches!(own, Value::Number { from: low, to: high }
                if low.is_none_or(|low| low <= from) && high.is_none_or(|high| high >= to))
        });
        let written = |number: f64| {
            let number = Some(number);
            write_value(field, &Value::Number { from: number, to: number })
        };
        let query = format!("{}:{}", field.as_str(), write_value(field, &value));
        Bucket { from: written(from), to: Some(written(ends[1])), count, query, selected }
    });
    Histogram { field, buckets: buckets.collect(), unknown: gathered.unknown }
}

fn dates(field: Field, gathered: &Gathered, own: &[Value]) -> Histogram {
    let date = |day: i64| i32::try_from(day).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
    let spans: Vec<(NaiveDate, NaiveDate)> =
        gathered.days.iter().filter_map(|(from, to)| Some((date(*from)?, date(*to)?))).collect();
    let (Some(first), Some(last)) =
        (spans.iter().map(|(from, _)| from.year()).min(), spans.iter().map(|(from, _)| from.year()).max())
    else {
        return Histogram { field, buckets: Vec::new(), unknown: gathered.unknown };
    };
    let monthly = last - first < MOST_YEARS_OF_MONTHS;
    let step = |day: &NaiveDate| if monthly { day.year() * 12 + day.month0().cast_signed() } else { day.year() };
    let (low, high) = (
        spans.iter().map(|(from, _)| step(from)).min().unwrap_or_default(),
        spans.iter().map(|(from, _)| step(from)).max().unwrap_or_default(),
    );
    let mut counts = vec![0_usize; usize::try_from(high - low).unwrap_or_default() + 1];
    let mut unknown = gathered.unknown;
    for (from, to) in &spans {
        // A date that may lie in several buckets is in none of them.
        let at = usize::try_from(step(from) - low).ok().filter(|_| step(from) == step(to));
        match at.and_then(|at| counts.get_mut(at)) {
            Some(count) => *count += 1,
            None => unknown += 1,
        }
    }
    let buckets = (low..).zip(counts).filter_map(|(step, count)| {
        let month = u32::try_from(step.rem_euclid(12)).ok()? + 1;
        let date =
            if monthly { PartialDate::month(step.div_euclid(12), month) } else { PartialDate::year(step) }.ok()?;
        let selected = own.iter().any(|own| {
            matches!(own, Value::Date { from, to }
                if from.is_none_or(|from| from.first_day() <= date.first_day())
                    && to.is_none_or(|to| to.last_day() >= date.last_day()))
        });
        let query = format!("{}:{date}", field.as_str());
        Some(Bucket { from: date.to_string(), to: Some(date.to_string()), count, query, selected })
    });
    // A month in which nothing was decided at either end is not listed.
    Histogram { field, buckets: buckets.collect(), unknown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_hold_their_values_and_grow_by_tens() {
        let edges = |field, values: &[f64]| edges(field, values);
        assert_eq!(edges(Field::Affected, &[3.0, 70.0]), [2.0, 5.0, 10.0, 20.0, 50.0, 100.0]);
        let decades = edges(Field::Affected, &[3.0, 2_500_000.0]);
        assert_eq!(decades, [1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6, 1e7]);
        assert_eq!(edges(Field::Fine, &[99.0, 250_000.0]).first(), Some(&0.0));
        assert_eq!(edges(Field::Share, &[0.015, 0.04]), [0.01, 0.02, 0.05]);
        assert_eq!(edges(Field::Affected, &[10.0]), [10.0, 20.0]);
    }
}
