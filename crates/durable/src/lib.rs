#![doc = include_str!("../README.md")]

mod atomic;
mod error;
mod lock;

pub use atomic::{Group, sweep, sync_folder, write};
pub use error::{Error, Result};
pub use lock::Lock;
