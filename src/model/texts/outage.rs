//! What the people on duty hear when a channel has no working carrier.

use super::Words;
use crate::model::{
    messages::Channel,
    outages::{News, Outage},
};

impl Words {
    /// That a channel is out, or works again; by text, mail and call alike.
    pub fn outage(&self, outage: &Outage, news: News) -> String {
        let time = self.time(outage.since);
        let (nl, en) = match outage.channel {
            Channel::Text => ("sms'en", "send texts"),
            Channel::Call => ("bellen", "make calls"),
            Channel::Mail => ("mailen", "send mail"),
            Channel::Push => ("meldingen sturen", "send notifications"),
        };
        match news {
            News::Began => self.pick(
                format!(
                    "LET OP: Rugdekking kan sinds {time} niet {nl}. Waarschuwingen gaan nu langs \
                     andere wegen. Bel de provider, en houd het bord in de gaten."
                ),
                format!(
                    "ATTENTION: Rugdekking cannot {en} since {time}. Warnings go by other ways \
                     now. Call the provider, and keep an eye on the board."
                ),
            ),
            News::Over => self.pick(
                format!("Rugdekking kan weer {nl}. De storing begon om {time}."),
                format!("Rugdekking can {en} again. The outage began at {time}."),
            ),
        }
    }
}
