//! `fineprint man`: manual pages and the Markdown reference, made from the definitions in `args`.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use clap::{Command, CommandFactory};

use crate::args::{Cli, ManArgs};
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::Output;

pub fn run(args: &ManArgs, output: &Output) -> Result {
    let mut command = Cli::command();
    command.build();
    if let Some(dir) = &args.dir {
        let failed = |error| Failure::from_error(Kind::Io, format!("`{}`", dir.display()), error);
        fs::create_dir_all(dir).map_err(failed)?;
        clap_mangen::generate_to(command, dir).map_err(failed)?;
        output.note(format!("wrote the manual pages to {}", dir.display()));
    } else if args.markdown {
        output.stdout().write_all(markdown(&command).as_bytes())?;
    } else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        output.stdout().write_all(&page)?;
    }
    Ok(Outcome::Done)
}

/// The reference of all commands. Wrapped at a fixed width, so that it is the same on every machine.
pub fn markdown(command: &Command) -> String {
    let mut text = String::from(
        "# Command-line reference\n\nMade from the program's own definitions by `fineprint man --markdown`; \
         refreshed by `FINEPRINT_UPDATE=1 cargo test -p fineprint`.\n",
    );
    write_command(&mut text, command);
    let shown = |subcommand: &&Command| subcommand.get_name() != "help" && !subcommand.is_hide_set();
    for subcommand in command.get_subcommands().filter(shown) {
        write_command(&mut text, subcommand);
    }
    text
}

fn write_command(text: &mut String, command: &Command) {
    let help = command.clone().term_width(100).render_long_help().to_string();
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    // Writing to a String cannot fail.
    let _ = writeln!(text, "\n## {name}\n\n```text");
    for line in help.trim_end().lines() {
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text.push_str("```\n");
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_reference_is_fresh() {
        // The version would make it stale at every release, and a set FINEPRINT_KB is no default.
        let mut command = Cli::command().version("").mut_arg("kb", |arg| arg.hide_env_values(true));
        command.build();
        let fresh = markdown(&command);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
        if std::env::var_os("FINEPRINT_UPDATE").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &fresh).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == fresh, "docs/cli.md is stale; refresh it with: FINEPRINT_UPDATE=1 cargo test -p fineprint");
    }
}
