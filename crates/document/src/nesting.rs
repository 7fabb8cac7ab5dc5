//! How deep a page nests, found before the HTML parser sees it.
//!
//! The parser's work grows with the square of the nesting depth, and formatting tags left open are
//! repeated in every later block; both turn a small file into minutes or gigabytes. This scan reads the
//! tags once, keeps the stack that the parser would keep, and errs on the side of seeing too much depth:
//! it lets an end tag close only what the HTML standard's scopes let it close.

use crate::error::{Error, Result};
use crate::limits::Limits;

/// Tags without content.
const VOID: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link",
    "meta", "param", "source", "track", "wbr",
];
/// Tags whose content is text up to their own end tag.
const RAW: &[&str] = &["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript"];
/// Tags that the parser opens again in the next block when nobody closed them.
const FORMATTING: &[&str] =
    &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// Tags before which an open paragraph ends. A table does so too, but not in quirks mode.
const CLOSES_PARAGRAPH: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dd",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "li",
    "listing",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "search",
    "section",
    "summary",
    "ul",
];
/// The standard's "special" elements: an end tag of an ordinary element does not reach past them.
const SPECIAL: &[&str] = &[
    "address",
    "applet",
    "article",
    "aside",
    "blockquote",
    "button",
    "caption",
    "center",
    "colgroup",
    "dd",
    "details",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "li",
    "listing",
    "main",
    "marquee",
    "menu",
    "nav",
    "object",
    "ol",
    "p",
    "plaintext",
    "pre",
    "search",
    "section",
    "select",
    "summary",
    "table",
    "tbody",
    "td",
    "template",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    "foreignobject",
    "desc",
];
/// Elements that bound the default scope.
const SCOPE: &[&str] =
    &["applet", "caption", "table", "td", "th", "marquee", "object", "template", "foreignobject", "desc"];
/// HTML tags that end an `svg` or `math` they stand in.
const BREAKS_OUT: &[&str] = &[
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "i",
    "img",
    "li",
    "listing",
    "menu",
    "meta",
    "nobr",
    "ol",
    "p",
    "pre",
    "ruby",
    "s",
    "small",
    "span",
    "strong",
    "strike",
    "sub",
    "sup",
    "table",
    "tt",
    "u",
    "ul",
    "var",
];
/// Open formatting tags summed over all tags of the page. An ordinary page stays below a tenth of this.
const FORMATTING_BUDGET: usize = 2_000_000;

/// Passes a page that the parser reads in linear time.
///
/// # Errors
/// [`Error::TooDeep`], [`Error::TooManyAttributes`], [`Error::TooManyElements`] or [`Error::Misnested`].
pub fn check(html: &str, limits: &Limits) -> Result<()> {
    let mut scan = Scan { stack: Vec::new(), formatting: Vec::new(), limits };
    let bytes = html.as_bytes();
    let mut at = 0;
    let mut work = 0_usize;
    let mut elements = 0_usize;
    while let Some(open) = find(bytes, at, b'<') {
        let next = bytes.get(open + 1).copied().unwrap_or(b' ');
        at = match next {
            b'!' => after_declaration(bytes, open),
            b'?' => find(bytes, open, b'>').map_or(bytes.len(), |end| end + 1),
            b'/' if bytes.get(open + 2).is_some_and(u8::is_ascii_alphabetic) => {
                let tag = Tag::read(bytes, open + 2, limits)?;
                scan.end(&tag.name);
                tag.end
            }
            b'/' => find(bytes, open, b'>').map_or(bytes.len(), |end| end + 1),
            b if b.is_ascii_alphabetic() => {
                let tag = Tag::read(bytes, open + 1, limits)?;
                elements += 1;
                limits.check_elements(elements, open)?;
                let raw = scan.start(&tag);
                if raw { after_raw_text(bytes, tag.end, &tag.name) } else { tag.end }
            }
            _ => open + 1,
        };
        work += scan.formatting.iter().flatten().count();
        if work > FORMATTING_BUDGET {
            return Err(Error::Misnested { offset: open });
        }
        limits.check_depth(scan.depth(), open)?;
    }
    Ok(())
}

