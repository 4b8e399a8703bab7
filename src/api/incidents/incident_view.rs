//! An incident as it is shown: the reporter what became of it, the manager and the desk all of it.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    model::{
        clock::Instant,
        ids::{AlarmId, EntryId, IncidentId, TeamId, VisitId},
        incidents::{
            Affair, AffairProgress, AffairState, Assessment, Candidate, Report, Stage,
            advice::{Behaviour, CallStep, Reaction},
            measures::Standing,
        },
        people::Named,
    },
    service::incidents::viewing::{IncidentViewer, SeenIncident},
};

/// The incident as it is now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Incident)]
pub(super) struct IncidentView<'a> {
    id: IncidentId,
    version: i64,
    stage: IncidentStage,
    team_id: TeamId,
    reporter: &'a Named,
    reported_at: Instant,
    visit_id: Option<VisitId>,
    alarm_id: Option<AlarmId>,
    report: &'a Report,
    /// What to do about a breach of a ban, in the order of doing.
    instructions: &'a [String],
    call: CallView<'a>,
    /// Who is to answer; nobody when it is the aggression desk.
    answered_by: Option<&'a Named>,
    /// When it has to be answered.
    due_at: Instant,
    overdue: bool,
    /// Not for the reporter.
    assessment: Option<&'a Assessment>,
    decision: Option<DecisionView<'a>>,
    closed: Option<ClosureView<'a>>,
    police_report: Option<AffairView<'a>>,
    damage_claim: Option<AffairView<'a>>,
    /// Before the decision, and only with one incident.
    candidates: Option<&'a [Candidate]>,
    /// Whether the caller may assess and decide: was not involved.
    may_assess: bool,
    needs_emergency_service: bool,
}

/// How far an incident is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum IncidentStage {
    Reported,
    Assessed,
    Decided,
    Closed,
}

/// The call by another employee.
#[derive(Serialize, ToSchema)]
#[schema(as = OmbudsmanCall)]
struct CallView<'a> {
    step: CallStep,
    by: Option<&'a Named>,
    at: Option<Instant>,
    /// Not for the reporter.
    note: Option<&'a str>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Decision)]
struct DecisionView<'a> {
    reaction: Reaction,
    by: &'a Named,
    at: Instant,
    /// Not for the reporter.
    departs_because: Option<&'a str>,
    /// Of the register; not for the reporter.
    entry_id: Option<EntryId>,
    standing: Option<Standing>,
    sent_on: Option<NaiveDate>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = IncidentClosure)]
struct ClosureView<'a> {
    by: &'a Named,
    at: Instant,
    note: &'a str,
}

/// A police report or a claim for damage.
#[derive(Serialize, ToSchema)]
#[schema(as = Affair)]
struct AffairView<'a> {
    state: AffairProgress,
    who: Option<&'a Named>,
    on: Option<NaiveDate>,
    /// Not for the reporter.
    reference: Option<&'a str>,
    /// Not for the reporter.
    because: Option<&'a str>,
}

pub(super) fn view(seen: &SeenIncident) -> IncidentView<'_> {
    let it = &seen.incident.item;
    let minder = seen.viewer == IncidentViewer::Minder;
    let note = it.call.note.as_deref().filter(|_| minder);
    IncidentView {
        id: it.id,
        version: seen.incident.version,
        stage: stage(&it.stage),
        team_id: it.team,
        reporter: &it.reporter,
        reported_at: it.reported_at,
        visit_id: it.visit,
        alarm_id: it.alarm,
        report: &it.report,
        instructions: &seen.instructions,
        call: CallView { step: it.call.step, by: it.call.by.as_ref(), at: it.call.at, note },
        answered_by: seen.answered_by.as_ref(),
        due_at: it.deadlines.due,
        overdue: seen.is_overdue,
        assessment: it.assessment().filter(|_| minder),
        decision: decision(seen, minder),
        closed: closure(&it.stage),
        police_report: seen.police_report.as_ref().map(|affair| show(affair, minder)),
        damage_claim: seen.damage_claim.as_ref().map(|affair| show(affair, minder)),
        candidates: seen.candidates.as_deref(),
        may_assess: seen.can_assess,
        needs_emergency_service: it.report.behaviour == Behaviour::E,
    }
}

fn stage(stage: &Stage) -> IncidentStage {
    match stage {
        Stage::Reported => IncidentStage::Reported,
        Stage::Assessed { .. } => IncidentStage::Assessed,
        Stage::Decided { .. } => IncidentStage::Decided,
        Stage::Closed { .. } => IncidentStage::Closed,
    }
}

fn closure(stage: &Stage) -> Option<ClosureView<'_>> {
    match stage {
        Stage::Closed { by, at, note, .. } => Some(ClosureView { by, at: *at, note }),
        _ => None,
    }
}

fn decision(seen: &SeenIncident, minder: bool) -> Option<DecisionView<'_>> {
    let decision = seen.incident.item.decision()?;
    let mail = seen.entry.as_ref().and_then(|entry| entry.dossier.mail.as_ref());
    Some(DecisionView {
        reaction: decision.reaction,
        by: &decision.by,
        at: decision.at,
        departs_because: decision.departs_because.as_deref().filter(|_| minder),
        entry_id: decision.entry.filter(|_| minder),
        standing: seen.standing,
        sent_on: mail.map(|mail| mail.sent_on),
    })
}

fn show(affair: &Affair, minder: bool) -> AffairView<'_> {
    let (on, reference, because) = match &affair.state {
        AffairState::Open => (None, None, None),
        AffairState::Done { on, reference, .. } => (Some(*on), reference.as_deref(), None),
        AffairState::Dropped { because, .. } => (None, None, Some(&**because)),
    };
    AffairView {
        state: affair.progress(),
        who: affair.who.as_ref(),
        on,
        reference: reference.filter(|_| minder),
        because: because.filter(|_| minder),
    }
}
