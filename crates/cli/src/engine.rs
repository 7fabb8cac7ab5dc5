//! The search engine that an exported site ships: built into this program, in a folder, or built now from the checkout
//! that this program was built from.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use fineprint_web::SearchEngine;

use crate::exit::{self, Failure, Kind};
use crate::output::Output;

/// Built in by the feature `engine`.
#[cfg(feature = "engine")]
const BUILT_IN: Option<(&str, &[u8])> = Some((
    include_str!(concat!(env!("OUT_DIR"), "/engine.js")),
    include_bytes!(concat!(env!("OUT_DIR"), "/engine.bin")),
));
#[cfg(not(feature = "engine"))]
const BUILT_IN: Option<(&str, &[u8])> = None;

/// What the engine is compiled for.
const TARGET: &str = "wasm32-unknown-unknown";

/// The engine that `--search-engine` names; `None` where there is to be none, or where none can be had: why is said.
pub fn find(which: &str, output: &Output) -> exit::Result<Option<SearchEngine>> {
    match which {
        "none" => Ok(None),
        "auto" => Ok(automatic(output)),
        folder => read(Path::new(folder)).map(Some).map_err(|error| {
            Failure::new(Kind::Usage, format!("no search engine: {error}"))
                .help("--search-engine takes `auto`, `none`, or a folder with `engine.js` and `engine.bin`")
        }),
    }
}

fn automatic(output: &Output) -> Option<SearchEngine> {
    if let Some((script, module)) = BUILT_IN {
        return Some(SearchEngine { script: script.to_owned(), module: module.to_owned() });
    }
    match Checkout::find().and_then(|checkout| checkout.engine(output)) {
        Ok(engine) => Some(engine),
        Err(why) => {
            output.note(format!(
                "the site's search page will only filter by words: {why}; `--search-engine none` leaves this out"
            ));
            None
        }
    }
}

fn read(folder: &Path) -> Result<SearchEngine, String> {
    let (script, module) = (folder.join("engine.js"), folder.join("engine.bin"));
    let script = fs::read_to_string(&script).map_err(|error| format!("`{}`: {error}", script.display()))?;
    let module = fs::read(&module).map_err(|error| format!("`{}`: {error}", module.display()))?;
    Ok(SearchEngine { script, module })
}

/// The sources that this program was built from.
struct Checkout {
    root: PathBuf,
    target: PathBuf,
}

impl Checkout {
    fn find() -> Result<Self, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let root = root.canonicalize().ok().filter(|root| root.join("crates/browser/Cargo.toml").is_file());
        let root = root.ok_or("this program was built without the search engine (its feature `engine`)")?;
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        Ok(Self { target, root })
    }

    fn compiled(&self) -> PathBuf {
        self.target.join(TARGET).join("browser").join("fineprint_browser.wasm")
    }

    /// Builds the engine unless it is newer than everything it was built from.
    fn engine(&self, output: &Output) -> Result<SearchEngine, String> {
        let folder = self.target.join("browser-engine");
        if !self.is_fresh(&folder.join("engine.bin")) {
            self.want_target(output)?;
            output.note("building the search engine of the site (some minutes the first time)");
            self.cargo(&["build", "--profile", "browser", "--target", TARGET, "-p", "fineprint-browser"])?;
            let (compiled, folder) = (self.compiled(), folder.clone());
            let (compiled, folder) = (compiled.to_string_lossy(), folder.to_string_lossy());
            let pack = ["run", "-p", "fineprint-browser", "--features", "pack", "--bin", "fineprint-pack", "--"];
            self.cargo(&[&pack[..], &[&compiled, &folder]].concat())?;
        }
        read(&folder)
    }

    /// The compiler lists what the engine was built from.
    fn is_fresh(&self, engine: &Path) -> bool {
        let time = |path: &Path| fs::metadata(path).and_then(|meta| meta.modified()).ok();
        let Some(built) = time(engine) else { return false };
        let Ok(list) = fs::read_to_string(self.compiled().with_extension("d")) else { return false };
        let older = |path: &str| time(Path::new(path)).is_some_and(|time: SystemTime| time <= built);
        let listed = list.split_once(": ").map(|(_, files)| files).unwrap_or_default();
        !listed.is_empty()
            && listed.split_whitespace().all(older)
            && ["Cargo.lock", "Cargo.toml"].iter().all(|file| older(&self.root.join(file).to_string_lossy()))
    }

    /// Rust's standard library for the browser is there, or rustup fetches it.
    fn want_target(&self, output: &Output) -> Result<(), String> {
        let sysroot = Command::new("rustc").args(["--print", "sysroot"]).current_dir(&self.root).output();
        let sysroot = sysroot.map_err(|_| "the engine must be built, and there is no `rustc`".to_owned())?;
        let sysroot = PathBuf::from(String::from_utf8_lossy(&sysroot.stdout).trim());
        if sysroot.join("lib/rustlib").join(TARGET).is_dir() {
            return Ok(());
        }
        output.note(format!("fetching Rust's {TARGET} target"));
        let added = Command::new("rustup").args(["target", "add", TARGET]).current_dir(&self.root).status();
        match added {
            Ok(status) if status.success() => Ok(()),
            _ => Err(format!("it must be built, and Rust's {TARGET} target is missing; `rustup target add {TARGET}`")),
        }
    }

    fn cargo(&self, args: &[&str]) -> Result<(), String> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let run = Command::new(cargo).arg(args[0]).arg("--quiet").args(&args[1..]).current_dir(&self.root).status();
        match run {
            Ok(status) if status.success() => Ok(()),
            Ok(_) => Err(format!("`cargo {}` failed", args.join(" "))),
            Err(error) => Err(format!("the engine must be built, and `cargo` does not run ({error})")),
        }
    }
}
