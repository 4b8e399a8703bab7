//! A visit and an alarm as somebody may see them.
//!
//! Those who are out there never see a silent alarm: their phone may be in somebody else's hands.

use serde_json::{Value, json};

use crate::{
    model::{
        alarm_notes::{Note, Remark},
        alarms::{Alarm, AlarmState, Cause},
        clock::Instant,
        register::Hit,
        teams::WatchPolicy,
        texts::Words,
        visits::{OfficerNotice, State, Visit},
        watch::Watch,
    },
    store::messages::Sent,
};

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Somebody who is on the visit.
    OutThere,
    /// Somebody who watches over it. Whether that person may approve it.
    Minder {
        /// May approve it.
        approves: bool,
    },
}

/// The visit as `viewer` may see it.
pub fn visit(
    watch: &Watch,
    version: i64,
    viewer: Viewer,
    policy: &WatchPolicy,
    words: &Words,
) -> Value {
    let it = &watch.visit;
    let plan = &it.plan;
    let risk = it.risk();
    let alarm = watch.open_alarm().filter(|a| is_seen(a, viewer));
    let next = it.next_check_in().map(|c| c.due_at);
    let (started, ended) = moments(&it.state);
    json!({
        "id": it.id, "version": version, "kind": plan.kind, "status": it.status(),
        "startsAt": plan.starts_at, "expectedMinutes": plan.expected_minutes,
        "expectedEndAt": it.expected_end_at, "startedAt": started, "endedAt": ended,
        "mobile": plan.mobile, "teamId": it.team, "worker": it.worker,
        "colleagues": plan.colleagues, "residents": plan.residents,
        "background": plan.background,
        "expectsTrouble": plan.expects_trouble, "knownResident": plan.known_resident,
        "risk": {
            "level": if risk.is_empty() { "normal" } else { "risky" },
            "reasons": risk,
        },
        "missing": it.missing(),
        "registerHits": it.hits.iter().map(hit).collect::<Vec<_>>(),
        "checkIns": it.check_ins.iter().map(|c| json!({
            "id": c.id, "dueAt": c.due_at, "state": c.state_name(),
            "answeredAt": match c.state {
                crate::model::check_ins::CheckInState::Confirmed { at } => Some(at),
                _ => None,
            },
        })).collect::<Vec<_>>(),
        "nextCheckInAt": next.filter(|_| !it.is_over()),
        "pinNeeded": it.pin_needed(policy),
        "silentHelp": policy.silent_help,
        "approval": it.approval.as_ref().map(|a| json!({ "by": a.by, "at": a.at, "note": a.note })),
        "districtOfficer": it.officer.as_ref().map(officer),
        "alarm": alarm.map(|a| alarm_head(a, viewer)),
        "watched": it.is_under_way(),
        "promise": words.promise(watch, alarm.is_some(), policy),
        "mayApprove": viewer == Viewer::Minder { approves: true } && it.is_risky(),
    })
}

/// Whether this viewer sees that there is an alarm.
pub fn is_seen(alarm: &Alarm, viewer: Viewer) -> bool {
    viewer != Viewer::OutThere || alarm.shown_to_worker
}

/// What is shown of a hit: measure, until when, whom to call; the name is the one that was typed.
pub fn hit(hit: &Hit) -> Value {
    json!({
        "grade": hit.grade, "measure": hit.measure, "until": hit.until,
        "resident": hit.resident, "contact": hit.contact,
    })
}

fn officer(notice: &OfficerNotice) -> Value {
    match notice {
        OfficerNotice::Informed { officer_id, name, at, seen_at } => json!({
            "officerId": officer_id, "name": name, "informedAt": at, "seenAt": seen_at,
        }),
        OfficerNotice::NotInformed { because, .. } => json!({ "notInformedBecause": because }),
    }
}

fn moments(state: &State) -> (Option<Instant>, Option<Instant>) {
    match state {
        State::Ahead { .. } => (None, None),
        State::UnderWay { since } => (Some(*since), None),
        State::Ended { since, at } => (Some(*since), Some(*at)),
        State::Cancelled { at, .. } => (None, Some(*at)),
    }
}

