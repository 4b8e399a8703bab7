//! Writes down what became of a message: handed over, to be tried again, or lost and then said
//! another way.

use chrono::TimeDelta;

use super::{CarrierAnswer, Engine, job_runner::try_lock};
use crate::{
    carrier::SendError,
    model::{
        clock::Instant,
        ids::{AlarmId, MessageId, fraction},
        messages::{Channel, KEEP_TRYING, Message, MessageKey, MessageState, backoff},
    },
    store::{
        Error, Tx, alarms,
        messages::{self, SentMessage, TakenMessage, claims},
        people::{self, devices},
        readable,
        visits::watches,
    },
};

impl Engine {
    /// Writes down what carriers said, in one unit of work.
    ///
    /// # Errors
    /// When the store fails; then it is to be written down again.
    pub async fn record(&self, said: Vec<CarrierAnswer>) -> Result<(), Error> {
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
        said: &CarrierAnswer,
        refusal: &SendError,
        now: Instant,
    ) -> Result<(), Error> {
        let CarrierAnswer { message, claim, .. } = said;
        // Whoever stood still for too long no longer decides what becomes of it.
        if !claims::holds(tx, message.id, *claim).await? {
            return Ok(());
        }
        let wait = match refusal {
            SendError::Permanent { .. } => None,
            SendError::Temporary { retry_after, .. } => {
                Some(retry_after.and_then(|d| TimeDelta::from_std(d).ok()).unwrap_or_default())
            }
            SendError::Unknown { .. } => Some(TimeDelta::zero()),
        };
        match wait.filter(|_| now - message.created_at < KEEP_TRYING) {
            Some(asked) => {
                let own = backoff(message.attempts, fraction(&*self.random));
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
        sent: &SentMessage,
        now: Instant,
    ) -> Result<bool, Error> {
        let message = &sent.message;
        // It was said another way from the start, and no ladder ever waits for it.
        if message.channel == Channel::Push {
            return Ok(true);
        }
        // Of an alarm that cannot be read it is not known that somebody took it.
        if let Some(alarm) = message.alarm
            && let Some(alarm) = readable(alarms::load(tx, alarm).await)?
            && alarm.item.state_name() != "open"
        {
            return Ok(true);
        }
        if self.say_instead(tx, message, now).await? {
            return Ok(true);
        }
        match message.alarm {
            Some(alarm) if sent.state == MessageState::Failed => {
                self.climb_if_unreached(tx, alarm, &message.key, now).await
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
            id: MessageId::new(&*self.random, now),
            key: message.key.instead(),
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
        Ok(readable(people::load(tx, person).await)?.map(|found| found.item.email))
    }

    async fn climb_if_unreached(
        &self,
        tx: &mut Tx,
        id: AlarmId,
        key: &MessageKey,
        now: Instant,
    ) -> Result<bool, Error> {
        let Some(of_round @ (_, round)) = key.alarm_round() else { return Ok(true) };
        let hopeless =
            |s: &SentMessage| matches!(s.state, MessageState::Failed | MessageState::Withdrawn);
        let said = messages::of_alarm(tx, id).await?;
        // A notification that a push service took reached nobody yet.
        let counts = |s: &&SentMessage| {
            s.message.channel != Channel::Push && s.message.key.alarm_round() == Some(of_round)
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
async fn taken(tx: &mut Tx, said: &[CarrierAnswer], now: Instant) -> Result<(), Error> {
    let mut all = vec![];
    for CarrierAnswer { message, outcome, .. } in said {
        let Ok((carrier, taken)) = outcome else { continue };
        if let (Channel::Push, Ok(device)) = (message.channel, message.to.parse()) {
            devices::used(tx, device, now).await?;
        }
        let provider_id = taken.provider_id.as_deref();
        all.push(TakenMessage { id: message.id, carrier, provider_id, delivered: taken.delivered });
    }
    messages::handed_over_all(tx, &all, now).await
}
