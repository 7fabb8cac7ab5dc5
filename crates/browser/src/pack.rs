//! `fineprint-pack ENGINE.wasm OUT`: turns the compiled engine into the two files that a site ships, `engine.js` (what
//! calls it) and `engine.bin` (itself, compressed: not every host compresses what it sends).
//!
//! Where there is a `wasm-opt` on the path (of Binaryen), it makes the engine smaller first.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use flate2::{Compression, GzBuilder};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let args: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [engine, out] = args.as_slice() else {
        let _ = writeln!(std::io::stderr(), "usage: fineprint-pack ENGINE.wasm OUT");
        return ExitCode::from(2);
    };
    match pack(engine, out) {
        Ok(said) => {
            let _ = writeln!(std::io::stderr(), "fineprint-pack: {said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "fineprint-pack: {}: {error}", engine.display());
            ExitCode::FAILURE
        }
    }
}

fn pack(engine: &Path, out: &Path) -> Result<String, Box<dyn Error>> {
    fs::create_dir_all(out)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(engine).out_name("engine").typescript(false);
    bindgen.no_modules(true)?.omit_default_module_path(true);
    bindgen.remove_name_section(true).remove_producers_section(true);
    bindgen.generate(out)?;
    let module = out.join("engine_bg.wasm");
    let before = fs::metadata(&module)?.len();
    let smaller = shrink(&module, &out.join("engine_small.wasm"))?;
    let bytes = fs::read(&module)?;
    // Without a time in it, so that the same engine gives the same bytes.
    let mut packer = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    packer.write_all(&bytes)?;
    let packed = packer.finish()?;
    fs::remove_file(&module)?;
    // Written last: whoever finds it finds the rest too.
    fs::write(out.join("engine.new"), &packed)?;
    fs::rename(out.join("engine.new"), out.join("engine.bin"))?;
    let how = if smaller { "wasm-opt" } else { "no `wasm-opt` on the path" };
    Ok(format!("{before} bytes, {} after {how}, {} to send", bytes.len(), packed.len()))
}

/// Runs `wasm-opt` if there is one; whether there was.
fn shrink(module: &Path, small: &Path) -> Result<bool, Box<dyn Error>> {
    let run = Command::new("wasm-opt").args(["-Oz", "--all-features"]).arg(module).arg("-o").arg(small).output();
    match run {
        Ok(output) if output.status.success() => {
            fs::rename(small, module)?;
            Ok(true)
        }
        Ok(output) => Err(format!("wasm-opt: {}", String::from_utf8_lossy(&output.stderr)).into()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}
