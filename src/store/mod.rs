//! Remembers. The only SQL of the house, one portable set of it.

pub mod alarms;
pub mod db;
mod error;
pub mod incidents;
pub mod instances;
pub mod integrations;
pub mod jobs;
pub mod messages;
pub mod people;
pub mod privacy;
pub mod register;
pub mod visits;

pub use self::{
    db::{
        Db, Tx,
        rows::{Versioned, readable},
        tables::written_again,
        unlock::rotate,
    },
    error::Error,
};
