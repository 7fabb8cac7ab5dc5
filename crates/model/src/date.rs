//! Dates as precisely as the source gives them, and no more.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, Result};

const EXPECTED: &str = "a date as `2022`, `2022-04` or `2022-04-15`";

/// A year, a month or a day: an ISO 8601 prefix whose length is its precision.
///
/// Ordered by first possible day, then from coarse to fine, so that `2022` < `2022-01` < `2022-01-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartialDate {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
}

impl PartialDate {
    /// A year, 1800 to 2199.
    ///
    /// # Errors
    /// [`Error::Value`] outside that range.
    pub fn year(year: i32) -> Result<Self> {
        match u16::try_from(year) {
            Ok(y @ 1800..=2199) => Ok(Self { year: y, month: None, day: None }),
            _ => Err(Error::Value { expected: EXPECTED, found: year.to_string() }),
        }
    }

    /// A month of a year.
    ///
    /// # Errors
    /// [`Error::Value`] where there is no such month.
    pub fn month(year: i32, month: u32) -> Result<Self> {
        let date = Self::year(year)?;
        match u8::try_from(month) {
            Ok(m @ 1..=12) => Ok(Self { month: Some(m), ..date }),
            _ => Err(Error::Value { expected: EXPECTED, found: format!("{year}-{month}") }),
        }
    }

    /// A day.
    ///
    /// # Errors
    /// [`Error::Value`] where the calendar has no such day.
    pub fn day(year: i32, month: u32, day: u32) -> Result<Self> {
        let date = Self::month(year, month)?;
        match (NaiveDate::from_ymd_opt(year, month, day), u8::try_from(day)) {
            (Some(_), Ok(d)) => Ok(Self { day: Some(d), ..date }),
            _ => Err(Error::Value { expected: EXPECTED, found: format!("{year}-{month}-{day}") }),
        }
    }

    /// The year, always known.
    pub fn get_year(self) -> i32 {
        i32::from(self.year)
    }

    /// The month, 1 to 12; `None` where only the year is known.
    pub fn get_month(self) -> Option<u32> {
        self.month.map(u32::from)
    }

    /// The day of the month; `None` where it is not known.
    pub fn get_day(self) -> Option<u32> {
        self.day.map(u32::from)
    }

    /// Whether the day is known.
    pub fn is_exact(self) -> bool {
        self.day.is_some()
    }

    /// The first day it can mean.
    pub fn first_day(self) -> NaiveDate {
        let (month, day) = (self.get_month().unwrap_or(1), self.get_day().unwrap_or(1));
        NaiveDate::from_ymd_opt(self.get_year(), month, day).unwrap_or(NaiveDate::MIN)
    }

    /// The last day it can mean.
    pub fn last_day(self) -> NaiveDate {
        if self.day.is_some() {
            return self.first_day();
        }
        let (year, month) = match self.month {
            Some(12) | None => (self.get_year() + 1, 1),
            Some(m) => (self.get_year(), u32::from(m) + 1),
        };
        NaiveDate::from_ymd_opt(year, month, 1).and_then(|next| next.pred_opt()).unwrap_or(NaiveDate::MAX)
    }

    /// Whether both can mean the same day: `2022-04` and `2022-04-15` are compatible.
    pub fn is_compatible_with(self, other: Self) -> bool {
        self.first_day() <= other.last_day() && other.first_day() <= self.last_day()
    }
}

impl From<NaiveDate> for PartialDate {
    fn from(date: NaiveDate) -> Self {
        Self {
            year: u16::try_from(date.year()).unwrap_or_default(),
            month: u8::try_from(date.month()).ok(),
            day: u8::try_from(date.day()).ok(),
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

impl FromStr for PartialDate {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::Value { expected: EXPECTED, found: text.to_owned() };
        let number = |part: &str, digits: usize| -> Result<u32> {
            if part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()) {
                part.parse().map_err(|_| wrong())
            } else {
                Err(wrong())
            }
        };
        let mut parts = text.split('-');
        let year = number(parts.next().unwrap_or_default(), 4)?.cast_signed();
        let date = match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => Self::year(year),
            (Some(m), None, _) => Self::month(year, number(m, 2)?),
            (Some(m), Some(d), None) => Self::day(year, number(m, 2)?, number(d, 2)?),
            _ => return Err(wrong()),
        };
        date.map_err(|_| wrong())
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for PartialDate {
    fn schema_name() -> Cow<'static, str> {
        "PartialDate".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$",
            "description": "A year, month or day; its length is its precision."
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_each_precision() {
        for text in ["2022", "2022-04", "2022-04-15", "2024-02-29"] {
            let date: PartialDate = text.parse().unwrap();
            assert_eq!(date.to_string(), text);
        }
        for bad in ["", "22", "2022-4", "2022-13", "2023-02-29", "2022-04-15T", "2022-04-15-1", "+022", "1799"] {
            assert!(bad.parse::<PartialDate>().is_err(), "{bad}");
        }
    }

    #[test]
    fn spans_the_days_it_can_mean() {
        let span = |text: &str| {
            let date: PartialDate = text.parse().unwrap();
            (date.first_day().to_string(), date.last_day().to_string())
        };
        assert_eq!(span("2022"), ("2022-01-01".into(), "2022-12-31".into()));
        assert_eq!(span("2024-02"), ("2024-02-01".into(), "2024-02-29".into()));
        assert_eq!(span("2022-12"), ("2022-12-01".into(), "2022-12-31".into()));
        assert_eq!(span("2022-04-15"), ("2022-04-15".into(), "2022-04-15".into()));
    }
}
