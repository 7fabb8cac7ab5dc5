//! CSV to text: one table, its first row the labels.

use fineprint_model::BlockKind;

use crate::canonical::Canonical;
use crate::error::{Error, Result};
use crate::limits::Limits;

/// Reads comma-, semicolon- or tab-separated values.
pub fn read(text: &str, limits: &Limits) -> Result<Canonical> {
    let mut out = Canonical::default();
    let mut cells = 0_usize;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(text))
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut row = 0;
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(out),
            Ok(true) => {}
            Err(error) => {
                let line = error.position().map_or(0, |place| usize::try_from(place.line()).unwrap_or(usize::MAX));
                return Err(Error::Syntax { format: "CSV", line, column: 1, reason: error.to_string() });
            }
        }
        for (column, cell) in (0..).zip(&record) {
            cells += 1;
            limits.check_elements(cells, usize::try_from(reader.position().byte()).unwrap_or(usize::MAX))?;
            out.begin(BlockKind::Cell { table: 0, row, column });
            for (at, line) in cell.lines().enumerate() {
                if at > 0 {
                    out.line_break();
                }
                out.push(line);
            }
            out.end();
        }
        row += 1;
    }
}

/// What parts the cells: of the usual separators the one that the first line has most of.
pub fn separator(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut best = (b',', 0);
    for candidate in [b',', b';', b'\t', b'|'] {
        let mut quoted = false;
        let count = first
            .bytes()
            .filter(|byte| {
                quoted ^= *byte == b'"';
                !quoted && *byte == candidate
            })
            .count();
        if count > best.1 {
            best = (candidate, count);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_commonest_outside_of_quotes() {
        for (text, expected) in [
            ("a,b,c\n1;2,3,4", b','),
            ("\n\na;b;c\n", b';'),
            ("a\tb", b'\t'),
            ("\"a,b,c\";d", b';'),
            ("one column", b','),
        ] {
            assert_eq!(separator(text), expected, "{text}");
        }
    }
}
