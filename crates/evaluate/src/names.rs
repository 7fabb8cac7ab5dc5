//! The annotators' names of authorities and laws, as ours.

use fineprint_model::slugify;
use fineprint_model::vocab::{self, Authority};

/// Annotators' short names that are in no vocabulary.
const AUTHORITIES: &[(&str, &str)] = &[
    ("de-blnbdi", "de-be"),
    ("de-bbdi", "de-be"),
    ("de-lfdi-hb", "de-hb"),
    ("de-hmbbfdi", "de-hh"),
    ("de-lfd-ni", "de-ni"),
    ("de-lfd-nds", "de-ni"),
    ("de-lda-bayern", "de-by"),
    ("de-baylda", "de-by"),
    ("de-baylfd", "de-by-lfd"),
    ("de-uld", "de-sh"),
    ("de-ldi-nrw", "de-nw"),
    ("de-lfdi-bw", "de-bw"),
    ("de-lfdi-bwu", "de-bw"),
    ("fi-tsv", "fi-tietosuoja"),
    ("fi-ombudsman", "fi-tietosuoja"),
    ("fi-odpo", "fi-tietosuoja"),
    ("se-datainspektionen", "se-imy"),
    ("bg-kzld", "bg-cpdp"),
    ("gr-apdpx", "gr-hdpa"),
    ("us-hhs", "us-hhs-ocr"),
    ("us-ocr", "us-hhs-ocr"),
];

/// Annotators' names of laws that differ from ours by more than case and strokes.
const LAWS: &[(&str, &str)] = &[
    ("us-sa", "us-sa1933"),
    ("us-sea", "us-sea1934"),
    ("us-sea-rule", "us-sea1934"),
    ("us-iaa", "us-iaa1940"),
    ("us-iaa-rule", "us-iaa1940"),
    ("us-sox", "us-sox2002"),
    ("hr-gdpr-act", "hr-zpgdpr"),
    ("gb-fca-prin", "uk-fca-prin"),
    ("gb-pecr", "uk-pecr"),
    ("gb-dpa2018", "uk-dpa2018"),
    ("gb-dpa1998", "uk-dpa1998"),
    ("gb-gdpr", "uk-gdpr"),
];

/// Our id of an authority that annotators name `FR/CNIL`; `None` where the vocabulary has none that could be meant.
pub(crate) fn authority(annotated: &str) -> Option<&'static str> {
    let slug = slugify(annotated)?;
    let by_id = |id: &str| vocab::authorities().get(id).map(|authority| authority.id.as_str());
    if let Some(id) = by_id(&slug) {
        return Some(id);
    }
    if let Some((_, ours)) = AUTHORITIES.iter().find(|(theirs, _)| *theirs == slug) {
        return by_id(ours);
    }
    let (country, name) = slug.split_once('-')?;
    let country = if country == "uk" { "gb" } else { country };
    let of_country = || {
        vocab::authorities()
            .iter()
            .filter(move |authority| authority.id.split('-').next().is_some_and(|prefix| prefix == country))
    };
    let has_part = |authority: &&Authority| {
        let own: Vec<String> = authority
            .id
            .split('-')
            .skip(1)
            .map(str::to_owned)
            .chain(
                slugify(&authority.acronym)
                    .into_iter()
                    .flat_map(|slug| slug.split('-').map(str::to_owned).collect::<Vec<_>>()),
            )
            .collect();
        name.split('-').all(|part| own.iter().any(|known| known == part))
    };
    let has_name = |authority: &&Authority| {
        let names = authority.names.values().chain(&authority.aliases);
        names.filter_map(|known| slugify(known)).any(|known| known == name)
    };
    let some_part = |authority: &&Authority| {
        let own: Vec<&str> = authority.id.split('-').skip(1).collect();
        name.split('-').any(|part| own.contains(&part))
    };
    of_country()
        .find(has_part)
        .or_else(|| of_country().find(has_name))
        .or_else(|| of_country().find(some_part))
        .map(|authority| authority.id.as_str())
}

/// `GDPR:5(1)(f)` as `gdpr/5/1/f`. A law the vocabulary lacks keeps its own name, in lower case; the flag says so.
pub(crate) fn provision(annotated: &str) -> (String, bool) {
    let (law, path) = annotated.split_once(':').unwrap_or((annotated, ""));
    let slug = slugify(law).unwrap_or_default();
    let ours = LAWS.iter().find(|(theirs, _)| *theirs == slug).map_or(slug.as_str(), |(_, ours)| *ours);
    let known = vocab::instruments().get(ours);
    let mut out = known.map_or(ours, |law| law.id.as_str()).to_owned();
    let path = path.trim();
    let lower = path.to_lowercase();
    let path =
        ["article", "art.", "art", "section", "§"].iter().find_map(|word| lower.strip_prefix(word)).unwrap_or(&lower);
    // "206(4)-8" is the eighth rule under Section 206(4), and no part of it.
    for part in path.replace(")-", "-").split(['(', ')', ' ', '/']).filter(|part| !part.is_empty()) {
        out.push('/');
        out.push_str(part);
    }
    (out, known.is_some())
}

/// A provision's path as far as the article.
pub(crate) fn article(path: &str) -> String {
    path.split('/').take(2).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotated_authorities_are_found_in_the_vocabulary() {
        for (annotated, ours) in [
            ("FR/CNIL", Some("fr-cnil")),
            ("DE/BLNBDI", Some("de-be")),
            ("BE/APD-GBA", Some("be-apd")),
            ("US-NY/AG", Some("us-ny-ag")),
            ("US/HHS-OCR", Some("us-hhs-ocr")),
            ("UK/ICO", Some("gb-ico")),
            ("NO/DATATILSYNET", Some("no-datatilsynet")),
            ("XX/NOBODY", None),
            ("", None),
        ] {
            assert_eq!(authority(annotated), ours, "{annotated}");
        }
    }

    #[test]
    fn annotated_provisions_are_paths() {
        for (annotated, ours, is_known) in [
            ("GDPR:5(1)(f)", "gdpr/5/1/f", true),
            ("GDPR:Art. 32", "gdpr/32", true),
            ("GB-PECR:22", "uk-pecr/22", true),
            ("RO-L506/2004:4(5)", "ro-l506-2004/4/5", true),
            ("US-HIPAA:164.308(a)(1)", "us-hipaa/164.308/a/1", true),
            ("US-IAA-RULE:206(4)-8", "us-iaa1940/206/4-8", true),
            ("ZZ-LAW:1", "zz-law/1", false),
            ("GDPR", "gdpr", true),
        ] {
            assert_eq!(provision(annotated), (ours.to_owned(), is_known), "{annotated}");
        }
        assert_eq!(article("gdpr/5/1/f"), "gdpr/5");
    }
}
