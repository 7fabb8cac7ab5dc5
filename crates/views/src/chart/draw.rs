//! Drawings as shapes, written in two ways: into a page, where the style sheet gives the colours of the reader's scheme, and as a
//! file of its own, which must carry them.

use std::fmt::Write as _;

use crate::format::{escape, shortened};

/// What a shape is for; the style sheet has a class of the same name.
type Class = &'static str;

/// Where a text is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    Start,
    Middle,
    End,
}

impl Hold {
    fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }

    /// Holds a label at `x` so that it does not stick out of the drawing.
    pub(crate) fn within(x: f64, half: f64, width: f64) -> Self {
        if x < half {
            Self::Start
        } else if x > width - half {
            Self::End
        } else {
            Self::Middle
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Shape {
    Rect { class: Class, at: [f64; 4], round: f64 },
    Line { class: Class, at: [f64; 4] },
    Circle { class: Class, at: [f64; 3] },
    Path { class: Class, points: Vec<(f64, f64)> },
    Text { class: Class, x: f64, y: f64, hold: Hold, text: String },
    Open { title: String, href: Option<String> },
    Close { linked: bool },
}

/// Shapes on a field of a given size.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Drawing {
    width: f64,
    height: f64,
    shapes: Vec<Shape>,
    linked: bool,
}

/// How classes look in a file: fill, stroke, stroke width, more.
fn look(class: Class) -> (&'static str, &'static str, f64, &'static str) {
    match class {
        "bar" => ("#4a6a8a", "none", 0.0, ""),
        "bar-soft" | "band" | "tile-1" => ("#dfe7ee", "none", 0.0, ""),
        "tile-0" => ("#fcfbf8", "#c9c4b8", 1.0, ""),
        "tile-2" => ("#b9cbdb", "none", 0.0, ""),
        "tile-3" => ("#86a5c0", "none", 0.0, ""),
        "tile-4" => ("#3d6186", "none", 0.0, ""),
        "axis" => ("none", "#8f897c", 1.0, ""),
        "grid" => ("none", "#dcd8ce", 1.0, ""),
        "median" => ("none", "#1d1b18", 1.25, " stroke-dasharray=\"3 2\""),
        "middle" => ("none", "#1d1b18", 2.0, ""),
        "step" => ("none", "#1d1b18", 1.75, ""),
        "fill" => ("#dfe7ee", "none", 0.0, ""),
        "dot" => ("#2f5b85", "#fcfbf8", 0.75, " fill-opacity=\"0.75\""),
        "dot marked" | "pin" => ("#fcfbf8", "#1d1b18", 2.0, ""),
        "pin full" => ("#1d1b18", "#1d1b18", 2.0, ""),
        "value" | "name" | "tile-text" => ("#1d1b18", "none", 0.0, " font-weight=\"600\""),
        "tile-text on" | "pin-text on" => ("#fcfbf8", "none", 0.0, " font-weight=\"600\""),
        "pin-text" => ("#1d1b18", "none", 0.0, " font-weight=\"600\""),
        _ => ("#57524a", "none", 0.0, ""),
    }
}

impl Drawing {
    pub(crate) fn new(width: f64, height: f64) -> Self {
        Self { width, height, ..Self::default() }
    }

    pub(crate) fn rect(&mut self, class: Class, x: f64, y: f64, width: f64, height: f64) {
        self.shapes.push(Shape::Rect { class, at: [x, y, width.max(0.0), height.max(0.0)], round: 0.0 });
    }

    pub(crate) fn tile(&mut self, class: Class, x: f64, y: f64, side: f64) {
        self.shapes.push(Shape::Rect { class, at: [x, y, side, side], round: 2.0 });
    }

    pub(crate) fn line(&mut self, class: Class, from: (f64, f64), to: (f64, f64)) {
        self.shapes.push(Shape::Line { class, at: [from.0, from.1, to.0, to.1] });
    }

    pub(crate) fn circle(&mut self, class: Class, x: f64, y: f64, r: f64) {
        self.shapes.push(Shape::Circle { class, at: [x, y, r] });
    }

    pub(crate) fn path(&mut self, class: Class, points: Vec<(f64, f64)>) {
        self.shapes.push(Shape::Path { class, points });
    }

    pub(crate) fn text(&mut self, class: Class, x: f64, y: f64, hold: Hold, text: impl Into<String>) {
        self.shapes.push(Shape::Text { class, x, y, hold, text: text.into() });
    }

    /// Shapes with a name of their own, and a link from the site's root where `href` is given.
    pub(crate) fn named(&mut self, title: impl Into<String>, href: Option<String>, draw: impl FnOnce(&mut Self)) {
        let linked = href.is_some();
        self.linked |= linked;
        self.shapes.push(Shape::Open { title: title.into(), href });
        draw(self);
        self.shapes.push(Shape::Close { linked });
    }

    fn write(&self, out: &mut String, plain: bool, root: Option<&str>) {
        let paint = |class: Class| -> String {
            if !plain {
                return format!("class=\"{class}\"");
            }
            let (fill, stroke, width, more) = look(class);
            let stroke =
                if stroke == "none" { String::new() } else { format!(" stroke=\"{stroke}\" stroke-width=\"{width}\"") };
            format!("fill=\"{fill}\"{stroke}{more}")
        };
        for shape in &self.shapes {
            let _ = match shape {
                Shape::Rect { class, at: [x, y, w, h], round } => {
                    let round = if *round > 0.0 { format!(" rx=\"{round}\"") } else { String::new() };
                    write!(
                        out,
                        "<rect {} x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\"{round}/>",
                        paint(class)
                    )
                }
                Shape::Line { class, at: [x1, y1, x2, y2] } => {
                    write!(out, "<line {} x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>", paint(class))
                }
                Shape::Circle { class, at: [x, y, r] } => {
                    write!(out, "<circle {} cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r}\"/>", paint(class))
                }
                Shape::Path { class, points } => {
                    let mut d = String::new();
                    for (at, (x, y)) in points.iter().enumerate() {
                        let _ = write!(d, "{}{x:.1} {y:.1}", if at == 0 { "M" } else { "L" });
                    }
                    write!(out, "<path {} d=\"{d}\"/>", paint(class))
                }
                Shape::Text { class, x, y, hold, text } => {
                    let size = if plain { " font-family=\"Public Sans, sans-serif\" font-size=\"9.5\"" } else { "" };
                    write!(
                        out,
                        "<text {}{size} x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{}\">{}</text>",
                        paint(class),
                        hold.as_str(),
                        escape(text)
                    )
                }
                Shape::Open { title, href } => match (href, root) {
                    (Some(href), Some(root)) => {
                        write!(
                            out,
                            "<a href=\"{root}{}\" tabindex=\"-1\"><title>{}</title>",
                            escape(href),
                            escape(title)
                        )
                    }
                    _ => write!(out, "<g><title>{}</title>", escape(title)),
                },
                Shape::Close { linked } => write!(out, "{}", if *linked && root.is_some() { "</a>" } else { "</g>" }),
            };
        }
    }

    /// For a page: classes for colours, links below `root`. A drawing with links in it is a group, not an image: what is inside
    /// an image cannot be reached by assistive technology.
    pub(crate) fn inline(&self, id: &str, title: &str, desc: &str, root: &str) -> String {
        let role = if self.linked { "group" } else { "img" };
        let mut out = format!(
            "<svg class=\"chart\" viewBox=\"0 0 {} {}\" role=\"{role}\" aria-labelledby=\"{id}-t {id}-d\">\
             <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
            self.width,
            self.height,
            escape(title),
            escape(desc)
        );
        self.write(&mut out, false, Some(root));
        out.push_str("</svg>");
        out
    }

    /// As a file: title above, note and origin below, colours of its own.
    pub(crate) fn file(&self, title: &str, note: &str) -> String {
        let margin = 16.0;
        let width = self.width + 2.0 * margin;
        let titles = wrap(title, (self.width / 7.0) as usize, 3);
        let notes = wrap(note, (self.width / 4.35) as usize, 6);
        let head = margin + 17.0 * titles.len() as f64 + 6.0;
        let foot = head + self.height + 8.0;
        let height = foot + 10.5 * (notes.len() + 1) as f64 + margin;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"t d\">\
             <title id=\"t\">{}</title><desc id=\"d\">{}</desc><rect width=\"{width}\" height=\"{height}\" fill=\"#fcfbf8\"/>",
            escape(title),
            escape(note)
        );
        for (at, line) in titles.iter().enumerate() {
            let y = margin + 12.0 + 17.0 * at as f64;
            let _ = write!(
                out,
                "<text x=\"{margin}\" y=\"{y:.1}\" fill=\"#1d1b18\" font-family=\"Newsreader, Georgia, serif\" font-size=\"15\" font-weight=\"600\">{}</text>",
                escape(line)
            );
        }
        let _ = write!(out, "<g transform=\"translate({margin} {head:.1})\">");
        self.write(&mut out, true, None);
        out.push_str("</g>");
        for (at, line) in notes.iter().map(String::as_str).chain(["Source: fineprint"]).enumerate() {
            let y = foot + 10.5 * (at + 1) as f64;
            let _ = write!(
                out,
                "<text x=\"{margin}\" y=\"{y:.1}\" fill=\"#57524a\" font-family=\"Public Sans, sans-serif\" font-size=\"8\">{}</text>",
                escape(line)
            );
        }
        out.push_str("</svg>\n");
        out
    }
}

