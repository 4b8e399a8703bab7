//! All that is held on the person of a request: found, confirmed by somebody of the desk, and given
//! as one readable file.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::requests::PATH;
use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, respond},
            json::{Body, Id},
            problem::Problem,
            state::AppState,
        },
        incidents::letters::file,
        people::auth::Caller,
        register::Desk,
    },
    model::{
        ids::RequestId,
        messages::language::Language,
        privacy::{
            access::Action,
            held::{HeldKind, HeldRecord, HeldRef},
        },
        register::address::Address,
    },
    service::privacy::person_exports::{self, ExportChoice},
};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(candidates)).routes(routes!(export))
}

#[derive(Serialize, ToSchema)]
#[schema(as = PersonCandidates)]
struct CandidatesView<'a> {
    records: Vec<RecordView<'a>>,
}

/// A record that may be about a person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HeldRecord)]
struct RecordView<'a> {
    kind: HeldKind,
    id: Uuid,
    name: &'a str,
    birth_date: Option<NaiveDate>,
    addresses: &'a [Address],
    /// First day of a measure, day of an incident or a visit, day on which a request came in.
    day: NaiveDate,
    /// More than the name is the same: the house or the birth date.
    sure: bool,
}

fn view(record: &HeldRecord) -> RecordView<'_> {
    RecordView {
        kind: record.which.kind,
        id: record.which.id,
        name: &record.name,
        birth_date: record.birth_date,
        addresses: &record.addresses,
        day: record.day,
        sure: record.sure,
    }
}

/// Find what may be held on the person of a request (logged)
///
/// By the keys of a register check. Somebody of the desk says which of it is about this person.
#[utoipa::path(get, path = "/privacy-requests/{id}/candidates", operation_id = "findHeldOnPerson",
    tag = "register",
    responses((status = 200, body = CandidatesView), (status = 403), (status = 404)))]
async fn candidates(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<RequestId>,
) -> Result<Response, Problem> {
    let desk = Desk::new(&app, &caller, Action::PersonSought)?;
    let found = person_exports::candidates(&app, desk, id).await?;
    let records = found.iter().map(view).collect();
    Ok(respond(ChangeReply::ok(CandidatesView { records }), PATH))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ExportInput {
    /// Those that are about this person. With an entry go its letter and who looked at it.
    #[schema(required, nullable = false, max_items = 500)]
    records: Option<Vec<HeldRef>>,
    language: Option<Language>,
}

/// Get all that is held on the person, as one readable file (logged)
///
/// Of what is named and is a candidate. Employees appear by their role; free text is to be read
/// before it is handed over.
#[utoipa::path(post, path = "/privacy-requests/{id}/export", operation_id = "exportPerson",
    tag = "register", request_body = ExportInput,
    responses(
        (status = 200, description = "One file that people and programs can read.", body = String,
            content_type = "text/html", headers(("Content-Disposition"))),
        (status = 403), (status = 404), (status = 409)))]
async fn export(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<RequestId>,
    Body(input): Body<ExportInput>,
) -> Result<Response, Problem> {
    let desk = Desk::new(&app, &caller, Action::PersonExported)?;
    let ExportInput { records, language } = input;
    let choice = ExportChoice { records, language };
    let page = person_exports::export(&app, desk, id, choice).await?;
    Ok(file(page.into_bytes(), "text/html; charset=utf-8", &format!("{id}.html")))
}
