//! What providers send: keys pressed, reports, and texts and calls that came in. Each carrier believes, reads and
//! answers its own provider; what is said means the same whoever brings it.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{Extension, OriginalUri, Path, State},
    http::{
        HeaderMap, Method, StatusCode,
        header::{ALLOW, CONTENT_TYPE},
    },
    response::{IntoResponse as _, Response},
    routing::any,
};

use crate::{
    api::http::{limits::Client, problem::Problem, state::AppState},
    model::{
        messages::{
            callbacks::{
                CallbackEvent, CallbackReceiver, CallbackRefusal, CallbackReply, CallbackRequest,
            },
            calls_in::CallInStep,
        },
        phone::Phone,
    },
    service::messages::{
        calls_in, inbound_calls, inbound_texts,
        receipts::{self, is_known_text, remember_text},
    },
};

/// The routes of this file.
pub fn routes() -> Router<AppState> {
    Router::new().route("/callbacks/{provider}/{*rest}", any(callback))
}

async fn callback(
    State(app): State<AppState>,
    Path((provider, _)): Path<(String, String)>,
    client: Option<Extension<Client>>,
    method: Method,
    uri: OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()))
        .collect();
    let request = CallbackRequest {
        method: method.as_str(),
        path_and_query: uri.path_and_query().map_or("/", |it| it.as_str()),
        headers: &headers,
        body: &body,
        client: client.map(|Extension(Client(ip))| ip),
    };
    let (receiver, event) = match receive(&app, &provider, &request) {
        Ok(received) => received,
        Err(refusal) => return Ok(refused(refusal)),
    };
    let next = take_in(&app, &event).await?;
    Ok(replied(receiver.reply(&event, next.as_ref())))
}

/// Whichever account of a provider believes it.
fn receive(
    app: &AppState,
    provider: &str,
    request: &CallbackRequest<'_>,
) -> Result<(Arc<dyn CallbackReceiver>, CallbackEvent), CallbackRefusal> {
    let mut refusal = CallbackRefusal::NotFound;
    for receiver in app.callbacks.iter().filter(|receiver| receiver.path() == provider) {
        match receiver.receive(request) {
            Ok(event) => return Ok((receiver.clone(), event)),
            Err(CallbackRefusal::NotSigned) => refusal = CallbackRefusal::NotSigned,
            Err(other) => return Err(other),
        }
    }
    Err(refusal)
}

/// What is to be said next, on a call.
async fn take_in(app: &AppState, event: &CallbackEvent) -> Result<Option<CallInStep>, Problem> {
    match event {
        CallbackEvent::KeysPressed { message, digits } => {
            let script = inbound_calls::press_keys(app, *message, digits).await?;
            return Ok(Some(CallInStep { script, about: None }));
        }
        CallbackEvent::CalledIn(call) => return Ok(Some(calls_in::answer(app, call).await)),
        CallbackEvent::Reported { message, receipt: Some(receipt) } => {
            receipts::record(app, *message, receipt).await?;
        }
        CallbackEvent::Reported { receipt: None, .. } => {}
        CallbackEvent::TextReceived { name, from, body } => {
            text(app, name, from.as_ref(), body).await?;
        }
    }
    Ok(None)
}

async fn text(app: &AppState, name: &str, from: Option<&Phone>, body: &str) -> Result<(), Problem> {
    // An answer of long ago must not answer what was asked since.
    if is_known_text(app, name).await? {
        return Ok(());
    }
    if let Some(from) = from {
        let id = Some(name).filter(|name| !name.is_empty());
        inbound_texts::receive(app, from, body, id).await?;
    }
    // Only now: when it could not be heard, the provider brings it again.
    Ok(remember_text(app, name.to_owned()).await?)
}

fn refused(refusal: CallbackRefusal) -> Response {
    match refusal {
        CallbackRefusal::NotFound => Problem::not_found().into_response(),
        CallbackRefusal::NotSigned => {
            Problem::forbidden("This is not signed by the provider.").into_response()
        }
        CallbackRefusal::Unreadable => {
            let detail = "This is not in the form that the provider sends.";
            Problem::new(StatusCode::BAD_REQUEST, "bad-request", detail).into_response()
        }
        CallbackRefusal::WrongMethod(allowed) => {
            let detail = "This cannot be done here.";
            let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "no-such-method", detail);
            ([(ALLOW, allowed)], problem).into_response()
        }
    }
}

fn replied(reply: CallbackReply) -> Response {
    match reply {
        CallbackReply::NoContent => StatusCode::NO_CONTENT.into_response(),
        CallbackReply::Empty => StatusCode::OK.into_response(),
        CallbackReply::Xml(document) => ([(CONTENT_TYPE, "text/xml")], document).into_response(),
    }
}
