//! What is done with an incident: assessed, the resident called, decided, brought to the police and
//! to Legal Affairs, closed.

use axum::{extract::State, http::HeaderMap, response::Response};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    PATH,
    incident_view::{IncidentView, view},
};
use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, Once, OnceHeader, once},
            json::{Body, Id},
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
    },
    model::{
        ids::{EntryId, IncidentId, PersonId},
        incidents::{
            AffairKind, AffairStep, DecisionInput,
            advice::{Behaviour, CallStep},
        },
    },
    service::{
        Context, Error,
        incidents::{
            steps::{self, IncidentAssessment, OmbudsmanCall},
            viewing::SeenIncident,
        },
    },
    store::Tx,
};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(assess))
        .routes(routes!(note_call))
        .routes(routes!(decide))
        .routes(routes!(police))
        .routes(routes!(damage))
        .routes(routes!(close))
}

/// Takes one step with an incident, under an idempotency key, and shows it.
async fn step<F>(
    app: &AppState,
    caller: Caller,
    headers: &HeaderMap,
    (id, what): (IncidentId, &str),
    said: &impl Serialize,
    verb: F,
) -> Result<Response, Problem>
where
    F: for<'t> FnOnce(
            &'t mut Tx,
            &'t Context,
            &'t Caller,
        ) -> BoxFuture<'t, Result<SeenIncident, Error>>
        + Send
        + 'static,
{
    let request = Once::new(&caller, headers, format!("{PATH}/{id}/{what}"), said)?;
    let ctx = app.context.clone();
    once(app, request, move |tx| {
        Box::pin(async move { Ok(ChangeReply::ok(view(&verb(tx, &ctx, &caller).await?))) })
    })
    .await
}

/// What is left out is as reported.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
struct AssessmentInput {
    #[schema(value_type = Option<Behaviour>)]
    behaviour: Option<String>,
    persistent: Option<bool>,
    /// The candidates that are this resident; when left out, the sure ones.
    #[schema(value_type = Option<Vec<EntryId>>, max_items = 200)]
    entries: Option<Vec<String>>,
}

/// Hold an incident against the rules; answers with the advice
///
/// By a manager of the team or the desk who was not involved; until the decision as often as more
/// becomes known.
#[utoipa::path(post, path = "/incidents/{id}/assessment", operation_id = "assessIncident",
    tag = "incidents", params(OnceHeader), request_body = Option<AssessmentInput>,
    responses((status = 200, body = IncidentView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn assess(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<IncidentId>,
    headers: HeaderMap,
    Body(input): Body<AssessmentInput>,
) -> Result<Response, Problem> {
    let AssessmentInput { behaviour, persistent, entries } = &input;
    let (behaviour, entries) = (behaviour.clone(), entries.clone());
    let given = IncidentAssessment { behaviour, persistent: *persistent, entries };
    step(&app, caller, &headers, (id, "assessment"), &input, move |tx, ctx, caller| {
        Box::pin(async move { steps::assess(tx, ctx, caller, id, &given).await })
    })
    .await
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OmbudsmanCallInput)]
struct CallInput {
    #[schema(required, nullable = false, value_type = CallOutcome)]
    outcome: Option<String>,
    /// What was said, or why the call is left out.
    #[schema(required, nullable = false, min_length = 1, max_length = 2000)]
    note: Option<String>,
    /// Whoever notes it unless somebody else called.
    #[schema(value_type = Option<PersonId>)]
    called_by: Option<String>,
}

/// What came of a call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum CallOutcome {
    Calmed,
    Persists,
    KnowsProtocol,
}

impl From<CallOutcome> for CallStep {
    fn from(outcome: CallOutcome) -> Self {
        match outcome {
            CallOutcome::Calmed => Self::Calmed,
            CallOutcome::Persists => Self::Persists,
            CallOutcome::KnowsProtocol => Self::KnowsProtocol,
        }
    }
}

