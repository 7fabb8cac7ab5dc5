//! Packs the records under `data/cases` into one file that the program carries with it.
//!
//! A record is pretty-printed JSON, so a line break in it is always white space between tokens:
//! joining its trimmed lines gives the packed form without a JSON parser in the build.

use std::error::Error;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/cases");
    println!("cargo:rerun-if-changed={}", data.display());
    let mut files = Vec::new();
    collect(&data, &mut files)?;
    files.sort_by(|a, b| a.file_stem().cmp(&b.file_stem()));
    let mut packed = String::new();
    for file in files {
        println!("cargo:rerun-if-changed={}", file.display());
        let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        packed.extend(text.lines().map(str::trim_start));
        packed.push('\n');
    }
    let out = std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    let mut hasher = DefaultHasher::new();
    packed.hash(&mut hasher);
    println!("cargo:rustc-env=FINEPRINT_SHIPPED_STATE=shipped-{:016x}", hasher.finish());
    fs::write(Path::new(&out).join("shipped.jsonl"), packed)?;
    if std::env::var_os("CARGO_FEATURE_ENGINE").is_some() {
        engine(Path::new(&out))?;
    }
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    Ok(())
}

/// The search engine of the exported site, which `fineprint-pack` has made.
fn engine(out: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-env-changed=FINEPRINT_ENGINE_DIR");
    let folder = std::env::var_os("FINEPRINT_ENGINE_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/browser-engine"), PathBuf::from);
    for name in ["engine.js", "engine.bin"] {
        let file = folder.join(name);
        println!("cargo:rerun-if-changed={}", file.display());
        fs::copy(&file, out.join(name)).map_err(|error| {
            format!("{}: {error}; `cargo run --release -- site out/site` builds the engine there first", file.display())
        })?;
    }
    Ok(())
}
