//! A trial of the real program: a ground with visits, a telephone company, processes that can be
//! killed, and an account of every check-in afterwards.
#![allow(dead_code, reason = "the measurements use other parts of it than the tests do")]

pub mod account;
pub mod company;
pub mod ground;
pub mod organisation;
pub mod service;
