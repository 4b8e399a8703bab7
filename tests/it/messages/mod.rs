//! Stories and checks of messages and their carriers.

pub mod carrier_faults;
pub mod carrier_provider;
pub mod carrier_router;
pub mod carrier_smtp;
pub mod carrier_support;
pub mod carrier_twilio;
pub mod cli_carriers;
pub mod peer_kannel;
pub mod peer_kpn;
pub mod peer_mail;
pub mod peer_signatures;
pub mod peer_sip;
pub mod peer_sip_early;
pub mod peer_sip_house;
pub mod peer_twilio;
pub mod peer_twiml;
pub mod story_broken_call;
pub mod story_calling_in;
pub mod story_carrier_outage;
pub mod story_carriers;
pub mod story_moment_of_sending;
pub mod story_notify;
pub mod story_numbers;
pub mod story_texts;
pub mod texts_catalogue;
pub mod texts_segments;
