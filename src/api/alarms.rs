//! Alarms and drills: listed, looked at, taken, closed.

use axum::{
    Router,
    extract::{Query, State},
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    auth::Caller,
    idempotency::{Once, Reply, once, respond},
    json::{Body, Id},
    problem::Problem,
    state::House,
    visit_view::{self, Viewer, is_seen},
    visits::{note, page},
    watching::{Setting, named, viewer},
};
use crate::{
    model::{
        alarms::{Alarm, Outcome},
        faults::Faults,
        help::Call,
        ids::AlarmId,
        people::Role,
        timeline::Route,
        visits::Visit,
        watch::Watch,
        watch_alarm::{Climb, Closing, close_drill, officer_of, take},
    },
    store::{Tx, Versioned, alarms, directory, messages, teams, visit_lists, visits, watches},
};

/// The routes of this file.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/alarms", get(list))
        .route("/alarms/{id}", get(show))
        .route("/alarms/{id}/acknowledgement", post(acknowledge))
        .route("/alarms/{id}/closure", post(close))
}

/// How a caller stands to an alarm; who stands outside is told that there is none.
pub(super) fn stance(
    caller: &Caller,
    alarm: &Alarm,
    visit: Option<&Visit>,
) -> Result<Viewer, Problem> {
    let minder = Viewer::Minder { approves: false };
    let viewer = match visit {
        Some(visit) => viewer(caller, visit).ok(),
        None => caller.manages(alarm.team).then_some(minder),
    };
    let told = alarm.told.iter().any(|t| t.person == Some(caller.id()));
    let also = (told || caller.person.is(Role::AggressionDesk)).then_some(minder);
    viewer.or(also).filter(|v| is_seen(alarm, *v)).ok_or_else(Problem::not_found)
}

#[derive(Deserialize, Default)]
struct Narrow {
    state: Option<String>,
}

async fn list(
    State(house): State<House>,
    caller: Caller,
    Query(asked): Query<Narrow>,
) -> Result<Response, Problem> {
    let mut faults = Faults::default();
    let known = asked.state.as_deref().is_none_or(|s| ["open", "owned", "closed"].contains(&s));
    faults.require(known, "state", "invalid", "open, owned or closed");
    faults.done().map_err(Problem::invalid)?;
    let state = asked.state.unwrap_or_default();
    let items = house
        .db
        .read(move |tx| {
            Box::pin(async move {
                let mut items = vec![];
                for found in candidates(tx, &caller, &state).await? {
                    let visit = visit_of(tx, &found.item).await?;
                    if let Ok(viewer) = stance(&caller, &found.item, visit.as_ref()) {
                        items.push(view(tx, &found, visit.as_ref(), viewer).await?);
                    }
                }
                Ok::<_, Problem>(items)
            })
        })
        .await?;
    Ok(page(items, None))
}

/// What is not closed is looked through as a whole, for whoever was told of it from another team;
/// what is closed only in one's own teams.
async fn candidates(
    tx: &mut Tx,
    caller: &Caller,
    state: &str,
) -> Result<Vec<Versioned<Alarm>>, Problem> {
    let mut found = alarms::not_closed(tx).await?;
    found.retain(|a| state.is_empty() || a.item.state_name() == state);
    if matches!(state, "" | "closed") {
        let far = visit_lists::After::start().starts_at;
        for team in caller.teams.iter().filter(|t| caller.manages(t.id)) {
            found.extend(alarms::of_team(tx, team.id, "closed", far, 100).await?);
        }
    }
    found.sort_by_key(|a| std::cmp::Reverse(a.item.opened_at));
    Ok(found)
}

async fn visit_of(tx: &mut Tx, alarm: &Alarm) -> Result<Option<Visit>, Problem> {
    Ok(match alarm.visit {
        Some(id) => Some(visits::load(tx, id).await?.item),
        None => None,
    })
}

async fn view(
    tx: &mut Tx,
    found: &Versioned<Alarm>,
    visit: Option<&Visit>,
    viewer: Viewer,
) -> Result<Value, Problem> {
    let said = match viewer {
        Viewer::OutThere => vec![],
        Viewer::Minder { .. } => messages::of_alarm(tx, found.item.id).await?,
    };
    let mut view = visit_view::alarm(&found.item, found.version, visit, &said, viewer);
    view["officerToCall"] = json!(officer_to_call(tx, &found.item, visit, viewer).await?);
    Ok(view)
}

/// The officer who was informed, or who serves the address; for whoever handles the alarm, and no
/// longer than that.
async fn officer_to_call(
    tx: &mut Tx,
    alarm: &Alarm,
    visit: Option<&Visit>,
    viewer: Viewer,
) -> Result<Option<Value>, Problem> {
    let Some(visit) = visit.filter(|_| viewer != Viewer::OutThere && !alarm.is_closed()) else {
        return Ok(None);
    };
    let officers = teams::officers(tx).await?;
    let found = officer_of(visit, officers.iter().map(|o| &o.item));
    Ok(found.and_then(|o| o.mobile.as_ref().map(|m| json!({ "name": o.name, "mobile": m }))))
}

async fn show(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<AlarmId>,
) -> Result<Response, Problem> {
    let at = house.clone();
    let show = house.db.read(move |tx| Box::pin(async move { see(tx, &at, &caller, id).await }));
    let body = show.await?;
    Ok(respond(Reply::ok(body), "/v1/alarms"))
}

