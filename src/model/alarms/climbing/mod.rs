//! How an alarm climbs its ladder, round by round.

use chrono::TimeDelta;

use super::{
    Alarm, AlarmState, Told,
    ladder::{Contact, LadderStep},
};
use crate::model::{clock::Instant, messages::Channel};

/// One round of the ladder: whom to tell, by which channels, from which rung.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// The number of the round, from 1.
    pub number: u32,
    /// The rung reached, from 1.
    pub rung: u32,
    /// Whom to tell, by which of their channels.
    pub calls: Vec<(Contact, Vec<Channel>)>,
    /// Rungs passed over because nobody could be reached on them, from 1.
    pub skipped: Vec<u32>,
}

impl Alarm {
    /// Climbs one round, if it is due. `steps` are the rungs as they stand now; one on which nobody
    /// can be reached is passed over at once. After the last rung everybody is told again.
    pub fn climb(
        mut self,
        steps: &[LadderStep],
        repeat: TimeDelta,
        now: Instant,
    ) -> (Self, Option<Round>) {
        let AlarmState::Open { next_round_at } = self.state else { return (self, None) };
        if next_round_at > now {
            return (self, None);
        }
        self.rungs = u32::try_from(steps.len()).unwrap_or(u32::MAX);
        let before = self.rounds as usize;
        let mut reached = before;
        let mut skipped = vec![];
        while reached < steps.len() && steps[reached].contacts.is_empty() {
            skipped.push(reached as u32 + 1);
            reached += 1;
        }
        let mut wait = steps.get(reached).map_or(repeat, |s| s.wait);
        let mut top = reached;
        // A silent alarm does not wait for its first rung: the second is told with it.
        if self.silent && before == 0 && reached < steps.len() {
            let manned = |at: &usize| !steps[*at].contacts.is_empty();
            if let Some(second) = (reached + 1..steps.len()).find(manned) {
                skipped.extend((reached + 1..second).map(|at| at as u32 + 1));
                top = second;
                wait = steps[second].wait;
            }
        }
        let calls = whom(steps, reached, top);
        self.rounds = u32::try_from(top + 1).unwrap_or(u32::MAX).max(self.rounds + 1);
        self.state = AlarmState::Open { next_round_at: now + wait };
        let round = Round { number: self.rounds, rung: self.rung(), calls, skipped };
        self.remember(&round, now);
        (self, Some(round))
    }

    fn remember(&mut self, round: &Round, now: Instant) {
        for (contact, _) in &round.calls {
            let known = |t: &Told| t.person == contact.person && t.officer == contact.officer;
            if !self.told.iter().any(known) {
                self.told.push(Told {
                    person: contact.person,
                    officer: contact.officer,
                    name: contact.name.clone(),
                    number: contact.number.clone(),
                    rung: round.rung,
                    at: now,
                });
            }
        }
    }

    /// Nobody of the last round can be reached: the next one does not wait.
    #[must_use]
    pub fn unreached(mut self, round: u32, now: Instant) -> Self {
        if let AlarmState::Open { next_round_at } = &mut self.state
            && self.rounds == round
            && round < self.rungs
        {
            *next_round_at = now.min(*next_round_at);
        }
        self
    }
}

/// Whom a round tells: the rungs `from..=top` by all their channels and earlier rungs again by
/// call; past the last rung everybody by everything.
fn whom(steps: &[LadderStep], from: usize, top: usize) -> Vec<(Contact, Vec<Channel>)> {
    let mut calls: Vec<(Contact, Vec<Channel>)> = vec![];
    let everybody = steps.get(from).is_none_or(|s| s.last_resort);
    for (index, step) in steps.iter().enumerate().take(top + 1) {
        for contact in &step.contacts {
            let again = index < from && !everybody;
            let channels: Vec<Channel> = if again {
                contact.channels.iter().copied().filter(|c| *c == Channel::Call).collect()
            } else {
                contact.channels.clone()
            };
            match calls.iter_mut().find(|(known, _)| known.is_same(contact)) {
                Some((_, known)) => {
                    for channel in channels {
                        if !known.contains(&channel) {
                            known.push(channel);
                        }
                    }
                }
                None => calls.push((contact.clone(), channels)),
            }
        }
    }
    calls.retain(|(_, channels)| !channels.is_empty());
    calls
}

#[cfg(test)]
mod tests;
