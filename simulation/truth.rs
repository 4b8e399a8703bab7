//! What truly happened, written down by the world itself: the measure of everything that the
//! service claims.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use rugdekking::model::{clock::Instant, ids::MessageId, messages::message_key::MessageKey};
use uuid::Uuid;

use crate::asking::{Asked, Means, Saying};

/// How long somebody has a message in hand before another may take it over, but for the seconds by
/// which clocks differ.
const LEASE: TimeDelta = TimeDelta::seconds(56);

/// By how long somebody whom the database refused comes again.
const COMES_AGAIN: TimeDelta = TimeDelta::seconds(6);

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
    /// Which task last brought each message, how it fared, and when its first carrier got it.
    pub sent: BTreeMap<MessageId, (u64, Ended, Instant)>,
    /// Messages of which nobody knows whether they arrived: those may be sent again.
    pub doubtful: BTreeSet<MessageId>,
    /// When the last outcome of a message was written down.
    pub recorded: BTreeMap<MessageId, Instant>,
    /// When the database last refused to write an outcome down.
    pub refused: BTreeMap<MessageId, Instant>,
    /// Tasks that bring a message, and whose last question the database did not answer.
    pub unsure: BTreeSet<u64>,
    /// From when until when an instance stood still.
    pub still: Vec<(Instant, Instant)>,
    /// When all clocks were set ahead, which ends every lease.
    pub ahead: Vec<Instant>,
    /// When all clocks were set back. Nobody could tell then how long a lease still lasts, so what
    /// was in hand is free as soon as it is seen: said twice is better than an hour too late.
    pub back: Vec<Instant>,
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
        key: &MessageKey,
        now: Instant,
    ) -> Result<(), String> {
        self.sends += 1;
        let written = self.recorded.remove(&id);
        let before = self.sent.insert(id, (task, Ended::InHand, now));
        let refused = self.refused.remove(&id);
        let Some((other, ended, began)) = before else { return Ok(()) };
        if other == task {
            // The next carrier of the same try: the lease counts from the first.
            self.sent.insert(id, (task, Ended::InHand, began));
            return Ok(());
        }
        let over = self.lease_ended(began);
        let late = || written.is_none_or(|at| at >= over) && self.may_be_late(over, refused);
        let unknown = ended == Ended::InHand || late();
        let set_back = self.back.iter().any(|at| began - LEASE <= *at && *at <= now);
        let freed = set_back && (ended == Ended::InHand || written.is_none());
        let excused = ended == Ended::Refused || now >= over && unknown || freed;
        if self.doubtful.remove(&id) || excused {
            return Ok(());
        }
        Err(format!("sent twice ({ended:?} before): {key}"))
    }

    /// A task that brings a message asked the database, which refused or not.
    pub fn asked(&mut self, task: u64, refused: bool) {
        if refused {
            self.unsure.insert(task);
        } else {
            self.unsure.remove(&task);
        }
    }

    /// Whether what a task says now may be about an alarm that somebody took: it asked, the database
    /// refused to tell, and one message too many is better than one too few.
    pub fn may_not_know(&self, task: u64) -> bool {
        self.unsure.contains(&task)
    }

    /// When others may take over what was taken in hand at `began`.
    fn lease_ended(&self, began: Instant) -> Instant {
        let ahead = self.ahead.iter().copied().find(|at| *at >= began);
        ahead.map_or(began + LEASE, |at| at.min(began + LEASE))
    }

    /// Whether there is a reason to write down only after the lease ended what came of a message:
    /// somebody stood still, the clock was set ahead, or the database refused until then. Then nobody
    /// could know of it in time.
    fn may_be_late(&self, over: Instant, refused: Option<Instant>) -> bool {
        let still = self.still.iter().any(|(from, until)| *from <= over && over <= *until);
        let refused = refused.is_some_and(|at| at + COMES_AGAIN >= over);
        still || refused || self.ahead.contains(&over)
    }
}

#[cfg(test)]
mod tests {
    use rugdekking::model::{clock::testing::Seeded, ids::SharedRandomness};

    use super::*;

    const ASKED: MessageKey = MessageKey::SetupCode;

