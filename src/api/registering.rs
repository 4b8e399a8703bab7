//! Registering a visit for real: the register is checked, colleagues are recognised by their
//! numbers, and nothing is promised when nobody could be told.

use axum::{http::StatusCode, response::Response};
use serde_json::json;

use super::{
    auth::Caller,
    idempotency::{Once, Reply, once},
    problem::Problem,
    state::House,
    visit_input::{OfficerChoiceInput, Read, VisitInput},
    visit_view,
    watching::{Setting, alarm_viewer, named, viewer, words},
};
use crate::{
    model::{
        access::{Action, Look},
        clock::Instant,
        faults::Fault,
        ids::{LineId, OfficerId, TeamId, VisitId},
        ladder::{Climber, Coverage},
        people::Role,
        register::Hit,
        registration::{OfficerChoice, Registration},
        teams::Team,
        visits::{Plan, Visit},
        watch::{Effects, Watch},
    },
    store::{Tx, access, directory, people, register as entries, teams, watches},
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

/// Telling a district officer is a disclosure to the police: each one is logged.
async fn log_disclosure(
    tx: &mut Tx,
    caller: &Caller,
    visit: &Visit,
    setting: &Setting,
) -> Result<(), Problem> {
    use crate::model::visits::OfficerNotice::Informed;
    if let Some(Informed { officer_id, .. }) = &visit.officer {
        let details = json!({ "officer": officer_id });
        let look = look(caller, Action::OfficerInformed, visit.id, setting, details);
        access::log_look(tx, &look).await?;
    }
    Ok(())
}

fn look(
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

async fn officer(tx: &mut Tx, choice: OfficerChoiceInput) -> Result<OfficerChoice, Problem> {
    let load = |id: OfficerId| async move { teams::officer(tx, id).await };
    match choice {
        OfficerChoiceInput::DoNot(why) => Ok(OfficerChoice::DoNot(why)),
        OfficerChoiceInput::Inform(id) => match load(id).await {
            Ok(found) => Ok(OfficerChoice::Inform(found.item)),
            Err(crate::store::Error::NotFound) => {
                let field = "districtOfficer.officerId";
                Err(Problem::invalid(vec![Fault::new(field, "invalid", "is no district officer")]))
            }
            Err(why) => Err(why.into()),
        },
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
            let team = teams::load(tx, before.item.visit.team).await?.item;
            let setting = Setting::new(&at, team);
            let scene = setting.scene();
            let base = &before.item.visit.plan;
            let mut read = input.read(Some(base), setting.now).map_err(Problem::invalid)?;
            recognise(tx, &mut read.plan).await?;
            let hits = hits(tx, &read.plan, &setting).await?;
            let by = caller.person.name.clone();
            let checked_anew = base.residents != read.plan.residents;
            let (mut after, mut effects) =
                before.item.clone().change(read.plan, hits, read.check_in_times, &by, &scene)?;
            if let Some(choice) = read.officer {
                let choice = officer(tx, choice).await?;
                let (told, more) = after.notify_officer(choice, &by, &scene)?;
                after = told;
                effects.extend(more);
                log_disclosure(tx, &caller, &after.visit, &setting).await?;
            }
            if checked_anew {
                log_checks(tx, &caller, &after.visit, &setting).await?;
            }
            let version = watches::save(tx, &before, &after, &effects, &scene).await?;
            let words = words(&at, caller.person.language);
            let body = visit_view::visit(&after, version, viewer, scene.policy, &words);
            Ok(Reply { status: StatusCode::OK, body })
        })
    })
    .await
}

/// Tells the district officer of a visit, or notes why not.
///
/// # Errors
/// 404 for who stands outside, 409 when the visit is over.
pub async fn notify_officer(
    house: &House,
    caller: Caller,
    key: Once,
    id: VisitId,
    choice: OfficerChoiceInput,
) -> Result<Response, Problem> {
    let at = house.clone();
    once(house, key, move |tx| {
        Box::pin(async move {
            let before = watches::lock(tx, id).await?;
            let viewer = alarm_viewer(&caller, &before.item)?;
            let team = teams::load(tx, before.item.visit.team).await?.item;
            let setting = Setting::new(&at, team);
            let scene = setting.scene();
            let choice = officer(tx, choice).await?;
            let by = caller.person.name.clone();
            let (after, effects) = before.item.clone().notify_officer(choice, &by, &scene)?;
            log_disclosure(tx, &caller, &after.visit, &setting).await?;
            let version = watches::save(tx, &before, &after, &effects, &scene).await?;
            let words = words(&at, caller.person.language);
            let body = visit_view::visit(&after, version, viewer, scene.policy, &words);
            Ok(Reply::ok(body))
        })
    })
    .await
}
