//! What the other side does during a call: it hangs up, wants the sound elsewhere, or tells a key.

use rsipstack::{
    dialog::dialog::{DialogState, DialogStateReceiver, TransactionHandle},
    sip::{Header, Request, StatusCode},
};
use tokio::{
    net::UdpSocket,
    sync::{mpsc, watch},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use super::{
    keys::read_signal,
    line::SipLine,
    media::Media,
    sdp::{self, Agreed},
};

/// What two sides agreed on, by what the other one says of its sound.
pub(super) async fn agree(described: &[u8]) -> Option<Agreed> {
    let agreed = sdp::read(&String::from_utf8_lossy(described)).await;
    match agreed {
        Err(why) => tracing::error!("SIP exchange {why}, so nothing can be played"),
        Ok(Agreed { keys: None, .. }) => {
            tracing::error!(
                "SIP exchange offers no telephone events (RFC 4733), so keys are heard only \
                 if it sends them by SIP INFO"
            );
        }
        Ok(_) => {}
    }
    agreed.ok()
}

/// How we describe our own sound on a call, and a number that tells it from others.
pub(super) struct OwnSound {
    pub(super) socket: UdpSocket,
    pub(super) described: String,
    pub(super) number: u32,
}

/// The sound of a call that was answered, until it is `over`; the task follows what the other side
/// does meanwhile.
pub(super) fn open(
    line: &SipLine,
    states: DialogStateReceiver,
    own: OwnSound,
    agreed: Agreed,
    over: CancellationToken,
) -> (Media, JoinHandle<()>) {
    let (change, agreed) = watch::channel(agreed);
    let (signal, signalled) = mpsc::unbounded_channel();
    let OwnSound { socket, described, number } = own;
    let following = tokio::spawn(follow(states, change, signal, described, over.clone()));
    let (exchange, longest) = (line.exchange, line.config.longest);
    (Media::new(socket, agreed, exchange, signalled, over, longest, number), following)
}

/// Follows it until the call is over.
async fn follow(
    mut states: DialogStateReceiver,
    agreed: watch::Sender<Agreed>,
    signal: mpsc::UnboundedSender<char>,
    offer: String,
    over: CancellationToken,
) {
    while let Some(state) = states.recv().await {
        match state {
            DialogState::Terminated(..) => over.cancel(),
            DialogState::Updated(_, request, reply) => {
                update(&request, &reply, &agreed, &offer).await
            }
            DialogState::Options(_, _, reply) => drop(reply.reply(StatusCode::OK).await),
            DialogState::Info(_, request, reply) => {
                let key = read_signal(&String::from_utf8_lossy(&request.body));
                let told = key.is_some_and(|key| signal.send(key).is_ok());
                let status = if told { StatusCode::OK } else { StatusCode::UnsupportedMediaType };
                drop(reply.reply(status).await);
            }
            DialogState::Message(_, _, reply)
            | DialogState::Notify(_, _, reply)
            | DialogState::Refer(_, _, reply)
            | DialogState::Publish(_, _, reply) => {
                drop(reply.reply(StatusCode::MethodNotAllowed).await);
            }
            _ => {}
        }
    }
    over.cancel();
}

async fn update(
    request: &Request,
    reply: &TransactionHandle,
    agreed: &watch::Sender<Agreed>,
    offer: &str,
) {
    if !request.body.is_empty() {
        match sdp::read(&String::from_utf8_lossy(&request.body)).await {
            Ok(new) => drop(agreed.send(new)),
            Err(_) => {
                let _ = reply.reply(StatusCode::NotAcceptableHere).await;
                return;
            }
        }
    }
    let headers = vec![Header::ContentType("application/sdp".into())];
    let body = Some(offer.as_bytes().to_vec());
    let _ = reply.respond(StatusCode::OK, Some(headers), body).await;
}
