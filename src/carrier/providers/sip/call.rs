//! One call: it is dialled, rings, is answered or not, and ends; each end is told as a receipt.

use std::{sync::Arc, time::Duration};

use rsipstack::{
    dialog::{
        dialog::{DialogState, DialogStateReceiver},
        invitation::{InviteAsyncResult, InviteOption},
        invite_dialog::InviteDialog,
    },
    sip::{Response, StatusCode, Uri},
};
use tokio::{
    net::UdpSocket,
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    in_call::{OwnSound, agree, open},
    line::{LineBroken, SipLine},
    media,
    sdp::{self, Agreed},
    talk::{AnsweredCall, Conversation},
    voice::Voice,
};
use crate::{
    carrier::{HandedOver, SendError, SharedListener},
    model::messages::{Message, Receipt, Script},
};

/// An exchange that tries may still refuse; after so long it has taken the call.
const DECIDES_WITHIN: Duration = Duration::from_secs(5);
/// So long may it take to hang up.
const GOODBYE: Duration = Duration::from_secs(2);

/// What one call needs.
pub(super) struct SipCall {
    pub(super) line: Arc<SipLine>,
    pub(super) voice: Arc<Voice>,
    pub(super) listener: SharedListener,
    pub(super) message: Message,
    pub(super) script: Script,
    pub(super) dialled: String,
    /// Everything is to end.
    pub(super) closing: CancellationToken,
}

/// Whoever handed the message over waits until it is known whether it was taken.
pub(super) struct CallNews {
    tell: Option<oneshot::Sender<Result<HandedOver, SendError>>>,
    /// The call's name at the exchange, once it has one.
    call: Option<String>,
}

impl CallNews {
    pub(super) fn new() -> (Self, oneshot::Receiver<Result<HandedOver, SendError>>) {
        let (tell, told) = oneshot::channel();
        (Self { tell: Some(tell), call: None }, told)
    }

    fn taken(&mut self) {
        if let Some(tell) = self.tell.take() {
            let provider_id = self.call.clone();
            let _ = tell.send(Ok(HandedOver { provider_id, delivered: false }));
        }
    }

    /// Says whether it was still in time; what was taken can only fail.
    fn refused(&mut self, refusal: SendError) -> bool {
        self.tell.take().is_some_and(|tell| tell.send(Err(refusal)).is_ok())
    }
}

/// How dialling ended.
#[derive(Debug, PartialEq)]
enum End {
    /// It reached the phone, or nearly, and this came of it.
    Told(Receipt),
    /// The exchange did not take it.
    Refused(SendError),
    /// Nothing was heard of the exchange, so the line itself is in doubt.
    Unheard(&'static str),
}

/// A call that is being dialled.
struct Dialling {
    dialog: InviteDialog,
    states: DialogStateReceiver,
    answer: JoinHandle<InviteAsyncResult>,
    /// The exchange said something, and the phone rings.
    heard: bool,
    rings: bool,
    /// What was told about the sound while it rang.
    early: Vec<u8>,
}

impl SipCall {
    /// Makes the call and tells its end.
    pub(super) async fn run(self, mut news: CallNews) {
        let refusal = match self.make(&mut news).await {
            End::Told(receipt) => {
                news.taken();
                return self.listener.ended(self.message.id, receipt).await;
            }
            End::Refused(refusal) => refusal,
            End::Unheard(why) => {
                self.line.doubt.notify_one();
                temporary(why)
            }
        };
        if news.refused(refusal) {
            return;
        }
        let receipt = Receipt::CallFailed;
        self.listener.ended(self.message.id, receipt).await;
    }

    async fn make(&self, news: &mut CallNews) -> End {
        let ports = self.line.config.sound_ports;
        let Ok(sound) = media::open(self.line.own.ip(), ports).await else {
            return End::Refused(temporary("no port is free for sound"));
        };
        let Ok(mut dialling) = self.dial(&sound) else {
            return End::Refused(temporary("the number cannot be dialled"));
        };
        news.call = Some(dialling.dialog.id().call_id);
        match self.ring(&mut dialling, news).await {
            Ok(answer) => {
                news.taken();
                let described = described(&mut dialling, answer);
                let Dialling { dialog, states, .. } = dialling;
                End::Told(self.answered(dialog, states, &described, sound).await)
            }
            Err(end) => end,
        }
    }

