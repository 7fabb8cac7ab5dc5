#![doc = include_str!("../README.md")]

mod address;
mod archive;
mod client;
mod error;
mod ledger;
mod pace;
mod page;
mod run;
mod together;
mod visit;
mod warc;
mod way;

pub use address::{Lookup, check, is_public};
pub use archive::{Archive, Entry, Kind};
pub use client::Settings;
pub use error::{Error, GetError, Result};
pub use ledger::{Failure, Ledger, Notice, Run, Scope, loses_too_much};
pub use pace::MAX_WAIT;
pub use page::{Page, Pages, is_address};
pub use run::{Event, fetch};
pub use visit::visit;
pub use warc::{Reader, Record, is_warc};
