//! The words of the house, in Dutch (level B1) and English, each in one place.

pub mod account;
