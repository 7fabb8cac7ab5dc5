//! How fast: one request at a time and host, a pause between two, longer ones after failures and where the site asks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

/// Longest pause between two requests that a site's robots.txt can ask for.
const MAX_CRAWL_DELAY: Duration = Duration::from_secs(60);

/// Longest wait before a retry that a run sits out; a site that asks for more is left for another run.
pub const MAX_WAIT: Duration = Duration::from_secs(300);

/// Shortest base of the growing wait before retries.
const LEAST_BACK_OFF: Duration = Duration::from_millis(20);

/// When each host may be asked next. Cloning shares the clock, so that two sources at one host wait for each other.
#[derive(Debug, Clone)]
pub(crate) struct Pace {
    delay: Duration,
    next: Arc<Mutex<HashMap<String, Instant>>>,
}

impl Pace {
    pub(crate) fn new(delay: Duration) -> Self {
        Self { delay, next: Arc::default() }
    }

    /// Waits until the host may be asked, and reserves the time after that.
    pub(crate) async fn turn(&self, host: &str, crawl_delay: Option<Duration>) {
        let pause = self.delay.max(crawl_delay.unwrap_or_default().min(MAX_CRAWL_DELAY));
        let at = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let at = next.get(host).copied().unwrap_or(now).max(now);
            next.insert(host.to_owned(), at + pause);
            at
        };
        tokio::time::sleep_until(at).await;
    }

    /// Keeps everybody away from a host for a while.
    pub(crate) fn hold(&self, host: &str, wait: Duration) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let until = Instant::now() + wait;
        let at = next.entry(host.to_owned()).or_insert(until);
        *at = (*at).max(until);
    }

    /// How long to wait before try number `tries` + 1: twice as long each time, of which a random half or more.
    pub(crate) fn back_off(&self, tries: u32) -> Duration {
        let full = self.delay.max(LEAST_BACK_OFF).saturating_mul(1 << tries.min(10)).min(MAX_WAIT);
        full.mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}

/// How long a `Retry-After` header asks to wait: seconds or a date (RFC 9110, 10.2.3). `None` where it is neither.
pub(crate) fn retry_after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = DateTime::parse_from_rfc2822(value).ok()?;
    Some((at.with_timezone(&Utc) - now).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = "2031-01-02T03:04:05Z".parse().unwrap();
        for (value, expected) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Thu, 02 Jan 2031 03:05:05 GMT", Some(60)),
            ("Thu, 02 Jan 2031 03:00:00 GMT", Some(0)),
            ("soon", None),
            ("-5", None),
            ("", None),
        ] {
            assert_eq!(retry_after(value, now), expected.map(Duration::from_secs), "{value}");
        }
    }

    #[test]
    fn waits_double_within_bounds_and_differ() {
        let pace = Pace::new(Duration::from_secs(2));
        for (tries, full) in [(0, 2.0), (1, 4.0), (3, 16.0), (40, 300.0)] {
            let waits: Vec<f64> = (0..50).map(|_| pace.back_off(tries).as_secs_f64()).collect();
            assert!(waits.iter().all(|wait| (full / 2.0..=full).contains(wait)), "{tries}: {waits:?}");
            assert!(waits.iter().any(|wait| (wait - waits[0]).abs() > 1e-9), "no jitter");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_is_asked_once_in_a_while_and_others_meanwhile() {
        let pace = Pace::new(Duration::from_secs(2));
        let start = Instant::now();
        let elapsed = || start.elapsed().as_secs();
        pace.turn("a.example", None).await;
        pace.turn("b.example", None).await;
        assert_eq!(elapsed(), 0);
        pace.turn("a.example", Some(Duration::from_secs(5))).await;
        assert_eq!(elapsed(), 2);
        pace.turn("a.example", None).await;
        assert_eq!(elapsed(), 7, "robots.txt asked for five seconds");
        pace.hold("a.example", Duration::from_secs(30));
        pace.turn("a.example", None).await;
        assert_eq!(elapsed(), 37);
        pace.turn("b.example", Some(Duration::from_secs(9999))).await;
        pace.turn("b.example", None).await;
        assert_eq!(elapsed(), 97, "nobody is made to wait for ever");
    }
}
