//! What the tests stand on: fresh databases of both kinds, and somebody who asks the api.

pub mod answer;
pub mod asking;
pub mod db;
pub mod exchange;
pub mod fakesmsc;
pub mod gateway;
pub mod hooks;
pub mod office;
pub mod openid;
pub mod peers;
pub mod postgres;
pub mod process;
pub mod raw;
pub mod spoil;
pub mod telephone;
pub mod town;
pub mod trial;

pub(crate) use db::on_both;
