//! What somebody who is out there says in the app: it starts, all is well, more time, help, it
//! ended.

use std::collections::BTreeMap;

use axum::{
    extract::{FromRequest, FromRequestParts as _, Request, State},
    http::HeaderMap,
    response::Response,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{Object, ObjectBuilder, Type},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    answer_reply, shown,
    visit_view::{self, VisitView},
};
use crate::{
    api::{
        alarms::alarm_view::AlarmView,
        http::{
            idempotency::{ChangeReply, Once, OnceHeader, once, respond},
            json::{Body, Id},
            parts::{Empty, name_schema, part_of},
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
    },
    model::{
        alarms::Position,
        clock::{Instant, whole_micros},
        ids::VisitId,
        input::faults::Faults,
        people::pins::Proof,
        visits::answers::Saying,
    },
    service::{
        idempotency::{self, Shown},
        visits::{
            actions,
            answers::{self, AnswerOutcome, AnswerRequest, AnsweredBy},
            unannounced,
        },
    },
};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(start))
        .routes(routes!(check_in))
        .routes(routes!(extend))
        .routes(routes!(end))
        .routes(routes!(help))
        .routes(routes!(help_without_visit))
        .routes(routes!(undo))
}

/// Each operation tells the part of it that it needs, and takes the rest as well: no answer is
/// refused for saying too much.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SayingInput {
    #[schema(schema_with = minutes)]
    minutes: Option<u32>,
    /// The PIN, where the visit asks for it.
    #[schema(max_length = 40)]
    pin: Option<String>,
    #[schema(value_type = Option<Instant>)]
    tapped_at: Option<String>,
    #[schema(max_length = 1000)]
    note: Option<String>,
    #[schema(value_type = Option<Position>)]
    position: Option<PositionInput>,
    /// Only adds the position to the call for help that is open.
    #[serde(default)]
    #[schema(default = false)]
    follow_up: bool,
}

fn minutes() -> Object {
    ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some([15, 30, 60])).build()
}

name_schema!(CheckInInput, SayingInput, part_of::<SayingInput>(&["pin", "tappedAt"], &[]));
name_schema!(
    ExtensionInput,
    SayingInput,
    part_of::<SayingInput>(&["minutes", "pin", "tappedAt"], &["minutes"])
);
name_schema!(EndInput, SayingInput, part_of::<SayingInput>(&["pin", "tappedAt", "note"], &[]));
name_schema!(
    PanicInput,
    SayingInput,
    part_of::<SayingInput>(&["position", "tappedAt", "followUp"], &[])
);
name_schema!(HelpInput, SayingInput, part_of::<SayingInput>(&["position", "tappedAt"], &[]));
name_schema!(UndoInput, SayingInput, part_of::<SayingInput>(&["pin"], &[]));

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PositionInput {
    latitude: f64,
    longitude: f64,
    #[serde(default)]
    accuracy_metres: Option<f64>,
}

