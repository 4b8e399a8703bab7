//! Reporting an incident: what a visit tells of it already, and what somebody adds.

use serde_json::json;

use super::{
    aftercare,
    viewing::{SeenIncident, log, whole},
};
use crate::{
    model::{
        clock::Instant,
        ids::{AlarmId, IncidentId, PersonId, TeamId, VisitId},
        incidents::{
            Affair, AffairKind, Bounds, CallByColleague, Deadlines, Incident, Report, ReportInput,
            Stage,
            advice::Behaviour,
            incident_notices::{IncidentNews, announce},
        },
        input::faults::Faults,
        messages::audiences::Audience,
        people::{Named, Role},
        privacy::access::Action,
        visits::{Kind, State as VisitState, Visit},
    },
    service::{
        context::Context, error::Error, messages::notify::notify, people::caller::Caller,
        register::looks::look, visits::viewer::authorise,
    },
    store::{
        self, Tx, Versioned, alarms,
        incidents::{self, policy},
        people::{self, Selection, teams},
        visits,
    },
};

/// From which visit or alarm an incident comes, by their ids.
#[derive(Clone, Debug, Default)]
pub struct ReportOrigin {
    pub visit_id: Option<String>,
    pub alarm_id: Option<String>,
}

impl ReportOrigin {
    /// The visit and the alarm that are meant, as far as the caller may see them.
    async fn find(
        &self,
        tx: &mut Tx,
        caller: &Caller,
    ) -> Result<(Option<Visit>, Option<AlarmId>), Error> {
        let mut faults = Faults::default();
        let visit = (self.visit_id.as_ref())
            .and_then(|id| faults.take("visitId", id.parse::<VisitId>().map_err(|_| "is no id")));
        let alarm = (self.alarm_id.as_ref())
            .and_then(|id| faults.take("alarmId", id.parse::<AlarmId>().map_err(|_| "is no id")));
        faults.done().map_err(Error::Invalid)?;
        let of_alarm = match alarm {
            Some(id) => alarms::load(tx, id).await?.item.visit,
            None => None,
        };
        let Some(id) = visit.or(of_alarm) else {
            return if alarm.is_some() { Err(Error::NotFound) } else { Ok((None, None)) };
        };
        let found = visits::load(tx, id).await?.item;
        if let Err(refused) = authorise(caller, &found)
            && !caller.as_desk()?
        {
            return Err(refused);
        }
        if alarm.is_some() && of_alarm != Some(id) {
            return Err(Error::NotFound);
        }
        if matches!(found.state, VisitState::Ahead { .. } | VisitState::Cancelled { .. }) {
            let why = "Nothing can have happened on a visit that did not take place.";
            return Err(Error::conflict("not-started", why));
        }
        Ok((Some(found), alarm))
    }
}

/// A report before anything of it was written.
#[derive(Clone, Debug)]
pub struct ReportDraft {
    /// The visit that it comes from.
    pub visit: Option<Visit>,
    /// The alarm that it comes from.
    pub alarm: Option<AlarmId>,
    /// What the visit tells already.
    pub filled: ReportInput,
    /// Who else was there.
    pub staff: Vec<Named>,
    /// Who may have been there.
    pub colleagues: Vec<Named>,
}

/// Begins a report with what is known already.
///
/// # Errors
/// [`Error::Invalid`], [`Error::NotFound`], [`Error::Conflict`].
pub async fn draft(
    ctx: &Context,
    caller: Caller,
    origin: ReportOrigin,
) -> Result<ReportDraft, Error> {
    let now = ctx.now();
    ctx.db
        .read(move |tx| {
            Box::pin(async move {
                let (visit, alarm) = origin.find(tx, &caller).await?;
                let colleagues = colleagues(tx, &caller).await?;
                let filled = ReportInput::default();
                let (filled, staff) = match &visit {
                    Some(visit) => {
                        (prefilled(filled, visit, now), staff_of(tx, visit, caller.id()).await?)
                    }
                    None => (filled, vec![]),
                };
                Ok(ReportDraft { visit, alarm, filled, staff, colleagues })
            })
        })
        .await
}

/// What a visit tells already, for a report.
fn prefilled(mut input: ReportInput, visit: &Visit, now: Instant) -> ReportInput {
    let how = if visit.plan.kind == Kind::OfficeMeeting { "office" } else { "visit" };
    input.how.get_or_insert(how.into());
    let at = visit.plan.starts_at.min(now);
    input.happened_at.get_or_insert(at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true));
    if let (None, Some(resident)) = (&input.resident.name, visit.plan.residents.first()) {
        input.resident.name = Some(resident.name.clone());
        input.resident.address.get_or_insert(json!(resident.address));
    }
    input
}

async fn staff_of(
    tx: &mut Tx,
    visit: &Visit,
    reporter: PersonId,
) -> Result<Vec<Named>, store::Error> {
    let mut staff = vec![];
    for id in visit.people_out().into_iter().filter(|id| *id != reporter) {
        staff.push(Named::from(&people::load(tx, id).await?.item));
    }
    Ok(staff)
}

/// Those with whom the caller is in a team: who may have been there.
async fn colleagues(tx: &mut Tx, caller: &Caller) -> Result<Vec<Named>, store::Error> {
    let own = teams::some(tx, caller.team_ids()).await?;
    let ids = own.iter().flat_map(|t| t.item.members.iter().chain(&t.item.managers)).copied();
    let whom = Selection { ids: ids.collect(), ..Selection::default() };
    let mut found = people::select(tx, &whom).await?;
    found.retain(|p| p.active && p.id != caller.id());
    Ok(found.iter().map(Named::from).collect())
}

