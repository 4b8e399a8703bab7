//! How fast the register answers.
fn main() {}