/// Start the visit
///
/// Also works when something is missing: the worker is watched all the same and the manager is told
/// at once.
#[utoipa::path(post, path = "/visits/{id}/start", operation_id = "startVisit", tag = "visits",
    params(OnceHeader), request_body = Option<Empty>,
    responses((status = 200, body = VisitView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn start(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<VisitId>,
    headers: HeaderMap,
    Body(said): Body<Value>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, format!("/v1/visits/{id}/start"), &said)?;
    let at = app.clone();
    once(&app, key, move |tx| {
        Box::pin(async move {
            let seen = actions::start(tx, &at, &caller, id).await?;
            Ok(shown(&at, &caller, &seen))
        })
    })
    .await
}

/// Say that all is well
///
/// Confirms the check-in that is due, or the next one. Without the PIN that it needs it is refused
/// with 403 `pin-needed`, with a wrong one with `pin-wrong`. `tappedAt` is the time of an answer that
/// could not be sent at once: it counts for what was asked by then. A time ahead of now is refused
/// with 409 `tapped-ahead`, one from before the start with `tapped-before-start`; a minute is allowed
/// for clocks that differ.
#[utoipa::path(post, path = "/visits/{id}/check-ins", operation_id = "checkIn", tag = "visits",
    params(OnceHeader), request_body = Option<CheckInInput>,
    responses((status = 200, body = VisitView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn check_in(answer: AppAnswer) -> Result<Response, Problem> {
    answer.say("check-ins", |_, _| Some(Saying::Well)).await
}

/// Ask for more time
///
/// Counts as an answer: all is well, and the expected end moves.
#[utoipa::path(post, path = "/visits/{id}/extensions", operation_id = "extendVisit", tag = "visits",
    params(OnceHeader), request_body = ExtensionInput,
    responses((status = 200, body = VisitView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn extend(answer: AppAnswer) -> Result<Response, Problem> {
    let more_time = |said: &SayingInput, faults: &mut Faults| match said.minutes {
        Some(more @ (15 | 30 | 60)) => Some(Saying::MoreTime(more)),
        _ => {
            faults.add("minutes", "invalid", "15, 30 or 60");
            None
        }
    };
    answer.say("extensions", more_time).await
}

/// Say that the visit ended safely
#[utoipa::path(post, path = "/visits/{id}/end", operation_id = "endVisit", tag = "visits",
    params(OnceHeader), request_body = Option<EndInput>,
    responses((status = 200, body = VisitView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn end(answer: AppAnswer) -> Result<Response, Problem> {
    answer.say("end", |_, _| Some(Saying::Ended)).await
}

/// Call for help
///
/// Opens an alarm at once. Who has a PIN can take it back until `undoUntil`; only then the first rung
/// is called. A second call ends that wait. With `followUp` it only adds the position to the call that
/// is open (409 `no-alarm` without one). Where help is silent, the answer is the visit as after 'all
/// is well'.
#[utoipa::path(post, path = "/visits/{id}/alarm", operation_id = "panic", tag = "visits",
    params(OnceHeader), request_body = Option<PanicInput>,
    responses((status = 200, body = VisitView, headers(("ETag"))),
        (status = 201, body = AlarmView, headers(("Location"))),
        (status = 403), (status = 404), (status = 409)))]
async fn help(answer: AppAnswer) -> Result<Response, Problem> {
    let position = position(&answer.said);
    if !answer.said.follow_up {
        return answer.say("alarm", |_, _| Some(Saying::Help(position))).await;
    }
    let key = answer
        .key("alarm", &BTreeMap::from([("followUp", serde_json::to_value(position).ok())]))?;
    answer.follow_up(key, FollowUp::Locate(position)).await
}

/// Call for help without a visit
///
/// Counts for a visit that you are on, or that is near. Otherwise one begins with its alarm, and the
/// ladder is climbed as for any other. Answers with that visit. For who has no number (409
/// `no-number`) or is in no team (409 `no-team`) nobody is warned.
#[utoipa::path(post, path = "/me/alarm", operation_id = "panicWithoutVisit", tag = "visits",
    params(OnceHeader), request_body = Option<HelpInput>,
    responses((status = 201, body = VisitView, headers(("ETag"), ("Location"))), (status = 409)))]
async fn help_without_visit(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Body(said): Body<SayingInput>,
) -> Result<Response, Problem> {
    let mut faults = Faults::default();
    let tapped_at = tapped_at(said.tapped_at.as_deref(), app.now(), &mut faults);
    faults.done().map_err(Problem::invalid)?;
    let told = (&said.tapped_at, &said.position);
    let key = Once::new(&caller, &headers, "/v1/me/alarm", &told)?;
    let (at, position) = (app.clone(), position(&said));
    let work = idempotency::once(&app, key, move |tx| {
        Box::pin(async move {
            let outcome = unannounced::call_for_help(tx, &at, &caller, position, tapped_at).await?;
            let words = at.words(caller.person.language);
            Ok::<_, Problem>(ChangeReply::created(visit_view::visit(&outcome.seen, &words)))
        })
    });
    Ok(respond(work.await?.into(), "/v1/visits"))
}

/// A position that cannot be is left out: help never waits for a form to be right.
fn position(said: &SayingInput) -> Option<Position> {
    let possible = |p: &PositionInput| {
        (-90.0..=90.0).contains(&p.latitude) && (-180.0..=180.0).contains(&p.longitude)
    };
    said.position.filter(possible).map(|p| Position {
        latitude: p.latitude,
        longitude: p.longitude,
        accuracy_metres: p.accuracy_metres.filter(|m| m.is_finite() && *m >= 0.0),
    })
}

/// Take a call for help back, with the PIN
///
/// Possible as long as nobody was contacted; afterwards 409 `help-stays`, and the manager closes the
/// alarm. A wrong PIN is refused with 403 `pin-wrong`, and the alarm goes on.
#[utoipa::path(post, path = "/visits/{id}/alarm/withdrawal", operation_id = "undoPanic",
    tag = "visits", params(OnceHeader), request_body = UndoInput,
    responses((status = 200, body = VisitView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn undo(mut answer: AppAnswer) -> Result<Response, Problem> {
    let AppAnswer { app, caller, visit, said, .. } = &mut answer;
    let proof =
        answers::prove_for_caller(app, caller, *visit, said.pin.take().into_iter().collect())
            .await?;
    // The PIN is told apart by the key alone: it is not kept.
    let key = answer.key("alarm/withdrawal", &())?;
    answer.follow_up(key, FollowUp::Undo(proof)).await
}

/// What somebody who is out there says, as it comes in.
struct AppAnswer {
    app: AppState,
    caller: Caller,
    visit: VisitId,
    headers: HeaderMap,
    said: SayingInput,
}

impl FromRequest<AppState> for AppAnswer {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, app).await?;
        let Id(visit) = Id::from_request_parts(&mut parts, app).await?;
        let headers = parts.headers.clone();
        let Body(said) = Body::from_request(Request::from_parts(parts, body), app).await?;
        Ok(Self { app: app.clone(), caller, visit, headers, said })
    }
}

/// Something about a call for help that is open.
enum FollowUp {
    /// Adds the position, and calls nobody.
    Locate(Option<Position>),
    Undo(Proof),
}

impl AppAnswer {
    fn key(&self, what: &str, told: &impl Serialize) -> Result<Once, Problem> {
        let path = format!("/v1/visits/{}/{what}", self.visit);
        Once::new(&self.caller, &self.headers, path, told)
    }

    async fn say(
        self,
        what: &'static str,
        saying: impl FnOnce(&SayingInput, &mut Faults) -> Option<Saying>,
    ) -> Result<Response, Problem> {
        let said = &self.said;
        // The PIN is told apart by the key alone: it is not kept, not even as part of a digest.
        let told = (&said.minutes, &said.tapped_at, &said.note, &said.position);
        let key = self.key(what, &told)?;
        let mut faults = Faults::default();
        let saying = saying(said, &mut faults);
        let tapped_at = tapped_at(said.tapped_at.as_deref(), self.app.now(), &mut faults);
        faults.done().map_err(Problem::invalid)?;
        let saying = saying.ok_or_else(Problem::not_found)?;
        let words = self.app.words(self.caller.person.language);
        let show = move |outcome: &AnswerOutcome| answer_reply::reply(outcome, &words).into();
        let path = key.path().to_owned();
        let request = AnswerRequest {
            visit: self.visit,
            by: AnsweredBy::Caller(Box::new(self.caller)),
            saying,
            words: None,
            codes: self.said.pin.into_iter().collect(),
            asked: None,
            tapped_at: Some(tapped_at),
        };
        let reply = answers::submit_once(&self.app, request, Shown::new(key, show)).await?;
        answer_reply::refuse(respond(reply.into(), &path))
    }

    async fn follow_up(self, key: Once, what: FollowUp) -> Result<Response, Problem> {
        let Self { app, caller, visit, .. } = self;
        let at = app.clone();
        let work = once(&app, key, move |tx| {
            Box::pin(async move {
                let outcome = match what {
                    FollowUp::Locate(position) => {
                        actions::locate(tx, &at, &caller, visit, position).await?
                    }
                    FollowUp::Undo(proof) => {
                        actions::undo_help(tx, &at, &caller, visit, proof).await?
                    }
                };
                Ok(answer_reply::reply(&outcome, &at.words(caller.person.language)))
            })
        });
        work.await.and_then(answer_reply::refuse)
    }
}

fn tapped_at(given: Option<&str>, now: Instant, faults: &mut Faults) -> Instant {
    let Some(given) = given else { return now };
    let read = chrono::DateTime::parse_from_rfc3339(given).map_err(|_| "is no moment");
    faults.take("tappedAt", read).map_or(now, |at| whole_micros(at.to_utc()))
}
