//! All integration tests, in one binary.
#![allow(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod api_me;
mod api_people;
mod api_register;
mod api_teams;
mod bearer;
mod carrier_provider;
mod carrier_router;
mod carrier_smtp;
mod carrier_support;
mod carrier_twilio;
mod databases;
mod house;
mod sign_in;
mod store_register;
mod story_answering;
mod story_check_in;
mod story_closing;
mod story_duress;
mod story_gaps;
mod story_ladder;
mod story_links;
mod story_offline;
mod story_panic;
mod story_pin;
mod story_registering;
mod story_taking;
mod story_under_way;
mod support;
mod watchdog;
