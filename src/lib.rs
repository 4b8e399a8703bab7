//! The plan of the house.
#![warn(missing_docs)]

pub mod api;
pub mod app;
pub mod carrier;
pub mod config;
pub mod engine;
pub mod model;
pub mod store;
