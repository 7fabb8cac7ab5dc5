//! Plain text to blocks, and the end of a notice in text of any origin.

use fineprint_model::{Block, BlockKind, PartialDate};

use crate::boilerplate;
use crate::canonical::Canonical;
use crate::dates;

/// A line at least this long may have been broken by a program that wraps text.
const WRAPPED_MIN: usize = 45;
/// A line longer than this was not.
const WRAPPED_MAX: usize = 120;
/// Longest heading, in bytes.
const HEADING_MAX: usize = 90;
/// Bytes at the top in which a date line is looked for.
const TOP: usize = 600;

/// What plain text says of itself.
#[derive(Debug, Default)]
pub struct Facts {
    /// The first line, where it reads like a title.
    pub title: Option<String>,
    /// The date line near the top.
    pub published_on: Option<PartialDate>,
}

/// Reads plain text: blank lines part paragraphs, and so do line ends that no program's wrapping explains.
pub fn read(text: &str) -> (Canonical, Facts) {
    let mut out = Canonical::default();
    let mut facts = Facts::default();
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut seen = 0;
    let mut first = true;
    let mut after_date = false;
    for paragraph in paragraphs(&text) {
        let mut units = units(&paragraph).peekable();
        while let Some(unit) = units.next() {
            let trimmed = unit.trim();
            let lone = paragraph.len() == 1;
            if std::mem::take(&mut after_date) && is_tag_line(trimmed) {
                continue;
            }
            if first {
                first = false;
                // A title stands alone, or above the date.
                if is_headline(trimmed) && (lone || units.peek().is_some_and(|next| dates::line(next).is_some())) {
                    facts.title = Some(collapse(trimmed));
                    out.begin(BlockKind::Title);
                    out.push(trimmed);
                    continue;
                }
            }
            if facts.published_on.is_none() && seen < TOP {
                facts.published_on = dates::line(trimmed);
                after_date = facts.published_on.is_some();
            }
            seen += trimmed.len();
            out.begin(kind(trimmed, lone && !after_date));
            out.push(trimmed);
        }
    }
    (out, facts)
}

fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lines between blank lines.
fn paragraphs(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let mut lines = text.split('\n').peekable();
    std::iter::from_fn(move || {
        while lines.next_if(|line| line.trim().is_empty()).is_some() {}
        let mut paragraph = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.trim().is_empty()) {
            paragraph.push(line);
        }
        (!paragraph.is_empty()).then_some(paragraph)
    })
}

/// Lines of a paragraph, joined where a program broke them.
fn units(lines: &[&str]) -> std::vec::IntoIter<String> {
    let mut units: Vec<String> = Vec::new();
    let mut last_length = 0;
    for line in lines {
        let trimmed = line.trim();
        let goes_on = (WRAPPED_MIN..=WRAPPED_MAX).contains(&last_length) && !is_bullet(trimmed);
        match units.last_mut() {
            Some(unit) if goes_on => {
                unit.push(' ');
                unit.push_str(trimmed);
            }
            _ => units.push(trimmed.to_owned()),
        }
        last_length = trimmed.chars().count();
    }
    units.into_iter()
}

fn is_bullet(line: &str) -> bool {
    ["- ", "* ", "• ", "– ", "— ", "· "].iter().any(|mark| line.starts_with(mark))
        || line.split_once(['.', ')']).is_some_and(|(number, rest)| {
            (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()) && rest.starts_with(' ')
        })
}

fn is_headline(line: &str) -> bool {
    line.len() <= 250 && !line.ends_with(['.', ';', ',', ':']) && !is_bullet(line)
}

/// Labels under a date: many capitals, no sentence.
fn is_tag_line(line: &str) -> bool {
    let mut words = 0;
    let capital = line.split_whitespace().all(|word| {
        words += 1;
        word.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_alphabetic())
    });
    capital && words >= 4 && !line.ends_with(['.', '!', '?', ':']) && !line.contains(". ")
}

fn kind(line: &str, lone: bool) -> BlockKind {
    if is_bullet(line) {
        BlockKind::Item
    } else if lone
        && line.len() <= HEADING_MAX
        && !line.ends_with(['.', ',', ';', '!', '?', '"', '”', '»'])
        && line.chars().next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit())
    {
        BlockKind::Heading(2)
    } else {
        BlockKind::Paragraph
    }
}

/// Blocks without what follows the notice: the author's note, the reply form, standing sentences.
///
/// `text` is cut by the caller at the last block's end.
pub fn without_tail(text: &str, blocks: Vec<Block>) -> Vec<Block> {
    let of = |block: &Block| text.get(block.start..block.end).unwrap_or_default();
    let total: usize = blocks.iter().map(|block| block.end - block.start).sum();
    let mut kept: Vec<Block> = Vec::with_capacity(blocks.len());
    let mut sum = 0;
    let mut skipping: Option<u8> = None;
    for block in blocks {
        let words = of(&block);
        let late = sum * 2 >= total;
        if late && boilerplate::ends_notice(words) {
            break;
        }
        if let BlockKind::Heading(level) = block.kind {
            if skipping.is_some_and(|above| level <= above) {
                skipping = None;
            }
            if late && skipping.is_none() && boilerplate::heads_other_section(words) {
                skipping = Some(level);
            }
        }
        sum += words.len();
        if skipping.is_none() {
            kept.push(block);
        }
    }
    while kept.len() > 1 && kept.last().is_some_and(|block| boilerplate::is_tail(of(block))) {
        kept.pop();
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<(BlockKind, String)> {
        let (text, blocks, _) = read(text).0.finish();
        without_tail(&text, blocks).iter().map(|block| (block.kind, text[block.start..block.end].to_owned())).collect()
    }

    #[test]
    fn an_article_saved_as_text() {
        let article = "Clinic fined after leak\r\n\r\nMay 4, 2022\r\nClinic Leak Fine Health Privacy Law\r\n\r\n\
            The regulator fined Example Clinic GmbH 20,000 euros because the records of 300 patients could be read by all.\r\n\r\n\
            \u{a0}\r\n\r\nIt has appealed against the decision, its lawyer told our reporter on the same day.\r\n\r\n\
            About the author\r\n\r\nOur reporter likes bees.\r\n\r\nLeave a Reply";
        let read_text: Vec<String> = blocks(article).into_iter().map(|(_, text)| text).collect();
        assert_eq!(read_text.len(), 4, "{read_text:?}");
        assert_eq!(read_text[..2], ["Clinic fined after leak", "May 4, 2022"]);
        assert!(read_text[3].ends_with("same day."));
        let facts = read(article).1;
        assert_eq!(facts.title.as_deref(), Some("Clinic fined after leak"));
        assert_eq!(facts.published_on.unwrap().to_string(), "2022-05-04");
    }

    #[test]
    fn wrapped_lines_are_joined_and_short_ones_are_not() {
        let text = "Company: Example SAS\nFine: EUR 20,000\n\nThe restricted committee considers that the company has\n\
            not respected its duty of security. It therefore\nimposes a fine.\n\nPAR CES MOTIFS\n\n- first item\n- second item";
        let found = blocks(text);
        let text: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(text[..2], ["Company: Example SAS", "Fine: EUR 20,000"]);
        assert!(text[2].contains("company has not respected"), "{text:?}");
        assert!(text[2].contains("It therefore imposes"), "{text:?}");
        assert!(found.contains(&(BlockKind::Heading(2), "PAR CES MOTIFS".into())));
        assert_eq!(found.iter().filter(|(kind, _)| *kind == BlockKind::Item).count(), 2);
    }
}
