#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, reason = "what the scripts read")]

mod answer;
mod generate;
mod histogram;
mod rows;

use std::error::Error;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clap::{Parser, Subcommand};
use fineprint_model::{Case, CaseId};
use fineprint_search::{Check, Engine, Record};
use fineprint_store::pack::{self, Packing};
use serde::Deserialize;

use generate::Generator;

/// Generated cases, and the race against what people would use instead.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write cases shaped like the shipped ones, the same each time.
    Generate {
        /// How many.
        count: usize,
        /// Where to: `.jsonl` or `.jsonl.zst`.
        out: PathBuf,
        /// The records to take the shape from.
        #[arg(long, default_value = "data/cases")]
        like: PathBuf,
    },
    /// Write what the peers are given of each case.
    Rows {
        /// The cases: `.jsonl` or `.jsonl.zst`.
        cases: PathBuf,
        /// Where to, as JSON lines.
        out: PathBuf,
    },
    /// Build the index of generated cases, and say how fast.
    Index {
        /// The cases: `.jsonl`.
        cases: PathBuf,
        /// The index's folder.
        dir: PathBuf,
    },
    /// Answer questions over an index, with the time each took.
    Answer {
        /// The index's folder.
        dir: PathBuf,
    },
    /// Open an index, ask once, and print how many cases were found.
    Once {
        /// The index's folder.
        dir: PathBuf,
        /// In the query language.
        query: String,
    },
    /// Count the facets as plain arrays.
    Histogram {
        /// What `rows` wrote.
        rows: PathBuf,
    },
    /// The word of a rank in the generated language.
    Word {
        /// 0 for the most frequent one.
        ranks: Vec<u32>,
    },
}

fn main() -> Result<(), Box<dyn Error>> {
    match Cli::parse().command {
        Command::Generate { count, out, like } => generate(count, &out, &like),
        Command::Rows { cases, out } => rows(&cases, &out),
        Command::Index { cases, dir } => index(&cases, &dir),
        Command::Answer { dir } => answer::run(&dir),
        Command::Once { dir, query } => {
            println!("{}", answer::once(&dir, &query)?);
            Ok(())
        }
        Command::Histogram { rows } => histogram::run(&rows),
        Command::Word { ranks } => {
            ranks.into_iter().for_each(|rank| println!("{}", generate::word(rank)));
            Ok(())
        }
    }
}

fn packing(path: &Path) -> Result<Packing, String> {
    Packing::of(path)
        .ok_or_else(|| format!("expected a name ending in `.jsonl` or `.jsonl.zst`, found `{}`", path.display()))
}

fn generate(count: usize, out: &Path, like: &Path) -> Result<(), Box<dyn Error>> {
    const BATCH: usize = 1_000;
    let packing = packing(out)?;
    let mut file = File::create(out)?;
    let mut generator = Generator::new(like, count)?;
    let mut left = count;
    // One after the other, so that a million cases take no more memory than a thousand.
    while left > 0 {
        let batch: Vec<Case> = generator.by_ref().take(left.min(BATCH)).collect::<Result<_, _>>()?;
        left -= pack::write(&mut file, packing, &batch)?;
    }
    Ok(())
}

fn rows(cases: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(File::create(out)?);
    for case in pack::read(File::open(cases)?, packing(cases)?)? {
        serde_json::to_writer(&mut out, &rows::Row::of(&case?))?;
        writeln!(out)?;
    }
    out.flush()?;
    Ok(())
}

/// Where a case is in its file.
struct Place {
    id: CaseId,
    start: u64,
    bytes: usize,
}

#[derive(Deserialize)]
struct Head {
    id: CaseId,
}

fn places(cases: &Path) -> Result<Vec<Place>, Box<dyn Error>> {
    let mut places = Vec::new();
    let mut start = 0;
    let mut reader = BufReader::new(File::open(cases)?);
    let mut line = String::new();
    loop {
        line.clear();
        let bytes = reader.read_line(&mut line)?;
        if bytes == 0 {
            return Ok(places);
        }
        places.push(Place { id: serde_json::from_str::<Head>(&line)?.id, start, bytes });
        start += bytes as u64;
    }
}

fn index(cases: &Path, dir: &Path) -> Result<(), Box<dyn Error>> {
    if packing(cases)? != Packing::Plain {
        return Err("expected a `.jsonl`, whose lines can be read singly".into());
    }
    if dir.exists() {
        std::fs::remove_dir_all(dir)?;
    }
    let start = Instant::now();
    let file = Arc::new(File::open(cases)?);
    let records = places(cases)?.into_iter().map(|place| {
        let file = Arc::clone(&file);
        let hash = format!("{:x}-{:x}", place.start, place.bytes);
        let load = move || -> Result<_, Box<dyn Error + Send + Sync>> {
            let mut line = vec![0; place.bytes];
            file.read_exact_at(&mut line, place.start)?;
            Ok(Case::from_json(std::str::from_utf8(&line)?.trim_end())?.into())
        };
        Record { id: place.id, hash, load: Box::new(load) }
    });
    let (engine, report) = Engine::open_or_build(dir, Check::Stat, records)?;
    if !report.failed.is_empty() {
        return Err(format!(
            "{} cases could not be indexed, the first one: {:?}",
            report.failed.len(),
            report.failed[0]
        )
        .into());
    }
    let seconds = start.elapsed().as_secs_f64();
    let json_bytes = std::fs::metadata(cases)?.len();
    println!(
        "{}",
        serde_json::json!({
            "cases": engine.len(),
            "seconds": seconds,
            "json_bytes": json_bytes,
            "index_bytes": size_of(dir)?,
            "peak_kb": peak_kb(),
        })
    );
    Ok(())
}

fn size_of(dir: &Path) -> Result<u64, Box<dyn Error>> {
    let mut bytes = 0;
    for entry in walkdir::WalkDir::new(dir) {
        let metadata = entry?.metadata()?;
        bytes += if metadata.is_file() { metadata.len() } else { 0 };
    }
    Ok(bytes)
}

/// Most memory that this process has had resident, mapped files included, in kilobytes; `None` where the system does not say.
fn peak_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
