//! Serves the cases of `data/cases` while pages are being made: `cargo run -p fineprint-web --example preview`. With a
//! folder as argument it exports the site there instead, with the search engine in the folder `FINEPRINT_SEARCH_ENGINE`. `FINEPRINT_CASES` names another folder of cases.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "an example")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fineprint_model::Case;
use fineprint_web::{App, ExportOptions, Options, SearchEngine, export, serve};

fn main() {
    let root = std::env::var_os("FINEPRINT_CASES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/cases"), PathBuf::from);
    let mut records = Vec::new();
    for authority in std::fs::read_dir(root).unwrap() {
        for file in std::fs::read_dir(authority.unwrap().path()).unwrap() {
            let json = std::fs::read_to_string(file.unwrap().path()).unwrap();
            records.push(Case::from_json(&json).unwrap());
        }
    }
    let today = chrono::Utc::now().date_naive();
    if let Some(out) = std::env::args_os().nth(1) {
        let engine = std::env::var_os("FINEPRINT_SEARCH_ENGINE").map(PathBuf::from).map(|folder| SearchEngine {
            script: std::fs::read_to_string(folder.join("engine.js")).unwrap(),
            module: std::fs::read(folder.join("engine.bin")).unwrap(),
        });
        let how = ExportOptions { engine, base_url: std::env::args().nth(2), ..ExportOptions::default() };
        let report = export(records, today, &PathBuf::from(out), &how, |_, _| {}).unwrap();
        println!("{report:?}");
        return;
    }
    let app = App::new(records, Options::new(today)).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let ready = |addr| println!("http://{addr}/");
    runtime.block_on(serve(Arc::new(app), "127.0.0.1:8719".parse().unwrap(), ready)).unwrap();
}
