//! Exit codes and the one place that prints a failure.

use std::error::Error as StdError;
use std::fmt;
use std::process::ExitCode;

/// A command that ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// 0: done.
    Done,
    /// 1: ran, but found nothing, or lint has findings.
    Nothing,
    /// 3: part of the input was invalid; it was reported, and the rest was processed.
    PartlyInvalid,
    /// 5: part of the input could not be read; it was reported, and the rest was processed.
    PartlyUnreadable,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => 0,
            Outcome::Nothing => 1,
            Outcome::PartlyInvalid => 3,
            Outcome::PartlyUnreadable => 5,
        })
    }
}

/// Why a command could not do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 2: the command line is wrong.
    Usage,
    /// 3: data are invalid.
    Invalid,
    /// 4: no case with this id.
    NoSuchCase,
    /// 5: a file, folder, lock or address could not be used.
    Io,
}

/// A failure with its exit code, and what led to it.
#[derive(Debug)]
pub struct Failure {
    kind: Kind,
    message: String,
    help: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What every command returns.
pub type Result<T = Outcome> = std::result::Result<T, Failure>;

impl Failure {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), help: None, source: None }
    }

    /// A failure that another error led to.
    pub fn from_error(kind: Kind, message: impl Into<String>, source: impl StdError + Send + Sync + 'static) -> Self {
        Self { source: Some(Box::new(source)), ..Self::new(kind, message) }
    }

    /// Adds what the user can do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Whether the command line is what is wrong.
    pub fn is_usage(&self) -> bool {
        self.kind == Kind::Usage
    }

    /// Whether the reader of our output went away (`fineprint search | head -1`): not a failure.
    pub fn is_broken_pipe(&self) -> bool {
        let mut next = self.source.as_deref().map(|error| error as &(dyn StdError + 'static));
        while let Some(error) = next {
            if let Some(io) = error.downcast_ref::<std::io::Error>()
                && io.kind() == std::io::ErrorKind::BrokenPipe
            {
                return true;
            }
            next = error.source();
        }
        false
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub fn code(&self) -> ExitCode {
        ExitCode::from(match self.kind {
            Kind::Usage => 2,
            Kind::Invalid => 3,
            Kind::NoSuchCase => 4,
            Kind::Io => 5,
        })
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::from_error(Kind::Io, "could not write the output", error)
    }
}

/// The message, each cause once, and the help.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        let mut said = self.message.clone();
        let mut next = self.source.as_deref().map(|error| error as &(dyn StdError + 'static));
        while let Some(error) = next {
            let text = error.to_string();
            if !said.contains(&text) {
                write!(f, ": {text}")?;
                said.push_str(&text);
            }
            next = error.source();
        }
        if let Some(help) = &self.help {
            write!(f, "\nhelp: {help}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_each_cause_once() {
        let cause = std::io::Error::other("disk full");
        let failure = Failure::from_error(Kind::Io, "`a.json`: disk full", cause).help("free some space");
        assert_eq!(failure.to_string(), "`a.json`: disk full\nhelp: free some space");
        let cause = std::io::Error::other("disk full");
        assert_eq!(Failure::from_error(Kind::Io, "`a.json`", cause).to_string(), "`a.json`: disk full");
    }

    #[test]
    fn a_reader_that_went_away_is_no_failure() {
        let failure = Failure::from(std::io::Error::from(std::io::ErrorKind::BrokenPipe));
        assert!(failure.is_broken_pipe());
        assert!(!Failure::new(Kind::Io, "x").is_broken_pipe());
    }
}