fn find(bytes: &[u8], from: usize, byte: u8) -> Option<usize> {
    bytes.get(from..)?.iter().position(|b| *b == byte).map(|found| from + found)
}

/// One past a comment, doctype or CDATA section. The last is read as the comment it is outside `svg`.
fn after_declaration(bytes: &[u8], open: usize) -> usize {
    let rest = bytes.get(open + 2..).unwrap_or_default();
    if !rest.starts_with(b"--") {
        return find(bytes, open, b'>').map_or(bytes.len(), |end| end + 1);
    }
    let body = open + 4;
    if bytes.get(body) == Some(&b'>') {
        return body + 1;
    }
    if bytes.get(body..body + 2) == Some(b"->") {
        return body + 2;
    }
    let mut at = body;
    while let Some(dash) = find(bytes, at, b'-') {
        let rest = bytes.get(dash..).unwrap_or_default();
        if rest.starts_with(b"-->") {
            return dash + 3;
        }
        if rest.starts_with(b"--!>") {
            return dash + 4;
        }
        at = dash + 1;
    }
    bytes.len()
}

/// Where the end tag of a raw-text element begins, or the end of the page.
fn after_raw_text(bytes: &[u8], from: usize, name: &str) -> usize {
    let mut at = from;
    while let Some(open) = find(bytes, at, b'<') {
        let rest = bytes.get(open + 1..).unwrap_or_default();
        if rest.first() == Some(&b'/')
            && rest.get(1..=name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()))
            && rest.get(name.len() + 1).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))
        {
            return open;
        }
        at = open + 1;
    }
    bytes.len()
}

struct Tag {
    name: String,
    self_closing: bool,
    /// One past the `>`.
    end: usize,
}

impl Tag {
    /// Reads a tag from its name on; attribute values may hold `>` in quotes.
    fn read(bytes: &[u8], from: usize, limits: &Limits) -> Result<Self> {
        let ends_name = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'/' | b'>');
        let name_end = bytes.get(from..).and_then(|rest| rest.iter().position(ends_name)).map(|n| from + n);
        let mut at = name_end.unwrap_or(bytes.len());
        // Longer names exist only in attacks; what they are called does not matter.
        let name = bytes.get(from..at.min(from + 32)).unwrap_or_default();
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        let mut attributes = 0;
        loop {
            while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                at += 1;
            }
            match bytes.get(at) {
                None => return Ok(Self { name, self_closing: false, end: bytes.len() }),
                Some(b'>') => return Ok(Self { name, self_closing: false, end: at + 1 }),
                Some(b'/') if bytes.get(at + 1) == Some(&b'>') => {
                    return Ok(Self { name, self_closing: true, end: at + 2 });
                }
                Some(b'/') => {
                    at += 1;
                    continue;
                }
                Some(_) => {}
            }
            attributes += 1;
            limits.check_attributes(attributes, at)?;
            // A name may begin with `=`; it ends before white space, `/`, `>` or the next `=`.
            at += 1;
            while bytes.get(at).is_some_and(|b| !b.is_ascii_whitespace() && !matches!(b, b'/' | b'>' | b'=')) {
                at += 1;
            }
            while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                at += 1;
            }
            if bytes.get(at) != Some(&b'=') {
                continue;
            }
            at += 1;
            while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                at += 1;
            }
            at = match bytes.get(at) {
                Some(quote @ (b'"' | b'\'')) => find(bytes, at + 1, *quote).map_or(bytes.len(), |end| end + 1),
                _ => {
                    let ends = |b: &u8| b.is_ascii_whitespace() || *b == b'>';
                    bytes.get(at..).and_then(|rest| rest.iter().position(ends)).map_or(bytes.len(), |n| at + n)
                }
            };
        }
    }
}

struct Open {
    name: String,
    /// Whether its content is SVG or MathML.
    foreign: bool,
}

