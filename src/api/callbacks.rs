//! What providers bring: keys pressed, receipts, and texts that came in. Each is signed.

use std::fmt::Debug;

use axum::{
    Router,
    body::Bytes,
    extract::{OriginalUri, Path, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
    routing::post,
};

use super::{
    gateway::Gateway, inbound, inbound_text, kpn::Webhooks, problem::Problem, state::House,
};
use crate::{
    model::{ids::MessageId, language::Language, messages::Receipt, phone::Phone},
    store::heard,
};

/// A form as a provider sends it.
pub type Form = [(String, String)];

/// A provider's way of signing and speaking; whoever wires the house knows it.
pub trait Provider: Debug + Send + Sync {
    /// Whether the provider signed this form for this path.
    fn verify(&self, path_and_query: &str, form: &Form, signature: &str) -> bool;
    /// What is said next on a call, in the provider's own tongue.
    fn speak(&self, words: &str, language: Language, listens: bool, id: MessageId) -> String;
    /// What a report about a text says; nothing while it is on its way.
    fn text_receipt(&self, form: &Form) -> Option<Receipt>;
    /// What a report about a call says; nothing while nobody knows.
    fn call_receipt(&self, form: &Form) -> Option<Receipt>;
    /// The gateway beside it, when there is one.
    fn gateway(&self) -> Option<&dyn Gateway> {
        None
    }
    /// The provider beside it that signs in its own way, when there is one.
    fn webhooks(&self) -> Option<&dyn Webhooks> {
        None
    }
}

/// The routes of this file.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/callbacks/twilio/keys/{id}", post(keys))
        .route("/callbacks/twilio/receipts/{id}", post(text_receipt))
        .route("/callbacks/twilio/calls/{id}", post(call_receipt))
        .route("/callbacks/twilio/texts", post(text))
}

/// A form that its provider signed.
struct Signed {
    form: Vec<(String, String)>,
    provider: std::sync::Arc<dyn Provider>,
}

impl Signed {
    fn read(
        house: &House,
        uri: &OriginalUri,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Result<Self, Problem> {
        let provider = house.provider.clone().ok_or_else(Problem::not_found)?;
        let form: Vec<_> = url::form_urlencoded::parse(body).into_owned().collect();
        let path = uri.path_and_query().map_or("/", |p| p.as_str());
        let signed = ["x-twilio-signature", "x-signalwire-signature"]
            .iter()
            .filter_map(|name| headers.get(*name)?.to_str().ok())
            .any(|signature| provider.verify(path, &form, signature));
        if signed {
            // No database need hold it, and PostgreSQL cannot: then it would be brought for ever.
            let clean = |(name, value): (String, String)| (name, value.replace('\0', ""));
            return Ok(Self { form: form.into_iter().map(clean).collect(), provider });
        }
        Err(Problem::forbidden("This is not signed by the provider."))
    }

    fn field(&self, name: &str) -> &str {
        self.form.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
    }
}

fn spoken(xml: String) -> Response {
    ([(CONTENT_TYPE, "text/xml")], xml).into_response()
}

async fn keys(
    State(house): State<House>,
    Path(id): Path<String>,
    uri: OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let signed = Signed::read(&house, &uri, &headers, &body)?;
    let id: MessageId = id.parse().map_err(|_| Problem::not_found())?;
    let said = inbound::keys_pressed(&house, id, signed.field("Digits")).await?;
    Ok(spoken(signed.provider.speak(&said.words, said.language, said.listens, id)))
}

async fn text_receipt(
    State(house): State<House>,
    Path(id): Path<String>,
    uri: OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let signed = Signed::read(&house, &uri, &headers, &body)?;
    note(&house, &id, signed.provider.text_receipt(&signed.form)).await
}

async fn call_receipt(
    State(house): State<House>,
    Path(id): Path<String>,
    uri: OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let signed = Signed::read(&house, &uri, &headers, &body)?;
    note(&house, &id, signed.provider.call_receipt(&signed.form)).await
}

pub(super) async fn note(
    house: &House,
    id: &str,
    receipt: Option<Receipt>,
) -> Result<StatusCode, Problem> {
    let id: MessageId = id.parse().map_err(|_| Problem::not_found())?;
    if let Some(receipt) = receipt {
        inbound::receipt(house, id, &receipt).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn text(
    State(house): State<House>,
    uri: OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let signed = Signed::read(&house, &uri, &headers, &body)?;
    let nothing = spoken("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>".into());
    let id = signed.field("MessageSid").to_owned();
    // An answer of long ago must not answer what was asked since.
    if is_known(&house, &id).await? {
        return Ok(nothing);
    }
    // A sender that is no phone number (a short code, a name) has nothing to answer for.
    if let Ok(from) = signed.field("From").parse::<Phone>() {
        let name = Some(signed.field("MessageSid")).filter(|sid| !sid.is_empty());
        inbound_text::text(&house, &from, signed.field("Body"), name).await?;
    }
    // Only now: when it could not be heard, the provider brings it again.
    note_heard(&house, id).await?;
    Ok(nothing)
}

pub(super) async fn is_known(house: &House, id: &str) -> Result<bool, Problem> {
    let id = id.to_owned();
    Ok(house.db.read(move |tx| Box::pin(async move { heard::is_known(tx, &id).await })).await?)
}

pub(super) async fn note_heard(house: &House, id: String) -> Result<(), Problem> {
    if id.is_empty() {
        return Ok(());
    }
    let now = house.now();
    Ok(house.db.write(move |tx| Box::pin(async move { heard::note(tx, &id, now).await })).await?)
}
