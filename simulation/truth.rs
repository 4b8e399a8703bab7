//! What truly happened, written down by the world itself: the measure of everything that the
//! service claims.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use rugdekking::model::{clock::Instant, ids::MessageId};
use uuid::Uuid;

use crate::asking::{Asked, Means, Saying};

/// How long somebody has a message in hand before another may take it over, but for the seconds by
/// which clocks differ.
const LEASE: TimeDelta = TimeDelta::seconds(56);

/// How the last try to bring a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// A carrier has it in hand.
    InHand,
    /// A carrier took it.
    Taken,
    /// No carrier took it.
    Refused,
}

/// A human said something about a visit.
#[derive(Clone, Debug)]
pub struct Said {
    pub tapped: Instant,
    /// When it was on its way; nothing counts before that.
    pub heard: Instant,
    pub saying: Saying,
    pub pin: Option<&'static str>,
}

/// What truly happened.
#[derive(Debug, Default)]
pub struct Truth {
    /// What was said about a visit, as soon as it was on its way; by text under no id at all.
    pub said: BTreeMap<Uuid, Vec<Said>>,
    /// Who ever took an alarm.
    pub took: BTreeSet<usize>,
    /// Which alarms somebody at a desk closed.
    pub closed: BTreeSet<Uuid>,
    /// Visits that the service promised to watch, with their workers.
    pub visits: BTreeMap<Uuid, usize>,
    /// Which task last brought each message, how it fared, and when that began.
    pub sent: BTreeMap<MessageId, (u64, Ended, Instant)>,
    /// Messages of which nobody knows whether they arrived: those may be sent again.
    pub doubtful: BTreeSet<MessageId>,
    /// When the last outcome of a message was written down.
    pub recorded: BTreeMap<MessageId, Instant>,
    /// From when until when an instance stood still.
    pub still: Vec<(Instant, Instant)>,
    /// When all clocks were set ahead, which ends every lease.
    pub ahead: Vec<Instant>,
    /// How often more time was asked for a visit.
    pub more: BTreeMap<Uuid, usize>,
    /// How many messages a carrier was asked to bring.
    pub sends: u64,
    /// How often an instance died, by where.
    pub deaths: BTreeMap<String, u64>,
}

impl Truth {
    /// Somebody means something, and it is on its way.
    pub fn hears(&mut self, asked: &Asked, heard: Instant) {
        match &asked.means {
            Means::Nothing | Means::Registers(_) => {}
            Means::Says { visits, tapped, saying, pin } => {
                for visit in visits {
                    if *saying == Saying::More && asked.tries == 0 {
                        *self.more.entry(*visit).or_default() += 1;
                    }
                    let said = Said { tapped: *tapped, heard, saying: *saying, pin: *pin };
                    self.said.entry(*visit).or_default().push(said);
                }
            }
            Means::Takes(who) => drop(self.took.insert(*who)),
            Means::Closes(alarm) => drop(self.closed.insert(*alarm)),
        }
    }

    /// What was said that may be about a visit: a text is about any of whoever's number it is.
    pub fn said_about(&self, visit: Uuid) -> Vec<&Said> {
        let of = |id| self.said.get(id).into_iter().flatten();
        of(&visit).chain(of(&Uuid::nil())).collect()
    }

    /// How often more time may have been asked for a visit.
    pub fn more_for(&self, visit: Uuid) -> usize {
        [visit, Uuid::nil()].iter().filter_map(|id| self.more.get(id)).sum()
    }

    /// A carrier is asked to bring a message.
    ///
    /// # Errors
    /// When it was brought before and nothing excuses another time.
    pub fn brings(
        &mut self,
        id: MessageId,
        task: u64,
        purpose: &str,
        now: Instant,
    ) -> Result<(), String> {
        self.sends += 1;
        let written = self.recorded.remove(&id);
        let before = self.sent.insert(id, (task, Ended::InHand, now));
        match before {
            Some((other, ended, began)) if other != task && ended != Ended::Refused => {
                let over = self.lease_ended(began);
                let unknown = ended == Ended::InHand
                    || written.is_none_or(|at| at >= over) && self.may_be_late(over);
                if self.doubtful.remove(&id) || now >= over && unknown {
                    return Ok(());
                }
                Err(format!("sent twice ({ended:?} before): {purpose}"))
            }
            _ => Ok(()),
        }
    }

    /// When others may take over what was taken in hand at `began`.
    fn lease_ended(&self, began: Instant) -> Instant {
        let ahead = self.ahead.iter().copied().find(|at| *at >= began);
        ahead.map_or(began + LEASE, |at| at.min(began + LEASE))
    }

    /// Whether there is a reason to write down only after the lease ended what came of a message:
    /// somebody stood still, or the clock was set ahead. Then nobody could know of it in time.
    fn may_be_late(&self, over: Instant) -> bool {
        let still = self.still.iter().any(|(from, until)| *from <= over && over <= *until);
        still || self.ahead.contains(&over)
    }
}

#[cfg(test)]
mod tests {
    use rugdekking::model::{ids::SharedDice, testing::Seeded};

    use super::*;

    /// A message that went out at once, by a carrier that answered when somebody who stood still for
    /// so many seconds was there again; and that goes out again then.
    fn sent_again(still: i64, written: Option<i64>) -> Result<(), String> {
        let (mut truth, began) = (Truth::default(), Instant::UNIX_EPOCH);
        let dice: SharedDice = std::sync::Arc::new(Seeded::new(1));
        let id = MessageId::new(&*dice, began);
        let (fell, woke) = (began + TimeDelta::seconds(2), began + TimeDelta::seconds(2 + still));
        truth.brings(id, 1, "asked", began)?;
        truth.still.push((fell, woke));
        truth.sent.insert(id, (1, Ended::Taken, began));
        if let Some(after) = written {
            truth.recorded.insert(id, began + TimeDelta::seconds(after));
        }
        truth.brings(id, 2, "asked", began + TimeDelta::seconds(185))
    }

    /// Seeds 1170 and 2852: the answer was there, and the lease was over, and both were seen at one
    /// moment; what is written down then is of no use any more.
    #[test]
    fn an_answer_counts_that_was_written_down_before_the_lease_ended() {
        assert_eq!(sent_again(181, None), Ok(()));
        assert_eq!(sent_again(181, Some(183)), Ok(()), "it was written down too late");
        assert!(sent_again(181, Some(1)).is_err(), "it was written down");
        assert!(sent_again(20, None).is_err(), "nobody stood still when the lease ended");
    }

    /// Seed 2691: by the clock an hour has passed, and everybody's lease with it.
    #[test]
    fn a_clock_that_is_set_ahead_ends_the_leases() {
        let (mut truth, began) = (Truth::default(), Instant::UNIX_EPOCH);
        let dice: SharedDice = std::sync::Arc::new(Seeded::new(1));
        let id = MessageId::new(&*dice, began);
        let after = |seconds| began + TimeDelta::seconds(seconds);
        assert_eq!(truth.brings(id, 1, "asked", began), Ok(()));
        assert!(truth.brings(id, 2, "asked", after(5)).is_err());
        truth.ahead.push(after(6));
        assert_eq!(truth.brings(id, 3, "asked", after(7)), Ok(()));
        assert!(truth.brings(id, 4, "asked", after(8)).is_err(), "that was after it");
    }
}
