//! Reads files and prints how many megabytes a second: `throughput FILE...`
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports")]

use std::time::Instant;

use fineprint_document::{Hints, read};

fn main() {
    let files: Vec<Vec<u8>> = std::env::args_os().skip(1).filter_map(|path| std::fs::read(path).ok()).collect();
    let start = Instant::now();
    let mut text = 0;
    for bytes in &files {
        match read(bytes, &Hints::default()) {
            Ok(document) => text += document.text.len(),
            Err(error) => eprintln!("{error}"),
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let size: usize = files.iter().map(Vec::len).sum();
    #[expect(clippy::cast_precision_loss, reason = "sizes stay far below 2^53")]
    let rate = size as f64 / 1e6 / seconds;
    println!("{} files, {size} bytes to {text} bytes of text in {seconds:.2} s: {rate:.1} MB/s", files.len());
}
