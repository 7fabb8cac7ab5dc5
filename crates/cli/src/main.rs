#![doc = include_str!("../README.md")]
//! # This crate
//! Glue only: arguments in, one function per command, results out through [`output`].

mod args;
fn main() {}
