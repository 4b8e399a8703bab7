//! All integration tests, in one binary.
#![allow(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod api_events;
mod api_me;
mod api_people;
mod api_register;
mod api_surface;
mod api_teams;
mod bearer;
mod carrier_provider;
mod carrier_router;
mod carrier_smtp;
mod carrier_support;
mod carrier_twilio;
mod contract;
mod crash;
mod databases;
mod house;
mod sign_in;
mod store_register;
mod support;
mod watchdog;
