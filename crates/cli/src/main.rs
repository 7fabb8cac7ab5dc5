#![doc = include_str!("../README.md")]
//! # This crate
//! Glue only: arguments in, one function per command, results out through [`output`], failures
//! through [`exit`].

mod args;
mod base;
mod commands;
mod engine;
mod exit;
mod output;
mod parallel;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use output::Output;

fn main() -> ExitCode {
    let cli = Cli::parse_from(args::export_format_is_its_form(args::spell_out_negation(std::env::args_os())));
    if matches!(cli.command, Command::ReadPdf) {
        return commands::read_pdf::run();
    }
    commands::read_pdf::set_up();
    let output = Output::new(&cli.global);
    let global = &cli.global;
    let result = match &cli.command {
        Command::Init(args) => commands::init::run(args, &output),
        Command::Ingest(args) => commands::ingest::run(args, global, &output),
        Command::Extract(args) => commands::extract::run(args, &output),
        Command::Evaluate(args) => commands::evaluate::run(args, global, &output),
        Command::Review(args) => commands::review::run(args, global, &output),
        Command::Fetch(args) => commands::fetch::run(args, global, &output),
        Command::Watch(args) => commands::watch::run(args, global, &output),
        Command::Sources(args) => commands::sources::run(args, global, &output),
        Command::Import(args) => commands::import::run(args, global, &output),
        Command::Lint(args) => commands::lint::run(args, global, &output),
        Command::Index(args) => commands::index::run(args, global, &output),
        Command::Search(args) => commands::search::run(args, global, &output),
        Command::Show(args) => commands::show::run(args, global, &output),
        Command::Similar(args) => commands::similar::run(args, global, &output),
        Command::Precedents(args) => commands::precedents::run(args, global, &output),
        Command::Stats(args) => commands::stats::run(args, global, &output),
        Command::Report(args) => commands::report::run(args, global, &output),
        Command::Audit(args) => commands::audit::run(args, global, &output),
        Command::Export(args) => commands::export::run(args, global, &output),
        Command::Serve(args) => commands::serve::run(args, global, &output),
        Command::Site(args) => commands::site::run(args, global, &output),
        Command::Schema(args) => commands::schema::run(args, &output),
        Command::Completions(args) => commands::completions::run(args, &output),
        Command::Man(args) => commands::man::run(args, &output),
        // Answered above: its output is for the program that ran it, not for people.
        Command::ReadPdf => Ok(exit::Outcome::Done),
    };
    match result {
        Ok(outcome) => outcome.into(),
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            output::warn(format!("fineprint: {failure}"));
            failure.code()
        }
    }
}
