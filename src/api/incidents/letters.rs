//! The letter of a measure: composed, read, taken as a document.

use axum::{
    extract::State,
    http::{
        HeaderMap, HeaderValue,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse as _, Response},
};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, Once, OnceHeader, once, respond},
            json::{Draft, Id},
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
        register::PATH,
    },
    model::{
        ids::EntryId,
        incidents::letters::{LetterParagraph, Parts, Wording, WordingInput},
        input::faults::Fault,
        messages::language::Language,
        privacy::access::Action,
        register::Measure,
    },
    service::incidents::letters::{self, SeenLetter},
};

const DOCUMENT: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(show, compose)).routes(routes!(document))
}

/// The letter as it is now, or as it was sent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Letter)]
struct LetterView<'a> {
    entry_id: EntryId,
    measure: Measure,
    /// 0 before anybody composed it.
    version: i64,
    language: Language,
    /// Whether it is as it was sent, and never changes again.
    sent: bool,
    sent_on: Option<NaiveDate>,
    delivered_on: Option<NaiveDate>,
    #[schema(value_type = Parts)]
    parts: serde_json::Value,
    /// The whole text in order, as the template has it, for a screen or a printer. Empty when the template cannot be used.
    paragraphs: &'a [LetterParagraph],
    /// What was said in other words than the usual.
    words: &'a Wording,
    /// What is missing before it can be sent. `letterhead.…` is for an administrator, `template…` for whoever runs the service, `name`, `addresses`, `reason` and `contact` belong to the entry; other fields are those of the words.
    faults: &'a [Fault],
}

fn view(seen: &SeenLetter) -> LetterView<'_> {
    let (entry, letter) = (&seen.entry, &seen.letter.item);
    let mail = entry.dossier.mail.as_ref();
    LetterView {
        entry_id: entry.id,
        measure: entry.measure,
        version: seen.letter.version,
        language: letter.wording.language,
        sent: letter.sent.is_some(),
        sent_on: mail.map(|mail| mail.sent_on),
        delivered_on: mail.and_then(|mail| mail.delivered_on),
        parts: seen.parts.shown(),
        paragraphs: &seen.paragraphs,
        words: &letter.wording,
        faults: &seen.faults,
    }
}

/// Read the letter of a measure (logged)
///
/// For the aggression desk and those who manage the team of the incident. Before anybody composed
/// it, it is the Dutch letter with the usual words. Once it was sent it is as it was sent.
#[utoipa::path(get, path = "/register-entries/{id}/letter", operation_id = "getLetter",
    tag = "register",
    responses((status = 200, body = LetterView, headers(("ETag"))), (status = 403), (status = 404)))]
async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<EntryId>,
) -> Result<Response, Problem> {
    let desk = letters::authorise(&app, &caller, Action::LetterRead)?;
    Ok(respond(ChangeReply::ok(view(&letters::see(&app, caller, desk, id).await?)), PATH))
}

/// Compose the letter of a measure
///
/// Keeps the language and what is said in other words; what is left out falls back to the usual
/// words. Answers with the letter and with everything that is still missing in `faults`. Refused
/// with `sent` once it was sent.
#[utoipa::path(post, path = "/register-entries/{id}/letter", operation_id = "composeLetter",
    tag = "register", params(OnceHeader), request_body = Option<WordingInput>,
    responses((status = 200, body = LetterView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn compose(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
    draft: Draft<WordingInput>,
) -> Result<Response, Problem> {
    let desk = letters::authorise(&app, &caller, Action::LetterComposed)?;
    let request = Once::new(&caller, &headers, format!("{PATH}/{id}/letter"), &draft.said)?;
    let wording = draft.read(|input| Wording::read(&input)).map_err(Problem::invalid)?;
    let ctx = app.context.clone();
    once(&app, request, move |tx| {
        Box::pin(async move {
            let seen = letters::reword(tx, &ctx, &caller, &desk, (id, wording)).await?;
            Ok(ChangeReply::ok(view(&seen)))
        })
    })
    .await
}

/// Get the letter as a document (logged)
///
/// Refused with `letter-incomplete` while something is missing, and with `template-faulty` when the
/// template of the municipality cannot be used; `faults` names all of it.
#[utoipa::path(get, path = "/register-entries/{id}/letter/document",
    operation_id = "getLetterDocument", tag = "register",
    responses((status = 200, description = "The letter as a document for a word processor.",
            body = String, content_type = DOCUMENT, headers(("Content-Disposition"))),
        (status = 403), (status = 404), (status = 409)))]
async fn document(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<EntryId>,
) -> Result<Response, Problem> {
    let desk = letters::authorise(&app, &caller, Action::LetterTaken)?;
    let document = letters::take_document(&app, caller, desk, id).await?;
    Ok(file(document, DOCUMENT, &format!("{id}.docx")))
}

/// A file to keep, under a name that holds an id and nothing else.
pub(crate) fn file(bytes: Vec<u8>, kind: &'static str, name: &str) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    headers.extend(name.map(|name| (CONTENT_DISPOSITION, name)));
    response
}
