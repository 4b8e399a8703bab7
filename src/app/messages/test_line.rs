//! The line to the exchange that a test from the command line opens for itself: the service has its
//! own, in another process.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::{
    app::serve::clock::SystemClock,
    carrier::{CallHolder, LineState, Listener},
    model::{
        clock::Clock as _,
        ids::MessageId,
        messages::{
            MessageState, Receipt, Script,
            calls_in::{CallIn, CallInStep},
        },
    },
    store::{Db, Error, messages},
};

/// For how long the exchange is waited for.
const WITHIN: Duration = Duration::from_secs(10);
/// How often it is looked whether the line is up.
const LOOK: Duration = Duration::from_millis(50);
/// An open line.
#[derive(Debug)]
pub(crate) struct TestLine {
    holder: Arc<dyn CallHolder>,
    serving: JoinHandle<()>,
}

impl TestLine {
    /// Opens it, and waits until the exchange is there. Where it stays away the call tells.
    pub(crate) async fn open(holder: Arc<dyn CallHolder>, db: Db) -> Self {
        let serving = tokio::spawn(holder.clone().serve(Arc::new(TestLineEnds { db })));
        let opening = async {
            while holder.line() != LineState::Up {
                sleep(LOOK).await;
            }
        };
        let _ = timeout(WITHIN, opening).await;
        Self { holder, serving }
    }

    /// Ends what is still on it, and takes leave of the exchange.
    pub(crate) async fn close(self) {
        self.holder.close().await;
        self.serving.abort();
    }
}

/// Writes down how calls ended, where the test looks for it.
#[derive(Debug)]
struct TestLineEnds {
    db: Db,
}

#[async_trait]
impl Listener for TestLineEnds {
    /// A test asks nothing.
    async fn keys(&self, _: MessageId, _: &str) -> Option<Script> {
        None
    }

    /// The service itself answers who calls.
    async fn called(&self, _: &CallIn) -> Option<CallInStep> {
        None
    }

    async fn ended(&self, id: MessageId, receipt: Receipt) {
        if let Err(why) = becomes(&self.db, id, receipt.state()).await {
            tracing::error!(message = %id, %why, "failed to record the end of a call");
        }
    }
}

/// Writes down how a message fared, as the service does with what a provider reports.
///
/// # Errors
/// When the store fails.
pub(crate) async fn becomes(db: &Db, id: MessageId, state: MessageState) -> Result<(), Error> {
    let now = SystemClock.now();
    db.write(move |tx| {
        Box::pin(async move { messages::becomes(tx, id, state, now).await.map(drop) })
    })
    .await
}
