//! One page's content stream to lines of text, by where its words stand.
//!
//! A PDF draws words at places; it knows neither lines nor spaces. Two runs belong to one line where their baselines
//! meet, and a space stands between them where the gap is wider than letters leave.

use std::collections::BTreeMap;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Encoding, Object, ObjectId};

/// A line as it stands on the page; lengths in the page's units, 1/72 inch as a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub text: String,
    /// Left end.
    pub left: f32,
    /// Right end.
    pub right: f32,
    /// Baseline, growing upwards.
    pub y: f32,
    /// Height of the letters.
    pub size: f32,
}

/// Gap between two runs, as a share of the letters' height, from which a space stands between them.
const SPACE: f32 = 0.16;
/// Difference of baselines, as a share of the height, from which two runs are two lines. Raised figures differ by less.
const NEW_LINE: f32 = 0.5;
/// Graphics states within graphics states.
const MAX_STATES: usize = 256;

/// The lines of a page in the order in which they are drawn.
pub fn lines(document: &Document, page: ObjectId, max_bytes: usize) -> lopdf::Result<Vec<Line>> {
    let fonts: BTreeMap<Vec<u8>, Font<'_>> = document
        .get_page_fonts(page)?
        .into_iter()
        .filter_map(|(name, font)| Some((name, Font::of(document, font, max_bytes)?)))
        .collect();
    let content = Content::decode(&document.get_page_content_with_limit(page, max_bytes)?)?;
    let mut walk = Walk::new(&fonts);
    for operation in &content.operations {
        walk.operation(&operation.operator, &operation.operands);
    }
    walk.finish();
    Ok(walk.lines)
}

/// How a font's bytes are letters, and how wide they are.
struct Font<'a> {
    encoding: Encoding<'a>,
    /// Whether a letter is two bytes.
    is_wide: bool,
    /// Widths in thousandths of the size.
    widths: BTreeMap<u32, f32>,
    default_width: f32,
}

impl<'a> Font<'a> {
    fn of(document: &'a Document, font: &'a Dictionary, max_bytes: usize) -> Option<Self> {
        let encoding = font.get_font_encoding_with_limit(document, max_bytes).ok()?;
        let is_wide = font.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Type0");
        let (widths, default_width) =
            if is_wide { wide_widths(document, font) } else { (simple_widths(document, font), 500.0) };
        Some(Self { encoding, is_wide, widths, default_width })
    }

    /// The width of a string: of its letters in thousandths, how many there are, how many of them are spaces.
    fn measure(&self, bytes: &[u8]) -> (f32, f32, f32) {
        let (mut sum, mut letters, mut spaces) = (0.0, 0.0, 0.0);
        for code in bytes.chunks(if self.is_wide { 2 } else { 1 }) {
            let code = code.iter().fold(0_u32, |code, byte| code << 8 | u32::from(*byte));
            sum += self.widths.get(&code).copied().unwrap_or(self.default_width);
            letters += 1.0;
            if code == 32 && !self.is_wide {
                spaces += 1.0;
            }
        }
        (sum, letters, spaces)
    }
}

/// Letters that a font draws as one sign, as the letters that they are.
fn without_ligatures(text: String) -> String {
    if !text.contains(|c| ('\u{fb00}'..='\u{fb06}').contains(&c)) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\u{fb00}' => out.push_str("ff"),
            '\u{fb01}' => out.push_str("fi"),
            '\u{fb02}' => out.push_str("fl"),
            '\u{fb03}' => out.push_str("ffi"),
            '\u{fb04}' => out.push_str("ffl"),
            '\u{fb05}' | '\u{fb06}' => out.push_str("st"),
            c => out.push(c),
        }
    }
    out
}

fn number(object: &Object) -> Option<f32> {
    object.as_float().ok().filter(|number| number.is_finite())
}

fn resolved<'a>(document: &'a Document, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    document.dereference(dictionary.get(key).ok()?).ok().map(|(_, object)| object)
}

