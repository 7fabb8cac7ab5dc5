//! What people call the terms of the vocabularies. A term without a label is shown as words made of its slug.

use fineprint_model::query::Field;
use fineprint_model::{AuthorityId, Provision, Status, Term, vocab};

use crate::format::{list, tidy};
use crate::link::Topic;

const LANGUAGE: &str = "en";

/// A slug as words: `violation-found` gives "Violation found".
pub fn words(slug: &str) -> String {
    let text = tidy(&slug.replace(['-', '_'], " ").replace('/', ": "));
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The label of a closed vocabulary's term.
pub fn term<T: Term>(term: &T) -> String {
    let slug = term.as_str();
    vocab::labels()
        .get(&format!("{}/{slug}", T::VOCABULARY))
        .map_or_else(|| words(slug), |entry| vocab::label(&entry.labels, LANGUAGE, slug).to_owned())
}

/// The same in the middle of a sentence: first letter small, unless it begins with an acronym.
pub fn lower(label: &str) -> String {
    let mut chars = label.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), second) if !second.is_some_and(char::is_uppercase) => first.to_lowercase().chain(chars).collect(),
        _ => label.to_owned(),
    }
}

/// The same at the head of a line: "an unnamed processor" gets a capital; a name keeps its own spelling.
pub fn upper(text: &str) -> String {
    match text.strip_prefix("an ") {
        Some(rest) => format!("An {rest}"),
        None => text.to_owned(),
    }
}

/// What people call an authority: "CNIL"; with its country where several are called the same, as Datatilsynet is.
pub fn authority(id: &AuthorityId) -> String {
    let Some(known) = vocab::authorities().get(id.as_str()) else {
        return id.as_str().split_once('-').map_or(id.as_str(), |(_, rest)| rest).to_uppercase();
    };
    let shared = vocab::authorities().iter().any(|other| other.acronym == known.acronym && other.id != known.id);
    if shared { format!("{} ({})", known.acronym, country(&known.country)) } else { known.acronym.clone() }
}

/// An authority's full name in English; its short one where no other is known.
pub fn authority_name(id: &AuthorityId) -> String {
    vocab::authorities()
        .get(id.as_str())
        .map_or_else(|| authority(id), |known| vocab::label(&known.names, LANGUAGE, &known.acronym).to_owned())
}

/// The authority's country, ISO 3166-1 alpha-2 in lower case.
pub fn authority_country(id: &AuthorityId) -> String {
    vocab::authorities().get(id.as_str()).map_or_else(
        || id.as_str().split('-').next().unwrap_or_default().to_owned(),
        |known| known.country.to_lowercase(),
    )
}

/// A country by its code in either case: "France".
pub fn country(code: &str) -> String {
    let upper = code.to_uppercase();
    vocab::countries()
        .get(&upper)
        .map_or_else(|| tidy(&upper), |entry| vocab::label(&entry.labels, LANGUAGE, &entry.id).to_owned())
}

fn entry(vocabulary: &fineprint_model::vocab::Vocabulary<vocab::Entry>, id: &str) -> String {
    vocabulary.get(id).map_or_else(
        || words(id.rsplit('/').next().unwrap_or(id)),
        |entry| vocab::label(&entry.labels, LANGUAGE, id).to_owned(),
    )
}

/// A sector group.
pub fn sector(id: &str) -> String {
    entry(vocab::sectors(), id)
}

/// A setting of the processing.
pub fn context(id: &str) -> String {
    entry(vocab::contexts(), id)
}

/// A kind of data.
pub fn data_category(id: &str) -> String {
    entry(vocab::data_categories(), id)
}

/// A violation type; a narrower one after its broader one: "Security: encryption".
pub fn violation(id: &str) -> String {
    match id.split_once('/') {
        Some((broad, _)) => {
            format!("{}: {}", entry(vocab::violations(), broad), lower(&entry(vocab::violations(), id)))
        }
        None => entry(vocab::violations(), id),
    }
}

/// A factor of Art. 83(2) GDPR: "(a) nature, gravity and duration".
pub fn factor(id: &str) -> String {
    let label = entry(vocab::factors(), id);
    if label.eq_ignore_ascii_case(id) { format!("Point ({})", tidy(id)) } else { format!("({}) {label}", tidy(id)) }
}