/// Note the call by another employee, or that it is left out
#[utoipa::path(post, path = "/incidents/{id}/ombudsman-call", operation_id = "noteOmbudsmanCall",
    tag = "incidents", params(OnceHeader), request_body = CallInput,
    responses((status = 200, body = IncidentView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn note_call(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<IncidentId>,
    headers: HeaderMap,
    Body(input): Body<CallInput>,
) -> Result<Response, Problem> {
    let outcome = input.outcome.as_deref().map(|name| serde_json::from_value(name.into()));
    let outcome = outcome.and_then(Result::ok).map(CallOutcome::into);
    let (note, called_by) = (input.note.clone(), input.called_by.clone());
    let call = OmbudsmanCall { outcome, note, called_by };
    step(&app, caller, &headers, (id, "ombudsman-call"), &input, move |tx, ctx, caller| {
        Box::pin(async move { steps::note_call(tx, ctx, caller, id, &call).await })
    })
    .await
}

/// Decide on an incident
///
/// A letter becomes a proposal for the register, which somebody else has to approve.
#[utoipa::path(post, path = "/incidents/{id}/decision", operation_id = "decideIncident",
    tag = "incidents", params(OnceHeader), request_body = DecisionInput,
    responses((status = 200, body = IncidentView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn decide(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<IncidentId>,
    headers: HeaderMap,
    Body(input): Body<DecisionInput>,
) -> Result<Response, Problem> {
    let said = input.clone();
    step(&app, caller, &headers, (id, "decision"), &said, move |tx, ctx, caller| {
        Box::pin(async move { steps::decide(tx, ctx, caller, id, &input).await })
    })
    .await
}

/// Take on, finish or leave out the police report
#[utoipa::path(post, path = "/incidents/{id}/police-report", operation_id = "reportToPolice",
    tag = "incidents", params(OnceHeader), request_body = AffairStep,
    responses((status = 200, body = IncidentView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn police(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<IncidentId>,
    headers: HeaderMap,
    Body(input): Body<AffairStep>,
) -> Result<Response, Problem> {
    let kind = AffairKind::PoliceReport;
    affair(&app, caller, &headers, (id, "police-report"), input, kind).await
}

/// Take on, finish or leave out the claim for damage
#[utoipa::path(post, path = "/incidents/{id}/damage-claim", operation_id = "claimDamage",
    tag = "incidents", params(OnceHeader), request_body = AffairStep,
    responses((status = 200, body = IncidentView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn damage(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<IncidentId>,
    headers: HeaderMap,
    Body(input): Body<AffairStep>,
) -> Result<Response, Problem> {
    let kind = AffairKind::DamageClaim;
    affair(&app, caller, &headers, (id, "damage-claim"), input, kind).await
}

async fn affair(
    app: &AppState,
    caller: Caller,
    headers: &HeaderMap,
    which: (IncidentId, &str),
    input: AffairStep,
    kind: AffairKind,
) -> Result<Response, Problem> {
    let id = which.0;
    let said = input.clone();
    step(app, caller, headers, which, &said, move |tx, ctx, caller| {
        Box::pin(async move { steps::take_affair_step(tx, ctx, caller, id, (kind, &input)).await })
    })
    .await
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = NoteInput)]
struct IncidentClosureInput {
    #[schema(required, nullable = false, min_length = 1, max_length = 2000)]
    note: Option<String>,
}

/// Close an incident, with what the reporter is told
#[utoipa::path(post, path = "/incidents/{id}/closure", operation_id = "closeIncident",
    tag = "incidents", params(OnceHeader), request_body = IncidentClosureInput,
    responses((status = 200, body = IncidentView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn close(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<IncidentId>,
    headers: HeaderMap,
    Body(input): Body<IncidentClosureInput>,
) -> Result<Response, Problem> {
    let note = input.note.clone();
    step(&app, caller, &headers, (id, "closure"), &input, move |tx, ctx, caller| {
        Box::pin(async move { steps::close(tx, ctx, caller, id, note.as_deref()).await })
    })
    .await
}
