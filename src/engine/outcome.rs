//! Writes down what became of a message: handed over, to be tried again, or lost and then said
//! another way.

use chrono::TimeDelta;

use super::{Engine, desk::try_lock};
use crate::{
    carrier::{HandedOver, Refusal},
    model::{
        clock::Instant,
        ids::{AlarmId, MessageId, fraction},
        messages::{Channel, KEEP_TRYING, Message, MessageState, backoff},
    },
    store::{
        Error, Tx, alarms,
        claims::{self, Claim},
        devices,
        messages::{self, Sent, Taken},
        people, watches,
    },
};

/// What a carrier said to a message that was claimed.
#[derive(Clone, Debug)]
pub struct Said {
    /// The message.
    pub message: Message,
    /// As whose it was handed over.
    pub claim: Claim,
    /// What the carrier said, and which.
    pub outcome: Result<(&'static str, HandedOver), Refusal>,
}

impl Engine {
    /// Writes down what carriers said, in one unit of work.
    ///
    /// # Errors
    /// When the store fails; then it is to be written down again.
    pub async fn record(&self, said: Vec<Said>) -> Result<(), Error> {
        let engine = self.clone();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let now = engine.clock.now();
                    messages::hold_all(tx, &said.iter().map(|s| s.message.id).collect::<Vec<_>>())
                        .await?;
                    taken(tx, &said, now).await?;
                    for said in &said {
                        if let Err(refusal) = &said.outcome {
                            engine.refused(tx, said, refusal, now).await?;
                        }
                    }
                    Ok(())
                })
            })
            .await
    }

    /// A refusal counts only while the claim stands: another may have fared better meanwhile.
    async fn refused(
        &self,
        tx: &mut Tx,
        said: &Said,
        refusal: &Refusal,
        now: Instant,
    ) -> Result<(), Error> {
        let Said { message, claim, .. } = said;
        tracing::warn!(channel = message.channel.name(), %refusal, "a carrier did not take a message");
        // Whoever stood still for too long no longer decides what becomes of it.
        if !claims::holds(tx, message.id, *claim).await? {
            return Ok(());
        }
        let wait = match refusal {
            Refusal::Permanent { .. } => None,
            Refusal::Temporary { retry_after, .. } => {
                Some(retry_after.and_then(|d| TimeDelta::from_std(d).ok()).unwrap_or_default())
            }
            Refusal::Unknown { .. } => Some(TimeDelta::zero()),
        };
        match wait.filter(|_| now - message.created_at < KEEP_TRYING) {
            Some(asked) => {
                let own = backoff(message.attempts, fraction(&*self.dice));
                messages::try_again(tx, message.id, now + own.max(asked)).await
            }
            None => messages::becomes(tx, message.id, MessageState::Failed, now).await.map(drop),
        }
    }

    /// A message did not arrive, or not in time: it is said by its other channel; when nobody of a
    /// round can be reached, the ladder does not wait. Nothing more is said about an alarm that
    /// somebody took meanwhile. Says whether it could: somebody may hold the alarm right now.
    pub(super) async fn say_another_way(
        &self,
        tx: &mut Tx,
        sent: &Sent,
        now: Instant,
    ) -> Result<bool, Error> {
        let message = &sent.message;
        // It was said another way from the start, and no ladder ever waits for it.
        if message.channel == Channel::Push {
            return Ok(true);
        }
        if let Some(alarm) = message.alarm
            && alarms::load(tx, alarm).await?.item.state_name() != "open"
        {
            return Ok(true);
        }
        if self.say_instead(tx, message, now).await? {
            return Ok(true);
        }
        match message.alarm {
            Some(alarm) if sent.state == MessageState::Failed => {
                self.climb_if_unreached(tx, alarm, &message.purpose, now).await
            }
            _ => Ok(true),
        }
    }

    async fn say_instead(
        &self,
        tx: &mut Tx,
        message: &Message,
        now: Instant,
    ) -> Result<bool, Error> {
        let Some((channel, content)) = message.instead.clone() else { return Ok(false) };
        let to = match channel {
            Channel::Mail => self.mail_of(tx, message).await?,
            _ => Some(message.to.clone()),
        };
        let Some(to) = to else { return Ok(false) };
        let other = Message {
            id: MessageId::new(&*self.dice, now),
            purpose: format!("{}/instead", message.purpose),
            channel,
            to,
            content,
            instead: None,
            deliver_by: None,
            attempts: 0,
            created_at: now,
            ..message.clone()
        };
        messages::insert(tx, &other).await?;
        Ok(true)
    }

    async fn mail_of(&self, tx: &mut Tx, message: &Message) -> Result<Option<String>, Error> {
        let Some(person) = message.person else { return Ok(None) };
        Ok(Some(people::load(tx, person).await?.item.email))
    }

    /// The purpose of an alarm's message is `alarm/{id}/{round}/{who}/{channel}`.
    async fn climb_if_unreached(
        &self,
        tx: &mut Tx,
        id: AlarmId,
        purpose: &str,
        now: Instant,
    ) -> Result<bool, Error> {
        let Some(round) = purpose.split('/').nth(2).and_then(|r| r.parse::<u32>().ok()) else {
            return Ok(true);
        };
        let prefix = format!("alarm/{id}/{round}/");
        let hopeless = |s: &Sent| matches!(s.state, MessageState::Failed | MessageState::Withdrawn);
        let said = messages::of_alarm(tx, id).await?;
        // A notification that a push service took reached nobody yet.
        let counts = |s: &&Sent| {
            s.message.channel != Channel::Push && s.message.purpose.starts_with(&prefix)
        };
        if !said.iter().filter(counts).all(hopeless) {
            return Ok(true);
        }
        let Some((_, alarm)) = try_lock(tx, id).await? else { return Ok(false) };
        watches::save_alarm(tx, &alarm.unreached(round, now), now).await?;
        Ok(true)
    }
}

/// That a carrier took a message is true whoever holds it by now, so it is not said again.
async fn taken(tx: &mut Tx, said: &[Said], now: Instant) -> Result<(), Error> {
    let mut all = vec![];
    for Said { message, outcome, .. } in said {
        let Ok((carrier, taken)) = outcome else { continue };
        if let (Channel::Push, Ok(device)) = (message.channel, message.to.parse()) {
            devices::used(tx, device, now).await?;
        }
        let provider_id = taken.provider_id.as_deref();
        all.push(Taken { id: message.id, carrier, provider_id, delivered: taken.delivered });
    }
    messages::handed_over_all(tx, &all, now).await
}
