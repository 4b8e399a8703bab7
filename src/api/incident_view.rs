//! An incident as somebody may see it: the reporter what became of it, the manager and the desk
//! all of it.

use serde_json::{Value, json};

use super::{auth::Caller, problem::Problem, register::today, state::House, watching::words};
use crate::{
    model::{
        advice::Behaviour,
        incidents::{Affair, AffairKind, AffairState, Candidate, Incident, Stage},
        names::NameKeys,
        people::Named,
    },
    store::{Error, Tx, Versioned, incidents, people, policy, register, teams},
};

/// How somebody stands to an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Reported it.
    Reporter,
    /// Manages the team, or sits at the desk.
    Minder,
}

/// How this caller stands to an incident; who stands outside is told that there is none.
///
/// # Errors
/// 404; 403 for whom only the desk's extra check keeps from it.
pub fn viewer(caller: &Caller, incident: &Incident) -> Result<Viewer, Problem> {
    if caller.manages(incident.team) {
        return Ok(Viewer::Minder);
    }
    match caller.as_desk() {
        Ok(true) => Ok(Viewer::Minder),
        _ if incident.reporter.id == caller.id() => Ok(Viewer::Reporter),
        desk => Err(desk.err().unwrap_or_else(Problem::not_found)),
    }
}

/// The entries of the register that may be about this resident.
///
/// # Errors
/// When the store fails.
pub async fn candidates(
    tx: &mut Tx,
    house: &House,
    incident: &Incident,
) -> Result<Vec<Candidate>, Error> {
    let figures = policy::load(tx).await?.item;
    let resident = &incident.report.resident;
    let happened = incident.report.happened_at.with_timezone(&house.settings.zone).date_naive();
    let months = figures.longest_months + figures.warning_term_months;
    let since = happened - chrono::Months::new(months);
    let keys = NameKeys::of(&resident.name).to_find();
    let found = register::history(tx, &keys, since).await?;
    Ok(found.iter().filter_map(|entry| Candidate::of(entry, resident)).collect())
}

/// The whole view of one incident.
///
/// # Errors
/// When the store fails.
pub async fn whole(
    tx: &mut Tx,
    house: &House,
    caller: &Caller,
    found: &Versioned<Incident>,
) -> Result<Value, Problem> {
    let viewer = viewer(caller, &found.item)?;
    let mut body = brief(tx, house, caller, found, viewer).await?;
    let open = matches!(found.item.stage, Stage::Reported | Stage::Assessed { .. });
    if viewer == Viewer::Minder && open {
        body["candidates"] = json!(candidates(tx, house, &found.item).await?);
    }
    Ok(body)
}

/// The view in a list: without the candidates of the register.
///
/// # Errors
/// When the store fails.
pub async fn brief(
    tx: &mut Tx,
    house: &House,
    caller: &Caller,
    found: &Versioned<Incident>,
    viewer: Viewer,
) -> Result<Value, Problem> {
    let it = &found.item;
    let minder = viewer == Viewer::Minder;
    let open = matches!(it.stage, Stage::Reported | Stage::Assessed { .. });
    let closed = match &it.stage {
        Stage::Closed { by, at, note, .. } => json!({ "by": by, "at": at, "note": note }),
        _ => Value::Null,
    };
    let steps = words(house, caller.person.language).breach_steps(it.report.how);
    Ok(json!({
        "id": it.id, "version": found.version, "stage": it.stage_name(), "teamId": it.team,
        "reporter": it.reporter, "reportedAt": it.reported_at, "visitId": it.visit,
        "alarmId": it.alarm, "report": it.report,
        "instructions": if it.report.breach { steps } else { vec![] },
        "call": call(it, minder),
        "answeredBy": answers(tx, it).await?,
        "dueAt": it.deadlines.due, "overdue": open && it.deadlines.due <= house.now(),
        "assessment": it.assessment().filter(|_| minder),
        "decision": decision(tx, house, it, minder).await?,
        "closed": closed,
        "policeReport": affair(tx, it, AffairKind::PoliceReport, minder).await?,
        "damageClaim": affair(tx, it, AffairKind::DamageClaim, minder).await?,
        "candidates": null,
        "mayAssess": minder && open && !it.involves(caller.id()),
        "needsEmergencyService": it.report.behaviour == Behaviour::E,
    }))
}

/// Who is to answer: the first manager of the team who was not there; nobody when it is the desk.
async fn answers(tx: &mut Tx, it: &Incident) -> Result<Option<Named>, Error> {
    for id in teams::load(tx, it.team).await?.item.managers {
        let person = people::load(tx, id).await?.item;
        if person.active && !it.involves(id) {
            return Ok(Some(Named::from(&person)));
        }
    }
    Ok(None)
}

fn call(it: &Incident, minder: bool) -> Value {
    let note = it.call.note.as_ref().filter(|_| minder);
    json!({ "step": it.call.step, "by": it.call.by, "at": it.call.at, "note": note })
}

async fn decision(
    tx: &mut Tx,
    house: &House,
    it: &Incident,
    minder: bool,
) -> Result<Value, Problem> {
    let Some(decision) = it.decision() else { return Ok(Value::Null) };
    let entry = match decision.entry {
        Some(id) => Some(register::load(tx, id).await?.item),
        None => None,
    };
    let standing = entry.as_ref().map(|e| e.standing(today(house)));
    let sent = entry.as_ref().and_then(|e| e.dossier.mail.as_ref()).map(|mail| mail.sent_on);
    Ok(json!({
        "reaction": decision.reaction, "by": decision.by, "at": decision.at,
        "departsBecause": decision.departs_because.as_ref().filter(|_| minder),
        "entryId": decision.entry.filter(|_| minder),
        "standing": standing, "sentOn": sent,
    }))
}

async fn affair(
    tx: &mut Tx,
    it: &Incident,
    kind: AffairKind,
    minder: bool,
) -> Result<Value, Problem> {
    let Some(found) = incidents::affair(tx, it.id, kind).await? else { return Ok(Value::Null) };
    Ok(show(&found.item, minder))
}

fn show(affair: &Affair, minder: bool) -> Value {
    let (on, reference, because) = match &affair.state {
        AffairState::Open => (None, None, None),
        AffairState::Done { on, reference, .. } => (Some(on), reference.as_ref(), None),
        AffairState::Dropped { because, .. } => (None, None, Some(because)),
    };
    json!({ "state": affair.state_name(), "who": affair.who, "on": on,
        "reference": reference.filter(|_| minder), "because": because.filter(|_| minder) })
}