struct Scan<'a> {
    stack: Vec<Open>,
    /// Formatting tags not closed yet; `None` marks the start of a cell, which they do not leave.
    formatting: Vec<Option<String>>,
    limits: &'a Limits,
}

impl Scan<'_> {
    fn depth(&self) -> usize {
        self.stack.len() + self.formatting.iter().flatten().count()
    }

    fn foreign(&self) -> bool {
        self.stack.last().is_some_and(|open| open.foreign)
    }

    /// Takes a start tag; says whether raw text follows.
    fn start(&mut self, tag: &Tag) -> bool {
        let name = tag.name.as_str();
        if self.foreign() && BREAKS_OUT.contains(&name) {
            while self.foreign() {
                self.pop();
            }
        }
        if self.foreign() {
            if !tag.self_closing {
                let foreign = !matches!(name, "foreignobject" | "desc" | "title");
                self.push(name, foreign);
            }
            return false;
        }
        if VOID.contains(&name) || matches!(name, "html" | "head" | "body") {
            return false;
        }
        if CLOSES_PARAGRAPH.contains(&name) {
            self.close(&["p"], |open| SCOPE.contains(&open) || open == "button");
        }
        match name {
            "li" => self.close(&["li"], |open| SPECIAL.contains(&open) && !matches!(open, "address" | "div" | "p")),
            "dd" | "dt" => {
                self.close(&["dd", "dt"], |open| SPECIAL.contains(&open) && !matches!(open, "address" | "div" | "p"))
            }
            "td" | "th" => self.close(&["td", "th"], |open| matches!(open, "table" | "template")),
            "tr" => self.close(&["tr"], |open| matches!(open, "table" | "template")),
            "tbody" | "thead" | "tfoot" => {
                self.close(&["tbody", "thead", "tfoot"], |open| matches!(open, "table" | "template"));
            }
            "option" | "optgroup" => {
                while self.stack.last().is_some_and(|open| open.name == "option") {
                    self.pop();
                }
            }
            "button" => self.close(&["button"], |open| SCOPE.contains(&open)),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if self.stack.last().is_some_and(|open| is_heading(&open.name)) => {
                self.pop();
            }
            "a" | "nobr" => self.forget_formatting(name),
            _ => {}
        }
        if FORMATTING.contains(&name) {
            self.formatting.push(Some(name.to_owned()));
            return false;
        }
        if RAW.contains(&name) {
            return true;
        }
        self.push(name, matches!(name, "svg" | "math") && !tag.self_closing);
        if matches!(name, "svg" | "math") && tag.self_closing {
            self.pop();
        }
        false
    }

    fn end(&mut self, name: &str) {
        if FORMATTING.contains(&name) && !self.foreign() {
            self.forget_formatting(name);
            return;
        }
        match name {
            "html" | "head" | "body" => {}
            "p" => self.close(&["p"], |open| SCOPE.contains(&open) || open == "button"),
            "li" => self.close(&["li"], |open| SCOPE.contains(&open) || matches!(open, "ol" | "ul")),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.close(&["h1", "h2", "h3", "h4", "h5", "h6"], |open| SCOPE.contains(&open));
            }
            "table" | "td" | "th" | "tr" | "tbody" | "thead" | "tfoot" | "caption" => {
                self.close(&[name], |open| open == "table" || open == "template");
            }
            // Ends without taking along what is open within it.
            "form" => {
                if let Some(found) = self.stack.iter().rposition(|open| open.name == "form") {
                    self.stack.remove(found);
                }
            }
            _ if SPECIAL.contains(&name) => self.close(&[name], |open| SCOPE.contains(&open)),
            _ => self.close(&[name], |open| SPECIAL.contains(&open)),
        }
    }

    /// Closes the innermost of `names`, and all within it, unless a bound stands before it.
    fn close(&mut self, names: &[&str], bound: impl Fn(&str) -> bool) {
        for at in (0..self.stack.len()).rev() {
            let Some(open) = self.stack.get(at) else { return };
            if names.contains(&open.name.as_str()) {
                while self.stack.len() > at {
                    self.pop();
                }
                return;
            }
            if bound(&open.name) {
                return;
            }
        }
    }

    fn push(&mut self, name: &str, foreign: bool) {
        if keeps_formatting_in(name) {
            self.formatting.push(None);
        }
        // One beyond the limit is refused right after; more is never kept.
        if self.stack.len() <= self.limits.max_depth {
            self.stack.push(Open { name: name.to_owned(), foreign });
        }
    }

    fn pop(&mut self) {
        if self.stack.pop().is_some_and(|open| keeps_formatting_in(&open.name)) {
            while self.formatting.pop().is_some_and(|tag| tag.is_some()) {}
        }
    }

    fn forget_formatting(&mut self, name: &str) {
        for at in (0..self.formatting.len()).rev() {
            match self.formatting.get(at) {
                Some(Some(open)) if open == name => {
                    self.formatting.remove(at);
                    return;
                }
                Some(Some(_)) => {}
                _ => return,
            }
        }
    }
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

