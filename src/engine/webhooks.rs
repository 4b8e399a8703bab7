//! Tells other systems what happened, beside everything else: in hands of their own, so that nobody
//! who needs help ever waits for a system, nor one system for another.

use std::{collections::BTreeMap, time::Duration};

use chrono::TimeDelta;
use futures::{StreamExt as _, future::join_all, stream};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::Engine;
use crate::{
    carrier::SendError,
    model::{
        clock::Instant,
        ids::{WebhookId, fraction},
        integrations::{
            outgoing::EventSubject,
            webhooks::{Webhook, wait_after},
        },
    },
    store::{
        Error, Tx, incidents,
        integrations::{
            deliveries::{self, Delivery, DeliveryOutcome},
            webhooks,
        },
        register, visits,
    },
};

/// How often it is asked whether there is something to tell: nobody's safety waits for it.
const NAP: Duration = Duration::from_secs(1);

impl Engine {
    /// Tells every system what waits for it, as much as it may be told at once; says how many
    /// events were tried.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn deliver_batch(&self) -> Result<usize, Error> {
        let waiting = self.waiting_systems().await?;
        let told = join_all(waiting.into_iter().map(|id| self.deliver_to(id))).await;
        told.into_iter().sum()
    }

    async fn waiting_systems(&self) -> Result<Vec<WebhookId>, Error> {
        let now = self.clock.now();
        self.db
            .read(move |tx| Box::pin(async move { deliveries::waiting_for(tx, now).await }))
            .await
    }

    /// Goes on until `stop`. What is in hand then is let go: it is told again by whoever takes over,
    /// under the same id.
    pub(super) async fn webhook_loop(&self, stop: &CancellationToken) {
        let mut busy: BTreeMap<WebhookId, JoinHandle<()>> = BTreeMap::new();
        while stop.run_until_cancelled(tokio::time::sleep(NAP)).await.is_some() {
            busy.retain(|_, one| !one.is_finished());
            let waiting = match self.waiting_systems().await {
                Ok(waiting) => waiting,
                Err(why) => {
                    tracing::error!(%why, "failed to read which webhooks wait");
                    continue;
                }
            };
            for id in waiting {
                busy.entry(id).or_insert_with(|| tokio::spawn(self.clone().deliver_all_to(id)));
            }
        }
        busy.into_values().for_each(|one| one.abort());
    }

    async fn deliver_all_to(self, id: WebhookId) {
        loop {
            match self.deliver_to(id).await {
                Ok(0) => return,
                Ok(_) => {}
                Err(why) => {
                    tracing::error!(webhook = %id, %why, "webhook delivery failed");
                    return;
                }
            }
        }
    }

    async fn deliver_to(&self, id: WebhookId) -> Result<usize, Error> {
        let now = self.clock.now();
        let most = self.hooks.most_for(id, now);
        if most == 0 {
            return Ok(0);
        }
        let found = self.claim_events(id, now, most).await?;
        let Some((webhook, claimed)) = found.filter(|(_, claimed)| !claimed.is_empty()) else {
            return Ok(0);
        };
        let told: Vec<_> = stream::iter(claimed)
            .map(|(delivery, personal)| self.deliver(&webhook, delivery, personal, now))
            .buffer_unordered(most)
            .collect()
            .await;
        let (count, now) = (told.len(), self.clock.now());
        let work = self.db.write::<_, Error, _>(move |tx| {
            Box::pin(async move { deliveries::record(tx, id, &told, now).await })
        });
        work.await?;
        Ok(count)
    }

    /// The system, and what it is to be told now, each with what only some are told.
    async fn claim_events(
        &self,
        id: WebhookId,
        now: Instant,
        most: usize,
    ) -> Result<Option<(Webhook, Vec<(Delivery, Option<Value>)>)>, Error> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let work = self.db.write(move |tx| {
            Box::pin(async move {
                let webhook = match webhooks::load(tx, id).await {
                    Err(Error::NotFound) => return Ok(None),
                    found => found?,
                };
                let mut claimed = vec![];
                for delivery in deliveries::claim(tx, id, now, most).await? {
                    let personal = match webhook.target.personal {
                        true => personal(tx, delivery.event.about).await?,
                        false => None,
                    };
                    claimed.push((delivery, personal));
                }
                Ok(Some((webhook, claimed)))
            })
        });
        work.await
    }

    async fn deliver(
        &self,
        webhook: &Webhook,
        delivery: Delivery,
        personal: Option<Value>,
        now: Instant,
    ) -> (Delivery, DeliveryOutcome) {
        let Webhook { id, target, .. } = webhook;
        let delivering = async {
            match self.hooks.tell(*id, target, &delivery.event, personal, now).await {
                Ok(()) => {
                    tracing::info!("webhook delivered");
                    DeliveryOutcome::Arrived
                }
                Err(why) => self.failed(&delivery, &why),
            }
        };
        let outcome = delivering.instrument(self.webhook_span(webhook, &delivery)).await;
        (delivery, outcome)
    }

    fn failed(&self, delivery: &Delivery, why: &SendError) -> DeliveryOutcome {
        let own = wait_after(delivery.attempts, fraction(&*self.random));
        let asked = match why {
            SendError::Temporary { retry_after: Some(asked), .. } => {
                TimeDelta::from_std(*asked).unwrap_or_default()
            }
            _ => TimeDelta::zero(),
        };
        let again = own.map(|own| self.clock.now() + own.max(asked));
        match again {
            Some(_) => tracing::warn!(%why, "webhook delivery failed, retrying"),
            None => tracing::error!(%why, "webhook delivery given up"),
        }
        DeliveryOutcome::Failed { why: why.to_string(), again }
    }
}

/// Who and where, as it is known now; nothing of what is no longer kept.
async fn personal(tx: &mut Tx, about: EventSubject) -> Result<Option<Value>, Error> {
    let found = match about {
        EventSubject::Visit(id) => visits::load(tx, id).await.map(|found| {
            let visit = found.item;
            json!({ "worker": visit.worker, "colleagues": visit.plan.colleagues,
                "residents": visit.plan.residents })
        }),
        EventSubject::Incident(id) => {
            incidents::load(tx, id).await.map(|found| json!({ "reporter": found.item.reporter }))
        }
        EventSubject::Measure(id) => register::load(tx, id)
            .await
            .map(|found| json!({ "name": found.item.name, "addresses": found.item.addresses })),
    };
    match found {
        Ok(found) => Ok(Some(found)),
        Err(why) if why.is_outage() => Err(why),
        // What cannot be read is no reason to tell nothing.
        Err(_) => Ok(None),
    }
}
