//! The same records for programs: JSON, CSV, feeds, citations, linked data, site maps.

pub mod card;
pub mod cite;
pub mod csv;
pub mod datapackage;
pub mod feed;
pub mod json;
pub mod json_ld;
pub mod sitemap;
