//! An alarm as somebody may see it.
//!
//! Those who are out there never see a silent alarm: their phone may be in somebody else's hands.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::visits::visit_parts::{HitView, OfficerNoticeView, hits, officer_notice},
    model::{
        alarms::{
            Alarm, AlarmState, Cause, Outcome, Position,
            alarm_notes::{AlarmStep, Note, Remark},
        },
        clock::Instant,
        ids::{AlarmId, VisitId},
        messages::{Channel, MessageState},
        people::Named,
        phone::Phone,
        visits::{Colleague, Kind, Resident, Visit, help::PlannedCall},
    },
    service::{alarms::viewing::SeenAlarm, visits::viewer::Viewer},
    store::messages::SentMessage,
};

/// Whether somebody has taken it.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = AlarmState)]
pub enum AlarmStateName {
    Open,
    Owned,
    Closed,
}

impl From<&AlarmState> for AlarmStateName {
    fn from(state: &AlarmState) -> Self {
        match state {
            AlarmState::Open { .. } => Self::Open,
            AlarmState::Owned { .. } => Self::Owned,
            AlarmState::Closed { .. } => Self::Closed,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlarmBrief<'a> {
    id: AlarmId,
    visit_id: Option<VisitId>,
    cause: Cause,
    state: AlarmStateName,
    /// Do not call or text the worker.
    silent: bool,
    /// The rung that it reached, counted from 1; 0 before the first.
    rung: u32,
    rungs: u32,
    owner: Option<&'a Named>,
    opened_at: Instant,
    /// Until when who pressed can take it back with the PIN; null when nobody can.
    undo_until: Option<Instant>,
}

/// The alarm, as the visit shows it.
pub fn brief(alarm: &Alarm, viewer: Viewer) -> AlarmBrief<'_> {
    let owner = match &alarm.state {
        AlarmState::Owned { by, .. } => Some(by),
        _ => None,
    };
    let brief = AlarmBrief {
        id: alarm.id,
        visit_id: alarm.visit,
        cause: alarm.cause,
        state: (&alarm.state).into(),
        silent: alarm.silent,
        rung: alarm.rung(),
        rungs: alarm.rungs,
        owner,
        opened_at: alarm.opened_at,
        undo_until: alarm.undo_until,
    };
    match viewer {
        Viewer::Minder { .. } => brief,
        Viewer::OutThere => disguise(brief, alarm),
    }
}

/// Shown because of a missed check-in or the help button: then it looks like that. How far it climbed,
/// and how long ago, could betray that it was a silent one before.
fn disguise<'a>(brief: AlarmBrief<'a>, alarm: &Alarm) -> AlarmBrief<'a> {
    let cause = match alarm.cause {
        Cause::Duress if alarm.help_pressed => Cause::Panic,
        Cause::Duress => Cause::MissedCheckIn,
        cause => cause,
    };
    let opened_at = alarm.shown_at.unwrap_or(alarm.opened_at);
    let shown = AlarmBrief { cause, silent: false, rung: 0, rungs: 0, opened_at, ..brief };
    if alarm.silent && !alarm.is_closed() {
        return AlarmBrief { state: AlarmStateName::Open, owner: None, ..shown };
    }
    shown
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Alarm)]
pub struct AlarmView<'a> {
    id: AlarmId,
    version: i64,
    visit_id: Option<VisitId>,
    cause: Cause,
    state: AlarmStateName,
    /// Do not call or text the worker.
    silent: bool,
    /// The rung that is being called, counted from 1; 0 before the first, and for those who are out
    /// there.
    rung: u32,
    rungs: u32,
    owner: Option<&'a Named>,
    owned_at: Option<Instant>,
    previous_owner: Option<&'a Named>,
    opened_at: Instant,
    /// Until when who pressed can take it back with the PIN; null when nobody can.
    undo_until: Option<Instant>,
    /// When the next rung is called.
    next_step_at: Option<Instant>,
    position: Option<Position>,
    outcome: Option<Outcome>,
    closed_by: Option<&'a Named>,
    note: Option<&'a str>,
    closed_at: Option<Instant>,
    visit: Option<AlarmVisit<'a>>,
    contacted: Vec<Contacted<'a>>,
    /// Whom the ladder calls, and when, as long as nobody takes it; told to those who are out there,
    /// about one alarm.
    calls: &'a [PlannedCall],
    /// What was written down, oldest first.
    notes: Vec<NoteView<'a>>,
    /// The district officer of the visit or of its address, until the alarm is closed.
    officer_to_call: Option<OfficerToCall<'a>>,
}

