//! What those on a visit read of one another. Neutral: a resident may see it.

use super::{Words, catalogue::text};
use crate::model::clock::Instant;

impl Words {
    /// To a colleague whom somebody named.
    pub fn goes_along(&self, who: &str, start: Instant) -> String {
        let (day, time) = (self.day(start), self.time(start));
        text!(self.language, "goes-along", who, day, time)
    }

    /// To a colleague who goes along.
    pub fn goes_along_yes(&self, who: &str, start: Instant) -> String {
        let (day, time) = (self.day(start), self.time(start));
        text!(self.language, "goes-along-yes", who, day, time)
    }

    /// To a colleague who does not.
    pub fn goes_along_no(&self, who: &str) -> String {
        text!(self.language, "goes-along-no", who)
    }

    /// To the worker, whose colleague does not.
    pub fn goes_not_along(&self, who: &str, start: Instant) -> String {
        let (day, time) = (self.day(start), self.time(start));
        text!(self.language, "goes-not-along", who, day, time)
    }

    /// To the managers of a risky visit, whose colleague does not.
    pub fn colleague_not_along(&self, who: &str, start: Instant) -> String {
        let (day, time, url) = (self.day(start), self.time(start), &self.public_url);
        text!(self.language, "colleague-not-along", who, day, time, url)
    }

    /// To the others, after one of them ended it for all.
    pub fn ended_for_you(&self, by: &str) -> String {
        text!(self.language, "ended-for-you", by)
    }
}
