//! Patterns that are compiled once, on first use.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// A regular expression; one that does not compile never matches, and the test of its source fails.
pub(crate) struct Pattern(LazyLock<Option<Regex>>);

impl Pattern {
    pub const fn new(compile: fn() -> Option<Regex>) -> Self {
        Self(LazyLock::new(compile))
    }

    pub fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.0.as_ref()?.captures(text)
    }

    /// Every match in turn.
    pub fn all<'p, 't>(&'p self, text: &'t str) -> impl Iterator<Item = Captures<'t>> + use<'p, 't> {
        self.0.as_ref().into_iter().flat_map(move |regex| regex.captures_iter(text))
    }

    pub fn is_match(&self, text: &str) -> bool {
        self.0.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

/// A pattern from its text.
macro_rules! pattern {
    ($text:expr) => {
        $crate::pattern::Pattern::new(|| regex::Regex::new($text).ok())
    };
}
pub(crate) use pattern;

/// The text and span of a group, the pattern having been applied to the text that starts at `base`.
pub(crate) fn group<'t>(captures: &Captures<'t>, name: &str, base: usize) -> Option<(&'t str, (usize, usize))> {
    let group = captures.name(name)?;
    Some((group.as_str(), (base + group.start(), base + group.end())))
}
