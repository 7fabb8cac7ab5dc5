//! Results on standard output in the form asked for; notes on standard error.

use std::io::{self, IsTerminal, Write};

use comfy_table::{CellAlignment, ContentArrangement, presets};
use serde::Serialize;

use crate::args::{Color, Format, Global};
use crate::exit::{Failure, Kind, Result};

/// Where and how a command prints.
pub struct Output {
    /// The form of results.
    pub format: Format,
    quiet: bool,
}

/// A column of a table.
pub struct Column {
    /// Its heading, in the snake case of the JSON.
    pub name: String,
    /// Numbers stand right.
    pub right: bool,
}

impl Column {
    pub fn text(name: impl Into<String>) -> Self {
        Self { name: name.into(), right: false }
    }

    pub fn number(name: impl Into<String>) -> Self {
        Self { name: name.into(), right: true }
    }
}

impl Output {
    pub fn new(global: &Global) -> Self {
        match global.color {
            Color::Auto => {}
            Color::Always => anstream::ColorChoice::Always.write_global(),
            Color::Never => anstream::ColorChoice::Never.write_global(),
        }
        let default = if io::stdout().is_terminal() { Format::Table } else { Format::Tsv };
        Self { format: global.format.unwrap_or(default), quiet: global.quiet }
    }

    /// Standard output, without colour codes where they are not wanted.
    pub fn stdout(&self) -> anstream::AutoStream<io::StdoutLock<'static>> {
        anstream::AutoStream::auto(io::stdout().lock())
    }

    /// Whether people, not programs, read the results.
    pub fn is_for_people(&self) -> bool {
        self.format == Format::Table
    }

    /// Tells the user something that is no result; silent with `--quiet`.
    pub fn note(&self, text: impl AsRef<str>) {
        if !self.quiet {
            warn(text);
        }
    }

    /// A progress bar on a terminal, hidden elsewhere and with `--quiet`.
    pub fn progress(&self, length: u64, what: &'static str) -> indicatif::ProgressBar {
        if self.quiet || !io::stderr().is_terminal() {
            return indicatif::ProgressBar::hidden();
        }
        let style = indicatif::ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}")
            .unwrap_or_else(|_| indicatif::ProgressStyle::default_bar());
        indicatif::ProgressBar::new(length).with_style(style).with_message(what)
    }

    /// Prints rows in the form asked for; `records` are the same rows for JSON.
    pub fn rows<T: Serialize>(&self, columns: &[Column], rows: &[Vec<String>], records: &[T]) -> Result<()> {
        let mut out = self.stdout();
        match self.format {
            Format::Table => write_table(&mut out, columns, rows, table_width())?,
            Format::Tsv => write_tsv(&mut out, columns, rows)?,
            Format::Csv => write_csv(&mut out, columns, rows)?,
            Format::Json => write_json(&mut out, &records)?,
            Format::Jsonl => {
                for record in records {
                    write_json_line(&mut out, record)?;
                }
            }
        }
        out.flush()?;
        Ok(())
    }
}

/// Prints a line on standard error, whatever the options say.
pub fn warn(text: impl AsRef<str>) {
    // A user who closed standard error does not want to read it.
    let _ = writeln!(anstream::stderr().lock(), "{}", text.as_ref());
}

/// Writes indented JSON and a line feed.
pub fn write_json(out: &mut impl Write, value: &impl Serialize) -> Result<()> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(json_failure)?;
    writeln!(out)?;
    Ok(())
}

/// Writes JSON on one line.
pub fn write_json_line(out: &mut impl Write, value: &impl Serialize) -> Result<()> {
    serde_json::to_writer(&mut *out, value).map_err(json_failure)?;
    writeln!(out)?;
    Ok(())
}

fn json_failure(error: serde_json::Error) -> Failure {
    Failure::from_error(Kind::Io, "could not write the output", io::Error::from(error))
}

fn table_width() -> Option<u16> {
    terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0)
}

fn write_table(out: &mut impl Write, columns: &[Column], rows: &[Vec<String>], width: Option<u16>) -> io::Result<()> {
    let mut table = comfy_table::Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if let Some(width) = width {
        table.set_width(width);
    }
    table.set_header(columns.iter().map(|column| column.name.replace('_', " ")));
    table.add_rows(rows);
    for (at, column) in columns.iter().enumerate() {
        if let Some(drawn) = table.column_mut(at) {
            drawn.set_padding((0, 2));
            if column.right {
                drawn.set_cell_alignment(CellAlignment::Right);
            }
        }
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Tabs and line feeds within a cell become spaces: a row is a line, a column is a tab.
fn write_tsv(out: &mut impl Write, columns: &[Column], rows: &[Vec<String>]) -> io::Result<()> {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    writeln!(out, "{}", names.join("\t"))?;
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace(['\t', '\n', '\r'], " ")).collect();
        writeln!(out, "{}", cells.join("\t"))?;
    }
    Ok(())
}

fn write_csv(out: &mut impl Write, columns: &[Column], rows: &[Vec<String>]) -> Result<()> {
    let failed =
        |error: csv::Error| Failure::from_error(Kind::Io, "could not write the output", io::Error::from(error));
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(columns.iter().map(|column| &column.name)).map_err(failed)?;
    for row in rows {
        writer.write_record(row).map_err(failed)?;
    }
    writer.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> [Column; 2] {
        [Column::text("case"), Column::number("fine_eur")]
    }

    fn rows() -> Vec<Vec<String>> {
        vec![vec!["a\tb".into(), "1".into()], vec!["with, comma".into(), "2000".into()]]
    }

    #[test]
    fn tsv_keeps_a_row_on_a_line() {
        let mut out = Vec::new();
        write_tsv(&mut out, &columns(), &rows()).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "case\tfine_eur\na b\t1\nwith, comma\t2000\n");
    }

    #[test]
    fn csv_quotes_what_needs_it() {
        let mut out = Vec::new();
        write_csv(&mut out, &columns(), &rows()).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "case,fine_eur\na\tb,1\n\"with, comma\",2000\n");
    }

    #[test]
    fn tables_align_numbers_to_the_right() {
        let mut out = Vec::new();
        write_table(&mut out, &columns(), &rows()[1..], Some(60)).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "case         fine eur\nwith, comma      2000\n");
    }
}