/// A language by its code: "French".
pub fn language(code: &str) -> String {
    let known = match code {
        "bg" => "Bulgarian",
        "cs" => "Czech",
        "da" => "Danish",
        "de" => "German",
        "el" => "Greek",
        "en" => "English",
        "es" => "Spanish",
        "et" => "Estonian",
        "fi" => "Finnish",
        "fr" => "French",
        "ga" => "Irish",
        "hr" => "Croatian",
        "hu" => "Hungarian",
        "is" => "Icelandic",
        "it" => "Italian",
        "lt" => "Lithuanian",
        "lv" => "Latvian",
        "nl" => "Dutch",
        "no" | "nb" => "Norwegian",
        "pl" => "Polish",
        "pt" => "Portuguese",
        "ro" => "Romanian",
        "sk" => "Slovak",
        "sl" => "Slovenian",
        "sv" => "Swedish",
        other => return tidy(other),
    };
    known.to_owned()
}

/// The badge's text.
pub fn status(status: Status) -> String {
    let known = vocab::labels()
        .get(&format!("status/{status}"))
        .map(|entry| vocab::label(&entry.labels, LANGUAGE, &entry.id).to_owned());
    known.unwrap_or_else(|| match status {
        Status::Unknown => "Status not stated".to_owned(),
        other => words(other.as_str()),
    })
}

/// What the badge means, in a sentence.
pub fn status_meaning(status: Status) -> &'static str {
    match status {
        Status::Proposed => "Announced, not decided.",
        Status::Decided => "Decided; nothing is known of an appeal or of the decision having become final.",
        Status::UnderAppeal => "An appeal is pending, or its result is not known.",
        Status::Final => "No longer open to ordinary appeal.",
        Status::Reduced => "The fine is lower than first imposed.",
        Status::Increased => "The fine is higher than first imposed.",
        Status::Annulled => "Annulled, or sent back: nothing is owed now.",
        Status::Withdrawn => "Taken back by the authority.",
        Status::Unknown => "The sources do not say whether the decision stands.",
    }
}

/// A value of a field as the query language writes it, as people read it.
pub fn value(field: Field, value: &str) -> String {
    use fineprint_model::{MeasureKind, Outcome, PartyKind, PartyRole, SourceKind, Stage};
    match field {
        Field::Authority => AuthorityId::new(value).map_or_else(|_| tidy(value), |id| authority(&id)),
        Field::Country => country(value),
        Field::Law | Field::Article | Field::Cites => {
            Provision::new(value).map_or_else(|_| tidy(value), |provision| provision.label())
        }
        Field::Violation => violation(value),
        Field::Sector => sector(value),
        Field::Context => context(value),
        Field::Data => data_category(value),
        Field::Role => term(&PartyRole::from_slug(value)),
        Field::Kind => term(&PartyKind::from_slug(value)),
        Field::Outcome => term(&Outcome::from_slug(value)),
        Field::Measure => term(&MeasureKind::from_slug(value)),
        Field::Stage => term(&Stage::from_slug(value)),
        Field::Source => term(&SourceKind::from_slug(value)),
        Field::Status => Status::ALL.into_iter().find(|s| s.as_str() == value).map_or_else(|| words(value), status),
        Field::Language => language(value),
        Field::Group => words(value),
        _ => tidy(value),
    }
}

/// A field's heading among the filters.
pub fn field(field: Field) -> &'static str {
    match field {
        Field::Authority => "Authority",
        Field::Country => "Country",
        Field::Law => "Law",
        Field::Article => "Provision violated",
        Field::Violation => "Violation type",
        Field::Sector => "Sector",
        Field::Context => "Context",
        Field::Data => "Kind of data",
        Field::Role => "Role of the party",
        Field::Kind => "Kind of party",
        Field::Outcome => "Outcome",
        Field::Measure => "Measure",
        Field::Status => "Status",
        Field::Stage => "Stage",
        Field::Year => "Year",
        Field::Language => "Language of the decision",
        Field::Source => "Kind of source",
        Field::Id => "Case",
        Field::Cites => "Provision mentioned",
        Field::Party => "Party",
        Field::Group => "Group",
        Field::Fine => "Fine in euro",
        Field::Share => "Share of turnover, per cent",
        Field::Affected => "People affected",
        Field::Decided => "Decided",
        Field::Published => "Published",
        Field::Has => "Has",
        Field::Missing => "Without",
        other => other.as_str(),
    }
}

