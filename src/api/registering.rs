//! Registering a visit for real: the register is checked, colleagues are recognised by their
//! numbers, and nothing is promised when nobody could be told.

use axum::{http::StatusCode, response::Response};
use serde_json::json;

use super::{
    auth::Caller,
    calendar_feed,
    idempotency::{Once, Reply, once},
    officer_notices::{log_disclosure, officer},
    problem::Problem,
    state::House,
    visit_input::{OfficerChoiceInput, Read, VisitInput},
    visit_view,
    watching::{Setting, named, save_and_show, viewer, words},
};
use crate::{
    model::{
        access::{Action, Look},
        clock::Instant,
        faults::Fault,
        ids::{LineId, TeamId, VisitId},
        ladder::{Climber, Coverage},
        people::Role,
        register::Hit,
        registration::Registration,
        teams::Team,
        visits::{OfficerNotice, Plan, Visit},
        watch::{Effects, Watch},
    },
    store::{Tx, access, directory, people, register as entries, watches},
};

/// Registers a visit and answers with it.
///
/// # Errors
/// 409 `nobody-to-call` when nobody could be told of an alarm; nothing is stored then.
pub async fn register(
    house: &House,
    caller: Caller,
    key: Once,
    read: Read,
) -> Result<Response, Problem> {
    let team = team_of(&caller, read.team)?;
    let setting = Setting::new(house, team);
    once(house, key, move |tx| {
        Box::pin(async move {
            let scene = setting.scene();
            let mut plan = read.plan;
            recognise(tx, &mut plan).await?;
            let hits = hits(tx, &plan, &setting).await?;
            let officer = match read.officer {
                Some(choice) => Some(officer(tx, choice).await?),
                None => None,
            };
            let registration = Registration {
                team: setting.team.id,
                worker: named(&caller),
                language: caller.person.language,
                has_pin: caller.person.pins.is_some(),
                plan,
                check_in_times: read.check_in_times,
                hits,
                officer,
            };
            let (watch, mut effects) = Watch::register(registration, &scene);
            promise(tx, &watch, &setting, &mut effects).await?;
            watches::insert(tx, &watch, &effects, &scene).await?;
            calendar_feed::mail(tx, &setting.house, &caller.person, &watch.visit).await?;
            log_checks(tx, &caller, &watch.visit, &setting).await?;
            log_disclosure(tx, &caller, &watch.visit, &setting).await?;
            let viewer = viewer(&caller, &watch.visit)?;
            let words = words(&setting.house, caller.person.language);
            Ok(Reply::created(visit_view::visit(&watch, 1, viewer, scene.policy, &words)))
        })
    })
    .await
}

fn team_of(caller: &Caller, named: Option<TeamId>) -> Result<Team, Problem> {
    let goes_out = caller.person.is(Role::Worker) || caller.person.is(Role::Manager);
    if !goes_out {
        return Err(Problem::forbidden("Only workers and managers register visits."));
    }
    let mut own = caller.teams.iter().filter(|t| t.has(caller.id()));
    let found = match named {
        Some(id) => own.find(|t| t.id == id),
        None => own.next(),
    };
    found.cloned().ok_or_else(|| {
        Problem::invalid(vec![Fault::new("teamId", "invalid", "you are in no such team")])
    })
}

/// Colleagues whose verified number this is may answer in the app as well.
async fn recognise(tx: &mut Tx, plan: &mut Plan) -> Result<(), Problem> {
    for colleague in &mut plan.colleagues {
        let found = people::by_mobile(tx, &colleague.mobile).await?;
        let verified = found.into_iter().find(|p| p.item.verified_number().is_some());
        colleague.person_id = verified.map(|p| p.item.id);
    }
    Ok(())
}

async fn hits(tx: &mut Tx, plan: &Plan, setting: &Setting) -> Result<Vec<Hit>, Problem> {
    let today = setting.now.with_timezone(&setting.words.zone).date_naive();
    let mut hits = vec![];
    for resident in &plan.residents {
        hits.extend(entries::check(tx, &resident.name, &resident.address, today).await?);
    }
    Ok(hits)
}

