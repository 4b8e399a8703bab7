//! Aftercare, as the employee whom it is for, managers of the team and the desk see it.

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, Once, OnceHeader, once, respond},
            json::{Body, Id},
            pages::{Items, Page, PageQuery},
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
    },
    model::{
        clock::Instant,
        ids::{CareId, IncidentId, TeamId},
        incidents::aftercare::{Appointment, Moment, Talk},
        input::faults::Fault,
        people::Named,
    },
    service::incidents::aftercare::{self, CareStep, SeenCare},
};

const PATH: &str = "/v1/aftercare";

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(talk))
        .routes(routes!(plan))
        .routes(routes!(appoint))
        .routes(routes!(note))
}

/// The care for one employee after an incident.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Care)]
struct CareView<'a> {
    id: CareId,
    version: i64,
    incident_id: IncidentId,
    team_id: TeamId,
    employee: &'a Named,
    talks: Vec<TalkView<'a>>,
    /// Not for the desk.
    appointment: Option<&'a Appointment>,
    /// Seen by the employee and the managers of the team alone.
    note: Option<&'a str>,
    /// Whether it is for the caller.
    mine: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Talk)]
struct TalkView<'a> {
    moment: Moment,
    due: Instant,
    /// Nobody while it is open.
    by: Option<&'a Named>,
    at: Option<Instant>,
}

fn view(seen: &SeenCare) -> CareView<'_> {
    let care = &seen.care.item;
    CareView {
        id: care.id,
        version: seen.care.version,
        incident_id: care.incident,
        team_id: care.team,
        employee: &care.employee,
        talks: care.talks.iter().map(view_of_talk).collect(),
        appointment: care.appointment.as_ref().filter(|_| seen.is_inside),
        note: care.note.as_deref().filter(|_| seen.is_inside),
        mine: seen.is_own,
    }
}

fn view_of_talk(talk: &Talk) -> TalkView<'_> {
    TalkView { moment: talk.moment, due: talk.due, by: talk.by.as_ref(), at: talk.at }
}

/// List aftercare, newest first (my own, and of the teams that I manage)
#[utoipa::path(get, path = "/aftercare", operation_id = "listAftercare", tag = "incidents",
    params(PageQuery), responses((status = 200, body = Items<CareView>)))]
async fn list(
    State(app): State<AppState>,
    caller: Caller,
    page: Page<CareId>,
) -> Result<Response, Problem> {
    let found = aftercare::list(&app, caller, page.after, page.limit).await?;
    Ok(respond(ChangeReply::ok(page.answer(&found, |seen| seen.care.item.id, view)), PATH))
}

/// Look at the care for one employee (logged)
#[utoipa::path(get, path = "/aftercare/{id}", operation_id = "getAftercare", tag = "incidents",
    responses((status = 200, body = CareView, headers(("ETag"))), (status = 404)))]
async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<CareId>,
) -> Result<Response, Problem> {
    Ok(respond(ChangeReply::ok(view(&aftercare::see(&app, caller, id).await?)), PATH))
}

async fn take(
    app: &AppState,
    caller: Caller,
    headers: &HeaderMap,
    (id, what): (CareId, &str),
    said: &impl Serialize,
    step: CareStep,
) -> Result<Response, Problem> {
    let request = Once::new(&caller, headers, format!("{PATH}/{id}/{what}"), said)?;
    let ctx = app.context.clone();
    once(app, request, move |tx| {
        Box::pin(async move {
            Ok(ChangeReply::ok(view(&aftercare::take_step(tx, &ctx, &caller, id, &step).await?)))
        })
    })
    .await
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
struct TalkInput {
    #[schema(required, nullable = false, value_type = Moment)]
    moment: Option<String>,
}

/// Note that I spoke with the employee
#[utoipa::path(post, path = "/aftercare/{id}/talk", operation_id = "noteTalk", tag = "incidents",
    params(OnceHeader), request_body = TalkInput,
    responses((status = 200, body = CareView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn talk(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<CareId>,
    headers: HeaderMap,
    Body(input): Body<TalkInput>,
) -> Result<Response, Problem> {
    let moment = input.moment.as_deref().map(|name| serde_json::from_value(name.into()));
    let moment: Option<Moment> = moment.and_then(Result::ok);
    let moment = moment.ok_or_else(|| {
        let why = "right-away, next-morning or later";
        Problem::invalid(vec![Fault::new("moment", "invalid", why)])
    })?;
    take(&app, caller, &headers, (id, "talk"), &input, CareStep::Talk(moment)).await
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
struct LaterTalkInput {
    #[schema(required, nullable = false, value_type = Instant)]
    at: Option<String>,
}

/// Plan a later talk
#[utoipa::path(post, path = "/aftercare/{id}/later-talk", operation_id = "planTalk", tag = "incidents",
    params(OnceHeader), request_body = LaterTalkInput,
    responses((status = 200, body = CareView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn plan(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<CareId>,
    headers: HeaderMap,
    Body(input): Body<LaterTalkInput>,
) -> Result<Response, Problem> {
    let step = CareStep::LaterTalk(input.at.clone());
    take(&app, caller, &headers, (id, "later-talk"), &input, step).await
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
struct AppointmentInput {
    #[schema(required, nullable = false, min_length = 1, max_length = 200)]
    organisation: Option<String>,
    #[schema(required, nullable = false, value_type = Instant)]
    at: Option<String>,
}

/// Note an appointment with a support organisation
#[utoipa::path(post, path = "/aftercare/{id}/appointment", operation_id = "appointSupport", tag = "incidents",
    params(OnceHeader), request_body = AppointmentInput,
    responses((status = 200, body = CareView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn appoint(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<CareId>,
    headers: HeaderMap,
    Body(input): Body<AppointmentInput>,
) -> Result<Response, Problem> {
    let (organisation, at) = (input.organisation.clone(), input.at.clone());
    let step = CareStep::Appointment { organisation, at };
    take(&app, caller, &headers, (id, "appointment"), &input, step).await
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
struct CareNoteInput {
    #[schema(required, nullable = false, max_length = 4000)]
    note: Option<String>,
}

/// Write the note that only the employee and the managers of the team see
#[utoipa::path(post, path = "/aftercare/{id}/note", operation_id = "noteCare", tag = "incidents",
    params(OnceHeader), request_body = CareNoteInput,
    responses((status = 200, body = CareView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn note(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<CareId>,
    headers: HeaderMap,
    Body(input): Body<CareNoteInput>,
) -> Result<Response, Problem> {
    let step = CareStep::Note(input.note.clone());
    take(&app, caller, &headers, (id, "note"), &input, step).await
}
