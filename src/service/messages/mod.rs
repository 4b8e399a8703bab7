//! Messages: what comes in from phones, receipts, notices.

mod buttons;
pub mod calls_in;
pub mod channel_tests;
pub mod inbound_calls;
pub mod inbound_texts;
pub mod notify;
mod number_visits;
pub mod phrases;
pub mod push_receipts;
pub mod receipts;
pub mod sandbox;
