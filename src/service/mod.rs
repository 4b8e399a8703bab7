//! Does. One use case a function: it authorises, locks, lets the model decide, saves, and answers with
//! a typed outcome or a typed error.
//!
//! A listener parses what came in (HTTP, a text, keys on a call), calls one function, and shows the
//! outcome in its own form. A function that takes a `Tx` takes part in its caller's transaction; one
//! that takes only a [`Context`] has a transaction of its own.

pub mod alarms;
pub mod batcher;
pub mod context;
pub mod error;
pub mod idempotency;
pub mod incidents;
pub mod integrations;
pub mod messages;
pub mod people;
pub mod privacy;
pub mod register;
pub mod visits;

pub use context::{Context, PushSettings, Settings};
pub use error::Error;
pub use people::caller::Caller;
