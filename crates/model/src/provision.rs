//! Provisions of law as hierarchical ids: `gdpr/5/1/f`, `fr-lil/82`, `us-hipaa/164.308/a/1`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, Result};

const EXPECTED: &str = "a provision such as `gdpr/32/1/b` (instrument, article, paragraph, point)";

/// A provision, or a whole instrument, as a path from the instrument down.
///
/// Parts are lower case letters, digits, `.` and `-`; `gdpr/28` contains `gdpr/28/3/h` and itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Provision(String);

impl Provision {
    /// Checks the form; whether such a provision exists is the vocabulary's question.
    ///
    /// # Errors
    /// [`Error::Value`] where the text is no such path.
    pub fn new(text: impl Into<String>) -> Result<Self> {
        let text = text.into();
        let part_is_good = |part: &str| {
            part.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric)
                && part.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'))
        };
        let starts_with_letter = text.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
        if text.len() <= 120 && starts_with_letter && text.split('/').all(part_is_good) {
            Ok(Self(text))
        } else {
            Err(Error::Value { expected: EXPECTED, found: text })
        }
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The instrument's id, as in `gdpr`.
    pub fn instrument(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }

    /// The parts after the instrument: article, paragraph, point.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').skip(1)
    }

    /// The provision cut to instrument and article: `gdpr/5/1/f` gives `gdpr/5`.
    pub fn article(&self) -> Self {
        let end = self.0.match_indices('/').nth(1).map_or(self.0.len(), |(at, _)| at);
        Self(self.0[..end].to_owned())
    }

    /// The provision itself and everything above it, finest first, the instrument last.
    pub fn with_ancestors(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self.0.as_str()), |path| path.rfind('/').map(|at| &path[..at]))
    }

    /// Whether this says more exactly what `other` says, so that it stands for both. The points of Articles 6(1) and 9(2)
    /// GDPR do not: they are legal bases and exceptions, and what is violated where none of them holds is the rule above.
    pub fn refines(&self, other: &Self) -> bool {
        const GROUNDS: [&str; 2] = ["gdpr/6/1/", "gdpr/9/2/"];
        let path = self.0.strip_prefix("uk-").unwrap_or(&self.0);
        self != other && self.is_within(other) && !GROUNDS.iter().any(|rule| path.starts_with(rule))
    }

    /// Whether this is `other` or stands below it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.strip_prefix(other.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for Provision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Provision {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        Self::new(text)
    }
}

impl Serialize for Provision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Provision {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Provision {
    fn schema_name() -> Cow<'static, str> {
        "Provision".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "maxLength": 120,
            "pattern": "^[a-z][a-z0-9.-]*(/[a-z0-9][a-z0-9.-]*)*$",
            "description": EXPECTED
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_know_what_contains_them() {
        let point = Provision::new("gdpr/5/1/f").unwrap();
        assert_eq!(point.instrument(), "gdpr");
        assert_eq!(point.article().as_str(), "gdpr/5");
        assert_eq!(point.with_ancestors().collect::<Vec<_>>(), ["gdpr/5/1/f", "gdpr/5/1", "gdpr/5", "gdpr"]);
        assert!(point.is_within(&Provision::new("gdpr/5").unwrap()));
        assert!(!Provision::new("gdpr/58").unwrap().is_within(&Provision::new("gdpr/5").unwrap()));
        let of = |path: &str| Provision::new(path).unwrap();
        assert!(of("gdpr/5/1/f").refines(&of("gdpr/5")) && !of("gdpr/5").refines(&of("gdpr/5")));
        assert!(!of("gdpr/6/1/f").refines(&of("gdpr/6/1")) && !of("uk-gdpr/9/2/a").refines(&of("uk-gdpr/9")));
        for bad in ["", "/", "gdpr/", "gdpr//5", "GDPR/5", "5/gdpr", "gdpr/../x", "gdpr/5 1"] {
            assert!(Provision::new(bad).is_err(), "{bad}");
        }
    }
}
