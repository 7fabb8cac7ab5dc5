//! The language of a text: what the page says, unless its words clearly say otherwise.

use whatlang::Lang;

/// Bytes that are looked at; enough to be sure and soon done.
const SAMPLE_BYTES: usize = 8192;
/// Fewer letters than this say nothing against a page's own word.
const MIN_LETTERS: usize = 200;

/// ISO 639-1 code of the text's language; `None` where neither the statement nor the words are sure.
pub fn of(text: &str, stated: Option<String>) -> Option<String> {
    // The middle, since beginnings are full of names and numbers.
    let mut start = text.len().saturating_sub(SAMPLE_BYTES) / 2;
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let mut end = (start + SAMPLE_BYTES).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let sample = text.get(start..end).unwrap_or(text);
    let letters = sample.chars().filter(|c| c.is_alphabetic()).count();
    let guess = whatlang::detect(sample).and_then(|info| Some((two_letters(info.lang())?, info)));
    match (stated, guess) {
        (Some(stated), Some((guess, info))) => {
            let clear = info.is_reliable() && info.confidence() > 0.9 && letters >= MIN_LETTERS;
            Some(if clear { guess.to_owned() } else { stated })
        }
        (Some(stated), None) => Some(stated),
        (None, Some((guess, info))) if info.is_reliable() || letters >= MIN_LETTERS => Some(guess.to_owned()),
        (None, _) => None,
    }
}

fn two_letters(language: Lang) -> Option<&'static str> {
    Some(match language {
        Lang::Eng => "en",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Spa => "es",
        Lang::Ita => "it",
        Lang::Por => "pt",
        Lang::Nld => "nl",
        Lang::Pol => "pl",
        Lang::Ron => "ro",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Bul => "bg",
        Lang::Ell => "el",
        Lang::Swe => "sv",
        Lang::Dan => "da",
        Lang::Nob => "no",
        Lang::Fin => "fi",
        Lang::Est => "et",
        Lang::Lav => "lv",
        Lang::Lit => "lt",
        Lang::Cat => "ca",
        Lang::Tur => "tr",
        Lang::Rus => "ru",
        Lang::Ukr => "uk",
        Lang::Mkd => "mk",
        Lang::Kor => "ko",
        Lang::Jpn => "ja",
        Lang::Cmn => "zh",
        _ => return None,
    })
}
