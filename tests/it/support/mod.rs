//! What the tests stand on: fresh databases of both kinds.

pub mod db;
pub mod postgres;

pub(crate) use db::on_both;
