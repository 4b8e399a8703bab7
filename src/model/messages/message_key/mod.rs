//! What a message is for: the key that tells it from every other, so that a step that is taken twice
//! says it once.
//!
//! Keys lie in the column `purpose`, which is unique. A running service goes on after an upgrade with
//! the rows that are there, so the text form of a key never changes: a new kind of key gets a new
//! form. What this program does not know (yet, or any more) is kept as it is.

use std::fmt;

use uuid::Uuid;

use super::{
    channels::Channel,
    topics::{Topic, durable_names},
};
use crate::model::ids::{AlarmId, CheckInId, DeviceId, MessageId, OfficerId, PersonId, VisitId};

/// How the keys of tests of channels begin.
pub const CHANNEL_TEST_PREFIX: &str = "channel-test/";

durable_names! {
    /// What is told of a channel without a working carrier.
    OutageNews {
        /// It is out.
        Began = "Began",
        /// It is over.
        Over = "Over",
    }
}

durable_names! {
    /// What those who were told of an alarm hear later.
    AlarmNews {
        /// It became graver.
        Graver = "graver",
        /// Another check-in was missed.
        MissedAgain = "missed-again",
        /// The worker gave a sign of life.
        SignOfLife = "sign-of-life",
        /// The worker wrote something.
        Wrote = "wrote",
        /// An answer ended it.
        Answered = "answered",
        /// Somebody took it.
        Taken = "taken",
        /// Somebody closed it: told to whoever is out there.
        Closed = "closed",
    }
}

durable_names! {
    /// What those on a visit hear of one another.
    ColleagueNews {
        /// Somebody named them.
        Named = "named",
        /// Somebody does not go along.
        NotAlong = "not-along",
        /// One of them ended it for all.
        Ended = "ended",
    }
}

/// By which of its messages a check-in asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The text ahead of time.
    Reminder,
    /// The text at the agreed time.
    Text,
    /// A call, from 1.
    Call(u32),
    /// A notification, from 1.
    Push(u32),
    /// The text to a colleague who goes along, from 0.
    Colleague(usize),
}

/// What a message is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageKey {
    /// Asks a worker whether the visit started.
    StartQuestion(VisitId),
    /// Brings a visit to the calendar of whoever registered it.
    CalendarEntry(VisitId),
    /// Tells a district officer of a visit.
    OfficerNotice {
        visit: VisitId,
        /// Who is told.
        officer: OfficerId,
        /// When that was decided, in microseconds since 1970.
        at_micros: i64,
        /// By which channel.
        channel: Channel,
    },
    /// Tells somebody on a visit of another.
    Colleague {
        visit: VisitId,
        news: ColleagueNews,
        /// Microseconds since 1970.
        at_micros: i64,
        /// Who is told: 0 the worker, and then the colleagues.
        to: usize,
    },
    /// Asks for a check-in.
    CheckIn(CheckInId, Ask),
    /// Warns somebody in a round of an alarm.
    AlarmRound {
        alarm: AlarmId,
        /// Which round, from 1.
        round: u32,
        /// The account or the district officer.
        recipient: Uuid,
        /// By which channel.
        channel: Channel,
    },
    /// Tells more to somebody who was told of an alarm.
    AlarmNews {
        alarm: AlarmId,
        news: AlarmNews,
        /// Microseconds since 1970.
        at_micros: i64,
        /// Who is told.
        person: PersonId,
    },
    /// Tells an administrator that an alarm reaches nobody.
    AlarmReachesNobody {
        alarm: AlarmId,
        /// How many rounds it had.
        rounds: u32,
        /// Who is told.
        person: PersonId,
        /// By which channel.
        channel: Channel,
    },
    /// Tells somebody, by one message and the mail that stands in for it.
    Notice {
        topic: Topic,
        /// Who is told.
        person: PersonId,
    },
    /// Tells somebody of a channel without a working carrier.
    Outage {
        channel: Channel,
        /// Since when, in microseconds since 1970.
        since_micros: i64,
        news: OutageNews,
        /// Who is told.
        person: PersonId,
        /// By which channel.
        by: Channel,
    },
    /// Tests a channel of a person.
    ChannelTest(MessageId),
    /// Tests a carrier.
    CarrierTest(MessageId),
    /// Tells the people on duty that the service does not watch.
    Watchdog(MessageId),
    /// Answers a text.
    Reply(MessageId),
    /// Brings the code that proves a number.
    NumberCode(PersonId, MessageId),
    /// Brings the code that proves the first administrator's number.
    SetupCode,
    /// Says by its other channel what did not arrive.
    Instead(Box<Self>),
    /// Goes to one of somebody's devices.
    OnDevice(Box<Self>, DeviceId),
    /// What another version of this program wrote.
    Other(String),
}

