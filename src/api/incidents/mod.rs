//! Incidents: reported by whoever met one, listed and read by those whom it concerns.

pub mod aftercare;
pub mod incident_steps;
pub(crate) mod incident_view;
pub(crate) mod letter_mail;
pub mod letters;
pub mod measures;
pub mod policy;

use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use self::incident_view::{IncidentStage, IncidentView, view};
use super::{
    http::{
        idempotency::{ChangeReply, Once, OnceHeader, once, respond},
        json::{Draft, Id},
        pages::{Items, Page, PageQuery},
        problem::Problem,
        state::AppState,
    },
    people::auth::Caller,
};
use crate::{
    model::{
        ids::{AlarmId, IncidentId, PersonId, TeamId, VisitId},
        incidents::{How, ReportInput},
        input::faults::Fault,
        people::Named,
        visits::Resident,
    },
    service::incidents::{
        reports::{self, IncidentReport, ReportDraft},
        viewing,
    },
};

pub(super) const PATH: &str = "/v1/incidents";

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list, create))
        .routes(routes!(show))
        .routes(routes!(draft))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct IncidentFilter {
    /// Only incidents in this stage.
    #[param(value_type = Option<IncidentStage>, nullable = false)]
    stage: Option<String>,
}

/// List incidents, newest first (own, of own teams, or all for the desk; logged)
#[utoipa::path(get, path = "/incidents", operation_id = "listIncidents", tag = "incidents",
    params(IncidentFilter, PageQuery), responses((status = 200, body = Items<IncidentView>)))]
async fn list(
    State(app): State<AppState>,
    caller: Caller,
    page: Page<IncidentId>,
    Query(filter): Query<IncidentFilter>,
) -> Result<Response, Problem> {
    let known = ["reported", "assessed", "decided", "closed"];
    if !filter.stage.as_deref().is_none_or(|stage| known.contains(&stage)) {
        let fault = Fault::new("stage", "invalid", "reported, assessed, decided or closed");
        return Err(Problem::invalid(vec![fault]));
    }
    let stage = filter.stage.unwrap_or_default();
    let found = viewing::list(&app, caller, stage, page.after, page.limit).await?;
    Ok(respond(ChangeReply::ok(page.answer(&found, |seen| seen.incident.item.id, view)), PATH))
}

/// Look at an incident (logged)
#[utoipa::path(get, path = "/incidents/{id}", operation_id = "getIncident", tag = "incidents",
    responses((status = 200, body = IncidentView, headers(("ETag"))), (status = 404)))]
async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<IncidentId>,
) -> Result<Response, Problem> {
    Ok(respond(ChangeReply::ok(view(&viewing::see(&app, caller, id).await?)), PATH))
}

/// From where it is reported.
#[derive(Debug, Default, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct IncidentOrigin {
    /// Id of the visit.
    #[schema(value_type = Option<VisitId>)]
    #[param(value_type = Option<VisitId>, nullable = false)]
    visit_id: Option<String>,
    /// Id of the alarm.
    #[schema(value_type = Option<AlarmId>)]
    #[param(value_type = Option<AlarmId>, nullable = false)]
    alarm_id: Option<String>,
}

impl From<IncidentOrigin> for reports::ReportOrigin {
    fn from(it: IncidentOrigin) -> Self {
        Self { visit_id: it.visit_id, alarm_id: it.alarm_id }
    }
}

/// Observable facts: `said` or `done` is required; criticism and complaints are refused. `emergency`
/// is required with behaviour E. A visit or an alarm fills in what is left out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct IncidentInput {
    #[serde(flatten)]
    origin: IncidentOrigin,
    #[schema(value_type = Option<TeamId>)]
    team_id: Option<String>,
    #[schema(value_type = Option<Vec<PersonId>>, max_items = 20)]
    staff: Option<Vec<String>>,
    #[serde(flatten)]
    report: ReportInput,
}

/// What a visit or an alarm tells already for a report, and which colleagues there are
#[utoipa::path(get, path = "/incident-draft", operation_id = "draftIncident", tag = "incidents",
    params(IncidentOrigin),
    responses((status = 200, body = DraftView), (status = 404), (status = 409)))]
async fn draft(
    State(app): State<AppState>,
    caller: Caller,
    Query(origin): Query<IncidentOrigin>,
) -> Result<Response, Problem> {
    let draft = reports::draft(&app, caller, origin.into()).await?;
    Ok(respond(ChangeReply::ok(view_of_draft(&draft)), "/v1/incident-draft"))
}

/// What is known already.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = IncidentDraft)]
struct DraftView<'a> {
    visit_id: Option<VisitId>,
    alarm_id: Option<AlarmId>,
    team_id: Option<TeamId>,
    #[schema(value_type = Option<How>)]
    how: Option<&'a str>,
    #[schema(value_type = Option<Instant>)]
    happened_at: Option<&'a str>,
    residents: &'a [Resident],
    staff: &'a [Named],
    /// Who may have been there too.
    colleagues: &'a [Named],
}

fn view_of_draft(draft: &ReportDraft) -> DraftView<'_> {
    let visit = draft.visit.as_ref();
    DraftView {
        visit_id: visit.map(|visit| visit.id),
        alarm_id: draft.alarm.filter(|_| visit.is_some()),
        team_id: visit.map(|visit| visit.team),
        how: draft.filled.how.as_deref(),
        happened_at: draft.filled.happened_at.as_deref(),
        residents: visit.map(|visit| &*visit.plan.residents).unwrap_or_default(),
        staff: &draft.staff,
        colleagues: &draft.colleagues,
    }
}

/// Report an incident
///
/// From a visit or an alarm, which fill in what is left out, or by itself. The managers of the team
/// and the desk are told at once.
#[utoipa::path(post, path = "/incidents", operation_id = "reportIncident", tag = "incidents",
    params(OnceHeader), request_body = IncidentInput,
    responses((status = 201, body = IncidentView, headers(("ETag"), ("Location"))),
        (status = 403), (status = 404), (status = 409)))]
async fn create(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    draft: Draft<IncidentInput>,
) -> Result<Response, Problem> {
    reports::authorise_report(&caller)?;
    let request = Once::new(&caller, &headers, PATH, &draft.said)?;
    let input = draft.read(Ok).map_err(Problem::invalid)?;
    let IncidentInput { origin, team_id, staff, report } = input;
    let report = IncidentReport { origin: origin.into(), team_id, staff, report };
    let ctx = app.context.clone();
    once(&app, request, move |tx| {
        Box::pin(async move {
            Ok(ChangeReply::created(view(&reports::report(tx, &ctx, &caller, report).await?)))
        })
    })
    .await
}