    fn dial(&self, sound: &UdpSocket) -> Result<Dialling, LineBroken> {
        let SipLine { config, layer, server, .. } = &*self.line;
        let shown = config.number.as_ref().unwrap_or(&config.user);
        let option = InviteOption {
            caller: Uri::try_from(config.address_of(shown))?,
            callee: Uri::try_from(config.address_of(&self.dialled))?,
            destination: Some(server.clone()),
            content_type: Some("application/sdp".into()),
            offer: Some(self.offer(sound)?.into_bytes()),
            contact: self.line.contact()?,
            credential: self.line.credential(),
            ..InviteOption::default()
        };
        let (tell, states) = layer.new_dialog_state_channel();
        let (dialog, answer) = layer.do_invite_async(option, tell)?;
        Ok(Dialling { dialog, states, answer, heard: false, rings: false, early: vec![] })
    }

    fn offer(&self, sound: &UdpSocket) -> Result<String, std::io::Error> {
        Ok(sdp::offer(sound.local_addr()?, self.number(), 1))
    }

    /// A number that tells this call from others.
    fn number(&self) -> u32 {
        self.message.id.0.as_fields().0 ^ (self.message.id.0.as_u64_pair().1 as u32)
    }

    /// Until it is answered.
    async fn ring(&self, call: &mut Dialling, news: &mut CallNews) -> Result<Response, End> {
        let config = &self.line.config;
        let mut until = Instant::now() + config.answers_within;
        loop {
            tokio::select! {
                biased;
                answer = &mut call.answer => return final_answer(answer),
                Some(state) = call.states.recv() => match note_early(call, state) {
                    DialogState::Trying(_) if !call.heard => {
                        call.heard = true;
                        until = Instant::now() + DECIDES_WITHIN;
                    }
                    DialogState::Early(..) if !call.rings => {
                        (call.heard, call.rings) = (true, true);
                        news.taken();
                        until = Instant::now() + config.ring;
                    }
                    _ => {}
                },
                () = self.closing.cancelled() => {
                    give_up(call).await;
                    return Err(End::Refused(temporary("the service stops")));
                }
                () = sleep_until(until) => match (call.heard, call.rings) {
                    (false, _) => {
                        // Should it come late all the same, it is cancelled then.
                        call.answer.abort();
                        return Err(End::Unheard("the exchange does not answer"));
                    }
                    (true, false) => {
                        call.rings = true;
                        news.taken();
                        until = Instant::now() + config.ring;
                    }
                    (true, true) => {
                        give_up(call).await;
                        return Err(End::Told(Receipt::CallNoAnswer));
                    }
                },
            }
        }
    }

    /// Talks, and hangs up.
    async fn answered(
        &self,
        dialog: InviteDialog,
        states: DialogStateReceiver,
        described: &[u8],
        sound: UdpSocket,
    ) -> Receipt {
        let receipt = match agree(described).await {
            Some(agreed) => self.talk(states, agreed, sound).await,
            None => Receipt::CallFailed,
        };
        if timeout(GOODBYE, dialog.bye()).await.is_err() {
            tracing::debug!("the exchange did not say good-bye");
        }
        self.line.layer.remove_dialog(&dialog.id());
        receipt
    }

