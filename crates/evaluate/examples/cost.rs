//! What a byte costs to read, from 1 kB to 10 MB: prints, for each size, the cost as a multiple of that at the smallest.
//! Linear reading keeps it flat.
#![expect(clippy::print_stdout, reason = "a program that reports")]

use std::time::Instant;

use fineprint_sources::{Input, read};

/// A paragraph of the kind that decisions consist of; its numbers change from one to the next.
fn paragraph(at: usize) -> String {
    format!(
        "In the {at}th part the CNIL found that Example {at} SAS had violated Articles 5(1)(f), 28(3) and 32 of the GDPR between \
         4 May 2020 and {} June 2021. The data of {} patients had been exposed. Its turnover was EUR {} million, and a fine of up to \
         20 million euros was possible.\n\n",
        at % 28 + 1,
        1000 + at,
        at % 90 + 10
    )
}

fn text(bytes: usize) -> String {
    let mut text = String::from("CNIL fines Example SAS\n\nThe CNIL fined Example SAS 20,000 euros.\n\n");
    for at in 1.. {
        if text.len() >= bytes {
            break;
        }
        text.push_str(&paragraph(at));
    }
    text
}

/// Seconds for a byte: the best of several readings, so that other work on the machine counts as little as can be.
fn cost(text: &str) -> f64 {
    let runs = (3_000_000 / text.len()).clamp(2, 400);
    let reading = || {
        let start = Instant::now();
        let reading = read(&Input { bytes: text.as_bytes(), name: "text", ..Input::default() });
        assert!(reading.is_ok_and(|reading| !reading.drafts.is_empty()), "the text is a notice");
        start.elapsed().as_secs_f64()
    };
    #[expect(clippy::cast_precision_loss, reason = "a size in bytes")]
    let bytes = text.len() as f64;
    (0..runs).map(|_| reading()).fold(f64::INFINITY, f64::min) / bytes
}

fn main() {
    let texts: Vec<String> = [1_000, 10_000, 100_000, 1_000_000, 10_000_000].map(text).into();
    if let Some(first) = texts.first() {
        // Words and patterns are prepared once in a process.
        cost(first);
    }
    let costs: Vec<(usize, f64)> = texts.iter().map(|text| (text.len(), cost(text))).collect();
    let smallest = costs.first().map_or(1.0, |(_, cost)| *cost);
    let rows: Vec<String> = costs
        .iter()
        .map(|(bytes, cost)| format!("{{\"bytes\": {bytes}, \"ratio\": {:.3}}}", cost / smallest))
        .collect();
    println!("[{}]", rows.join(", "));
}
