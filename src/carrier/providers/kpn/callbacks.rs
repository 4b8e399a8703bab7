//! What KPN sends: reports about texts, and texts that came in. It signs each, body for body.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Kpn, webhook};
use crate::model::{
    messages::{
        callbacks::{
            CallbackEvent, CallbackReceiver, CallbackRefusal, CallbackReply, CallbackRequest,
        },
        calls_in::CallInStep,
    },
    phone::Phone,
};

#[derive(Deserialize)]
struct Inbound {
    sender: String,
    message_id: String,
    content: String,
}

impl CallbackReceiver for Kpn {
    fn path(&self) -> &'static str {
        "kpn"
    }

    /// A body is read only once it is known to be KPN's own.
    fn receive(&self, request: &CallbackRequest<'_>) -> Result<CallbackEvent, CallbackRefusal> {
        let segments = request.segments();
        if !matches!(segments[..], ["receipts", _, _] | ["texts"]) {
            return Err(CallbackRefusal::NotFound);
        }
        if request.method != "POST" {
            return Err(CallbackRefusal::WrongMethod("POST"));
        }
        let (keys, body) = (&self.config.webhook_keys, request.body);
        let signature = request.header("x-kpn-webhook-signature").unwrap_or_default();
        if !webhook::is_genuine(keys, body, signature) {
            return Err(CallbackRefusal::NotSigned);
        }
        let [_, id, proof] = segments[..] else { return text(read(body)?) };
        if !webhook::is_ours(keys, id, proof) {
            return Err(CallbackRefusal::NotFound);
        }
        let report: Value = read(body)?;
        let message = id.parse().map_err(|_| CallbackRefusal::NotFound)?;
        Ok(CallbackEvent::Reported { message, receipt: webhook::text_receipt(&report) })
    }

    fn reply(&self, _: &CallbackEvent, _: Option<&CallInStep>) -> CallbackReply {
        CallbackReply::Empty
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, CallbackRefusal> {
    serde_json::from_slice(body).map_err(|_| CallbackRefusal::Unreadable)
}

/// Its signature says nothing of the time: who copies an answer of long ago may send it again, and it
/// must not answer what was asked since. So a text without a name is not heard at all. No database
/// need hold a NUL, and PostgreSQL cannot.
fn text(came: Inbound) -> Result<CallbackEvent, CallbackRefusal> {
    let id = came.message_id.replace('\0', "");
    if id.is_empty() {
        return Err(CallbackRefusal::Unreadable);
    }
    let (name, from) = (format!("kpn/{id}"), Phone::from_operator(&came.sender));
    Ok(CallbackEvent::TextReceived { name, from, body: came.content.replace('\0', "") })
}
