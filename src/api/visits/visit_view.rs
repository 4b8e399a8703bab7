//! A visit as somebody may see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::visit_parts::{HitView, OfficerNoticeView, hits, officer_notice};
use crate::{
    api::alarms::alarm_view::{AlarmBrief, brief},
    model::{
        clock::Instant,
        ids::{CheckInId, TeamId, VisitId},
        messages::texts::Words,
        people::Named,
        phone::Phone,
        visits::{
            Approval, Colleague, Kind, Missing, Resident, RiskReason, State, Status, Visit,
            check_ins::{CheckIn, CheckInState},
        },
    },
    service::visits::viewer::{SeenVisit, Viewer, is_seen},
};

/// A visit, as much of it as you may see.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Visit)]
pub struct VisitView<'a> {
    id: VisitId,
    version: i64,
    kind: Kind,
    status: Status,
    starts_at: Instant,
    expected_minutes: u32,
    expected_end_at: Instant,
    started_at: Option<Instant>,
    ended_at: Option<Instant>,
    mobile: &'a Phone,
    /// False for another number than the worker's own, as long as no answer came from it.
    mobile_tested: bool,
    team_id: TeamId,
    worker: &'a Named,
    colleagues: &'a [Colleague],
    residents: &'a [Resident],
    background: &'a str,
    expects_trouble: bool,
    known_resident: bool,
    risk: Risk,
    missing: Vec<Missing>,
    register_hits: Vec<HitView<'a>>,
    check_ins: Vec<CheckInView>,
    next_check_in_at: Option<Instant>,
    /// Whether an answer needs the PIN. While the alarm of a missed question is open, also after the
    /// end, an answer without it is passed on, and with it closes the alarm.
    pin_needed: bool,
    /// Whether the phone shows nothing of a call for help.
    silent_help: bool,
    approval: Option<&'a Approval>,
    district_officer: Option<OfficerNoticeView<'a>>,
    /// The open alarm. A silent one is not told to the worker nor to the colleagues on the visit.
    alarm: Option<AlarmBrief<'a>>,
    /// Whether somebody is certain to be called when an answer stays out.
    watched: bool,
    /// One sentence that says what happens next.
    promise: String,
    /// Whether you may approve it.
    may_approve: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct Risk {
    #[schema(inline)]
    level: RiskLevel,
    reasons: Vec<RiskReason>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum RiskLevel {
    Normal,
    Risky,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CheckIn)]
struct CheckInView {
    id: CheckInId,
    due_at: Instant,
    state: CheckInStateName,
    answered_at: Option<Instant>,
}

/// How an agreed check-in stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = CheckInState)]
enum CheckInStateName {
    Scheduled,
    Prompted,
    Confirmed,
    Missed,
    Cancelled,
}

/// The visit as its viewer may see it.
pub fn visit<'a>(seen: &'a SeenVisit, words: &Words) -> VisitView<'a> {
    let SeenVisit { watch, version, viewer, policy } = seen;
    let (it, viewer) = (&watch.visit, *viewer);
    let plan = &it.plan;
    let alarm = watch.open_alarm().filter(|a| is_seen(a, viewer));
    let next = it.next_check_in().map(|c| c.due_at);
    let (started_at, ended_at) = moments(&it.state);
    VisitView {
        id: it.id,
        version: *version,
        kind: plan.kind,
        status: it.status(),
        starts_at: plan.starts_at,
        expected_minutes: plan.expected_minutes,
        expected_end_at: it.expected_end_at,
        started_at,
        ended_at,
        mobile: &plan.mobile,
        mobile_tested: !it.is_number_untested(),
        team_id: it.team,
        worker: &it.worker,
        colleagues: &plan.colleagues,
        residents: &plan.residents,
        background: &plan.background,
        expects_trouble: plan.expects_trouble,
        known_resident: plan.known_resident,
        risk: risk(it),
        missing: it.missing(),
        register_hits: hits(&it.hits),
        check_ins: it.check_ins.iter().map(check_in).collect(),
        next_check_in_at: next.filter(|_| !it.is_over()),
        pin_needed: watch.pin_asked(policy),
        silent_help: policy.silent_help,
        approval: it.approval.as_ref(),
        district_officer: it.officer.as_ref().map(officer_notice),
        alarm: alarm.map(|a| brief(a, viewer)),
        watched: it.is_under_way(),
        promise: words.promise(watch, alarm.is_some(), policy),
        may_approve: viewer == Viewer::Minder { approves: true } && it.is_risky(),
    }
}

fn risk(visit: &Visit) -> Risk {
    let reasons = visit.risk();
    let level = if reasons.is_empty() { RiskLevel::Normal } else { RiskLevel::Risky };
    Risk { level, reasons }
}

fn check_in(it: &CheckIn) -> CheckInView {
    let (state, answered_at) = match it.state {
        CheckInState::Scheduled { .. } => (CheckInStateName::Scheduled, None),
        CheckInState::Prompted { .. } => (CheckInStateName::Prompted, None),
        CheckInState::Confirmed { at } => (CheckInStateName::Confirmed, Some(at)),
        CheckInState::Missed { .. } => (CheckInStateName::Missed, None),
        CheckInState::Cancelled => (CheckInStateName::Cancelled, None),
    };
    CheckInView { id: it.id, due_at: it.due_at, state, answered_at }
}

fn moments(state: &State) -> (Option<Instant>, Option<Instant>) {
    match state {
        State::Ahead { .. } => (None, None),
        State::UnderWay { since } => (Some(*since), None),
        State::Ended { since, at } => (Some(*since), Some(*at)),
        State::Cancelled { at, .. } => (None, Some(*at)),
    }
}
