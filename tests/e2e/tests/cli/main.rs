//! The command line as a user meets it: the real program, real folders, standard output, standard
//! error and exit code. One module per command.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a helper that fails fails the test that called it

mod answers;
mod audit;
mod conformance;
mod evaluate;
mod exit_codes;
mod export;
mod extract;
mod fetch;
mod gauntlet;
mod import;
mod ingest;
mod init;
mod lint;
mod report;
mod review;
mod search;
mod serve;
mod show;
mod site;
mod stats;
mod words;

use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub(crate) use fineprint_testkit::{repository, shared};
use tempfile::TempDir;

/// A folder of its own, thrown away with the test, and the program to run in it.
pub(crate) struct Bench {
    folder: TempDir,
}

/// What a run printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// Writes a file and the folders above it.
    pub(crate) fn write(&self, relative: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The program, with a cache of its own, no colour, and none of the caller's settings.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fineprint"));
        command
            .args(args)
            .current_dir(self.folder.path())
            .env("XDG_CACHE_HOME", self.path("cache"))
            .env_remove("FINEPRINT_KB")
            .env("FINEPRINT_SEARCH_ENGINE", "none")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run {
        finish(self.command(args).spawn().unwrap())
    }

    pub(crate) fn run_with_input<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>, input: &[u8]) -> Run {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        finish(child)
    }
}

pub(crate) fn finish(child: std::process::Child) -> Run {
    let output = child.wait_with_output().unwrap();
    Run {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap_or(-1),
    }
}

impl Run {
    /// Fails the test, with everything printed, where the program ended otherwise.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }

    /// The first column of tab-separated output, without its heading.
    pub(crate) fn ids(&self) -> Vec<&str> {
        self.stdout.lines().skip(1).filter_map(|line| line.split('\t').next()).collect()
    }
}
