//! Money in minor units of an ISO 4217 currency.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, Result};

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

/// Codes of ISO 4217 that fines were imposed in or converted from; a code outside this list is refused.
/// With each, the number of digits of its minor unit.
const CURRENCIES: &[(&str, u32)] = &[
    ("AED", 2),
    ("ALL", 2),
    ("ARS", 2),
    ("AUD", 2),
    ("BAM", 2),
    ("BGN", 2),
    ("BRL", 2),
    ("CAD", 2),
    ("CHF", 2),
    ("CLP", 0),
    ("CNY", 2),
    ("COP", 2),
    ("CZK", 2),
    ("DKK", 2),
    ("EEK", 2),
    ("EUR", 2),
    ("GBP", 2),
    ("GEL", 2),
    ("HKD", 2),
    ("HRK", 2),
    ("HUF", 2),
    ("IDR", 2),
    ("ILS", 2),
    ("INR", 2),
    ("ISK", 0),
    ("JPY", 0),
    ("KES", 2),
    ("KRW", 0),
    ("LTL", 2),
    ("LVL", 2),
    ("MDL", 2),
    ("MKD", 2),
    ("MXN", 2),
    ("MYR", 2),
    ("NGN", 2),
    ("NOK", 2),
    ("NZD", 2),
    ("PEN", 2),
    ("PHP", 2),
    ("PLN", 2),
    ("RON", 2),
    ("RSD", 2),
    ("RUB", 2),
    ("SAR", 2),
    ("SEK", 2),
    ("SGD", 2),
    ("THB", 2),
    ("TRY", 2),
    ("TWD", 2),
    ("UAH", 2),
    ("USD", 2),
    ("UYU", 2),
    ("ZAR", 2),
];

impl Currency {
    /// The euro.
    pub const EUR: Self = Self(*b"EUR");

    /// The code, as in `EUR`.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Digits of the minor unit: 2 for the euro, 0 for the króna (ISO 4217).
    pub fn digits(self) -> u32 {
        CURRENCIES.iter().find(|(code, _)| *code == self.code()).map_or(2, |(_, digits)| *digits)
    }

    /// All currencies that are understood.
    pub fn all() -> impl Iterator<Item = Self> {
        CURRENCIES.iter().filter_map(|(code, _)| code.parse().ok())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::Value { expected: "an ISO 4217 currency code such as `EUR`", found: text.to_owned() };
        let (code, _) = CURRENCIES.iter().find(|(code, _)| *code == text).ok_or_else(wrong)?;
        code.as_bytes().try_into().map(Self).map_err(|_| wrong())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Currency {
    fn schema_name() -> Cow<'static, str> {
        "Currency".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let codes: Vec<&str> = CURRENCIES.iter().map(|(code, _)| *code).collect();
        json_schema!({ "enum": codes, "description": "ISO 4217 code." })
    }
}

/// An amount of money, never negative where a fine is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// The amount in minor units (cents for the euro, whole krónur for the króna).
    pub amount_minor: i64,
    /// The currency it was stated in; conversions are never written here.
    pub currency: Currency,
}

impl Money {
    /// An amount in minor units.
    pub fn from_minor(amount_minor: i64, currency: Currency) -> Self {
        Self { amount_minor, currency }
    }

    /// An amount in whole units: `Money::from_major(1_500_000, Currency::EUR)`.
    /// `None` where the amount does not fit.
    pub fn from_major(units: i64, currency: Currency) -> Option<Self> {
        let minor = units.checked_mul(10_i64.pow(currency.digits()))?;
        Some(Self::from_minor(minor, currency))
    }

    /// The amount in whole units, for ratios and charts. Exact up to 2^53 minor units.
    #[expect(clippy::cast_precision_loss, reason = "fines stay far below 2^53 cents")]
    pub fn units(self) -> f64 {
        self.amount_minor as f64 / 10_f64.powi(self.currency.digits().cast_signed())
    }

    /// Sum of two amounts of one currency; `None` for two currencies or on overflow.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        let amount_minor = self.amount_minor.checked_add(other.amount_minor)?;
        Some(Self { amount_minor, ..self })
    }
}

/// The plain machine form, `EUR 1500000` or `EUR 1500000.50`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.currency.digits();
        let scale = 10_i64.pow(digits);
        let (whole, rest) = (self.amount_minor / scale, (self.amount_minor % scale).abs());
        write!(f, "{} {whole}", self.currency)?;
        if rest != 0 {
            write!(f, ".{rest:0width$}", width = digits as usize)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minor_units_follow_the_currency() {
        let isk: Currency = "ISK".parse().unwrap();
        assert_eq!(Money::from_major(7, isk).unwrap().amount_minor, 7);
        assert_eq!(Money::from_major(1_500_000, Currency::EUR).unwrap().amount_minor, 150_000_000);
        assert_eq!(Money::from_minor(150_050, Currency::EUR).to_string(), "EUR 1500.50");
        assert_eq!(Money::from_major(i64::MAX, Currency::EUR), None);
        assert!("XYZ".parse::<Currency>().is_err());
        assert!("eur".parse::<Currency>().is_err());
    }
}
