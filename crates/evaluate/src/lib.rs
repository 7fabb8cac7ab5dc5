#![doc = include_str!("../README.md")]

mod answer;
mod baseline;
mod calibration;
mod error;
mod fit;
mod gold;
mod links;
mod mark;
mod measure;
mod names;
mod pages;
mod random;
mod report;
mod tally;
mod text;
mod weights;

pub use answer::{Answer, Found};
pub use baseline::Baseline;
pub use calibration::{Band, Calibration, Sure};
pub use error::{Error, Result};
pub use fit::{Fit, Fitted, HeldOut, Worth, fit};
pub use gold::{Entry, Expected, Gold, Problem};
pub use links::{LinkError, LinksReport, measure_links};
pub use mark::{Field, Mark};
pub use measure::{Options, measure_gold};
pub use pages::measure_pages;
pub use report::{Change, Figure, Item, Report, Speed, Wrong, changes};
pub use tally::{Interval, Tally};
pub use weights::{FittedWeights, fit_weights};
