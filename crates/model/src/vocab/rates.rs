//! Euro reference rates of the European Central Bank.

#[cfg(not(target_family = "wasm"))]
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::OnceLock;

use chrono::NaiveDate;

use crate::money::{Currency, Money};

/// Units of a currency for one euro on a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EuroRate {
    /// The day the rate was published: the day asked for, or the last one before it.
    pub on: NaiveDate,
    /// Units of the other currency for one euro; 1 for the euro itself.
    pub rate: f64,
}

/// Rates may be this many days older than the day they are asked for (Christmas, Easter).
const MAX_AGE_DAYS: i64 = 7;

type Series = HashMap<Currency, Vec<(NaiveDate, f64)>>;

/// `data/rates/ecb.csv`: a header `date,USD,...`, then one line a day, oldest first; an empty cell
/// where the bank published none.
fn parse(csv: &str) -> Series {
    let mut lines = csv.lines().filter(|line| !line.starts_with('#'));
    let header: Vec<Option<Currency>> =
        lines.next().unwrap_or_default().split(',').map(|code| code.parse().ok()).collect();
    let mut series: Series = HashMap::new();
    for line in lines {
        let mut cells = line.split(',');
        let Some(Ok(day)) = cells.next().map(str::parse::<NaiveDate>) else { continue };
        for (currency, cell) in header.iter().skip(1).zip(cells) {
            if let (Some(currency), Ok(rate)) = (currency, cell.parse::<f64>()) {
                series.entry(*currency).or_default().push((day, rate));
            }
        }
    }
    series
}

#[cfg(not(target_family = "wasm"))]
const TABLE: &str = include_str!("../../../../data/rates/ecb.csv");

static RATES: OnceLock<Series> = OnceLock::new();

/// The rates. A browser is not sent all of them: it has those that it was [given](provide_rates).
fn series() -> Option<&'static Series> {
    #[cfg(not(target_family = "wasm"))]
    return Some(RATES.get_or_init(|| parse(TABLE)));
    #[cfg(target_family = "wasm")]
    return RATES.get();
}

/// Takes in the rates that conversions use, in the form of `data/rates/ecb.csv`. Whoever has rates already keeps them.
pub fn provide_rates(csv: &str) {
    RATES.get_or_init(|| parse(csv));
}

/// Those lines of the table that conversions on some days need, and on any day from `today` on.
#[cfg(not(target_family = "wasm"))]
pub fn rates_of(days: &BTreeSet<NaiveDate>, today: NaiveDate) -> String {
    let mut lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let header = lines.next().unwrap_or_default();
    let dated: Vec<(NaiveDate, &str)> = lines.filter_map(|line| Some((line.get(..10)?.parse().ok()?, line))).collect();
    let upto = |day: NaiveDate| dated.get(..dated.partition_point(|(other, _)| *other <= day)).unwrap_or_default();
    let mut wanted: BTreeSet<NaiveDate> = BTreeSet::new();
    let mut want = |day: NaiveDate, currency: usize| {
        let quoted = |line: &str| line.split(',').nth(currency).is_some_and(|cell| !cell.is_empty());
        let last = upto(day).iter().rev().find(|(_, line)| quoted(line));
        wanted.extend(last.map(|(day, _)| *day));
    };
    let last = dated.last().map_or(today, |(day, _)| *day);
    for currency in 1..header.split(',').count() {
        for day in days.iter().copied().chain([today, last]) {
            want(day, currency);
        }
    }
    let lines = dated.iter().filter(|(day, _)| wanted.contains(day)).map(|(_, line)| format!("{line}\n"));
    std::iter::once(format!("{header}\n")).chain(lines).collect()
}

impl EuroRate {
    /// The rate of a day, or the last one before it if that is at most a week old; `None` where the
    /// bank published none (a currency it does not quote, a gap as for ISK from 2008 to 2018).
    pub fn on(currency: Currency, day: NaiveDate) -> Option<Self> {
        if currency == Currency::EUR {
            return Some(Self { on: day, rate: 1.0 });
        }
        let series = series()?.get(&currency)?;
        let after = series.partition_point(|(published, _)| *published <= day);
        let (on, rate) = *series.get(after.checked_sub(1)?)?;
        ((day - on).num_days() <= MAX_AGE_DAYS).then_some(Self { on, rate })
    }
}

