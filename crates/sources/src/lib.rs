#![doc = include_str!("../README.md")]

mod consistent;
mod error;
mod fr_cnil;
mod gb_ico;
mod gdprhub;
mod general;
mod ie_dpc;
mod info;
mod pattern;
mod reading;
mod registry;
mod structured;

pub use error::{Error, Result};
pub use info::{Expectations, SourceInfo};
pub use reading::{Input, Reading, SkipReason, read};
pub use registry::registry;
