//! The pages behind one-time links. Opening one shows a button; only the button does something, so
//! that a robot that looks at links for a preview confirms nothing.

use axum::{
    Router,
    extract::{Path, Query, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde::Deserialize;

use super::{
    alarm_link::{AlarmLink, phone_cookie},
    link_page::{LinkPageParts, STYLE, UNLISTED, show},
    officer_page::OfficerPageParts,
};
use crate::{
    api::{
        http::{problem::Problem, state::AppState},
        people::auth::cookie_named,
    },
    model::{
        clock::Instant,
        ids::{CheckInId, OfficerId, VisitId},
        messages::language::Language,
        visits::{
            answers::{Reply, Saying},
            watch::LinkTo,
        },
    },
    service::{
        messages::phrases::answer_phrase,
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
    headers: axum::http::HeaderMap,
) -> Result<Response, Problem> {
    let parts = asked.parts(&app);
    Ok(match links::find(&app, secret.clone()).await? {
        None | Some((LinkTo::Answer(..), _)) => gone(&app, &parts).await?,
        Some((LinkTo::CheckIn(visit, check_in), _)) => ask(&app, &parts, visit, check_in).await?,
        Some((LinkTo::Alarm(alarm, person), _)) => {
            let phone = cookie_named(&headers, &phone_cookie(&app));
            AlarmLink { app: &app, parts: &parts, secret, alarm, person, phone }.open().await?
        }
        Some((LinkTo::Notice(visit, officer), until)) => {
            notice(&app, &parts, visit, officer, until).await?
        }
    })
}

async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
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
    Ok(match links::find(&app, secret.clone()).await? {
        None | Some((LinkTo::Answer(..), _)) => gone(&app, &parts).await?,
        Some((LinkTo::CheckIn(visit, check_in), _)) => {
            well(&app, &parts, visit, check_in, form).await?
        }
        Some((LinkTo::Alarm(alarm, person), _)) => {
            let phone = cookie_named(&headers, &phone_cookie(&app));
            let link = AlarmLink { app: &app, parts: &parts, secret, alarm, person, phone };
            link.press(&form.step, form.code.as_deref()).await?
        }
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
    /// The step after an alarm was taken, and the code for it.
    step: String,
    code: Option<String>,
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
            ["pin", "say", "step", "code"].into_iter().filter_map(text).collect()
        } else {
            url::form_urlencoded::parse(body).into_owned().collect()
        };
        let field = |name: &str| {
            fields.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.clone())
        };
        let (say, step) = (field("say").unwrap_or_default(), field("step").unwrap_or_default());
        Self { pin: field("pin"), say, step, code: field("code") }
    }
}

/// What the link still asks.
async fn ask(
    app: &AppState,
    parts: &LinkPageParts,
    visit: VisitId,
    check_in: CheckInId,
) -> Result<Response, Problem> {
    Ok(match links::asked_about(app, visit, check_in).await? {
        LinkQuestion::IsAllWell { pin_needed } => show(parts.ask_well(pin_needed, None)),
        LinkQuestion::Answered(next) => show(parts.done(&parts.words.confirmed(next))),
        LinkQuestion::VisitOver => show(parts.done(&parts.words.ended())),
        LinkQuestion::Nothing => gone(app, parts).await?,
    })
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
        "well" | "" => Saying::Well,
        // Nobody knows what it means: it answers nothing, and a duress PIN along with it is heard.
        _ => Saying::Unclear,
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
    if reply == Reply::NotUnderstood {
        return ask(app, parts, visit, check_in).await;
    }
    let said = answer_phrase(&reply, &parts.words);
    Ok(match reply {
        Reply::PinNeeded | Reply::PinWrong | Reply::PinWaits | Reply::AlarmNeedsPin => {
            show(parts.ask_well(true, Some(&said)))
        }
        _ => show(parts.done(&said)),
    })
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
