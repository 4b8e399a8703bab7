//! Every word that the house says or writes to people, once, in Dutch (B1) and English. The words
//! themselves are the files of `nl/` and `en/`; the functions say what is filled in.
//!
//! What reaches a worker's phone is neutral: a resident may see or hear it.

pub mod account;
pub mod alarm;
mod audit;
mod calendar;
mod carrier_test;
mod catalogue;
mod channel_test;
mod colleagues;
pub mod incident;
pub mod letter;
pub mod links;
mod outage;
pub mod overview;
mod promise;
pub mod push;
pub mod report;
mod starting;
pub mod timeline;
pub mod watch;
pub mod watchdog;

use chrono_tz::Tz;

use super::language::Language;
use crate::model::clock::Instant;

/// How words are made for somebody: language, zone, and where links lead.
#[derive(Clone, Debug)]
pub struct Words {
    pub language: Language,
    /// The zone in which they see time.
    pub zone: Tz,
    /// The service's own address, without a slash at the end.
    pub public_url: String,
}

impl Words {
    /// The same words in another language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Self {
        Self { language, ..self.clone() }
    }

    /// A time of day, `14:05`.
    pub fn time(&self, at: Instant) -> String {
        at.with_timezone(&self.zone).format("%H:%M").to_string()
    }

    /// A day, `23-11-2026`.
    pub fn day(&self, at: Instant) -> String {
        at.with_timezone(&self.zone).format("%d-%m-%Y").to_string()
    }
}
