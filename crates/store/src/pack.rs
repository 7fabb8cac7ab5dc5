//! Records in one file, one a line: `.jsonl`, or `.jsonl.zst` compressed with Zstandard.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use fineprint_model::Case;

use crate::error::{Error, Result};

/// Longest line that is read, in bytes: a record is a few kilobytes, a damaged file is anything.
const MAX_LINE_BYTES: u64 = 16 << 20;

/// How the lines are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As they are.
    Plain,
    /// Compressed with Zstandard (RFC 8878).
    Zstd,
}

impl Packing {
    /// What a file's name says: `.jsonl` or `.jsonl.zst`; `None` for anything else.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        if name.ends_with(".jsonl") {
            Some(Self::Plain)
        } else if name.ends_with(".jsonl.zst") {
            Some(Self::Zstd)
        } else {
            None
        }
    }
}

/// Records of a packed file in order. A line that is no record is an error with its number; the rest go on.
///
/// # Errors
/// [`Error::Pack`] where the compression cannot be read at all.
pub fn read<'a>(reader: impl Read + 'a, packing: Packing) -> Result<impl Iterator<Item = Result<Case>> + 'a> {
    let reader: Box<dyn BufRead + 'a> = match packing {
        Packing::Plain => Box::new(BufReader::new(reader)),
        Packing::Zstd => {
            let decoder =
                zstd::Decoder::new(reader).map_err(|source| Error::Pack { action: "read the compression", source })?;
            Box::new(BufReader::new(decoder))
        }
    };
    Ok(Lines { reader, line: 0, failed: false })
}

struct Lines<'a> {
    reader: Box<dyn BufRead + 'a>,
    line: usize,
    failed: bool,
}

impl Iterator for Lines<'_> {
    type Item = Result<Case>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.failed {
            let mut text = String::new();
            self.line += 1;
            match self.reader.by_ref().take(MAX_LINE_BYTES).read_line(&mut text) {
                Ok(0) => return None,
                Ok(_) if text.trim().is_empty() => {}
                Ok(_) => {
                    let line = self.line;
                    return Some(Case::from_json(text.trim_end()).map_err(|source| Error::Line { line, source }));
                }
                Err(source) => {
                    // What follows an unreadable stretch cannot be found any more.
                    self.failed = true;
                    return Some(Err(Error::Pack { action: "read", source }));
                }
            }
        }
        None
    }
}

/// Writes records in the order given; returns how many.
///
/// # Errors
/// [`Error::Pack`], and [`Error::Line`] where a record cannot be written as JSON.
pub fn write<'a>(writer: impl Write, packing: Packing, cases: impl IntoIterator<Item = &'a Case>) -> Result<usize> {
    let failed = |source| Error::Pack { action: "write", source };
    match packing {
        Packing::Plain => {
            let mut writer = io::BufWriter::new(writer);
            let count = write_lines(&mut writer, cases)?;
            writer.flush().map_err(failed)?;
            Ok(count)
        }
        Packing::Zstd => {
            let mut encoder = zstd::Encoder::new(writer, zstd::DEFAULT_COMPRESSION_LEVEL).map_err(failed)?;
            let count = write_lines(&mut encoder, cases)?;
            encoder.finish().and_then(|mut writer| writer.flush()).map_err(failed)?;
            Ok(count)
        }
    }
}

fn write_lines<'a>(writer: &mut impl Write, cases: impl IntoIterator<Item = &'a Case>) -> Result<usize> {
    let mut count = 0;
    for case in cases {
        let line = case.to_json_line().map_err(|source| Error::Line { line: count + 1, source })?;
        writeln!(writer, "{line}").map_err(|source| Error::Pack { action: "write", source })?;
        count += 1;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fineprint_model::{AuthorityId, CaseId};
    use proptest::prelude::*;

    fn case(id: &str) -> Case {
        Case::new(CaseId::new(id).unwrap(), AuthorityId::new("xx-a").unwrap())
    }

    proptest! {
        #[test]
        fn what_was_packed_is_read_again(ids in prop::collection::vec("[a-z0-9][a-z0-9-]{0,20}", 0..20), text in ".*") {
            let mut cases: Vec<Case> = ids.iter().map(|id| case(id)).collect();
            if let Some(first) = cases.first_mut() {
                first.summary = Some(text);
            }
            for packing in [Packing::Plain, Packing::Zstd] {
                let mut bytes = Vec::new();
                prop_assert_eq!(write(&mut bytes, packing, &cases).unwrap(), cases.len());
                let read: Vec<Case> = read(bytes.as_slice(), packing).unwrap().map(Result::unwrap).collect();
                prop_assert_eq!(&read, &cases);
            }
        }

        #[test]
        fn damaged_files_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            for packing in [Packing::Plain, Packing::Zstd] {
                if let Ok(cases) = read(bytes.as_slice(), packing) {
                    prop_assert!(cases.take(500).count() < 500);
                }
            }
        }
    }

    #[test]
    fn a_bad_line_is_named_and_the_rest_go_on() {
        let good = case("xx-a-1").to_json_line().unwrap();
        let text = format!("{good}\nnot a record\n\n{good}\n");
        let read: Vec<_> = read(text.as_bytes(), Packing::Plain).unwrap().collect();
        assert_eq!(read.len(), 3);
        assert!(read[1].as_ref().unwrap_err().to_string().starts_with("line 2: "), "{:?}", read[1]);
        assert!(read[2].is_ok());
    }
}
