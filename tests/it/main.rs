//! All integration tests, in one binary.

mod carrier_provider;
mod carrier_router;
mod carrier_smtp;
mod carrier_support;
mod carrier_twilio;