impl MessageKey {
    /// The alarm and the round of its ladder, when this is a warning of one, by whichever channel.
    pub fn alarm_round(&self) -> Option<(AlarmId, u32)> {
        match self {
            Self::AlarmRound { alarm, round, .. } => Some((*alarm, *round)),
            Self::Instead(of) | Self::OnDevice(of, _) => of.alarm_round(),
            _ => None,
        }
    }

    /// The key of what is said by another channel when this does not arrive.
    #[must_use]
    pub fn instead(&self) -> Self {
        Self::Instead(Box::new(self.clone()))
    }

    /// The key of the notification on one of several devices.
    #[must_use]
    pub fn on_device(&self, device: DeviceId) -> Self {
        Self::OnDevice(Box::new(self.clone()), device)
    }

    fn read(parts: &[&str]) -> Option<Self> {
        Some(match *parts {
            ["visit", visit, "start"] => Self::StartQuestion(visit.parse().ok()?),
            ["visit", visit, "calendar"] => Self::CalendarEntry(visit.parse().ok()?),
            ["visit", visit, "officer", officer, at, channel] => Self::OfficerNotice {
                visit: visit.parse().ok()?,
                officer: officer.parse().ok()?,
                at_micros: at.parse().ok()?,
                channel: Channel::from_name(channel)?,
            },
            ["visit", visit, "colleague", news, at, to] => Self::Colleague {
                visit: visit.parse().ok()?,
                news: ColleagueNews::from_name(news)?,
                at_micros: at.parse().ok()?,
                to: to.parse().ok()?,
            },
            ["check-in", id, ref ask @ ..] => Self::CheckIn(id.parse().ok()?, Ask::read(ask)?),
            ["alarm", alarm, "nobody", rounds, person, channel] => Self::AlarmReachesNobody {
                alarm: alarm.parse().ok()?,
                rounds: rounds.parse().ok()?,
                person: person.parse().ok()?,
                channel: Channel::from_name(channel)?,
            },
            ["alarm", alarm, what, at, person] if AlarmNews::from_name(what).is_some() => {
                Self::AlarmNews {
                    alarm: alarm.parse().ok()?,
                    news: AlarmNews::from_name(what)?,
                    at_micros: at.parse().ok()?,
                    person: person.parse().ok()?,
                }
            }
            ["alarm", alarm, round, recipient, channel] => Self::AlarmRound {
                alarm: alarm.parse().ok()?,
                round: round.parse().ok()?,
                recipient: recipient.parse().ok()?,
                channel: Channel::from_name(channel)?,
            },
            ["outage", channel, since, news, person, by] => Self::Outage {
                channel: Channel::from_name(channel)?,
                since_micros: since.parse().ok()?,
                news: OutageNews::from_name(news)?,
                person: person.parse().ok()?,
                by: Channel::from_name(by)?,
            },
            ["channel-test", id] => Self::ChannelTest(id.parse().ok()?),
            ["carrier-test", id] => Self::CarrierTest(id.parse().ok()?),
            ["watchdog", id] => Self::Watchdog(id.parse().ok()?),
            ["reply", id] => Self::Reply(id.parse().ok()?),
            ["verify", person, id] => Self::NumberCode(person.parse().ok()?, id.parse().ok()?),
            ["setup"] => Self::SetupCode,
            ref other => {
                let (topic, person) = Topic::read(other)?;
                Self::Notice { topic, person }
            }
        })
    }
}