fn simple_widths(document: &Document, font: &Dictionary) -> BTreeMap<u32, f32> {
    let first = resolved(document, font, b"FirstChar").and_then(|first| first.as_i64().ok()).unwrap_or(0);
    let widths = resolved(document, font, b"Widths").and_then(|widths| widths.as_array().ok());
    let codes = u32::try_from(first).unwrap_or(0)..=255;
    codes
        .zip(widths.into_iter().flatten())
        .filter_map(|(code, width)| Some((code, number(document.dereference(width).ok()?.1)?)))
        .collect()
}

/// `W` of a composite font: `code [width width ...]` and `first last width`, in any order.
fn wide_widths(document: &Document, font: &Dictionary) -> (BTreeMap<u32, f32>, f32) {
    let mut widths = BTreeMap::new();
    let descendant = resolved(document, font, b"DescendantFonts")
        .and_then(|fonts| fonts.as_array().ok()?.first())
        .and_then(|font| document.dereference(font).ok()?.1.as_dict().ok());
    let Some(descendant) = descendant else { return (widths, 1000.0) };
    let default = resolved(document, descendant, b"DW").and_then(number).unwrap_or(1000.0);
    let Some(entries) = resolved(document, descendant, b"W").and_then(|entries| entries.as_array().ok()) else {
        return (widths, default);
    };
    let at = |place: usize| Some(document.dereference(entries.get(place)?).ok()?.1);
    let code = |object: &Object| object.as_i64().ok().and_then(|code| u32::try_from(code).ok());
    let mut place = 0;
    while let (Some(first), Some(second)) = (at(place).and_then(code), at(place + 1)) {
        if let Ok(list) = second.as_array() {
            for (code, width) in (first..=0xffff).zip(list) {
                widths.extend(document.dereference(width).ok().and_then(|(_, width)| Some((code, number(width)?))));
            }
            place += 2;
        } else if let (Some(last), Some(width)) = (code(second), at(place + 2).and_then(number)) {
            widths.extend((first..=last.min(0xffff)).map(|code| (code, width)));
            place += 3;
        } else {
            break;
        }
    }
    (widths, default)
}

/// `[a b c d e f]` of a transformation: x' = ax + cy + e, y' = bx + dy + f.
#[derive(Debug, Clone, Copy)]
struct Matrix([f32; 6]);

impl Matrix {
    const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    fn moved(x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// This one first, then the other.
    fn then(self, other: Self) -> Self {
        let ([a, b, c, d, e, f], [g, h, i, j, k, l]) = (self.0, other.0);
        Self([a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l])
    }

    fn of(operands: &[Object]) -> Option<Self> {
        let numbers: Vec<f32> = operands.iter().filter_map(number).collect();
        numbers.try_into().ok().map(Self)
    }

    fn origin(self) -> (f32, f32) {
        (self.0[4], self.0[5])
    }

    /// How tall a length of one becomes.
    fn height(self) -> f32 {
        self.0[2].hypot(self.0[3])
    }
}

/// What `q` keeps and `Q` brings back.
#[derive(Clone, Copy)]
struct State<'a> {
    transform: Matrix,
    font: Option<&'a Font<'a>>,
    size: f32,
    letter_space: f32,
    word_space: f32,
    stretch: f32,
    leading: f32,
}

struct Walk<'a> {
    fonts: &'a BTreeMap<Vec<u8>, Font<'a>>,
    state: State<'a>,
    kept: Vec<State<'a>>,
    text: Matrix,
    line: Matrix,
    open: Option<Line>,
    lines: Vec<Line>,
}

impl<'a> Walk<'a> {
    fn new(fonts: &'a BTreeMap<Vec<u8>, Font<'a>>) -> Self {
        let state = State {
            transform: Matrix::IDENTITY,
            font: None,
            size: 1.0,
            letter_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
        };
        Self {
            fonts,
            state,
            kept: Vec::new(),
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            open: None,
            lines: Vec::new(),
        }
    }

