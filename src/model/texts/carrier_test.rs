//! What the command line says of a test of carriers.

use chrono::TimeDelta;

use super::Words;
use crate::model::{carrier_tests::Came, language::Language, messages::Channel};

impl Words {
    /// What became of the test of a carrier on a channel, in one line.
    pub fn carrier_came_to(&self, channel: Channel, carrier: &str, came: &Came) -> String {
        let what = self.channel(channel);
        let (nl, en) = match came {
            Came::Arrived(after) => {
                let after = self.seconds(*after);
                (format!("aangekomen na {after}"), format!("arrived after {after}"))
            }
            Came::Taken(after) => {
                let after = self.seconds(*after);
                (
                    format!("aangenomen na {after}; of mail aankomt, meldt niemand"),
                    format!("taken after {after}; nobody reports whether mail arrives"),
                )
            }
            Came::Silent(after) => {
                let after = self.seconds(*after);
                (
                    format!("AANGENOMEN, MAAR NIETS GEMELD binnen {after}"),
                    format!("TAKEN, BUT NOTHING REPORTED within {after}"),
                )
            }
            Came::Lost(after) => {
                let after = self.seconds(*after);
                (
                    format!("NIET AANGEKOMEN, gemeld na {after}"),
                    format!("NOT DELIVERED, reported after {after}"),
                )
            }
            Came::Refused(reason) => {
                (format!("GEWEIGERD ({reason})"), format!("REFUSED ({reason})"))
            }
        };
        format!("{what} ({carrier}): {}", self.pick(nl, en))
    }

    /// A carrier that was left out, for no address was given.
    pub fn carrier_left_out(&self, channel: Channel, carrier: &str) -> String {
        let what = self.channel(channel);
        let (nl, en) = ("niet getest; geef --mail ADRES", "not tested; give --mail ADDRESS");
        format!("{what} ({carrier}): {}", self.pick(nl.into(), en.into()))
    }

    /// That the service's port for SIP is in use, and which one takes its place.
    pub fn carriers_other_port(&self, from: u16, to: u16) -> String {
        self.pick(
            format!(
                "sip: poort {from} is in gebruik, zeker door de dienst zelf; deze test belt vanaf \
                 poort {to}. Laat een centrale alleen poort {from} toe, test dan in de app: Mijn \
                 account, Test."
            ),
            format!(
                "sip: port {from} is in use, surely by the service itself; this test calls from \
                 port {to}. Where an exchange allows port {from} alone, test in the app: My \
                 account, Test."
            ),
        )
    }

    /// What to look at when reports stay away.
    pub fn carriers_silent(&self) -> String {
        let url = &self.public_url;
        self.pick(
            format!(
                "Meldingen komen alleen als `rugdekking serve` draait en bereikbaar is op {url}."
            ),
            format!(
                "Reports come only while `rugdekking serve` runs, and can be reached at {url}."
            ),
        )
    }

    /// How many of them did not do what they should.
    pub fn carriers_failed(&self, failed: usize, of: usize) -> String {
        self.pick(
            format!("{failed} van de {of} tests kwamen niet aan"),
            format!("{failed} of {of} tests did not arrive"),
        )
    }

    /// That there is nothing to test.
    pub fn no_carriers(&self) -> String {
        self.pick("er is niets om te testen".into(), "there is nothing to test".into())
    }

    fn channel(&self, channel: Channel) -> String {
        let (nl, en) = match channel {
            Channel::Text => ("sms", "text"),
            Channel::Call => ("bellen", "call"),
            Channel::Mail => ("mail", "mail"),
            Channel::Push => ("melding", "notification"),
        };
        self.pick(nl.into(), en.into())
    }

    fn seconds(&self, time: TimeDelta) -> String {
        let tenths = time.num_milliseconds() / 100;
        let comma = match self.language {
            Language::Nl => ',',
            Language::En => '.',
        };
        format!("{}{comma}{} s", tenths / 10, tenths % 10)
    }
}
