//! Takes messages from the outbox and hands them to a carrier; no unit of work is open meanwhile.

use std::time::Duration;

use chrono::TimeDelta;
use futures::{StreamExt as _, stream};

use super::{Engine, outcome::Said};
use crate::{
    carrier::Refusal,
    model::messages::{Channel, Content},
    store::{
        Error,
        claims::{self, Claim, Claimed, Lane},
        messages,
    },
};

/// Longer than the longest try of a carrier, so that nobody else sends what is in hand; the rest is
/// room for clocks of instances that differ. What a dead instance had in hand is free long before.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(60);

/// A claim that is older may have been lost meanwhile: the process may have been stopped, or the
/// machine asleep. Shorter than the time after which others take an instance for dead.
const FRESH: TimeDelta = TimeDelta::seconds(3);

/// How long between two questions to a database that does not say whether a claim still stands.
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// How many messages are in the carriers' hands at once.
pub(super) const AT_ONCE: usize = 256;

/// How many of those that are said beside others; a push service that hangs holds no more.
pub(super) const BESIDE_AT_ONCE: usize = 32;

impl Engine {
    /// Says what waits, at most as much as can be in hand at once; says how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn say_batch(&self) -> Result<usize, Error> {
        let overdue = self.say_overdue_another_way().await?;
        let said = self.say_lane(Lane::Main, AT_ONCE).await?;
        let beside = self.say_lane(Lane::Beside, BESIDE_AT_ONCE).await?;
        Ok(overdue + said + beside)
    }

    async fn say_lane(&self, lane: Lane, at_once: usize) -> Result<usize, Error> {
        let claimed = self.claim(lane, move || at_once).await?;
        let count = claimed.len();
        let said: Vec<Said> = stream::iter(claimed)
            .map(|message| self.hand_over(message))
            .buffer_unordered(at_once)
            .filter_map(std::future::ready)
            .collect()
            .await;
        if !said.is_empty() {
            self.record(said).await?;
        }
        Ok(count)
    }

    /// Claims as many messages as `most` says by the time that the claim can be made.
    pub(super) async fn claim(
        &self,
        lane: Lane,
        most: impl FnOnce() -> usize + Send + 'static,
    ) -> Result<Vec<Claimed>, Error> {
        let now = self.clock.now();
        let claim = Claim { by: self.instance, until: now + LEASE };
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let most = i64::try_from(most()).unwrap_or(i64::MAX);
                    claims::claim(tx, now, claim, most, lane).await
                })
            })
            .await
    }

    /// Whoever asked for no more texts gets none, except the answer to a text of their own. Nobody
    /// gets a notification that is of no use any more.
    pub(super) async fn hand_over(&self, claimed: Claimed) -> Option<Said> {
        let Claimed { message, opted_out, claim } = self.still_ours(claimed).await?;
        let is_text = message.channel == Channel::Text;
        let unwanted = opted_out && is_text && !message.purpose.starts_with("reply/");
        let refuse = |reason: &str| Err(Refusal::Permanent { reason: reason.into() });
        let outcome = match &message.content {
            _ if unwanted => refuse("the holder opted out"),
            Content::Push(it) if it.until <= self.clock.now() => refuse("it is of no use any more"),
            _ => self.router.send(&message).await,
        };
        Some(Said { message, claim, outcome })
    }

    /// Whoever stood still for a while asks before it speaks: somebody else may have taken over, or
    /// the message may not be wanted any more.
    async fn still_ours(&self, mut claimed: Claimed) -> Option<Claimed> {
        let (id, claim) = (claimed.message.id, claimed.claim);
        loop {
            let now = self.clock.now();
            let age = now - (claim.until - LEASE);
            if (TimeDelta::zero()..FRESH).contains(&age) {
                return Some(claimed);
            }
            let renewed = self.db.write(move |tx| {
                Box::pin(async move { claims::renew(tx, id, claim, now, LEASE).await })
            });
            match renewed.await {
                Ok(Some(renewed)) => {
                    claimed.claim = renewed;
                    return Some(claimed);
                }
                Ok(None) => return None,
                Err(why) if age < LEASE => {
                    tracing::error!(%why, "nobody knows whether a message is still ours to send");
                    tokio::time::sleep(ASK_AGAIN).await;
                }
                Err(_) => return None,
            }
        }
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
