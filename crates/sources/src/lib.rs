#![doc = include_str!("../README.md")]

mod consistent;
mod error;
mod fr_cnil;
mod gb_ico;
mod gdprhub;
mod general;
mod ie_dpc;
mod info;
mod listing;
mod pattern;
mod reading;
mod registry;
mod structured;

pub use error::{Error, Result};
pub use info::{Correction, Expectations, SourceInfo};
pub use listing::{DateOrder, ListError, ListPage, Listed, Listing, ListingInfo, list};
pub use reading::{Input, Parts, Reading, SkipReason, parts, read};
pub use registry::registry;
