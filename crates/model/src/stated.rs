//! A value, or the reason why there is none, and numbers that keep their precision.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a value is absent. The four are never confused: an absent amount is not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// The sources are silent.
    Unknown,
    /// The question does not arise: a reprimand has no amount.
    NotApplicable,
    /// The authority withheld it.
    NotPublished,
    /// Nobody has looked yet. The default, and not written to the file.
    #[default]
    NotExtracted,
}

impl Missing {
    /// The term as it stands in the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NotApplicable => "not-applicable",
            Self::NotPublished => "not-published",
            Self::NotExtracted => "not-extracted",
        }
    }
}

/// A value or the kind of its absence. In JSON either the value itself or `{"missing": "unknown"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stated<T> {
    /// What the sources say.
    Value(T),
    /// Why there is nothing.
    Missing(Missing),
}

impl<T> Default for Stated<T> {
    fn default() -> Self {
        Self::Missing(Missing::NotExtracted)
    }
}

impl<T> From<T> for Stated<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T> Stated<T> {
    /// The value; `None` for every kind of absence.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Missing(_) => None,
        }
    }

    /// The kind of absence; `None` where there is a value.
    pub fn missing(&self) -> Option<Missing> {
        match self {
            Self::Value(_) => None,
            Self::Missing(missing) => Some(*missing),
        }
    }

    /// The value through a function; the kind of absence as it is.
    pub fn map<U>(&self, wrap: impl FnOnce(T) -> U) -> Stated<U>
    where
        T: Copy,
    {
        match self {
            Self::Value(value) => Stated::Value(wrap(*value)),
            Self::Missing(missing) => Stated::Missing(*missing),
        }
    }

    /// Whether nobody has looked yet: such a field is left out of the file.
    pub fn is_not_extracted(&self) -> bool {
        matches!(self, Self::Missing(Missing::NotExtracted))
    }
}

impl<T: Serialize> Serialize for Stated<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Absent {
            missing: Missing,
        }
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Missing(missing) => Absent { missing: *missing }.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Stated<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;

        // Buffered as JSON so that the value's own error, not "matched no variant", reaches the reader.
        let json = serde_json::Value::deserialize(deserializer)?;
        if let Some(missing) = json.as_object().and_then(|object| object.get("missing")) {
            if json.as_object().is_some_and(|object| object.len() > 1) {
                return Err(D::Error::custom("expected `missing` to stand alone"));
            }
            return Missing::deserialize(missing).map(Self::Missing).map_err(D::Error::custom);
        }
        T::deserialize(BorrowOwned(json)).map(Self::Value).map_err(D::Error::custom)
    }
}

/// `serde_json::Value` deserializes any owned type for any lifetime; this names that for `Stated`.
struct BorrowOwned(serde_json::Value);

impl<'de> Deserializer<'de> for BorrowOwned {
    type Error = serde_json::Error;

    fn deserialize_any<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.0.deserialize_any(visitor)
    }
    fn deserialize_option<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.0.deserialize_option(visitor)
    }
    fn deserialize_enum<V: serde::de::Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }
    fn deserialize_newtype_struct<V: serde::de::Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.deserialize_newtype_struct(name, visitor)
    }
    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<T: JsonSchema> JsonSchema for Stated<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Stated_{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<T>();
        let missing = generator.subschema_for::<Missing>();
        json_schema!({
            "description": "The value, or why there is none. Left out: nobody has looked yet.",
            "anyOf": [
                value,
                {
                    "type": "object",
                    "properties": { "missing": missing },
                    "required": ["missing"],
                    "additionalProperties": false
                }
            ]
        })
    }
}

/// A number as precisely as it was stated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "precision", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Estimate<T> {
    /// "491,840 patients".
    Exact {
        /// The number itself.
        value: T,
    },
    /// "about 10 %", "nearly 500,000".
    About {
        /// The number named.
        value: T,
    },
    /// "over 490,000", "at least 100".
    AtLeast {
        /// The lower bound named.
        value: T,
    },
    /// "up to 2,000", "fewer than 50".
    AtMost {
        /// The upper bound named.
        value: T,
    },
    /// "between 100 and 200".
    Range {
        /// The lower end, included.
        min: T,
        /// The upper end, included.
        max: T,
    },
}

impl<T: Copy> Estimate<T> {
    /// The one number to sort and filter by: the number named, the lower end of a range.
    pub fn point(&self) -> T {
        match *self {
            Self::Exact { value } | Self::About { value } | Self::AtLeast { value } | Self::AtMost { value } => value,
            Self::Range { min, .. } => min,
        }
    }

    /// The precision's term as it stands in the record.
    pub fn precision(&self) -> &'static str {
        match self {
            Self::Exact { .. } => "exact",
            Self::About { .. } => "about",
            Self::AtLeast { .. } => "at-least",
            Self::AtMost { .. } => "at-most",
            Self::Range { .. } => "range",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_is_not_a_value() {
        let read = |text: &str| serde_json::from_str::<Stated<Estimate<u64>>>(text);
        assert_eq!(read(r#"{"missing":"not-published"}"#).unwrap(), Stated::Missing(Missing::NotPublished));
        assert_eq!(
            read(r#"{"precision":"at-least","value":490000}"#).unwrap(),
            Stated::Value(Estimate::AtLeast { value: 490_000 })
        );
        assert!(read(r#"{"missing":"gone"}"#).is_err());
        assert!(read(r#"{"missing":"unknown","value":1}"#).is_err());
        assert!(read(r#"{"precision":"exact","value":1,"unit":"x"}"#).is_err());
        assert_eq!(
            serde_json::to_string(&Stated::<u8>::Missing(Missing::Unknown)).unwrap(),
            r#"{"missing":"unknown"}"#
        );
    }
}