/// An amount in euro at the rate of a day, rounded to the cent; `None` where there is no rate.
#[expect(clippy::cast_possible_truncation, reason = "fines in euro cents stay far below 2^53")]
pub fn to_euro(money: Money, day: NaiveDate) -> Option<(Money, EuroRate)> {
    let rate = EuroRate::on(money.currency, day)?;
    if money.currency == Currency::EUR {
        return Some((money, rate));
    }
    let cents = (money.units() / rate.rate * 100.0).round() as i64;
    Some((Money::from_minor(cents, Currency::EUR), rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn takes_the_days_rate_or_the_last_before_it() {
        let usd: Currency = "USD".parse().unwrap();
        // 15 and 18 April 2022 were Good Friday and Easter Monday: the bank published no rates.
        let friday = EuroRate::on(usd, day("2022-04-15")).unwrap();
        assert_eq!(friday.on, day("2022-04-14"));
        assert_eq!(EuroRate::on(usd, day("2022-04-18")).unwrap(), friday);
        assert_eq!(EuroRate::on(usd, day("1990-01-01")), None);
    }

    #[test]
    fn an_excerpt_converts_as_the_whole_table_does() {
        let days: BTreeSet<NaiveDate> = ["2022-04-15", "2017-06-01", "2022-12-31", "2009-12-31"].map(day).into();
        let today = day("2024-06-30");
        let excerpt = parse(&rates_of(&days, today));
        let rate = |series: &Series, currency: &Currency, day: NaiveDate| {
            let series = series.get(currency)?;
            series.get(series.partition_point(|(other, _)| *other <= day).checked_sub(1)?).copied()
        };
        let whole = parse(TABLE);
        assert!(whole.len() > 10);
        for currency in whole.keys() {
            for day in days.iter().chain([&today, &day("2099-01-01")]) {
                assert_eq!(rate(&excerpt, currency, *day), rate(&whole, currency, *day), "{currency} on {day}");
            }
        }
        assert!(rates_of(&days, today).len() < TABLE.len() / 20);
    }

    #[test]
    fn has_no_rate_where_the_bank_published_none() {
        let on =
            |code: &str, date: &str| EuroRate::on(code.parse().unwrap(), day(date)).map(|rate| rate.on.to_string());
        // Iceland's krona was not quoted from December 2008 to January 2018.
        assert_eq!(on("ISK", "2017-06-01"), None);
        assert_eq!(on("ISK", "2018-02-01").as_deref(), Some("2018-02-01"));
        // Croatia took the euro on 1 January 2023; the kuna's last rate is of the last working day before.
        assert_eq!(on("HRK", "2022-12-31").as_deref(), Some("2022-12-30"));
        assert_eq!(on("HRK", "2023-01-09"), None, "a week later the last rate is too old");
        // A currency that the bank does not quote, and a day before the first rates here.
        assert_eq!(on("RSD", "2022-04-14"), None);
        assert_eq!(on("GBP", "2009-12-31"), None);
        assert_eq!(to_euro(Money::from_major(1, "RSD".parse().unwrap()).unwrap(), day("2022-04-14")), None);
    }

    #[test]
    fn a_weekend_takes_fridays_rate() {
        let sek: Currency = "SEK".parse().unwrap();
        let friday = EuroRate::on(sek, day("2023-06-09")).unwrap();
        for weekend in ["2023-06-10", "2023-06-11"] {
            assert_eq!(EuroRate::on(sek, day(weekend)).unwrap(), friday, "{weekend}");
        }
        assert_ne!(EuroRate::on(sek, day("2023-06-12")).unwrap().on, friday.on);
    }

    #[test]
    fn converts_and_keeps_the_euro_as_it_is() {
        let fine = Money::from_major(1_500_000, Currency::EUR).unwrap();
        assert_eq!(to_euro(fine, day("2022-04-15")).unwrap().0, fine);
        let pounds = Money::from_major(20_000_000, "GBP".parse().unwrap()).unwrap();
        let (euro, rate) = to_euro(pounds, day("2020-10-16")).unwrap();
        assert_eq!(rate.on, day("2020-10-16"));
        assert!((euro.units() - 20_000_000.0 / rate.rate).abs() < 0.01);
    }
}
