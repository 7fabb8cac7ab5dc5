//! The least that counting can cost: the values of the matching cases as plain numbers, in plain arrays, each added to
//! its counter.

use std::collections::HashMap;
use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::rows::Row;

/// A facet: where each case's values begin, and the values.
#[derive(Default)]
struct Facet {
    starts: Vec<u32>,
    values: Vec<u32>,
    numbers: HashMap<String, u32>,
}

impl Facet {
    fn add<'a>(&mut self, values: impl IntoIterator<Item = &'a String>) {
        self.starts.push(u32::try_from(self.values.len()).unwrap_or(u32::MAX));
        for value in values {
            let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
            self.values.push(*self.numbers.entry(value.clone()).or_insert(next));
        }
    }

    fn count(&self, cases: &[u32]) -> Vec<u32> {
        let mut counts = vec![0; self.numbers.len()];
        for case in cases {
            let at = *case as usize;
            for value in &self.values[self.starts[at] as usize..self.starts[at + 1] as usize] {
                counts[*value as usize] += 1;
            }
        }
        counts
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    /// Lower-case words that all must occur; none for everything.
    words: Vec<String>,
    #[serde(default)]
    repeat: Option<u32>,
}

#[derive(Serialize)]
struct Answer {
    ns: u128,
    /// How many values were counted.
    values: u64,
}

/// Answers until the input ends.
///
/// # Errors
/// Where the rows or a question cannot be read.
pub fn run(rows: &Path) -> Result<(), Box<dyn Error>> {
    let mut facets: [Facet; 7] = Default::default();
    let mut found: HashMap<String, Vec<u32>> = HashMap::new();
    let mut cases = 0_u32;
    for line in std::io::BufReader::new(std::fs::File::open(rows)?).lines() {
        let row: Row = serde_json::from_str(&line?)?;
        let [authority, country, year, status, article, violation, sector] = &mut facets;
        authority.add([&row.authority]);
        country.add([&row.country]);
        year.add(&row.year);
        status.add([&row.status]);
        article.add(&row.article);
        violation.add(&row.violation);
        sector.add(&row.sector);
        let mut words: Vec<String> =
            row.text.iter().flat_map(|text| text.split([' ', '.'])).map(str::to_lowercase).collect();
        words.sort();
        words.dedup();
        words.into_iter().for_each(|word| found.entry(word).or_default().push(cases));
        cases += 1;
    }
    for facet in &mut facets {
        facet.add([]);
    }
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let question: Question = serde_json::from_str(&line?)?;
        let mut wanted: Vec<u32> = (0..cases).collect();
        for word in &question.words {
            let having = found.get(word).map(Vec::as_slice).unwrap_or_default();
            wanted.retain(|case| having.binary_search(case).is_ok());
        }
        let times = question.repeat.unwrap_or(1).max(1);
        let start = Instant::now();
        let mut values = 0;
        for _ in 0..times {
            values = facets
                .iter()
                .map(|facet| black_box(facet.count(&wanted)).iter().map(|n| u64::from(*n)).sum::<u64>())
                .sum();
        }
        let ns = start.elapsed().as_nanos() / u128::from(times);
        serde_json::to_writer(&mut out, &Answer { ns, values })?;
        writeln!(out)?;
        out.flush()?;
    }
    Ok(())
}
