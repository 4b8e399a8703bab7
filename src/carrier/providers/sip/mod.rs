//! Calls by the municipality's own telephone exchange, over SIP.
//!
//! Whoever calls us by the exchange is answered here as well.
//!
//! A call is handed over once the phone rings. From then on it goes its own way: keys and its end are
//! told to a [`Listener`](crate::carrier::Listener), whom `app` gives, and who decides as for every other carrier.

mod call;
mod g711;
mod in_call;
mod incoming;
mod keys;
mod line;
mod media;
pub(super) mod provider;
mod sdp;
mod settings;
mod sound;
mod talk;
mod voice;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use rsipstack::{
    sip::{Request, StatusCode},
    transaction::transaction::Transaction,
};
use tokio::{
    sync::{
        OwnedSemaphorePermit, Semaphore,
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    },
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument as _;

use self::{
    call::{CallNews, SipCall},
    incoming::{AdmittedCaller, Callers, IncomingCall, caller, source},
    line::{SipLine, refuse},
};
pub use self::{
    settings::{SipConfig, Transport},
    voice::Voice,
};
use crate::carrier::{
    CallHolder, Carrier, HandedOver, LineState, SendError, SharedListener, setup::Misconfigured,
};
use crate::model::{
    messages::{Channel, Content, Message, Priority},
    phone::Phone,
};

/// How soon a line that could not be opened is tried again.
const AGAIN: Duration = Duration::from_secs(10);
/// How long calls may take to end when the service stops.
const LAST_CALLS: Duration = Duration::from_secs(4);

/// A carrier of calls over SIP.
#[derive(Debug)]
pub struct Sip {
    config: Arc<SipConfig>,
    voice: Arc<Voice>,
    lines: Arc<Semaphore>,
    /// All lines but one: the last is for alarms.
    for_others: Arc<Semaphore>,
    callers: Callers,
    desk: Mutex<Option<SipDesk>>,
    up: AtomicBool,
    /// What the log last told of the line.
    told: Mutex<Option<Result<(), String>>>,
    calls: TaskTracker,
    closing: CancellationToken,
}

/// An open line, and whoever listens.
#[derive(Clone, Debug)]
struct SipDesk {
    line: Arc<SipLine>,
    listener: SharedListener,
}

impl Sip {
    /// A carrier by these settings, whose line is not open yet.
    ///
    /// # Errors
    /// When the settings cannot work; tells all faults at once.
    pub fn new(config: SipConfig) -> Result<Self, Misconfigured> {
        let config = config.checked()?;
        Ok(Self {
            voice: Arc::new(Voice::new(config.speech.clone())),
            lines: Arc::new(Semaphore::new(config.lines)),
            for_others: Arc::new(Semaphore::new(config.lines.saturating_sub(1).max(1))),
            callers: Callers::on(config.lines),
            config: Arc::new(config),
            desk: Mutex::default(),
            up: AtomicBool::new(false),
            told: Mutex::default(),
            calls: TaskTracker::new(),
            closing: CancellationToken::new(),
        })
    }

    async fn try_out(&self) {
        if self.config.speech.is_empty() {
            tracing::warn!("sip.speech is not set, calls play recorded sentences without names");
        } else if let Err(why) = self.voice.try_out().await {
            tracing::error!(%why, "speech program failed, calls play recorded sentences");
        }
    }

    async fn open(&self, ring: &UnboundedSender<Transaction>) -> Arc<SipLine> {
        loop {
            match SipLine::open(self.config.clone(), ring.clone()).await {
                Ok(line) => return Arc::new(line),
                Err(why) => {
                    self.stands(Err(format!("it cannot be opened ({why})")));
                    sleep(AGAIN).await;
                }
            }
        }
    }

    fn stands(&self, how: Result<(), String>) {
        self.up.store(how.is_ok(), Ordering::Relaxed);
        let told = Some(how.clone());
        if std::mem::replace(
            &mut *self.told.lock().unwrap_or_else(PoisonError::into_inner),
            told.clone(),
        ) == told
        {
            return;
        }
        match how {
            Ok(()) => tracing::info!("SIP registration succeeded"),
            Err(why) => tracing::error!(%why, "SIP registration failed"),
        }
    }

    fn desk(&self) -> MutexGuard<'_, Option<SipDesk>> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers who calls, until everything is to end.
    async fn answer_callers(&self, mut ringing: UnboundedReceiver<Transaction>) {
        while let Some(Some(request)) = self.closing.run_until_cancelled(ringing.recv()).await {
            let span = tracing::info_span!("call");
            match self.admit(&request.original) {
                Ok((SipDesk { line, listener }, from, admitted)) => {
                    let (voice, closing) = (self.voice.clone(), self.closing.clone());
                    let call = IncomingCall { line, voice, listener, request, from, closing };
                    let answering = async move {
                        call.run().await;
                        drop(admitted);
                    };
                    self.calls.spawn(answering.instrument(span));
                }
                Err(status) => {
                    tracing::debug!(status = status.code(), "a call that came in is turned away");
                    self.calls.spawn(refuse(request, status).instrument(span));
                }
            }
        }
    }

    /// Nobody but the exchange calls: whoever else did could say that they have any number.
    fn admit(
        &self,
        request: &Request,
    ) -> Result<(SipDesk, Option<Phone>, AdmittedCaller), StatusCode> {
        let desk = self.desk().clone().ok_or(StatusCode::TemporarilyUnavailable)?;
        if !source(request).is_some_and(|from| desk.line.is_exchange(from)) {
            return Err(StatusCode::Forbidden);
        }
        let from = caller(request, &self.config.plus);
        let admitted = self.callers.admit(from.clone(), [&self.for_others, &self.lines]);
        Ok((desk, from, admitted.ok_or(StatusCode::BusyHere)?))
    }

    /// Waits for a line for a while; another carrier or a later try may be sooner.
    async fn a_line(&self, priority: Priority) -> Option<Vec<OwnedSemaphorePermit>> {
        let free = async {
            let mut held = vec![];
            if priority != Priority::Alarm {
                held.push(self.for_others.clone().acquire_owned().await.ok()?);
            }
            held.push(self.lines.clone().acquire_owned().await.ok()?);
            Some(held)
        };
        timeout(self.config.line_within, free).await.ok().flatten()
    }
}

#[async_trait]
impl Carrier for Sip {
    fn name(&self) -> &'static str {
        "sip"
    }

    fn channels(&self) -> &'static [Channel] {
        &[Channel::Call]
    }

    fn line(&self) -> LineState {
        if self.up.load(Ordering::Relaxed) { LineState::Up } else { LineState::Down }
    }

    async fn send(&self, message: &Message) -> Result<HandedOver, SendError> {
        let temporary =
            |reason: &str| SendError::Temporary { reason: reason.into(), retry_after: None };
        let permanent = |reason: &str| SendError::Permanent { reason: reason.into() };
        let Content::Call(script) = &message.content else {
            return Err(permanent("cannot bring this by SIP"));
        };
        let dialled = self.config.dialled(&message.to).ok_or_else(|| permanent("not a number"))?;
        let desk = self.desk().clone().filter(|_| self.line() == LineState::Up);
        let Some(SipDesk { line, listener }) = desk else {
            return Err(temporary("SIP registration is down"));
        };
        let free = self.a_line(message.priority).await;
        let held = free.ok_or_else(|| temporary("all lines are in use"))?;
        let call = SipCall {
            line,
            voice: self.voice.clone(),
            listener,
            message: message.clone(),
            script: script.clone(),
            dialled,
            closing: self.closing.clone(),
        };
        let (news, told) = CallNews::new();
        // It goes on after the message is handed over.
        let span = tracing::info_span!("call");
        let calling = async move {
            call.run(news).await;
            drop(held);
        };
        self.calls.spawn(calling.instrument(span));
        let broke = |_| SendError::Unknown { reason: "the call broke off".into() };
        told.await.map_err(broke)?
    }
}

#[async_trait]
impl CallHolder for Sip {
    async fn serve(self: Arc<Self>, listener: SharedListener) {
        let (ring, ringing) = unbounded_channel();
        tokio::join!(self.try_out(), self.answer_callers(ringing), async {
            while let Some(line) = self.closing.run_until_cancelled(self.open(&ring)).await {
                *self.desk() = Some(SipDesk { line: line.clone(), listener: listener.clone() });
                let kept = line.keep(|how| self.stands(how));
                if self.closing.run_until_cancelled(kept).await.is_none() {
                    return;
                }
                *self.desk() = None;
            }
        });
    }

    async fn close(&self) {
        self.closing.cancel();
        self.calls.close();
        if timeout(LAST_CALLS, self.calls.wait()).await.is_err() {
            tracing::error!("call did not hang up in time");
        }
        let desk = self.desk().take();
        if let Some(desk) = desk {
            desk.line.close().await;
        }
    }
}