impl From<&str> for MessageKey {
    /// Anything that this program would not write in just this form is [`MessageKey::Other`].
    fn from(text: &str) -> Self {
        if let Some(first) = text.strip_suffix("/instead") {
            return Self::Instead(Box::new(first.into()));
        }
        let parts: Vec<_> = text.split('/').collect();
        let on_device = || {
            let (device, of) = parts.split_last()?;
            Some(Self::read(of)?.on_device(device.parse().ok()?))
        };
        let read = Self::read(&parts).or_else(on_device).filter(|key| key.to_string() == text);
        read.unwrap_or_else(|| Self::Other(text.to_owned()))
    }
}

impl fmt::Display for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StartQuestion(visit) => write!(f, "visit/{visit}/start"),
            Self::CalendarEntry(visit) => write!(f, "visit/{visit}/calendar"),
            Self::OfficerNotice { visit, officer, at_micros, channel } => {
                write!(f, "visit/{visit}/officer/{officer}/{at_micros}/{}", channel.name())
            }
            Self::Colleague { visit, news, at_micros, to } => {
                write!(f, "visit/{visit}/colleague/{}/{at_micros}/{to}", news.name())
            }
            Self::CheckIn(id, ask) => write!(f, "check-in/{id}/{ask}"),
            Self::AlarmRound { alarm, round, recipient, channel } => {
                write!(f, "alarm/{alarm}/{round}/{recipient}/{}", channel.name())
            }
            Self::AlarmNews { alarm, news, at_micros, person } => {
                write!(f, "alarm/{alarm}/{}/{at_micros}/{person}", news.name())
            }
            Self::AlarmReachesNobody { alarm, rounds, person, channel } => {
                write!(f, "alarm/{alarm}/nobody/{rounds}/{person}/{}", channel.name())
            }
            Self::Notice { topic, person } => topic.write(*person, f),
            Self::Outage { channel, since_micros, news, person, by } => {
                let (channel, news, by) = (channel.name(), news.name(), by.name());
                write!(f, "outage/{channel}/{since_micros}/{news}/{person}/{by}")
            }
            Self::ChannelTest(id) => write!(f, "{CHANNEL_TEST_PREFIX}{id}"),
            Self::CarrierTest(id) => write!(f, "carrier-test/{id}"),
            Self::Watchdog(id) => write!(f, "watchdog/{id}"),
            Self::Reply(id) => write!(f, "reply/{id}"),
            Self::NumberCode(person, id) => write!(f, "verify/{person}/{id}"),
            Self::SetupCode => f.write_str("setup"),
            Self::Instead(of) => write!(f, "{of}/instead"),
            Self::OnDevice(of, device) => write!(f, "{of}/{device}"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl Ask {
    fn read(parts: &[&str]) -> Option<Self> {
        Some(match *parts {
            ["reminder"] => Self::Reminder,
            ["text"] => Self::Text,
            ["call", nth] => Self::Call(nth.parse().ok()?),
            ["push", nth] => Self::Push(nth.parse().ok()?),
            ["colleague", nth] => Self::Colleague(nth.parse().ok()?),
            _ => return None,
        })
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reminder => f.write_str("reminder"),
            Self::Text => f.write_str("text"),
            Self::Call(nth) => write!(f, "call/{nth}"),
            Self::Push(nth) => write!(f, "push/{nth}"),
            Self::Colleague(nth) => write!(f, "colleague/{nth}"),
        }
    }
}

#[cfg(test)]
mod tests;