/// What the owner of an alarm needs to know.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AlarmVisit<'a> {
    worker: &'a str,
    mobile: &'a Phone,
    colleagues: &'a [Colleague],
    residents: &'a [Resident],
    background: &'a str,
    register_hits: Vec<HitView<'a>>,
    kind: Kind,
    starts_at: Instant,
    expected_end_at: Instant,
    district_officer: Option<OfficerNoticeView<'a>>,
}

/// Who was reached, and how.
#[derive(Debug, Serialize, ToSchema)]
struct Contacted<'a> {
    name: &'a str,
    channel: Channel,
    at: Instant,
    state: MessageState,
}

/// Either words or a step.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlarmNote)]
struct NoteView<'a> {
    at: Instant,
    by: &'a Named,
    text: Option<&'a str>,
    step: Option<AlarmStep>,
    /// Whether the step is done; false takes the tick away.
    done: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct OfficerToCall<'a> {
    name: &'a str,
    mobile: &'a Phone,
}

/// An alarm with everything that its viewer may know.
pub fn seen_alarm(seen: &SeenAlarm) -> AlarmView<'_> {
    let found = &seen.alarm;
    let officer = seen.officer.as_ref();
    AlarmView {
        officer_to_call: officer.map(|(name, mobile)| OfficerToCall { name, mobile }),
        calls: &seen.calls,
        ..alarm(&found.item, found.version, seen.visit.as_ref(), &seen.said, seen.viewer)
    }
}

/// An alarm with everything that its owner needs.
pub fn alarm<'a>(
    alarm: &'a Alarm,
    version: i64,
    visit: Option<&'a Visit>,
    said: &'a [SentMessage],
    viewer: Viewer,
) -> AlarmView<'a> {
    let AlarmBrief {
        id,
        visit_id,
        cause,
        state,
        silent,
        rung,
        rungs,
        owner,
        opened_at,
        undo_until,
    } = brief(alarm, viewer);
    let (owned_at, closed) = match &alarm.state {
        AlarmState::Owned { at, .. } => (Some(*at), None),
        AlarmState::Closed { by, at, outcome, note } => (None, Some((by, at, outcome, note))),
        AlarmState::Open { .. } => (None, None),
    };
    // To those who are out there these would betray a silent alarm.
    let minds = viewer != Viewer::OutThere;
    AlarmView {
        id,
        version,
        visit_id,
        cause,
        state,
        silent,
        rung,
        rungs,
        owner,
        owned_at: owned_at.filter(|_| minds),
        previous_owner: alarm.previous_owner.as_ref().filter(|_| minds),
        opened_at,
        undo_until,
        next_step_at: alarm.next_wake().filter(|_| minds),
        position: alarm.position,
        outcome: closed.map(|(_, _, outcome, _)| *outcome),
        closed_by: closed.and_then(|(by, ..)| by.as_ref()),
        note: closed.and_then(|(.., note)| note.as_deref()),
        closed_at: closed.map(|(_, at, ..)| *at),
        visit: visit.map(summary),
        contacted: said.iter().map(contacted).collect(),
        calls: &[],
        notes: alarm.notes.iter().filter(|_| minds).map(note).collect(),
        officer_to_call: None,
    }
}

fn summary(visit: &Visit) -> AlarmVisit<'_> {
    let plan = &visit.plan;
    AlarmVisit {
        worker: &visit.worker.name,
        mobile: &plan.mobile,
        colleagues: &plan.colleagues,
        residents: &plan.residents,
        background: &plan.background,
        register_hits: hits(&visit.hits),
        kind: plan.kind,
        starts_at: plan.starts_at,
        expected_end_at: visit.expected_end_at,
        district_officer: visit.officer.as_ref().map(officer_notice),
    }
}

fn contacted(sent: &SentMessage) -> Contacted<'_> {
    Contacted {
        name: &sent.message.name,
        channel: sent.message.channel,
        at: sent.handed_over_at.unwrap_or(sent.message.created_at),
        state: sent.state,
    }
}

fn note(note: &Note) -> NoteView<'_> {
    let (text, step, done) = match &note.remark {
        Remark::Text { text } => (Some(text.as_str()), None, true),
        Remark::Step { step, done } => (None, Some(*step), *done),
    };
    NoteView { at: note.at, by: &note.by, text, step, done }
}
