//! The pages behind one-time links. Opening one shows a button; only the button does something, so
//! that a robot that looks at links for a preview confirms nothing.

use axum::{
    Router,
    extract::{Path, Query, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{Html, IntoResponse as _, Response},
    routing::get,
};
use serde::Deserialize;

use super::{
    inbound::{self, Given, phrase},
    link_page::{Page, Parts, STYLE},
    officer_notices,
    officer_page::Told,
    problem::Problem,
    state::House,
};
use crate::{
    model::{
        answers::Saying,
        clock::Instant,
        ids::{AlarmId, CheckInId, OfficerId, PersonId, VisitId},
        language::Language,
        people::Named,
        timeline::Route,
        visits::Visit,
        watch::LinkTo,
    },
    store::{alarms, links, people, teams, visits, watches},
};

/// The routes of this file.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/c/{secret}", get(open).post(press))
        .route("/a/{secret}", get(open).post(press))
        .route("/n/{secret}", get(open).post(press))
        .route("/link.css", get(style))
}

/// In which language the page is asked for.
#[derive(Deserialize)]
struct Asked {
    lang: Option<String>,
}

impl Asked {
    fn parts(&self, house: &House) -> Parts {
        Parts::of(house, self.lang.as_deref().and_then(Language::from_name))
    }
}

async fn find(house: &House, secret: String) -> Result<Option<(LinkTo, Instant)>, Problem> {
    let now = house.now();
    house.db.read(move |tx| Box::pin(async move { Ok(links::find(tx, &secret, now).await?) })).await
}

async fn open(
    State(house): State<House>,
    Path(secret): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let parts = asked.parts(&house);
    Ok(match find(&house, secret).await? {
        None | Some((LinkTo::Answer(..), _)) => gone(&house, &parts).await?,
        Some((LinkTo::CheckIn(visit, _), _)) => {
            let visit = visit_of(&house, visit).await?;
            let team = team_of(&house, &visit).await?;
            if visit.is_over() {
                return Ok(show(parts.done(&parts.words.ended())));
            }
            show(parts.ask_well(visit.pin_needed(&team.policy), None))
        }
        Some((LinkTo::Alarm(id, person), _)) => {
            let (line, state) = alarm_state(&house, &parts, id, person).await?;
            show(parts.ask_take(&line, state))
        }
        Some((LinkTo::Notice(visit, officer), until)) => {
            notice(&house, &parts, visit, officer, until).await?
        }
    })
}

async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

/// No machine keeps these.
const UNLISTED: [(&str, &str); 1] = [("x-robots-tag", "noindex, nofollow")];

fn show(page: Page) -> Response {
    (UNLISTED, Html(page.0)).into_response()
}

async fn gone(house: &House, parts: &Parts) -> Result<Response, Problem> {
    let number = officer_notices::organisation(house).await?.map(|o| o.call_number);
    Ok((StatusCode::GONE, UNLISTED, Html(parts.gone(number.as_ref()).0)).into_response())
}

async fn press(
    State(house): State<House>,
    Path(secret): Path<String>,
    Query(asked): Query<Asked>,
    headers: axum::http::HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let form = Form::read(&headers, &body);
    let parts = asked.parts(&house);
    Ok(match find(&house, secret).await? {
        None | Some((LinkTo::Answer(..), _)) => gone(&house, &parts).await?,
        Some((LinkTo::CheckIn(visit, check_in), _)) => {
            well(&house, &parts, visit, check_in, form).await?
        }
        Some((LinkTo::Alarm(id, person), _)) => taken(&house, &parts, id, person).await?,
        Some((LinkTo::Notice(visit, officer), until)) => {
            officer_notices::officer_saw(&house, visit, officer).await?;
            notice(&house, &parts, visit, officer, until).await?
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
    house: &House,
    parts: &Parts,
    visit: VisitId,
    check_in: CheckInId,
    form: Form,
) -> Result<Response, Problem> {
    use crate::model::answers::Reply;
    let saying = match form.say.as_str() {
        "15" => Saying::MoreTime(15),
        "ended" => Saying::Ended,
        _ => Saying::Well,
    };
    let given =
        Given { saying, pin: form.pin, route: Route::Link, asked: Some(check_in), name: None };
    let reply = inbound::answer(house, visit, None, given).await?;
    let said = phrase(&reply, &parts.words);
    Ok(match reply {
        Reply::PinNeeded | Reply::PinWrong => show(parts.ask_well(true, Some(&said))),
        _ => show(parts.done(&said)),
    })
}

async fn taken(
    house: &House,
    parts: &Parts,
    id: AlarmId,
    person: PersonId,
) -> Result<Response, Problem> {
    let by = person_of(house, person).await?;
    let at = house.clone();
    let done = house
        .db
        .write(move |tx| {
            Box::pin(async move {
                let (visit, alarm) = super::alarms::lock(tx, id).await?;
                let silent = alarm.silent;
                super::alarms::take_it(tx, &at, alarm, visit.as_ref(), &by, Route::Link).await?;
                Ok::<_, Problem>((visit, silent))
            })
        })
        .await;
    house.wake.notify_one();
    Ok(match done {
        Ok((visit, silent)) => show(parts.yours(visit.as_ref(), silent)),
        Err(why) if why.status.is_server_error() => return Err(why),
        Err(why) => {
            match why.more.get("owner").and_then(|o| o.get("name")).and_then(|n| n.as_str()) {
                Some(name) => show(parts.done(&parts.words.taken_by(name))),
                None => show(parts.done(&parts.words.alarm_over())),
            }
        }
    })
}

async fn person_of(house: &House, id: PersonId) -> Result<Named, Problem> {
    let found = house
        .db
        .read(move |tx| Box::pin(async move { Ok::<_, Problem>(people::load(tx, id).await?) }))
        .await?;
    Ok((&found.item).into())
}

/// What is the matter, and who has it already.
async fn alarm_state(
    house: &House,
    parts: &Parts,
    id: AlarmId,
    person: PersonId,
) -> Result<(String, Option<String>), Problem> {
    use crate::model::alarms::AlarmState;
    let (alarm, who) = house
        .db
        .read(move |tx| {
            Box::pin(async move {
                let alarm = alarms::load(tx, id).await?.item;
                let who = match alarm.visit {
                    Some(visit) => visits::load(tx, visit).await?.item.worker.name,
                    None => teams::load(tx, alarm.team).await?.item.name,
                };
                Ok::<_, Problem>((alarm, who))
            })
        })
        .await?;
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

async fn visit_of(house: &House, id: VisitId) -> Result<Visit, Problem> {
    house
        .db
        .read(move |tx| Box::pin(async move { Ok::<_, Problem>(visits::load(tx, id).await?.item) }))
        .await
}

async fn team_of(house: &House, visit: &Visit) -> Result<crate::model::teams::Team, Problem> {
    let id = visit.team;
    house
        .db
        .read(move |tx| Box::pin(async move { Ok::<_, Problem>(teams::load(tx, id).await?.item) }))
        .await
}

async fn notice(
    house: &House,
    parts: &Parts,
    visit: VisitId,
    officer: OfficerId,
    until: Instant,
) -> Result<Response, Problem> {
    officer_notices::log_officer_read(house, visit, officer).await?;
    let watch = house
        .db
        .read(move |tx| Box::pin(async move { Ok::<_, Problem>(watches::look(tx, visit).await?) }))
        .await?
        .item;
    let organisation = officer_notices::organisation(house).await?;
    let now = house.now();
    Ok(show(parts.notice(&Told { watch, officer, organisation, now, until })))
}
