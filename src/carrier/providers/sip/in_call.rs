//! What the other side does during a call: it hangs up, wants the sound elsewhere, or tells a key.

use rsipstack::{
    dialog::dialog::{DialogState, DialogStateReceiver, TransactionHandle},
    sip::{Header, Request, StatusCode},
};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::{
    keys::read_signal,
    sdp::{self, Agreed},
};

/// Follows it until the call is over.
pub(super) async fn follow(
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
