//! A program that does nothing: the least that any command can cost.

fn main() {}
