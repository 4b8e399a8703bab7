//! The pages behind one-time links. Opening one shows a button; only the button does something, so
//! that a robot that looks at links for a preview confirms nothing.

use axum::{
    Router,
    extract::{Path, Query, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
    routing::get,
};
use maud::Markup;
use serde::Deserialize;

use super::{
    link_page::{LinkPageParts, STYLE},
    officer_page::OfficerPageParts,
};
use crate::{
    api::http::{problem::Problem, state::AppState},
    model::{
        alarms::AlarmState,
        clock::Instant,
        ids::{AlarmId, CheckInId, OfficerId, PersonId, VisitId},
        messages::language::Language,
        visits::{
            answers::{Reply, Saying},
            timeline::Route,
            watch::LinkTo,
        },
    },
    service::{
        alarms::handling::take_by_route,
        messages::phrases::{answer_phrase, not_taken_phrase},
        visits::{
            answers::{self, AnswerRequest, AnsweredBy},
            links::{self, LinkQuestion},
            officer_notices,
        },
    },
};

/// The routes of this file.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/c/{secret}", get(open).post(press))
        .route("/a/{secret}", get(open).post(press))
        .route("/n/{secret}", get(open).post(press))
        .route("/link.css", get(style))
}

/// In which language the page is asked for.
#[derive(Deserialize)]
struct LinkQuery {
    lang: Option<String>,
}

impl LinkQuery {
    fn parts(&self, app: &AppState) -> LinkPageParts {
        LinkPageParts::of(app, self.lang.as_deref().and_then(Language::from_name))
    }
}

async fn open(
    State(app): State<AppState>,
    Path(secret): Path<String>,
    Query(asked): Query<LinkQuery>,
) -> Result<Response, Problem> {
    let parts = asked.parts(&app);
    Ok(match links::find(&app, secret).await? {
        None | Some((LinkTo::Answer(..), _)) => gone(&app, &parts).await?,
        Some((LinkTo::CheckIn(visit, check_in), _)) => {
            match links::asked_about(&app, visit, check_in).await? {
                LinkQuestion::IsAllWell { pin_needed } => show(parts.ask_well(pin_needed, None)),
                LinkQuestion::Answered(next) => show(parts.done(&parts.words.confirmed(next))),
                LinkQuestion::VisitOver => show(parts.done(&parts.words.ended())),
                LinkQuestion::Nothing => gone(&app, &parts).await?,
            }
        }
        Some((LinkTo::Alarm(id, person), _)) => {
            let (line, state) = alarm_state(&app, &parts, id, person).await?;
            show(parts.ask_take(&line, state.as_deref()))
        }
        Some((LinkTo::Notice(visit, officer), until)) => {
            notice(&app, &parts, visit, officer, until).await?
        }
    })
}

async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

/// No machine keeps these.
const UNLISTED: [(&str, &str); 1] = [("x-robots-tag", "noindex, nofollow")];

fn show(page: Markup) -> Response {
    (UNLISTED, page).into_response()
}

async fn gone(app: &AppState, parts: &LinkPageParts) -> Result<Response, Problem> {
    let number = links::organisation(app).await?.map(|o| o.call_number);
    Ok((StatusCode::GONE, UNLISTED, parts.gone(number.as_ref())).into_response())
}

async fn press(
    State(app): State<AppState>,
    Path(secret): Path<String>,
    Query(asked): Query<LinkQuery>,
    headers: axum::http::HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let form = Form::read(&headers, &body);
    let parts = asked.parts(&app);
    Ok(match links::find(&app, secret).await? {
        None | Some((LinkTo::Answer(..), _)) => gone(&app, &parts).await?,
        Some((LinkTo::CheckIn(visit, check_in), _)) => {
            well(&app, &parts, visit, check_in, form).await?
        }
        Some((LinkTo::Alarm(id, person), _)) => taken(&app, &parts, id, person).await?,
        Some((LinkTo::Notice(visit, officer), until)) => {
            officer_notices::record_seen(&app, visit, officer).await?;
            notice(&app, &parts, visit, officer, until).await?
        }
    })
}

/// What a page's button sends along.
struct Form {
    pin: Option<String>,
    say: String,
}

impl Form {
    fn read(headers: &axum::http::HeaderMap, body: &[u8]) -> Self {
        let json = headers
            .get(CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|v| v.starts_with("application/json"));
        let fields: Vec<(String, String)> = if json {
            let value: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
            let text = |name: &str| {
                value.get(name).and_then(|v| v.as_str()).map(|v| (name.to_owned(), v.to_owned()))
            };
            ["pin", "say"].into_iter().filter_map(text).collect()
        } else {
            url::form_urlencoded::parse(body).into_owned().collect()
        };
        let field = |name: &str| {
            fields.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.clone())
        };
        Self { pin: field("pin"), say: field("say").unwrap_or_default() }
    }
}

async fn well(
    app: &AppState,
    parts: &LinkPageParts,
    visit: VisitId,
    check_in: CheckInId,
    form: Form,
) -> Result<Response, Problem> {
    let saying = match form.say.as_str() {
        "15" => Saying::MoreTime(15),
        "ended" => Saying::Ended,
        _ => Saying::Well,
    };
    let request = AnswerRequest {
        visit,
        by: AnsweredBy::Link,
        saying,
        words: None,
        codes: form.pin.into_iter().collect(),
        asked: Some(check_in),
        tapped_at: None,
    };
    let reply = answers::submit(app, request).await?.reply;
    let said = answer_phrase(&reply, &parts.words);
    Ok(match reply {
        Reply::PinNeeded | Reply::PinWrong | Reply::AlarmNeedsPin => {
            show(parts.ask_well(true, Some(&said)))
        }
        _ => show(parts.done(&said)),
    })
}

async fn taken(
    app: &AppState,
    parts: &LinkPageParts,
    id: AlarmId,
    person: PersonId,
) -> Result<Response, Problem> {
    match take_by_route(app, id, person, Route::Link).await {
        Ok(taken) => Ok(show(parts.yours(taken.visit.as_ref(), taken.silent))),
        Err(why) if why.is_failure() => Err(why.into()),
        Err(why) => Ok(show(parts.done(&not_taken_phrase(&why, &parts.words)))),
    }
}

/// What is the matter, and who has it already.
async fn alarm_state(
    app: &AppState,
    parts: &LinkPageParts,
    id: AlarmId,
    person: PersonId,
) -> Result<(String, Option<String>), Problem> {
    let (alarm, who) = links::alarm(app, id).await?;
    let words = &parts.words;
    let line = words.alarm_line(&who, alarm.cause, alarm.opened_at);
    let state = match &alarm.state {
        AlarmState::Open { .. } => None,
        AlarmState::Owned { by, .. } if by.id == person => Some(words.taken_by_you()),
        AlarmState::Owned { by, .. } => Some(words.taken_by(&by.name)),
        AlarmState::Closed { .. } => Some(words.alarm_over()),
    };
    Ok((line, state))
}

async fn notice(
    app: &AppState,
    parts: &LinkPageParts,
    visit: VisitId,
    officer: OfficerId,
    until: Instant,
) -> Result<Response, Problem> {
    let (watch, organisation) = officer_notices::show_to_officer(app, visit, officer).await?;
    let now = app.now();
    Ok(show(parts.notice(&OfficerPageParts { watch, officer, organisation, now, until })))
}
