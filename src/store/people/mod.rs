//! Remembers accounts, how they proved their number, and which numbers asked for silence.

pub(crate) mod accounts;
pub(crate) mod callers;
pub mod channel_tests;
pub mod devices;
pub mod memberships;
pub mod provisioned;
pub(crate) mod selections;
pub mod sessions;
pub mod teams;
pub mod vapid;

pub use self::{
    accounts::*,
    selections::{Selection, administrators, select},
};
pub use super::messages::opt_outs::{opt_out, opted_out, opted_out_at};
