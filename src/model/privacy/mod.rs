//! What is kept, how it is sealed, who looked at it, how long it stays, and what residents may ask.

pub mod access;
pub mod chain;
pub mod held;
pub mod overview;
pub mod requests;
pub mod retention;
pub mod sealing;
pub mod secret;
pub mod terms;
pub(crate) mod workdays;
