//! Takes in what happens on calls that this instance holds itself, like what any other provider brings.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::{task::JoinHandle, time::sleep};

use crate::{
    carrier::{CallHolder, Listener},
    model::{
        ids::{InstanceId, MessageId},
        messages::{
            Receipt, Script,
            calls_in::{CallIn, CallInStep},
        },
    },
    service::{
        Context,
        messages::{calls_in, inbound_calls, receipts},
    },
    store::messages::calls,
};

/// How soon the end of a call is written down again when the store failed, and how often.
const AGAIN: Duration = Duration::from_millis(500);
const TRIES: u32 = 120;
/// How often it is asked whether another instance died on the phone.
const LOOK: Duration = Duration::from_secs(5);

/// Who hears what happens on calls.
#[derive(Clone, Debug)]
pub struct Calls {
    /// What use cases need.
    pub ctx: Context,
}

#[async_trait]
impl Listener for Calls {
    async fn keys(&self, id: MessageId, digits: &str) -> Option<Script> {
        match inbound_calls::press_keys(&self.ctx, id, digits).await {
            Ok(next) => Some(next),
            Err(why) => {
                tracing::error!(message = %id, %why, "failed to handle keys pressed on a call");
                None
            }
        }
    }

    async fn called(&self, call: &CallIn) -> Option<CallInStep> {
        Some(calls_in::answer(&self.ctx, call).await)
    }

    async fn ended(&self, id: MessageId, receipt: Receipt) {
        for _ in 0..TRIES {
            if receipts::record(&self.ctx, id, &receipt).await.is_ok() {
                return;
            }
            sleep(AGAIN).await;
        }
        tracing::error!(message = %id, ?receipt, "failed to record the end of a call");
    }
}

impl Calls {
    /// What another instance had on the phone when it died goes on here, at the start and after.
    async fn take_over(self, by: InstanceId, carrier: &'static str) {
        loop {
            let now = self.ctx.now();
            let broken = self.ctx.db.write(move |tx| {
                Box::pin(async move { calls::broken_off(tx, carrier, by, now).await })
            });
            match broken.await {
                Ok(0) => {}
                Ok(count) => {
                    tracing::warn!(count, "calls lost with the instance that held them");
                    self.ctx.wake.notify_one();
                }
                Err(why) => tracing::error!(%why, "failed to look for lost calls"),
            }
            sleep(LOOK).await;
        }
    }
}

/// A carrier whose calls are held here.
#[derive(Debug)]
pub struct Exchange {
    holder: Arc<dyn CallHolder>,
    tasks: Vec<JoinHandle<()>>,
}

impl Exchange {
    /// Opens its line. The instance lives by now.
    pub fn open(holder: Arc<dyn CallHolder>, ctx: Context, by: InstanceId) -> Self {
        let calls = Calls { ctx };
        let serving = holder.clone().serve(Arc::new(calls.clone()));
        let tasks = vec![tokio::spawn(serving), tokio::spawn(calls.take_over(by, holder.name()))];
        Self { holder, tasks }
    }

    /// Ends its calls, each with its outcome written down, and closes the line.
    pub async fn close(self) {
        self.holder.close().await;
        for task in self.tasks {
            task.abort();
        }
    }
}
