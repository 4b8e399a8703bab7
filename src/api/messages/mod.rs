//! What phones and providers bring in, and how messages fared.

pub mod callbacks;
pub mod channel_tests;
pub mod push_answer;
pub(crate) mod push_receipt;
