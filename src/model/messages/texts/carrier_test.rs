//! What the command line says of a test of carriers.

use chrono::TimeDelta;

use super::{
    Words,
    catalogue::{fixed, text},
};
use crate::model::messages::{Channel, carrier_tests::Came};

impl Words {
    /// What became of the test of a carrier on a channel, in one line.
    pub fn carrier_came_to(&self, channel: Channel, carrier: &str, came: &Came) -> String {
        let what = self.channel(channel);
        let l = self.language;
        let came = match came {
            Came::Arrived(after) => text!(l, "carrier-arrived", after = self.seconds(*after)),
            Came::Taken(after) => text!(l, "carrier-taken", after = self.seconds(*after)),
            Came::Silent(after) => text!(l, "carrier-silent", after = self.seconds(*after)),
            Came::Lost(after) => text!(l, "carrier-lost", after = self.seconds(*after)),
            Came::Refused(reason) => text!(l, "carrier-refused", reason),
        };
        format!("{what} ({carrier}): {came}")
    }

    /// A carrier that was left out, for no address was given.
    pub fn carrier_left_out(&self, channel: Channel, carrier: &str) -> String {
        let what = self.channel(channel);
        let left_out = fixed(self.language, "carrier-left-out");
        format!("{what} ({carrier}): {left_out}")
    }

    /// That the service's port for SIP is in use, and which one takes its place.
    pub fn carriers_other_port(&self, from: u16, to: u16) -> String {
        text!(self.language, "carriers-other-port", from, to)
    }

    /// What to look at when reports stay away.
    pub fn carriers_silent(&self) -> String {
        let url = &self.public_url;
        text!(self.language, "carriers-silent", url)
    }

    /// How many of them did not do what they should.
    pub fn carriers_failed(&self, failed: usize, of: usize) -> String {
        text!(self.language, "carriers-failed", failed, of)
    }

    /// That there is nothing to test.
    pub fn no_carriers(&self) -> String {
        text!(self.language, "no-carriers")
    }

    fn channel(&self, channel: Channel) -> &'static str {
        match channel {
            Channel::Text => fixed(self.language, "carrier-test-channel-text"),
            Channel::Call => fixed(self.language, "carrier-test-channel-call"),
            Channel::Mail => fixed(self.language, "carrier-test-channel-mail"),
            Channel::Push => fixed(self.language, "carrier-test-channel-push"),
        }
    }

    fn seconds(&self, time: TimeDelta) -> String {
        let tenths = time.num_milliseconds() / 100;
        let comma = fixed(self.language, "decimal-comma");
        format!("{}{comma}{} s", tenths / 10, tenths % 10)
    }
}
