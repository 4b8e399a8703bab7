//! Takes messages from the outbox and hands them to a carrier; no unit of work is open meanwhile.

use std::{future::ready, time::Duration};

use chrono::TimeDelta;
use futures::{StreamExt as _, future::BoxFuture, stream};
use tracing::Instrument as _;

use super::{CarrierAnswer, Engine};
use crate::{
    carrier::SendError,
    model::{
        clock::Instant,
        messages::{Channel, Content, Message, MessageKey},
    },
    store::{
        Error, Tx,
        messages::{
            self, SentMessage,
            claims::{self, Claim, Claimed, Lane},
        },
    },
};

/// For how long at least nobody else sends what is in hand; what is not needed for the carriers is
/// room for clocks of instances that differ. What a dead instance had in hand is free long before.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// A claim that is older may have been lost meanwhile: the process may have been stopped, or the
/// machine asleep. Shorter than the time after which others take an instance for dead.
const FRESH: TimeDelta = TimeDelta::seconds(3);

/// How long between two questions to a database that does not say whether a claim still stands.
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// How many messages are in the carriers' hands at once.
pub(super) const AT_ONCE: usize = 640;

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
        let said: Vec<CarrierAnswer> = stream::iter(claimed)
            .map(|message| self.hand_over(message))
            .buffer_unordered(at_once)
            .filter_map(ready)
            .collect()
            .await;
        if !said.is_empty() {
            self.record(said).await?;
        }
        Ok(count)
    }

    /// Claims as many messages as `most` says by the time that the claim can be made.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn claim(
        &self,
        lane: Lane,
        most: impl FnOnce() -> usize + Send + 'static,
    ) -> Result<Vec<Claimed>, Error> {
        let now = self.clock.now();
        let claim = Claim { by: self.instance, until: now + self.lease() };
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let most = i64::try_from(most()).unwrap_or(i64::MAX);
                    claims::claim(tx, now, claim, most, lane).await
                })
            })
            .await
    }

    /// Hands a message over, unless it is no longer ours to send; then there is nothing to write down.
    ///
    /// Whoever asked for no more texts gets none, except the answer to a text of their own. Nobody
    /// gets a notification that is of no use any more.
    pub async fn hand_over(&self, claimed: Claimed) -> Option<CarrierAnswer> {
        let span = self.message_span(&claimed.message);
        let handing_over = async {
            let said = self.hand_over_if_wanted(claimed).await?;
            match &said.outcome {
                Ok((carrier, _)) => tracing::info!(carrier, "message handed over to carrier"),
                Err(refusal) => tracing::warn!(%refusal, "carrier refused a message"),
            }
            Some(said)
        };
        handing_over.instrument(span).await
    }

    async fn hand_over_if_wanted(&self, claimed: Claimed) -> Option<CarrierAnswer> {
        let Claimed { message, opted_out, claim } = self.still_ours(claimed).await?;
        if !self.is_wanted(&message, claim).await {
            return None;
        }
        let is_text = message.channel == Channel::Text;
        let unwanted = opted_out && is_text && !matches!(message.key, MessageKey::Reply(_));
        let refuse = |reason: &str| Err(SendError::Permanent { reason: reason.into() });
        let outcome = match &message.content {
            _ if unwanted => refuse("the holder opted out"),
            Content::Push(it) if it.until <= self.clock.now() => refuse("it is of no use any more"),
            _ => self.router.send_while(&message, || self.is_wanted(&message, claim)).await,
        };
        Some(CarrierAnswer { message, claim, outcome })
    }

    /// Whoever stood still for a while asks before it speaks: somebody else may have taken over, or
    /// the message may not be wanted any more.
    async fn still_ours(&self, mut claimed: Claimed) -> Option<Claimed> {
        let (id, lease) = (claimed.message.id, self.lease());
        loop {
            let (claim, now) = (claimed.claim, self.clock.now());
            let age = now - (claim.until - lease);
            if (TimeDelta::zero()..FRESH).contains(&age) {
                return Some(claimed);
            }
            let renewed = self.db.write(move |tx| {
                Box::pin(async move { claims::renew(tx, id, claim, now, lease).await })
            });
            match renewed.await {
                Ok(Some(renewed)) => {
                    claimed.claim = renewed;
                    if self.has_time(renewed) {
                        return Some(claimed);
                    }
                }
                Ok(None) => return None,
                Err(why) if age < lease => {
                    tracing::error!(%why, "failed to check the lease of a message");
                    tokio::time::sleep(ASK_AGAIN).await;
                }
                Err(_) => return None,
            }
        }
    }

    /// Whether we can be done before somebody else may take it over.
    fn has_time(&self, claim: Claim) -> bool {
        let left = (claim.until - self.clock.now()).to_std().unwrap_or_default();
        left >= self.router.longest_try()
    }

    /// Asked at the moment of sending: whether nobody took the alarm that it is about, or took it over,
    /// since it was claimed. When the store cannot tell, one message too many is better than one too
    /// few. Whoever stood still while a carrier had it has no time left for another carrier: others may
    /// take it over at any moment, or did.
    fn is_wanted(&self, message: &Message, claim: Claim) -> BoxFuture<'static, bool> {
        if message.alarm.is_none() {
            return Box::pin(ready(self.has_time(claim)));
        }
        let (engine, id) = (self.clone(), message.id);
        Box::pin(async move {
            let ours = engine.db.read::<_, Error, _>(move |tx| {
                Box::pin(async move { claims::stands(tx, id, claim).await })
            });
            ours.await.unwrap_or(true) && engine.has_time(claim)
        })
    }

    /// How long what we claim is nobody else's: twice the longest try, so that there is time to begin.
    fn lease(&self) -> TimeDelta {
        let longest = TimeDelta::from_std(self.router.longest_try() * 2).unwrap_or(LEASE);
        LEASE.max(longest)
    }

    /// What should have arrived by now and did not is said by its other channel.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn say_overdue_another_way(&self) -> Result<usize, Error> {
        let engine = self.clone();
        let work = self.db.write(move |tx| {
            Box::pin(async move {
                let now = engine.clock.now();
                let mut done = 0;
                for sent in &messages::overdue(tx, now, 100).await? {
                    done += usize::from(engine.say_one_another_way(tx, sent, now).await?);
                }
                Ok::<_, Error>(done)
            })
        });
        match work.await {
            Err(why) if !why.is_outage() => self.overdue_one_by_one().await,
            done => done,
        }
    }

    /// Says whether it could: somebody may hold its alarm right now.
    async fn say_one_another_way(
        &self,
        tx: &mut Tx,
        sent: &SentMessage,
        now: Instant,
    ) -> Result<bool, Error> {
        let done = self.say_another_way(tx, sent, now).await?;
        if !done {
            messages::stays_overdue(tx, sent.message.id, now).await?;
        }
        Ok(done)
    }

    /// One of them cannot be done: each gets a unit of work of its own, so that the poisoned one is
    /// set aside and stops nobody.
    async fn overdue_one_by_one(&self) -> Result<usize, Error> {
        let now = self.clock.now();
        let ids = self.db.read(move |tx| Box::pin(messages::overdue_ids(tx, now, 100))).await?;
        let mut done = 0;
        for id in ids {
            let engine = self.clone();
            let work = self.db.write(move |tx| {
                Box::pin(async move {
                    match messages::overdue_one(tx, id, now).await? {
                        Some(sent) => engine.say_one_another_way(tx, &sent, now).await,
                        None => Ok(false),
                    }
                })
            });
            match work.await {
                Ok(said) => done += usize::from(said),
                Err(why) => {
                    tracing::error!(message = %id, %why, "failed to fall back to another channel");
                    let again = now + LEASE;
                    let aside = self.db.write::<_, Error, _>(move |tx| {
                        Box::pin(async move { messages::stays_overdue(tx, id, again).await })
                    });
                    aside.await?;
                }
            }
        }
        Ok(done)
    }
}
