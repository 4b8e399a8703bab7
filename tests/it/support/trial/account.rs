//! The account of a trial: what became of every check-in, and what was lost, doubled or late.

use std::{collections::BTreeMap, time::Duration};

use chrono::TimeDelta;
use rugdekking::{
    model::{clock::Instant, messages::MessageState, visits::check_ins::CheckInState},
    store::{Db, Error, messages, visits},
};
use tokio::time::sleep;

use super::{
    company::{Company, Taken},
    ground::Asked,
};

/// What a trial came down to.
#[derive(Clone, Debug, Default)]
pub struct Account {
    pub check_ins: usize,
    pub confirmed: usize,
    pub escalated: usize,
    /// Check-ins of which nobody was asked, or that ended in neither way; in words.
    pub lost: Vec<String>,
    /// Messages that were taken more than once, each with every time.
    pub doubled: Vec<Vec<Taken>>,
    /// Messages that were taken again after it was written down that they had been.
    pub said_again: Vec<String>,
    /// How late the first question of each check-in arrived, in order.
    pub late: Vec<TimeDelta>,
}

impl Account {
    /// Draws it up.
    pub async fn of(db: &Db, company: &Company, asked: &[Asked]) -> Self {
        let taken = company.by_message();
        let mut account = Self { check_ins: asked.len(), ..Self::default() };
        account.doubled = taken.values().filter(|times| times.len() > 1).cloned().collect();
        for one in asked {
            account.add(db, &taken, one).await;
        }
        account.late.sort_unstable();
        account
    }

    /// The longest that somebody waited to be asked.
    pub fn latest(&self) -> TimeDelta {
        self.late.last().copied().unwrap_or_default()
    }

    async fn add(&mut self, db: &Db, taken: &BTreeMap<String, Vec<Taken>>, one: &Asked) {
        let id = one.visit;
        let found = db.read::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let visit = visits::load(tx, id).await?.item;
                let said = messages::of_visit(tx, id).await?;
                Ok((visit, said))
            })
        });
        let (visit, said) = found.await.expect("the database answers");
        let arrived =
            |s: &messages::SentMessage| taken.get(&s.message.id.to_string()).map(|t| t[0].at);
        let asked: Vec<Instant> =
            said.iter().filter(|s| s.message.to == one.number).filter_map(arrived).collect();
        match asked.iter().min() {
            Some(first) => self.late.push(*first - one.due),
            None => {
                let said: Vec<_> =
                    said.iter().map(|s| (&s.message.key, &s.message.id, s.state)).collect();
                self.lost.push(format!("{id}: nobody was asked: {said:?}"));
            }
        }
        for message in &said {
            let Some(times) = taken.get(&message.message.id.to_string()) else { continue };
            let before_last = |at| times.last().is_some_and(|last| at < last.at);
            if times.len() > 1 && message.handed_over_at.is_some_and(before_last) {
                self.said_again.push(format!("{}: {times:?}", message.message.key));
            }
        }
        // What a carrier has in hand when the answer comes may go out and still count as withdrawn.
        let silent = said.iter().filter(|s| s.state == MessageState::HandedOver);
        for message in silent.filter(|s| arrived(s).is_none()) {
            self.lost.push(format!("{id}: {} never arrived", message.message.key));
        }
        match visit.check_ins[0].state {
            CheckInState::Confirmed { .. } => self.confirmed += 1,
            CheckInState::Missed { .. } if alarmed(&said, &arrived) => self.escalated += 1,
            ref state => self.lost.push(format!("{id}: ended as {state:?}")),
        }
    }
}

/// Whether somebody was told of the alarm.
fn alarmed(
    said: &[messages::SentMessage],
    arrived: &impl Fn(&messages::SentMessage) -> Option<Instant>,
) -> bool {
    said.iter().any(|s| s.message.key.to_string().starts_with("alarm/") && arrived(s).is_some())
}

/// Waits until `done`, at most so long; whether it came to that.
pub async fn until(most: Duration, mut done: impl AsyncFnMut() -> bool) -> bool {
    let begun = tokio::time::Instant::now();
    while begun.elapsed() < most {
        if done().await {
            return true;
        }
        sleep(Duration::from_millis(25)).await;
    }
    false
}
