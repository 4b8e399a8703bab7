//! What the people on duty hear when a channel has no working carrier.

use super::{
    Words,
    catalogue::{fixed, text},
};
use crate::model::messages::{
    Channel,
    outages::{Outage, OutageNews},
};

impl Words {
    /// That a channel is out, or works again; by text, mail and call alike.
    pub fn outage(&self, outage: &Outage, news: OutageNews) -> String {
        let time = self.time(outage.since);
        let what = match outage.channel {
            Channel::Text => fixed(self.language, "outage-text"),
            Channel::Call => fixed(self.language, "outage-call"),
            Channel::Mail => fixed(self.language, "outage-mail"),
            Channel::Push => fixed(self.language, "outage-push"),
        };
        match news {
            OutageNews::Began => text!(self.language, "outage-began", time, what),
            OutageNews::Over => text!(self.language, "outage-over", what, time),
        }
    }
}
