//! Brings what happens on calls that this instance holds itself to the api, which treats it like
//! what any other provider brings.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::{task::JoinHandle, time::sleep};

use crate::{
    api::{inbound, state::House},
    carrier::{
        Carrier as _,
        sip::{Listener, Said, Sip},
    },
    model::{
        ids::{InstanceId, MessageId},
        messages::Receipt,
    },
    store::calls,
};

/// How soon the end of a call is written down again when the store failed, and how often.
const AGAIN: Duration = Duration::from_millis(500);
const TRIES: u32 = 120;
/// How often it is asked whether another instance died on the phone.
const LOOK: Duration = Duration::from_secs(5);

/// The house, as calls see it.
#[derive(Clone, Debug)]
pub struct Calls {
    /// The house.
    pub house: House,
}

#[async_trait]
impl Listener for Calls {
    async fn keys(&self, id: MessageId, digits: &str) -> Option<Said> {
        match inbound::keys_pressed(&self.house, id, digits).await {
            Ok(inbound::Spoken { words, language, listens }) => {
                Some(Said { words, language, listens })
            }
            Err(why) => {
                tracing::error!(message = %id, status = %why.status, "keys were not taken");
                None
            }
        }
    }

    async fn ended(&self, id: MessageId, receipt: Receipt) {
        for _ in 0..TRIES {
            if inbound::receipt(&self.house, id, &receipt).await.is_ok() {
                return;
            }
            sleep(AGAIN).await;
        }
        tracing::error!(message = %id, ?receipt, "the end of a call was not written down");
    }
}

impl Calls {
    /// What another instance had on the phone when it died goes on here, at the start and after.
    async fn take_over(self, by: InstanceId, carrier: &'static str) {
        loop {
            let now = self.house.now();
            let broken = self.house.db.write(move |tx| {
                Box::pin(async move { calls::broken_off(tx, carrier, by, now).await })
            });
            match broken.await {
                Ok(0) => {}
                Ok(count) => {
                    tracing::warn!(count, "calls broke off with the instance that held them");
                    self.house.wake.notify_one();
                }
                Err(why) => tracing::error!(%why, "cannot look for calls that broke off"),
            }
            sleep(LOOK).await;
        }
    }
}

/// A carrier whose calls are held here.
#[derive(Debug)]
pub struct Exchange {
    sip: Arc<Sip>,
    tasks: Vec<JoinHandle<()>>,
}

impl Exchange {
    /// Opens its line. The instance lives by now.
    pub fn open(sip: Arc<Sip>, house: House, by: InstanceId) -> Self {
        let calls = Calls { house };
        let serving = sip.clone().serve(Arc::new(calls.clone()));
        let tasks = vec![tokio::spawn(serving), tokio::spawn(calls.take_over(by, sip.name()))];
        Self { sip, tasks }
    }

    /// Ends its calls, each with its outcome written down, and closes the line.
    pub async fn close(self) {
        self.sip.close().await;
        for task in self.tasks {
            task.abort();
        }
    }
}
