//! Watches the service from another machine, and tells the people on duty when it does not watch.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::future::join_all;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::healthcheck;
use crate::{
    carrier::router::Router,
    model::{
        alarms::watchdog::{Tell, Watchdog, WatchdogLook},
        clock::{Instant, SharedClock},
        ids::{MessageId, SharedRandomness},
        messages::{Channel, Content, Message, MessageKey, Priority, Script, texts::Words},
        phone::Phone,
    },
};

/// A way to tell people on duty that something is wrong, or right again.
#[async_trait]
pub trait Notify: Send + Sync {
    /// Tells them, and says whether it reached anybody. If not, it is asked again soon.
    async fn tell(&self, tell: Tell) -> bool;
}

/// Polls `target` (the readiness address) until `stop`, and tells through `notify` what the
/// people on duty must know.
pub async fn watch(
    target: &str,
    every: Duration,
    failures_before_alarm: u32,
    clock: SharedClock,
    stop: CancellationToken,
    notify: &dyn Notify,
) {
    let mut dog = Watchdog::new(failures_before_alarm);
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        let look = match healthcheck::ask(target).await {
            Ok(()) => WatchdogLook::Ready,
            Err(unwell) => {
                tracing::warn!(%unwell, "readiness check failed");
                WatchdogLook::Failing
            }
        };
        if let Some(tell) = dog.look(look, clock.now()) {
            tracing::warn!(?tell, "notifying the people on duty");
            if notify.tell(tell).await {
                dog.told(clock.now());
            } else {
                tracing::error!("failed to notify anybody on duty");
            }
        }
    }
}

/// The people on duty, and how they are reached.
#[derive(Clone, Debug)]
pub struct OnDuty {
    pub numbers: Vec<Phone>,
    /// The watchdog's own carriers.
    pub router: Arc<Router>,
    /// Whose service it is, as people know it.
    pub organisation: String,
    /// In which words.
    pub words: Words,
    /// Tells the time.
    pub clock: SharedClock,
    pub random: SharedRandomness,
}

#[async_trait]
impl Notify for OnDuty {
    /// Texts and calls everybody at once. Reached is whom a carrier took something for.
    async fn tell(&self, tell: Tell) -> bool {
        let now = self.clock.now();
        let contents = self.contents(tell);
        let messages = self.numbers.iter().flat_map(|number| {
            contents.iter().map(|(channel, words)| self.message(number, *channel, words, now))
        });
        let outcomes = join_all(messages.map(|message| async move {
            let outcome = self.router.send(&message).await;
            if let Err(refusal) = &outcome {
                tracing::error!(channel = message.channel.name(), %refusal, "failed to send the message");
            }
            outcome.is_ok()
        }));
        outcomes.await.contains(&true)
    }
}

impl OnDuty {
    fn contents(&self, tell: Tell) -> Vec<(Channel, Content)> {
        let body = self.words.watchdog_text(tell, &self.organisation);
        let text = (Channel::Text, Content::Text { body });
        let call = self.words.watchdog_call(tell, &self.organisation).map(|words| {
            let language = self.words.language;
            (Channel::Call, Content::Call(Script { words, language, listens: false, waits: false }))
        });
        std::iter::once(text).chain(call).collect()
    }

    fn message(&self, to: &Phone, channel: Channel, content: &Content, now: Instant) -> Message {
        let id = MessageId::new(&*self.random, now);
        let to = (channel, to.to_string());
        let message = Message::plain(id, MessageKey::Watchdog(id), to, content.clone(), now);
        Message { priority: Priority::Alarm, ..message }
    }
}