/// Text in lines of about `most` characters, at most `lines` of them.
pub(crate) fn wrap(text: &str, most: usize, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match out.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => out.push(word.to_owned()),
        }
    }
    if out.len() > lines {
        let rest = out.split_off(lines.saturating_sub(1)).join(" ");
        out.push(shortened(&rest, most));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_shapes_stand_in_the_page_and_in_the_file() {
        let mut drawing = Drawing::new(100.0, 50.0);
        drawing.named("<one>", Some("case/x/".into()), |drawing| drawing.circle("dot", 1.0, 2.0, 3.0));
        let inline = drawing.inline("c", "A & B", "desc", "../");
        assert!(
            inline.contains("<a href=\"../case/x/\" tabindex=\"-1\"><title>&lt;one&gt;</title><circle class=\"dot\"")
        );
        assert!(inline.contains("role=\"group\"") && !inline.contains("fill="));
        let file = drawing.file("A & B", "A note.");
        assert!(file.contains("<circle fill=\"#2f5b85\"") && !file.contains("class=") && !file.contains("<a "));
        assert!(file.contains("A &amp; B") && file.contains("Source: fineprint"));
    }

    #[test]
    fn long_titles_are_wrapped_and_at_last_cut() {
        assert_eq!(wrap("one two three", 7, 3), ["one two", "three"]);
        assert_eq!(wrap("one two three four", 5, 2), ["one", "two…"]);
    }
}