fn alarm_head(alarm: &Alarm, viewer: Viewer) -> Value {
    let owner = match &alarm.state {
        AlarmState::Owned { by, .. } => Some(by),
        _ => None,
    };
    let cause = match (viewer, alarm.cause) {
        // Shown because of a missed check-in or the help button: then it looks like that.
        (Viewer::OutThere, Cause::Duress) if alarm.help_pressed => Cause::Panic,
        (Viewer::OutThere, Cause::Duress) => Cause::MissedCheckIn,
        (_, cause) => cause,
    };
    let mut head = json!({
        "id": alarm.id, "visitId": alarm.visit, "cause": cause, "state": alarm.state_name(),
        "silent": alarm.silent, "rung": alarm.rung(), "rungs": alarm.rungs,
        "owner": owner, "openedAt": alarm.opened_at, "undoUntil": alarm.undo_until,
    });
    if viewer == Viewer::OutThere {
        // How far it climbed, and how long ago, could betray that it was a silent one before.
        head["silent"] = false.into();
        head["rung"] = 0.into();
        head["rungs"] = 0.into();
        head["openedAt"] = json!(alarm.shown_at.unwrap_or(alarm.opened_at));
        if alarm.silent && !alarm.is_closed() {
            head["state"] = "open".into();
            head["owner"] = Value::Null;
        }
    }
    head
}

/// An alarm with everything that its owner needs.
pub fn alarm(
    alarm: &Alarm,
    version: i64,
    visit: Option<&Visit>,
    said: &[Sent],
    viewer: Viewer,
) -> Value {
    let mut view = alarm_head(alarm, viewer);
    let (owned_at, closed) = match &alarm.state {
        AlarmState::Owned { at, .. } => (Some(*at), None),
        AlarmState::Closed { by, at, outcome, note } => (None, Some((by, at, outcome, note))),
        AlarmState::Open { .. } => (None, None),
    };
    let contacted = said.iter().map(|s| {
        json!({ "name": s.message.name, "channel": s.message.channel, "state": s.state,
            "at": s.handed_over_at.unwrap_or(s.message.created_at) })
    });
    let more = json!({
        "version": version, "ownedAt": owned_at, "previousOwner": alarm.previous_owner,
        "nextStepAt": alarm.next_wake(), "position": alarm.position,
        "outcome": closed.map(|c| c.2), "closedAt": closed.map(|c| c.1),
        "closedBy": closed.map(|c| c.0), "note": closed.map(|c| c.3),
        "visit": visit.map(summary),
        "contacted": contacted.collect::<Vec<_>>(),
        "notes": alarm.notes.iter().map(note).collect::<Vec<_>>(),
        "officerToCall": null,
        "calls": [],
    });
    if let (Value::Object(view), Value::Object(more)) = (&mut view, more) {
        view.extend(more);
    }
    if viewer == Viewer::OutThere {
        for betrays in ["ownedAt", "previousOwner", "nextStepAt"] {
            view[betrays] = Value::Null;
        }
        view["notes"] = json!([]);
    }
    view
}

fn note(note: &Note) -> Value {
    let (text, step, done) = match &note.remark {
        Remark::Text { text } => (Some(text), None, true),
        Remark::Step { step, done } => (None, Some(step), *done),
    };
    json!({ "at": note.at, "by": note.by, "text": text, "step": step, "done": done })
}

fn summary(visit: &Visit) -> Value {
    let plan = &visit.plan;
    json!({
        "worker": visit.worker.name, "mobile": plan.mobile,
        "colleagues": plan.colleagues,
        "residents": plan.residents, "background": plan.background, "kind": plan.kind,
        "registerHits": visit.hits.iter().map(hit).collect::<Vec<_>>(),
        "startsAt": plan.starts_at, "expectedEndAt": visit.expected_end_at,
        "districtOfficer": visit.officer.as_ref().map(officer),
    })
}
