//! Identifiers: short lower-case slugs that are safe in a file name and an address.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, Result};

/// Longest id in bytes. Keeps `<id>.json` well under every file system's limit of 255.
pub const MAX_ID_BYTES: usize = 80;

fn is_slug(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes.first(), Some(b'a'..=b'z' | b'0'..=b'9'))
        && bytes.len() <= MAX_ID_BYTES
        && bytes.iter().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Checks the form `^[a-z0-9][a-z0-9-]{0,79}$`.
            ///
            /// # Errors
            /// [`Error::Value`] where the text is not such a slug.
            pub fn new(text: impl Into<String>) -> Result<Self> {
                let text = text.into();
                if is_slug(&text) {
                    Ok(Self(text))
                } else {
                    Err(Error::Value { expected: $what, found: text })
                }
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Error;
            fn from_str(text: &str) -> Result<Self> {
                Self::new(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::new(text).map_err(serde::de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,79}$", "description": $what })
            }
        }
    };
}

slug!(
    /// Identifies a case for ever: authority and the authority's own reference, as in
    /// `fr-cnil-san-2022-009`. Where the authority gives none: authority, year, counter.
    CaseId,
    "a case id such as `fr-cnil-san-2022-009` (a-z, 0-9 and -, at most 80)"
);
slug!(
    /// An authority: ISO 3166-1 alpha-2 code in lower case and acronym, as in `fr-cnil`;
    /// `eu-` for bodies of the Union, `de-` and the Land's code for German Länder.
    AuthorityId,
    "an authority id such as `fr-cnil` (a-z, 0-9 and -, at most 80)"
);
slug!(
    /// A party within a case. Two cases whose parties carry the same id are about the same
    /// organisation, unless the party is anonymised or a natural person: those are never merged.
    PartyId,
    "a party id such as `dedalus-biologie` (a-z, 0-9 and -, at most 80)"
);
slug!(
    /// A source within a case, as in `decision` or `press-2`.
    SourceId,
    "a source id such as `decision` (a-z, 0-9 and -, at most 80)"
);

/// Makes a slug of any text: letters folded to ASCII where that is usual, everything else a hyphen.
/// `None` where nothing is left, as for a text of punctuation only.
pub fn slugify(text: &str) -> Option<String> {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        let folded: &str = match c {
            'a'..='z' | '0'..='9' => {
                slug.push(c);
                continue;
            }
            'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
            'ä' | 'æ' => "ae",
            'ç' | 'ć' | 'č' => "c",
            'ď' | 'đ' | 'ð' => "d",
            'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
            'ğ' | 'ģ' => "g",
            'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
            'ķ' => "k",
            'ł' | 'ļ' | 'ľ' => "l",
            'ñ' | 'ń' | 'ň' | 'ņ' => "n",
            'ò' | 'ó' | 'ô' | 'õ' | 'ő' | 'ō' => "o",
            'ö' | 'ø' | 'œ' => "oe",
            'ŕ' | 'ř' => "r",
            'ś' | 'š' | 'ş' | 'ș' => "s",
            'ß' => "ss",
            'ť' | 'ţ' | 'ț' => "t",
            'ù' | 'ú' | 'û' | 'ű' | 'ū' | 'ů' | 'ų' => "u",
            'ü' => "ue",
            'ý' | 'ÿ' => "y",
            'ź' | 'ż' | 'ž' => "z",
            '\'' | '’' | '\u{307}' => "",
            _ => "-",
        };
        if folded != "-" || !(slug.is_empty() || slug.ends_with('-')) {
            slug.push_str(folded);
        }
    }
    slug.truncate(MAX_ID_BYTES);
    let slug = slug.trim_end_matches('-');
    (!slug.is_empty()).then(|| slug.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_safe_slugs() {
        for good in ["fr-cnil-san-2022-009", "a", "1", &"x".repeat(80)] {
            assert!(CaseId::new(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "A", "a/b", "..", "a.json", "é", &"x".repeat(81)] {
            assert!(CaseId::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn slugs_fold_letters_and_drop_the_rest() {
        for (text, expected) in [
            ("SAN-2022-009", "san-2022-009"),
            ("PS/00065/2021", "ps-00065-2021"),
            ("Österreichische Post AG", "oesterreichische-post-ag"),
            ("L'Oréal  (France)", "loreal-france"),
            ("Caja Rural — Ñ", "caja-rural-n"),
        ] {
            assert_eq!(slugify(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(slugify("— … —"), None);
    }
}
