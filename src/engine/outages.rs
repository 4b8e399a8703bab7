//! Tells people when a channel has no working carrier any more, by the channels that are left.

use crate::{
    carrier::router::circuit::Circuit,
    model::{
        clock::Instant,
        messages::{
            Channel,
            outages::{Outage, OutageNews, TELL_AFTER, Teller},
        },
    },
    store::{
        Error, Tx,
        messages::{self, audiences, outages},
    },
};

use super::Engine;

/// How the carriers of a channel stand together.
#[derive(Clone, Copy, Debug)]
struct ChannelOutage {
    channel: Channel,
    /// Since when none of them works, and when that was last felt.
    down: Option<(Instant, Instant)>,
    answered_at: Option<Instant>,
}

impl Engine {
    /// Looks whether a channel went out or came back, and tells whom it concerns: once, whichever
    /// instance notices first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn mind_the_carriers(&self) -> Result<(), Error> {
        let engine = self.clone();
        let standings = self.standings();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    for standing in &standings {
                        engine.mind(tx, standing, &standings).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    fn standings(&self) -> Vec<ChannelOutage> {
        let health = self.router.health();
        // A notification is said beside something else, so nobody need know that there are none.
        let channels = self.channels().into_iter().filter(|c| *c != Channel::Push);
        let of = |channel| {
            let circuits = health.iter().filter(move |h| h.channel == channel).map(|h| h.circuit);
            standing(channel, &circuits.collect::<Vec<_>>())
        };
        channels.map(of).collect()
    }

    async fn mind(
        &self,
        tx: &mut Tx,
        it: &ChannelOutage,
        all: &[ChannelOutage],
    ) -> Result<(), Error> {
        let now = self.clock.now();
        match (it.down, it.answered_at) {
            (Some((since, felt_at)), _) if now - since > TELL_AFTER => {
                let outage = Outage { channel: it.channel, since };
                if outages::begins(tx, &outage, felt_at, now).await? {
                    tracing::error!(channel = it.channel.name(), %since, "carrier outage: no carrier works");
                    self.tell(tx, &outage, OutageNews::Began, all).await?;
                }
            }
            (None, Some(answered_at)) => {
                if let Some(outage) = outages::ends(tx, it.channel, answered_at, now).await? {
                    tracing::warn!(channel = it.channel.name(), "carrier recovered");
                    self.tell(tx, &outage, OutageNews::Over, all).await?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    async fn tell(
        &self,
        tx: &mut Tx,
        outage: &Outage,
        news: OutageNews,
        all: &[ChannelOutage],
    ) -> Result<(), Error> {
        let left = all.iter().filter(|s| s.down.is_none()).map(|s| s.channel);
        let mut channels: Vec<_> = left.collect();
        if channels.is_empty() {
            // Then by all of them: it goes out as soon as one of them works.
            channels = all.iter().map(|s| s.channel).collect();
        }
        let teller = Teller {
            now: self.clock.now(),
            random: &*self.random,
            words: &self.words,
            channels: &channels,
        };
        let people = audiences::load(tx, &Outage::AUDIENCES).await?;
        let said: Vec<_> =
            people.iter().flat_map(|person| outage.messages(news, person, &teller)).collect();
        messages::insert_all(tx, &said.iter().collect::<Vec<_>>()).await
    }
}

fn standing(channel: Channel, circuits: &[Circuit]) -> ChannelOutage {
    let since: Option<Vec<_>> = circuits.iter().map(Circuit::out_of_order_since).collect();
    let since = since.and_then(|all| all.into_iter().max());
    let felt_at = circuits.iter().filter_map(Circuit::failed_at).max();
    let answered_at = circuits.iter().filter_map(Circuit::answered_at).max();
    ChannelOutage { channel, down: since.zip(felt_at), answered_at }
}
