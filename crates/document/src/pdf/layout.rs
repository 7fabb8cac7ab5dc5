//! Lines of all pages to paragraphs: running heads and page numbers go, broken lines are joined, words hyphenated at a
//! line's end are made whole.

use std::collections::HashMap;

use super::page::Line;

/// Lines above and below a line that tell how wide its column is.
const COLUMN: usize = 6;
/// Lines at a page's top and at its bottom among which running heads and feet are looked for.
const EDGE: usize = 3;
/// Distance to the line above, as a multiple of the page's usual one, from which a paragraph begins.
const PARAGRAPH: f32 = 1.3;
/// Free space at a line's end, as a share of the text's width, from which the line was ended on purpose.
const SHORT: f32 = 0.2;

/// Pages being put together.
#[derive(Debug, Default)]
pub struct Layout {
    pages: Vec<Vec<Line>>,
}

impl Layout {
    /// Adds a page.
    pub fn page(&mut self, lines: Vec<Line>) {
        self.pages.push(lines);
    }

    /// The text: paragraphs parted by blank lines.
    pub fn finish(mut self) -> String {
        self.drop_running();
        let mut out = String::new();
        let mut goes_on = false;
        for page in &self.pages {
            goes_on = write_page(&mut out, page, goes_on);
        }
        out
    }

    /// Leaves out what stands in the same words at the edge of many pages, and page numbers.
    fn drop_running(&mut self) {
        let mut seen: HashMap<String, usize> = HashMap::new();
        for page in &self.pages {
            let mut keys: Vec<String> = edges(page).map(|at| key(&page[at].text)).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                *seen.entry(key).or_default() += 1;
            }
        }
        let many = (self.pages.len() / 2).max(3);
        for page in &mut self.pages {
            let dropped: Vec<usize> = edges(page)
                .filter(|at| {
                    let text = &page[*at].text;
                    is_page_number(text) || seen.get(&key(text)).is_some_and(|count| *count >= many)
                })
                .collect();
            let mut at = 0;
            page.retain(|_| {
                at += 1;
                !dropped.contains(&(at - 1))
            });
        }
    }
}

/// Places of the lines at a page's top and bottom.
fn edges(page: &[Line]) -> impl Iterator<Item = usize> + use<> {
    let length = page.len();
    (0..length).filter(move |at| *at < EDGE || *at + EDGE >= length)
}

/// A line without its figures, which count pages.
fn key(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace()).collect()
}

/// "12", "- 12 -", "12/34", "Page 12 of 34" in the languages of the authorities.
fn is_page_number(text: &str) -> bool {
    let mut figures = 0;
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '/' | '-' | '–' | '—' | '.' | '|'));
    words.filter(|word| !word.is_empty()).all(|word| {
        if word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit()) {
            figures += 1;
            return figures <= 2;
        }
        let word = word.to_lowercase();
        [
            "page", "seite", "pagina", "página", "pag", "pág", "side", "sida", "strona", "of", "sur", "de", "di",
            "von", "van", "av", "z", "p",
        ]
        .contains(&word.as_str())
    }) && figures > 0
}

/// Writes a page's lines; `goes_on` says whether the last page ended within a paragraph, the answer whether this one does.
fn write_page(out: &mut String, page: &[Line], goes_on: bool) -> bool {
    let usual = usual_distance(page);
    let mut above: Option<(&Line, bool)> = None;
    let mut open = goes_on;
    for (at, line) in page.iter().enumerate() {
        let text = line.text.trim();
        let is_joined = match above {
            // A sentence that a page's end interrupts goes on in small letters.
            None => open && text.starts_with(char::is_lowercase),
            Some((above, is_short)) => {
                let distance = (above.y - line.y) / above.size.max(line.size).max(0.1);
                let resized = (above.size - line.size).abs() > above.size * 0.12;
                distance > 0.0 && distance <= usual * PARAGRAPH && !resized && !is_short && !begins_item(text)
            }
        };
        append(out, text, is_joined);
        let is_short = is_short(page, at);
        open = !is_short && !text.ends_with(['.', ':', ';', '!', '?']);
        above = Some((line, is_short));
    }
    open && !page.is_empty()
}

/// Whether a line ends long before its column does: the column is the lines around it that begin where it begins.
fn is_short(page: &[Line], at: usize) -> bool {
    let Some(line) = page.get(at) else { return false };
    let around = page.get(at.saturating_sub(COLUMN)..(at + COLUMN + 1).min(page.len())).unwrap_or_default();
    let right = around
        .iter()
        .filter(|other| (other.left - line.left).abs() <= line.size * 4.0)
        .map(|other| other.right)
        .fold(line.right, f32::max);
    right - line.right > (right - line.left).max(1.0) * SHORT
}