pub(super) async fn see(
    tx: &mut Tx,
    house: &House,
    caller: &Caller,
    id: AlarmId,
) -> Result<Value, Problem> {
    let found = alarms::load(tx, id).await?;
    let visit = visit_of(tx, &found.item).await?;
    let viewer = stance(caller, &found.item, visit.as_ref())?;
    let mut shown = view(tx, &found, visit.as_ref(), viewer).await?;
    if viewer == Viewer::OutThere && !found.item.is_closed() {
        shown["calls"] = calls(tx, house, found.item, visit.as_ref()).await?;
    }
    Ok(shown)
}

/// Whom the ladder calls, and when, for those who wait for it.
async fn calls(
    tx: &mut Tx,
    house: &House,
    alarm: Alarm,
    visit: Option<&Visit>,
) -> Result<Value, Problem> {
    let team = teams::load(tx, alarm.team).await?.item;
    let directory =
        directory::load(tx, house.settings.zone, house.settings.channels.clone()).await?;
    let climb = Climb { alarm, visit, team: &team, directory: &directory };
    let call = |call: Call| json!({ "name": call.name, "at": call.at });
    Ok(climb.calls().into_iter().map(call).collect())
}

async fn acknowledge(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<AlarmId>,
    headers: HeaderMap,
    Body(said): Body<Value>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, format!("/v1/alarms/{id}/acknowledgement"), &said)?;
    let at = house.clone();
    once(&house, key, move |tx| {
        Box::pin(async move {
            let (visit, alarm) = lock(tx, id).await?;
            stance(&caller, &alarm, visit.as_ref())?;
            take_it(tx, &at, alarm, visit.as_ref(), &named(&caller), Route::App).await?;
            Ok(Reply::ok(see(tx, &at, &caller, id).await?))
        })
    })
    .await
}

/// Locks an alarm, and its visit before it: always in this order.
///
/// # Errors
/// 404 when there is none.
pub async fn lock(tx: &mut Tx, id: AlarmId) -> Result<(Option<Visit>, Alarm), Problem> {
    let visit = match alarms::visit_of(tx, id).await? {
        Some(visit) => Some(visits::lock(tx, visit).await?.item),
        None => None,
    };
    Ok((visit, alarms::lock(tx, id).await?.item))
}

/// Takes a locked alarm for somebody, by whatever route.
///
/// # Errors
/// 409 when somebody else was first, 403 for who is out there.
pub async fn take_it(
    tx: &mut Tx,
    house: &House,
    alarm: Alarm,
    visit: Option<&Visit>,
    by: &crate::model::people::Named,
    route: Route,
) -> Result<(), Problem> {
    let setting = Setting::of(tx, house, alarm.team).await?;
    let (alarm, effects) = take(alarm, visit, by, route, &setting.scene())?;
    watches::save_alarm(tx, &alarm, setting.now).await?;
    watches::apply(tx, &alarm, &effects).await?;
    Ok(())
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClosureInput {
    outcome: Outcome,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    visit_ended: bool,
}

async fn close(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<AlarmId>,
    headers: HeaderMap,
    Body(said): Body<ClosureInput>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, format!("/v1/alarms/{id}/closure"), &said)?;
    let mut faults = Faults::default();
    let note = note(said.note, &mut faults);
    faults.done().map_err(Problem::invalid)?;
    let how =
        Closing { by: named(&caller), outcome: said.outcome, note, visit_ended: said.visit_ended };
    let at = house.clone();
    once(&house, key, move |tx| {
        Box::pin(async move {
            let (visit, alarm) = lock(tx, id).await?;
            stance(&caller, &alarm, visit.as_ref())?;
            close_it(tx, &at, alarm, visit, how).await?;
            Ok(Reply::ok(see(tx, &at, &caller, id).await?))
        })
    })
    .await
}

async fn close_it(
    tx: &mut Tx,
    house: &House,
    alarm: Alarm,
    visit: Option<Visit>,
    how: Closing,
) -> Result<(), Problem> {
    let setting = Setting::of(tx, house, alarm.team).await?;
    let scene = setting.scene();
    // A closed alarm is no longer its visit's: closing it twice must not find another one there.
    let Some(visit) = visit.filter(|v| v.alarm == Some(alarm.id)) else {
        let (alarm, effects) = close_drill(alarm, how, &scene)?;
        watches::save_alarm(tx, &alarm, setting.now).await?;
        return Ok(watches::apply(tx, &alarm, &effects).await?);
    };
    let before = watches::lock(tx, visit.id).await?;
    let watch = Watch { visit, alarm: Some(alarm) };
    let (after, effects) = watch.close_alarm(how, &scene)?;
    watches::save(tx, &before, &after, &effects, &scene).await?;
    Ok(())
}

/// What an alarm looks like in a list of drills.
pub(super) fn drill(alarm: &Versioned<Alarm>, said: &[messages::Sent]) -> Value {
    let mut view = visit_view::alarm(
        &alarm.item,
        alarm.version,
        None,
        said,
        Viewer::Minder { approves: false },
    );
    let rung = |n: u32| {
        let reached = alarm.item.told.iter().filter(|t| t.rung == n);
        let at = reached.clone().map(|t| t.at).min();
        let names: Vec<_> = reached.map(|t| t.name.clone()).collect();
        at.map(|at| {
            json!({ "rung": n, "at": at, "contacted": names,
            "secondsAfterStart": (at - alarm.item.opened_at).num_seconds() })
        })
    };
    if let Value::Object(view) = &mut view {
        let rungs: Vec<_> = (1..=alarm.item.rungs).filter_map(rung).collect();
        let taken = alarm.item.first_taken.as_ref();
        let report = json!({ "rungs": rungs, "takenBy": taken.map(|t| &t.by),
            "secondsUntilTaken": alarm.item.seconds_until_taken() });
        view.insert("teamId".into(), json!(alarm.item.team));
        view.insert("report".into(), report);
    }
    view
}