/// An incident, as it is reported.
#[derive(Clone, Debug)]
pub struct IncidentReport {
    /// From which visit or alarm.
    pub origin: ReportOrigin,
    /// The team, when there is no visit.
    pub team_id: Option<String>,
    /// Who else was there, by id; none takes those of the visit.
    pub staff: Option<Vec<String>>,
    pub report: ReportInput,
}

/// Lets in who may report incidents.
///
/// # Errors
/// [`Error::Forbidden`].
pub fn authorise_report(caller: &Caller) -> Result<(), Error> {
    let goes_out = [Role::Worker, Role::Manager, Role::AggressionDesk];
    if goes_out.iter().any(|role| caller.person.is(*role)) {
        return Ok(());
    }
    Err(Error::Forbidden("Only employees, managers and the desk report incidents."))
}

/// Reports an incident: the managers of the team and the desk hear of it at once.
///
/// # Errors
/// [`Error::Invalid`], [`Error::NotFound`], [`Error::Conflict`].
pub async fn report(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    input: IncidentReport,
) -> Result<SeenIncident, Error> {
    let incident = read(tx, ctx, caller, input).await?;
    incidents::insert(tx, &incident, ctx.now()).await?;
    open_affairs(tx, &incident).await?;
    let figures = policy::load(tx).await?.item;
    aftercare::begin(tx, ctx, &incident, &figures).await?;
    tell_at_once(tx, ctx, &incident).await?;
    log(tx, look(ctx, caller, Action::IncidentReported), &incident).await?;
    whole(tx, ctx, caller, Versioned { version: 1, item: incident }).await
}

async fn read(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    input: IncidentReport,
) -> Result<Incident, Error> {
    let (visit, alarm) = input.origin.find(tx, caller).await?;
    let (now, figures) = (ctx.now(), policy::load(tx).await?.item);
    let mut faults = Faults::default();
    let staff = match (&input.staff, &visit) {
        (None, Some(visit)) => staff_of(tx, visit, caller.id()).await?,
        (given, _) => named(tx, given.as_deref().unwrap_or_default(), &mut faults).await?,
    };
    let team = team_of(tx, caller, visit.as_ref(), input.team_id.as_deref()).await?;
    faults.require(team.is_some(), "teamId", "invalid", "you are in no such team");
    let filled = match &visit {
        Some(visit) => prefilled(input.report, visit, now),
        None => input.report,
    };
    let zone = ctx.settings.zone;
    let bounds = Bounds { now, zone, youngest_years: figures.youngest_years };
    let report = Report::read(&filled, staff, bounds).map_err(|found| faults.0.extend(found));
    let (Ok(report), Some(team), []) = (report, team, faults.0.as_slice()) else {
        return Err(Error::Invalid(faults.0));
    };
    Ok(Incident {
        id: IncidentId::new(&*ctx.random, now),
        team,
        reporter: caller.named(),
        reported_at: now,
        visit: visit.map(|v| v.id),
        alarm,
        report,
        call: CallByColleague::default(),
        deadlines: Deadlines::new(now, &figures),
        stage: Stage::Reported,
    })
}

/// The team of the visit, or one of the caller's own; the desk may report for any.
async fn team_of(
    tx: &mut Tx,
    caller: &Caller,
    visit: Option<&Visit>,
    given: Option<&str>,
) -> Result<Option<TeamId>, store::Error> {
    if let Some(visit) = visit {
        return Ok(Some(visit.team));
    }
    let open: Vec<TeamId> = match caller.person.is(Role::AggressionDesk) {
        true => teams::ids(tx).await?,
        false => caller.team_ids().collect(),
    };
    let mut open = open.into_iter();
    Ok(match given {
        Some(id) => open.find(|open| open.to_string() == id),
        None => open.next(),
    })
}

async fn named(
    tx: &mut Tx,
    ids: &[String],
    faults: &mut Faults,
) -> Result<Vec<Named>, store::Error> {
    let mut staff: Vec<Named> = vec![];
    for (at, text) in ids.iter().take(20).enumerate() {
        let found = match text.parse::<PersonId>() {
            Ok(id) => match people::load(tx, id).await {
                Err(store::Error::NotFound) => None,
                found => Some(found?.item),
            },
            Err(_) => None,
        };
        match found.filter(|p| p.active) {
            Some(person) => staff.push(Named::from(&person)),
            None => faults.add(format!("staff[{at}]"), "unknown", "is not known"),
        }
    }
    Ok(staff)
}

/// A threat or violence is always reported to the police; damage goes to Legal Affairs.
async fn open_affairs(tx: &mut Tx, incident: &Incident) -> Result<(), store::Error> {
    if incident.report.behaviour == Behaviour::D {
        let kind = AffairKind::PoliceReport;
        incidents::save_affair(tx, incident.id, kind, &Affair::open(), 0).await?;
    }
    if incident.report.damage.is_some() {
        let kind = AffairKind::DamageClaim;
        incidents::save_affair(tx, incident.id, kind, &Affair::open(), 0).await?;
    }
    Ok(())
}

async fn tell_at_once(tx: &mut Tx, ctx: &Context, incident: &Incident) -> Result<(), store::Error> {
    let team = teams::load(tx, incident.team).await?.item;
    let audiences = [Audience::Managers(&team), Audience::Desk];
    let it = announce(incident, IncidentNews::Reported).except(vec![incident.reporter.id]);
    notify(tx, &audiences, &it, &ctx.composer()).await
}