/// Looks whether somebody could be told at each moment of the visit. Where the team's own ladder
/// has a gap the organisation's stands in and the administrators hear of it.
async fn promise(
    tx: &mut Tx,
    watch: &Watch,
    setting: &Setting,
    effects: &mut Effects,
) -> Result<(), Problem> {
    let channels = setting.house.settings.channels.clone();
    let directory = directory::load(tx, setting.words.zone, channels).await?;
    let visit = &watch.visit;
    let climber = Climber {
        team: &setting.team,
        officer: None,
        people_out: visit.people_out(),
        numbers_out: visit.numbers_out(),
    };
    let due = visit.check_ins.iter().map(|c| c.due_at);
    let moments: Vec<Instant> =
        [setting.now, visit.plan.starts_at, visit.expected_end_at].into_iter().chain(due).collect();
    let covers: Vec<Coverage> =
        moments.iter().map(|at| directory.coverage(&climber, *at)).collect();
    if covers.contains(&Coverage::Nobody) {
        let number = &directory.organisation.call_number;
        let why =
            "Nobody could be told if something went wrong, so this visit is not watched. Call";
        return Err(Problem::conflict("nobody-to-call", format!("{why} {number}."))
            .with("callNumber", json!(number)));
    }
    if covers.contains(&Coverage::Organisation) {
        watch.note_gap(&setting.team, &setting.scene(), effects);
    }
    Ok(())
}

/// An officer who was told of another time is told of the new one.
fn told_anew(before: &Visit, after: &Visit) -> Option<OfficerChoiceInput> {
    let moved = before.plan.starts_at != after.plan.starts_at;
    match &after.officer {
        Some(OfficerNotice::Informed { officer_id, .. }) if moved => {
            Some(OfficerChoiceInput::Inform(*officer_id))
        }
        _ => None,
    }
}

/// Other times or other people may leave nobody to call. Once somebody is out there nothing is
/// refused for it: the visit is watched as well as it can be.
fn asks_a_new_promise(before: &Visit, after: &Visit) -> bool {
    let times = |v: &Visit| v.check_ins.iter().map(|c| c.due_at).collect::<Vec<_>>();
    let same = before.plan.starts_at == after.plan.starts_at
        && before.expected_end_at == after.expected_end_at
        && before.numbers_out() == after.numbers_out()
        && times(before) == times(after);
    !same && !after.is_under_way()
}

async fn log_checks(
    tx: &mut Tx,
    caller: &Caller,
    visit: &Visit,
    setting: &Setting,
) -> Result<(), Problem> {
    for resident in &visit.plan.residents {
        let found = visit.hits.iter().filter(|h| h.resident == resident.name);
        let found: Vec<_> = found.map(|h| json!({ "entry": h.entry, "grade": h.grade })).collect();
        let look =
            look(caller, Action::RegisterChecked, visit.id, setting, json!({ "hits": found }));
        access::log_look(tx, &look).await?;
    }
    Ok(())
}

pub(super) fn look(
    caller: &Caller,
    action: Action,
    visit: VisitId,
    setting: &Setting,
    details: serde_json::Value,
) -> Look {
    Look {
        id: LineId::new(&*setting.house.dice, setting.now),
        at: setting.now,
        person: Some(caller.id()),
        action,
        visit: Some(visit),
        entry: None,
        details,
    }
}

/// Changes what was registered; the register is checked anew.
///
/// # Errors
/// 412 when somebody else was first, 409 when it is too late.
pub async fn change(
    house: &House,
    caller: Caller,
    key: Once,
    id: VisitId,
    version: i64,
    input: VisitInput,
) -> Result<Response, Problem> {
    let at = house.clone();
    once(house, key, move |tx| {
        Box::pin(async move {
            let before = watches::lock(tx, id).await?;
            let viewer = viewer(&caller, &before.item.visit)?;
            if before.version != version {
                return Err(Problem::stale());
            }
            let setting = Setting::of(tx, &at, before.item.visit.team).await?;
            let scene = setting.scene();
            let base = &before.item.visit.plan;
            let mut read = input.read(Some(base), setting.now).map_err(Problem::invalid)?;
            recognise(tx, &mut read.plan).await?;
            let hits = hits(tx, &read.plan, &setting).await?;
            let by = caller.person.name.clone();
            let checked_anew = base.residents != read.plan.residents;
            let (mut after, mut effects) =
                before.item.clone().change(read.plan, hits, read.check_in_times, &by, &scene)?;
            if let Some(choice) =
                read.officer.or_else(|| told_anew(&before.item.visit, &after.visit))
            {
                let choice = officer(tx, choice).await?;
                let (told, more) = after.notify_officer(choice, &by, &scene)?;
                after = told;
                effects.extend(more);
                log_disclosure(tx, &caller, &after.visit, &setting).await?;
            }
            if asks_a_new_promise(&before.item.visit, &after.visit) {
                promise(tx, &after, &setting, &mut effects).await?;
            }
            if checked_anew {
                log_checks(tx, &caller, &after.visit, &setting).await?;
            }
            let body =
                save_and_show(tx, &setting, &caller, viewer, &before, &after, &effects).await?;
            Ok(Reply { status: StatusCode::OK, body })
        })
    })
    .await
}
