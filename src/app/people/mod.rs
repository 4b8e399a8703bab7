//! Wires signing in.

pub(crate) mod sign_in;
