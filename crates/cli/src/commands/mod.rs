//! One module per command, each with one `run`.

pub mod audit;
pub mod completions;
pub mod evaluate;
pub mod export;
pub mod extract;
pub mod fetch;
pub mod import;
pub mod index;
pub mod ingest;
pub mod init;
pub mod lint;
pub mod man;
pub mod precedents;
pub mod read_pdf;
pub mod report;
pub mod review;
pub mod schema;
pub mod search;
pub mod serve;
pub mod show;
pub mod similar;
pub mod site;
pub mod sources;
pub mod stats;
pub mod watch;