/// The commonest distance between a page's lines, in heights of their letters.
fn usual_distance(page: &[Line]) -> f32 {
    let mut distances: Vec<f32> = page
        .windows(2)
        .filter_map(|pair| match pair {
            [above, below] => Some((above.y - below.y) / above.size.max(below.size).max(0.1)),
            _ => None,
        })
        .filter(|distance| (0.5..3.0).contains(distance))
        .collect();
    distances.sort_by(f32::total_cmp);
    // The lower third: most distances lie within paragraphs, and those between them are larger.
    distances.get(distances.len() / 3).copied().unwrap_or(1.2)
}

/// "1.", "a)", "(12)", "•": the beginning of a numbered paragraph or an item.
fn begins_item(text: &str) -> bool {
    let Some(first) = text.split_whitespace().next() else { return false };
    if matches!(first, "•" | "-" | "–" | "—" | "*" | "▪" | "o" | "·" | "") {
        return true;
    }
    let inner = first.trim_start_matches('(');
    let Some(label) = inner.strip_suffix([')', '.']) else { return false };
    let is_number = label.len() <= 3 && !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_digit());
    let is_letter = first.ends_with(')') && label.len() == 1 && label.bytes().all(|byte| byte.is_ascii_lowercase());
    is_number || is_letter
}

fn append(out: &mut String, text: &str, is_joined: bool) {
    if !is_joined {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        out.push_str(text);
        return;
    }
    let is_broken_word = |mark: char| {
        let before = out.strip_suffix(mark).and_then(|rest| rest.chars().next_back());
        before.is_some_and(char::is_lowercase) && text.starts_with(char::is_lowercase)
    };
    // "GDPR-" before "compliant" keeps its hyphen.
    let is_compound =
        out.strip_suffix('-').and_then(|rest| rest.chars().next_back()).is_some_and(char::is_alphanumeric);
    if is_broken_word('-') || is_broken_word('\u{ad}') {
        out.pop();
    } else if !is_compound {
        out.push(' ');
    }
    out.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, y: f32) -> Line {
        Line { text: text.to_owned(), left: 70.0, right: 70.0 + 5.0 * text.len() as f32, y, size: 10.0 }
    }

    #[test]
    fn lines_become_paragraphs() {
        let mut layout = Layout::default();
        layout.page(vec![
            line("1. The company left the records of its customers open to any visi-", 700.0),
            line("tor of its site, and took no notice of two warnings that it received.", 688.0),
            line("It has stopped.", 676.0),
            line("The authority imposes a fine of 20 000 euros on the company and gives", 650.0),
            line("two months.", 638.0),
            line("2. Costs are not imposed.", 626.0),
        ]);
        let text = layout.finish();
        let paragraphs: Vec<&str> = text.split("\n\n").collect();
        assert_eq!(paragraphs.len(), 3, "{paragraphs:?}");
        assert!(paragraphs[0].contains("any visitor of its site") && paragraphs[0].ends_with("It has stopped."));
        assert!(paragraphs[1].ends_with("and gives two months."), "{paragraphs:?}");
        assert_eq!(paragraphs[2], "2. Costs are not imposed.");
    }

    #[test]
    fn running_heads_and_page_numbers_go() {
        let mut layout = Layout::default();
        for page in 1..=4 {
            layout.page(vec![
                line("Decision 12/2030 of the Example Authority", 800.0),
                line(&format!("Text of page number {page} which is not like the others {}", "x".repeat(page)), 700.0),
                line("and goes on", 688.0),
                line(&format!("Page {page} of 4"), 20.0),
            ]);
        }
        let text = layout.finish();
        assert!(!text.contains("Example Authority") && !text.contains("Page 1"), "{text}");
        assert_eq!(text.matches("Text of page").count(), 4);
    }

    #[test]
    fn page_numbers() {
        for (text, is_one) in [
            ("12", true),
            ("- 3 -", true),
            ("3/45", true),
            ("Page 3 of 45", true),
            ("Seite 3 von 45", true),
            ("Article 32", false),
            ("2030", true),
            ("10 000 euros", false),
            ("of", false),
        ] {
            assert_eq!(is_page_number(text), is_one, "{text}");
        }
    }

    #[test]
    fn a_sentence_goes_on_over_the_page() {
        let mut layout = Layout::default();
        layout.page(vec![line("The authority found that the company had kept the data of its customers", 100.0)]);
        layout.page(vec![line("for longer than it needed them.", 700.0)]);
        assert!(layout.finish().contains("its customers for longer"));
    }
}