    /// A message that went out at once, by a carrier that answered when somebody who stood still for
    /// so many seconds was there again; and that goes out again then.
    fn sent_again(still: i64, written: Option<i64>) -> Result<(), String> {
        let (mut truth, began) = (Truth::default(), Instant::UNIX_EPOCH);
        let random: SharedRandomness = std::sync::Arc::new(Seeded::new(1));
        let id = MessageId::new(&*random, began);
        let (fell, woke) = (began + TimeDelta::seconds(2), began + TimeDelta::seconds(2 + still));
        truth.brings(id, 1, &ASKED, began)?;
        truth.still.push((fell, woke));
        truth.sent.insert(id, (1, Ended::Taken, began));
        if let Some(after) = written {
            truth.recorded.insert(id, began + TimeDelta::seconds(after));
        }
        truth.brings(id, 2, &ASKED, began + TimeDelta::seconds(185))
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
        let random: SharedRandomness = std::sync::Arc::new(Seeded::new(1));
        let id = MessageId::new(&*random, began);
        let after = |seconds| began + TimeDelta::seconds(seconds);
        assert_eq!(truth.brings(id, 1, &ASKED, began), Ok(()));
        assert!(truth.brings(id, 2, &ASKED, after(5)).is_err());
        truth.ahead.push(after(6));
        assert_eq!(truth.brings(id, 3, &ASKED, after(7)), Ok(()));
        assert!(truth.brings(id, 4, &ASKED, after(8)).is_err(), "that was after it");
    }

    fn message() -> MessageId {
        let random: SharedRandomness = std::sync::Arc::new(Seeded::new(1));
        MessageId::new(&*random, Instant::UNIX_EPOCH)
    }

    fn after(seconds: i64) -> Instant {
        Instant::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    /// Seeds 24705 and 42905: the database refused for a minute to write down that it was taken.
    #[test]
    fn an_outcome_that_the_database_refused_until_the_lease_ended_may_be_asked_for_again() {
        let again = |refused: i64| {
            let (mut truth, id) = (Truth::default(), message());
            truth.brings(id, 1, &ASKED, after(0))?;
            truth.sent.insert(id, (1, Ended::Taken, after(0)));
            truth.refused.insert(id, after(refused));
            truth.brings(id, 2, &ASKED, after(61))
        };
        assert_eq!(again(55), Ok(()));
        assert!(again(40).is_err(), "there was time to write it down after that");
    }

    /// Seed 46471: the first carrier let it wait, and the spare had it when the lease ended.
    #[test]
    fn the_lease_counts_from_the_first_carrier() {
        let (mut truth, id) = (Truth::default(), message());
        assert_eq!(truth.brings(id, 1, &ASKED, after(0)), Ok(()));
        assert_eq!(truth.brings(id, 1, &ASKED, after(6)), Ok(()));
        assert!(truth.brings(id, 2, &ASKED, after(50)).is_err());
        let mut truth = Truth::default();
        assert_eq!(truth.brings(id, 1, &ASKED, after(0)), Ok(()));
        assert_eq!(truth.brings(id, 1, &ASKED, after(6)), Ok(()));
        assert_eq!(truth.brings(id, 2, &ASKED, after(60)), Ok(()));
    }

    /// Seed 61187: by the clock the lease lasts an hour longer.
    #[test]
    fn what_is_in_hand_when_the_clock_is_set_back_may_go_again() {
        let (mut truth, id) = (Truth::default(), message());
        assert_eq!(truth.brings(id, 1, &ASKED, after(0)), Ok(()));
        truth.back.push(after(1));
        assert_eq!(truth.brings(id, 2, &ASKED, after(2)), Ok(()));
        assert!(truth.brings(id, 3, &ASKED, after(70)).is_ok(), "nobody told of it for a lease");
        truth.sent.insert(id, (3, Ended::Taken, after(70)));
        truth.recorded.insert(id, after(71));
        assert!(truth.brings(id, 4, &ASKED, after(140)).is_err(), "it was written down");
    }

    /// Seeds 20720, 25403 and a dozen more.
    #[test]
    fn who_could_not_ask_whether_an_alarm_was_taken_may_speak() {
        let mut truth = Truth::default();
        truth.asked(7, true);
        assert!(truth.may_not_know(7) && !truth.may_not_know(8));
        truth.asked(7, false);
        assert!(!truth.may_not_know(7), "it was told when it asked again");
    }
}