fn keeps_formatting_in(name: &str) -> bool {
    matches!(name, "td" | "th" | "caption" | "applet" | "marquee" | "object" | "template")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits { max_depth: 20, max_attributes: 10, ..Limits::default() }
    }

    #[test]
    fn ordinary_carelessness_passes() {
        for (page, why) in [
            ("<p>a".repeat(100), "paragraphs end where the next begins"),
            (format!("<ul>{}</ul>", "<li>a".repeat(100)), "items too"),
            (format!("<dl>{}</dl>", "<dt>a<dd>b".repeat(100)), "terms too"),
            (format!("<table>{}</table>", "<tr><td>a<td><b>b".repeat(100)), "rows, cells and formatting in cells"),
            ("<br><img src=x><input>".repeat(100), "void elements"),
            ("<a name=x>".repeat(100), "an anchor ends the one before"),
            ("<div title='a > b'>x</div>".repeat(100), "a bracket in quotes"),
            (format!("<script>{}</script>", "if (a<b) '<div>'".repeat(100)), "script is text"),
            (format!("<!-- {} -->", "<div>".repeat(100)), "comments are none"),
            (format!("<svg>{}</svg>", "<path/>".repeat(100)), "closed at once in svg"),
            ("<form><div></form></div>".repeat(100), "misnested forms"),
        ] {
            assert_eq!(check(&page, &limits()), Ok(()), "{why}");
        }
    }

    #[test]
    fn depth_is_seen_through_disguise() {
        for (page, why) in [
            ("<div>".repeat(100), "plain"),
            ("<DIV\n>".repeat(100), "letter case and white space"),
            ("<x><div></x>".repeat(100), "an end tag that does not reach past a block"),
            ("<div><table><td></div>".repeat(100), "nor out of a cell"),
            (format!("<svg><style>{}", "<g>".repeat(100)), "style in svg is no raw text"),
            (format!("<!-->{}-->", "<div>".repeat(100)), "a comment that ends at once"),
            (format!("<style></stylex></style >{}", "<div>".repeat(100)), "after raw text"),
            ("<div/>".repeat(100), "a slash closes nothing in HTML"),
            ("<svg><div/>".repeat(100), "nor where HTML broke out of svg"),
            ((0..100).map(|n| format!("<p><font size={n}>")).collect(), "formatting is carried on"),
        ] {
            assert!(matches!(check(&page, &limits()), Err(Error::TooDeep { limit: 20, .. })), "{why}");
        }
    }

    #[test]
    fn other_explosions_are_seen() {
        let many: String = (0..100).map(|n| format!(" a{n}=1")).collect();
        assert!(matches!(check(&format!("<p{many}>"), &limits()), Err(Error::TooManyAttributes { .. })));
        let open: String = (0..300).map(|n| format!("<font size={n}>")).collect();
        let page = format!("{open}{}", "<p>x".repeat(100_000));
        assert!(matches!(check(&page, &Limits::default()), Err(Error::Misnested { .. })));
    }
}
