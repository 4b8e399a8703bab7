//! Takes messages from the outbox and hands them to a carrier; no unit of work is open meanwhile.

use chrono::TimeDelta;
use futures::{StreamExt as _, stream};

use super::{Engine, outcome::Said};
use crate::{
    carrier::Refusal,
    model::messages::{Channel, Message},
    store::{Error, messages, people},
};

/// Longer than the longest try of a carrier, so that nobody else sends what is in hand.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(60);

/// How many messages are in the carriers' hands at once.
pub(super) const AT_ONCE: usize = 256;

impl Engine {
    /// Says what waits, at most as much as can be in hand at once; says how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn say_batch(&self) -> Result<usize, Error> {
        let overdue = self.say_overdue_another_way().await?;
        let claimed = self.claim(AT_ONCE).await?;
        let count = claimed.len();
        let said: Vec<Said> = stream::iter(claimed)
            .map(|message| self.hand_over(message))
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        if !said.is_empty() {
            self.record(said).await?;
        }
        Ok(count + overdue)
    }

    /// Claims messages, and keeps from texting whoever asked for no more texts.
    pub(super) async fn claim(&self, most: usize) -> Result<Vec<Message>, Error> {
        let now = self.clock.now();
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.db
            .write(move |tx| Box::pin(async move { messages::claim(tx, now, LEASE, most).await }))
            .await
    }

    pub(super) async fn hand_over(&self, message: Message) -> Said {
        let outcome = match self.is_wanted(&message).await {
            Ok(true) => self.router.send(&message).await,
            Ok(false) => Err(Refusal::Permanent { reason: "the holder opted out".into() }),
            Err(why) => Err(Refusal::Temporary { reason: why.to_string(), retry_after: None }),
        };
        (message, outcome)
    }

    async fn is_wanted(&self, message: &Message) -> Result<bool, Error> {
        if message.channel != Channel::Text || message.purpose.starts_with("reply/") {
            return Ok(true);
        }
        let to = message.to.clone();
        self.db
            .read(move |tx| Box::pin(async move { Ok(!people::opted_out(tx, &to).await?) }))
            .await
    }

    /// What should have arrived by now and did not is said by its other channel.
    pub(super) async fn say_overdue_another_way(&self) -> Result<usize, Error> {
        let engine = self.clone();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let now = engine.clock.now();
                    let mut done = 0;
                    for sent in &messages::overdue(tx, now, 100).await? {
                        if engine.say_another_way(tx, sent, now).await? {
                            done += 1;
                        } else {
                            messages::stays_overdue(tx, sent.message.id, now).await?;
                        }
                    }
                    Ok(done)
                })
            })
            .await
    }
}