/// A topic's key as its page's title: "Article 32 GDPR", "Health".
pub fn topic(topic: Topic, key: &str) -> String {
    value(if topic == Topic::Law { Field::Article } else { topic.field() }, key)
}

/// Provisions as lawyers write them together, cut to articles: "Articles 28, 29 and 32 GDPR". At most `most`
/// articles are named, the rest is counted.
pub fn provisions<'a>(provisions: impl Iterator<Item = &'a Provision>, most: usize) -> String {
    let mut laws: Vec<(String, Vec<String>)> = Vec::new();
    for provision in provisions {
        let article = provision.article();
        let number = article.parts().next().unwrap_or_default().to_owned();
        match laws.iter_mut().find(|(law, _)| law == article.instrument()) {
            Some((_, numbers)) => {
                if !numbers.contains(&number) {
                    numbers.push(number);
                }
            }
            None => laws.push((article.instrument().to_owned(), vec![number])),
        }
    }
    let mut left = most;
    let mut hidden = 0;
    let mut groups = Vec::new();
    for (law, mut numbers) in laws {
        numbers.retain(|number| !number.is_empty());
        numbers.sort_by(|a, b| natural(a).cmp(&natural(b)));
        let shown = numbers.len().min(left);
        hidden += numbers.len() - shown;
        if shown == 0 && !numbers.is_empty() {
            continue;
        }
        left -= shown;
        groups.push(law_group(&law, &numbers[..shown]));
    }
    let mut text = list(&groups);
    if hidden > 0 {
        text.push_str(&format!(" and {hidden} more"));
    }
    text
}

fn law_group(law: &str, numbers: &[String]) -> String {
    let Some(instrument) = vocab::instruments().get(law) else {
        return if numbers.is_empty() { law.to_owned() } else { format!("{} {law}", list(numbers)) };
    };
    let name = vocab::label(&instrument.labels, LANGUAGE, &instrument.id);
    match numbers {
        [] => name.to_owned(),
        [_] if instrument.unit == "§" => format!("§\u{a0}{} {name}", numbers[0]),
        _ if instrument.unit == "§" => format!("§§\u{a0}{} {name}", list(numbers)),
        [one] => format!("{} {one} {name}", instrument.unit),
        _ => format!("{}s {} {name}", instrument.unit, list(numbers)),
    }
}

/// Sorts `5`, `13`, `13a`, `32` as people do.
fn natural(number: &str) -> (u64, &str) {
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    (number[..digits].parse().unwrap_or(u64::MAX), &number[digits..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provisions_stand_together_by_law() {
        let write = |ids: &[&str], most| {
            let parsed: Vec<Provision> = ids.iter().map(|id| Provision::new(*id).unwrap()).collect();
            provisions(parsed.iter(), most)
        };
        assert_eq!(write(&["gdpr/32", "gdpr/28/3", "gdpr/29"], 9), "Articles 28, 29 and 32 GDPR");
        assert_eq!(write(&["gdpr/5/1/f", "gdpr/5/2"], 9), "Article 5 GDPR", "one article named twice");
        assert_eq!(write(&["gdpr/5", "gdpr/6", "gdpr/13"], 2), "Articles 5 and 6 GDPR and 1 more");
        assert_eq!(write(&["xx-none/7"], 9), "7 xx-none");
        assert_eq!(write(&["gdpr"], 9), "GDPR");
        assert_eq!(write(&[], 9), "");
    }

    #[test]
    fn a_term_nobody_labelled_is_shown_as_words() {
        assert_eq!(words("joint-controller"), "Joint controller");
        assert_eq!(violation("security/no-such-thing"), "Security: no such thing");
        assert_eq!(value(Field::Status, "under-appeal"), "Under appeal");
        assert_eq!(lower("Health"), "health");
        assert_eq!(lower("AI"), "AI");
        let label = |id: &str| authority(&AuthorityId::new(id).unwrap());
        assert_eq!((label("fr-cnil").as_str(), label("xx-dpa").as_str()), ("CNIL", "DPA"));
    }
}