    fn operation(&mut self, operator: &str, operands: &[Object]) {
        let at = |place: usize| operands.get(place).and_then(number);
        match operator {
            "q" if self.kept.len() < MAX_STATES => self.kept.push(self.state),
            "Q" => self.state = self.kept.pop().unwrap_or(self.state),
            "cm" => {
                if let Some(matrix) = Matrix::of(operands) {
                    self.state.transform = matrix.then(self.state.transform);
                }
            }
            "BT" => (self.text, self.line) = (Matrix::IDENTITY, Matrix::IDENTITY),
            "Tf" => {
                self.state.font = operands.first().and_then(|name| self.fonts.get(name.as_name().ok()?));
                self.state.size = at(1).unwrap_or(self.state.size);
            }
            "Tc" => self.state.letter_space = at(0).unwrap_or(0.0),
            "Tw" => self.state.word_space = at(0).unwrap_or(0.0),
            "Tz" => self.state.stretch = at(0).unwrap_or(100.0) / 100.0,
            "TL" => self.state.leading = at(0).unwrap_or(0.0),
            "Td" => self.move_line(at(0), at(1)),
            "TD" => {
                self.state.leading = -at(1).unwrap_or(0.0);
                self.move_line(at(0), at(1));
            }
            "Tm" => {
                if let Some(matrix) = Matrix::of(operands) {
                    (self.text, self.line) = (matrix, matrix);
                }
            }
            "T*" => self.next_line(),
            "Tj" => self.show_all(operands),
            "TJ" => {
                if let Some(Ok(items)) = operands.first().map(Object::as_array) {
                    self.show_all(items);
                }
            }
            "'" => {
                self.next_line();
                self.show_all(operands);
            }
            "\"" => {
                self.state.word_space = at(0).unwrap_or(0.0);
                self.state.letter_space = at(1).unwrap_or(0.0);
                self.next_line();
                self.show_all(operands.get(2..).unwrap_or_default());
            }
            _ => {}
        }
    }

    fn move_line(&mut self, x: Option<f32>, y: Option<f32>) {
        self.line = Matrix::moved(x.unwrap_or(0.0), y.unwrap_or(0.0)).then(self.line);
        self.text = self.line;
    }

    fn next_line(&mut self) {
        self.move_line(None, Some(-self.state.leading));
    }

    fn show_all(&mut self, items: &[Object]) {
        for item in items {
            if let Ok(bytes) = item.as_str() {
                self.show(bytes);
            } else if let Some(shift) = number(item) {
                let x = -shift / 1000.0 * self.state.size * self.state.stretch;
                self.text = Matrix::moved(x, 0.0).then(self.text);
            }
        }
    }

    fn show(&mut self, bytes: &[u8]) {
        let state = self.state;
        let Some(font) = state.font else { return };
        let words = without_ligatures(Document::decode_text(&font.encoding, bytes).unwrap_or_default());
        let start = self.text.then(state.transform);
        let (width, letters, spaces) = font.measure(bytes);
        let advance =
            (width / 1000.0 * state.size + letters * state.letter_space + spaces * state.word_space) * state.stretch;
        self.text = Matrix::moved(advance, 0.0).then(self.text);
        let (left, y) = start.origin();
        let (right, _) = self.text.then(state.transform).origin();
        let size = (start.height() * state.size).abs();
        if [left, y, right, size].iter().all(|number| number.is_finite()) {
            self.add(Line { text: words, left, right, y, size });
        }
    }

    /// Adds a run to the line at hand, or begins another.
    fn add(&mut self, run: Line) {
        if run.text.is_empty() {
            return;
        }
        let Some(line) = &mut self.open else {
            self.open = Some(run);
            return;
        };
        let size = line.size.max(run.size);
        if (run.y - line.y).abs() > size * NEW_LINE {
            self.finish();
            self.open = Some(run);
            return;
        }
        let gap = run.left - line.right;
        let is_apart = gap > size * SPACE || gap < -size;
        if is_apart && !line.text.ends_with(char::is_whitespace) && !run.text.starts_with(char::is_whitespace) {
            line.text.push(' ');
        }
        line.text.push_str(&run.text);
        line.right = line.right.max(run.right);
        line.left = line.left.min(run.left);
        if run.size > line.size {
            // Raised and lowered figures are smaller: the baseline is the larger run's.
            (line.size, line.y) = (run.size, run.y);
        }
    }

    fn finish(&mut self) {
        self.lines.extend(self.open.take().filter(|line| !line.text.trim().is_empty()));
    }
}
