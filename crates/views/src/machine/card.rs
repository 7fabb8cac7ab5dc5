//! The picture that a link to a case is shown with: what the title says, large enough to read in a list of messages.

use std::fmt::Write as _;

use fineprint_model::{Case, FindingKind, Status};

use crate::format::{date, escape, shortened, tidy};
use crate::line::{Badge, Line, exact_amount};
use crate::page::Site;
use crate::{label, title};

/// Pixels of the picture, as services that show links want them.
pub const SIZE: (u32, u32) = (1200, 630);

/// Width of a text in parts of its font size, for the serif of the titles; near enough to break lines by.
fn width(text: &str) -> f64 {
    text.chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | 't' | 'f' | 'r' | '.' | ',' | ':' | ';' | '\'' | '’' | '|' | '!' | '(' | ')' | '-'
            | ' ' => 0.29,
            'm' | 'w' | 'M' | 'W' | '—' | '%' | '&' => 0.86,
            'A'..='Z' | 'Ä' | 'Ö' | 'Ü' => 0.68,
            _ => 0.52,
        })
        .sum()
}

/// Words in at most `most` lines that fit into `room` at a font size; `None` where they do not.
fn lines(text: &str, room: f64, size: f64, most: usize) -> Option<Vec<String>> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let wider = |line: &String| width(line) + 0.29 + width(word);
        match lines.last_mut() {
            Some(line) if wider(line) * size <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let fits = lines.len() <= most && lines.iter().all(|line| width(line) * size <= room);
    fits.then_some(lines)
}

/// The case as a picture, in SVG. It says nothing that the page's title does not say: no private person is named in either.
pub fn card(site: &Site, case: &Case) -> String {
    let (w, h) = SIZE;
    let left = 72;
    let room = f64::from(w) - 144.0;
    let party = label::upper(&title::respondents(case));
    let (size, party) = [76.0, 64.0, 54.0, 46.0]
        .into_iter()
        .find_map(|size| Some((size, lines(&party, room, size, 2)?)))
        .unwrap_or_else(|| (46.0, vec![shortened(&party, 44)]));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\"><rect width=\"{w}\" height=\"{h}\" fill=\"#fcfbf8\"/>\
         <rect x=\"{left}\" y=\"56\" width=\"{room}\" height=\"8\" fill=\"#1d1b18\"/><rect x=\"{left}\" y=\"70\" width=\"{room}\" height=\"2\" fill=\"#1d1b18\"/>"
    );
    let mut text = |y: f64, size: f64, serif: bool, bold: bool, fill: &str, content: &str| {
        let family = if serif { "Newsreader" } else { "Public Sans" };
        let weight = if bold { 600 } else { 400 };
        let _ = write!(
            svg,
            "<text x=\"{left}\" y=\"{y}\" font-family=\"{family}\" font-size=\"{size}\" font-weight=\"{weight}\" fill=\"{fill}\">{}</text>",
            escape(content)
        );
    };
    let mut kicker =
        vec![label::authority(&case.authority), label::country(&label::authority_country(&case.authority))];
    kicker.extend(case.dated().map(date));
    text(128.0, 30.0, false, false, "#57524a", &kicker.join(" · "));
    let mut y = 150.0;
    for line in &party {
        y += size * 1.1;
        text(y, size, true, true, "#1d1b18", line);
    }
    y += 112.0;
    text(y, 88.0, true, true, "#1d1b18", &exact_amount(case));
    let line = Line::new(case, None);
    if let Some(note) = &line.amount_note {
        y += 50.0;
        text(y, 30.0, false, false, "#57524a", &tidy(note));
    }
    let provisions = label::provisions(case.provisions(FindingKind::Violated), 6);
    if !provisions.is_empty() {
        text(y + 56.0, 32.0, false, false, "#1d1b18", &shortened(&provisions, 62));
    }
    text(574.0, 34.0, true, true, "#1d1b18", "fineprint*");
    badge(&mut svg, case.status());
    if let Some(host) = site.base_url.as_deref().and_then(|base| base.split("://").nth(1)) {
        let _ = write!(
            svg,
            "<text x=\"250\" y=\"573\" font-family=\"Public Sans\" font-size=\"24\" fill=\"#57524a\">{}</text>",
            escape(&shortened(host, 40))
        );
    }
    svg.push_str("</svg>");
    svg
}

/// The status as on the pages: a word in a frame whose shape says the same.
fn badge(svg: &mut String, status: Status) {
    let (colour, more) = match status {
        Status::Final => ("#1f6b3a", ""),
        Status::UnderAppeal => ("#8a5200", " stroke-dasharray=\"10 7\""),
        Status::Reduced | Status::Increased => ("#8a5200", ""),
        Status::Annulled | Status::Withdrawn => ("#a3231f", ""),
        Status::Proposed => ("#44515e", " stroke-dasharray=\"3 6\""),
        _ => ("#44515e", ""),
    };
    let text = Badge(status).label();
    let wide = text.chars().count() as f64 * 17.5 + 48.0;
    let (x, round) = (1128.0 - wide, if matches!(status, Status::Reduced | Status::Increased) { 30 } else { 6 });
    let _ = write!(
        svg,
        "<rect x=\"{x:.0}\" y=\"530\" width=\"{wide:.0}\" height=\"58\" rx=\"{round}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"3\"{more}/>\
         <text x=\"{:.0}\" y=\"570\" text-anchor=\"middle\" font-family=\"Public Sans\" font-weight=\"600\" font-size=\"30\" fill=\"{colour}\">{}</text>",
        x + wide / 2.0,
        escape(&text)
    );
    match status {
        Status::Final => {
            let _ = write!(svg, "<rect x=\"{x:.0}\" y=\"530\" width=\"12\" height=\"58\" fill=\"{colour}\"/>");
        }
        Status::Annulled | Status::Withdrawn => {
            let _ = write!(
                svg,
                "<rect x=\"{:.0}\" y=\"537\" width=\"{:.0}\" height=\"44\" rx=\"3\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
                x + 7.0,
                wide - 14.0
            );
        }
        _ => {}
    }
}