    async fn talk(&self, states: DialogStateReceiver, agreed: Agreed, sound: UdpSocket) -> Receipt {
        let described = self.offer(&sound).unwrap_or_default();
        let own = OwnSound { socket: sound, described, number: self.number() };
        let over = self.closing.child_token();
        let (media, following) = open(&self.line, states, own, agreed, over);
        let (message, listener) = (&self.message, &*self.listener);
        let talk = Conversation { media, config: &self.line.config, voice: &self.voice };
        let receipt = AnsweredCall { message, talk, listener }.hold(&self.script).await;
        following.abort();
        receipt
    }
}

/// What the exchange says about the sound in the answer, or else said while the phone rang.
fn described(call: &mut Dialling, answer: Response) -> Vec<u8> {
    if !answer.body.is_empty() {
        return answer.body;
    }
    while let Ok(state) = call.states.try_recv() {
        if let DialogState::Terminated(..) = note_early(call, state) {
            return vec![];
        }
    }
    std::mem::take(&mut call.early)
}

fn note_early(call: &mut Dialling, state: DialogState) -> DialogState {
    if let DialogState::Early(_, answer) = &state
        && !answer.body.is_empty()
    {
        call.early.clone_from(&answer.body);
    }
    state
}

/// The phone stops ringing. Whoever picks up at this very moment is hung up on, not talked to.
async fn give_up(call: &mut Dialling) {
    if timeout(GOODBYE, call.dialog.cancel()).await.is_err() {
        tracing::debug!("the exchange did not confirm that it stopped ringing");
    }
}

fn final_answer(
    answer: Result<InviteAsyncResult, tokio::task::JoinError>,
) -> Result<Response, End> {
    match answer {
        Ok(Ok((_, Some(answer)))) if answer.status_code == StatusCode::OK => Ok(answer),
        Ok(Ok((_, Some(answer)))) => Err(refused(answer.status_code.code())),
        Ok(Ok((_, None))) => Err(End::Unheard("the exchange does not answer")),
        Ok(Err(why)) => Err(End::Unheard(kind(&why))),
        Err(_) => Err(End::Unheard("the call broke off")),
    }
}

/// What is about the phone is an end like any other; what is about the number or about us is
/// another carrier's turn.
fn refused(status: u16) -> End {
    match status {
        486 | 600 | 603 => End::Told(Receipt::CallBusy),
        408 | 480 | 487 => End::Told(Receipt::CallNoAnswer),
        404 | 410 | 416 | 484 | 485 | 604 => {
            End::Refused(SendError::Permanent { reason: format!("answered {status}") })
        }
        _ => End::Refused(temporary(&format!("answered {status}"))),
    }
}

fn temporary(reason: &str) -> SendError {
    SendError::Temporary { reason: reason.into(), retry_after: None }
}

/// The library's own words hold numbers.
fn kind(why: &rsipstack::Error) -> &'static str {
    use rsipstack::Error;
    match why {
        Error::DnsResolutionError(_) => "the exchange's name says nothing",
        Error::TransportLayerError(..) | Error::IoError(_) => "the exchange cannot be reached",
        Error::TransactionError(..) => "the exchange does not answer",
        _ => "the exchange is not understood",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_the_phone_is_told_and_what_is_about_us_is_another_carriers_turn() {
        for (status, receipt) in [
            (486, Receipt::CallBusy),
            (600, Receipt::CallBusy),
            (603, Receipt::CallBusy),
            (480, Receipt::CallNoAnswer),
            (408, Receipt::CallNoAnswer),
        ] {
            assert_eq!(refused(status), End::Told(receipt), "{status}");
        }
        for status in [401, 403, 407, 488, 500, 503, 302] {
            let temporary = matches!(refused(status), End::Refused(SendError::Temporary { .. }));
            assert!(temporary, "{status}");
        }
        for status in [404, 484] {
            let permanent = matches!(refused(status), End::Refused(SendError::Permanent { .. }));
            assert!(permanent, "{status}");
        }
    }

    #[test]
    fn what_was_taken_is_not_refused_afterwards() {
        let (mut news, mut told) = CallNews::new();
        assert!(news.refused(temporary("x")));
        assert!(told.try_recv().unwrap().is_err());
        let (mut news, mut told) = CallNews::new();
        news.call = Some("1".into());
        news.taken();
        assert!(!news.refused(temporary("x")));
        let taken = HandedOver { provider_id: Some("1".into()), delivered: false };
        assert_eq!(told.try_recv().unwrap(), Ok(taken));
    }
}
