//! Incidents: reported by whoever met one, listed and read by those whom it concerns. Every look is
//! logged by the transaction that looks.

use axum::{
    Router,
    extract::{Query, State},
    http::HeaderMap,
    response::Response,
    routing::get,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    aftercare,
    auth::Caller,
    idempotency::{Once, Reply, once, respond},
    incident_view::{brief, viewer, whole},
    json::{Body, Id, of_value},
    pages::Page,
    problem::Problem,
    register::look,
    state::House,
    watching::{self, words},
};
use crate::{
    model::{
        access::{Action, Look},
        advice::Behaviour,
        faults::{Fault, Faults},
        ids::{AlarmId, IncidentId, PersonId, TeamId, VisitId},
        incident_notices::{Desk, News, told_at_once},
        incidents::{
            Affair, AffairKind, Bounds, Call, Deadlines, Incident, Report, ReportInput, Stage,
        },
        people::{Named, Person, Role},
        visits::{Kind, State as VisitState, Visit},
    },
    store::{
        Error, Tx, Versioned, access, alarms,
        incidents::{self, Whose},
        messages, people, policy, teams, visits,
    },
};

pub(super) const PATH: &str = "/v1/incidents";

/// The routes.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/incidents", get(list).post(create))
        .route("/incidents/{id}", get(show))
        .route("/incident-draft", get(draft))
}

/// Logs a step or a look at an incident.
///
/// # Errors
/// When the store fails; then it must not happen either.
pub(super) async fn log(tx: &mut Tx, line: &Look, it: &Incident) -> Result<(), Error> {
    let details = json!({ "incident": it.id });
    access::log_look(tx, &Look { visit: it.visit, details, ..line.clone() }).await
}

#[derive(Deserialize)]
struct Filter {
    stage: Option<String>,
}

async fn list(
    State(house): State<House>,
    caller: Caller,
    page: Page<IncidentId>,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    let known = ["reported", "assessed", "decided", "closed"];
    if !filter.stage.as_deref().is_none_or(|stage| known.contains(&stage)) {
        let fault = Fault::new("stage", "invalid", "reported, assessed, decided or closed");
        return Err(Problem::invalid(vec![fault]));
    }
    let stage = filter.stage.unwrap_or_default();
    let whose = if caller.as_desk()? {
        Whose::All
    } else {
        let managed = caller.teams.iter().map(|t| t.id).filter(|id| caller.manages(*id));
        Whose::Of(caller.id(), managed.collect())
    };
    let line = look(&house, &caller, Action::IncidentsListed);
    let here = house.clone();
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            let found = incidents::page(tx, &whose, &stage, page.after, page.fetch()).await?;
            let shown = found.iter().take(usize::try_from(page.limit).unwrap_or_default());
            let ids: Vec<_> = shown.map(|i| i.item.id).collect();
            access::log_look(tx, &Look { details: json!({ "incidents": ids }), ..line }).await?;
            let mut views = vec![];
            for one in &found {
                let viewer = viewer(&caller, &one.item)?;
                views.push((one.item.id, brief(tx, &here, &caller, one, viewer).await?));
            }
            Ok::<_, Problem>(page.answer(&views, |v| v.0, |v| v.1.clone()))
        })
    });
    Ok(respond(Reply::ok(work.await?), PATH))
}

async fn show(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<IncidentId>,
) -> Result<Response, Problem> {
    let line = look(&house, &caller, Action::IncidentRead);
    let here = house.clone();
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            let found = incidents::load(tx, id).await?;
            let body = whole(tx, &here, &caller, &found).await?;
            log(tx, &line, &found.item).await?;
            Ok::<_, Problem>(body)
        })
    });
    Ok(respond(Reply::ok(work.await?), PATH))
}

/// From which visit or alarm.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct Origin {
    visit_id: Option<String>,
    alarm_id: Option<String>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct Input {
    #[serde(flatten)]
    origin: Origin,
    team_id: Option<String>,
    staff: Option<Vec<String>>,
    #[serde(flatten)]
    report: ReportInput,
}

impl Origin {
    /// The visit and the alarm that are meant, as far as the caller may see them.
    async fn find(
        &self,
        tx: &mut Tx,
        caller: &Caller,
    ) -> Result<(Option<Visit>, Option<AlarmId>), Problem> {
        let mut faults = Faults::default();
        let visit = (self.visit_id.as_ref())
            .and_then(|id| faults.take("visitId", id.parse::<VisitId>().map_err(|_| "is no id")));
        let alarm = (self.alarm_id.as_ref())
            .and_then(|id| faults.take("alarmId", id.parse::<AlarmId>().map_err(|_| "is no id")));
        faults.done().map_err(Problem::invalid)?;
        let of_alarm = match alarm {
            Some(id) => alarms::load(tx, id).await?.item.visit,
            None => None,
        };
        let Some(id) = visit.or(of_alarm) else {
            return if alarm.is_some() { Err(Problem::not_found()) } else { Ok((None, None)) };
        };
        let found = visits::load(tx, id).await?.item;
        if let Err(refused) = watching::viewer(caller, &found)
            && !caller.as_desk()?
        {
            return Err(refused);
        }
        if alarm.is_some() && of_alarm != Some(id) {
            return Err(Problem::not_found());
        }
        if matches!(found.state, VisitState::Ahead { .. } | VisitState::Cancelled { .. }) {
            let why = "Nothing can have happened on a visit that did not take place.";
            return Err(Problem::conflict("not-started", why));
        }
        Ok((Some(found), alarm))
    }
}

/// What a visit tells already, for a report.
fn prefilled(
    mut input: ReportInput,
    visit: &Visit,
    now: crate::model::clock::Instant,
) -> ReportInput {
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

async fn staff_of(tx: &mut Tx, visit: &Visit, reporter: PersonId) -> Result<Vec<Named>, Error> {
    let mut staff = vec![];
    for id in visit.people_out().into_iter().filter(|id| *id != reporter) {
        staff.push(Named::from(&people::load(tx, id).await?.item));
    }
    Ok(staff)
}

async fn draft(
    State(house): State<House>,
    caller: Caller,
    Query(origin): Query<Origin>,
) -> Result<Response, Problem> {
    let now = house.now();
    let work = house.db.read(move |tx| {
        Box::pin(async move {
            let (visit, alarm) = origin.find(tx, &caller).await?;
            let colleagues = colleagues(tx, &caller).await?;
            let Some(visit) = visit else {
                return Ok(json!({ "visitId": null, "alarmId": null, "teamId": null, "how": null,
                    "happenedAt": null, "residents": [], "staff": [], "colleagues": colleagues }));
            };
            let filled = prefilled(ReportInput::default(), &visit, now);
            let staff = staff_of(tx, &visit, caller.id()).await?;
            Ok::<_, Problem>(json!({
                "visitId": visit.id, "alarmId": alarm, "teamId": visit.team, "how": filled.how,
                "happenedAt": filled.happened_at, "residents": visit.plan.residents,
                "staff": staff, "colleagues": colleagues,
            }))
        })
    });
    Ok(respond(Reply::ok(work.await?), "/v1/incident-draft"))
}

/// Those with whom the caller is in a team: who may have been there.
async fn colleagues(tx: &mut Tx, caller: &Caller) -> Result<Vec<Named>, Error> {
    let own = caller.teams.iter().filter(|t| t.has(caller.id()) || t.is_managed_by(caller.id()));
    let ids: Vec<_> = own.flat_map(|t| t.members.iter().chain(&t.managers)).collect();
    let mut found: Vec<_> = people::all(tx).await?.into_iter().map(|p| p.item).collect();
    found.retain(|p| p.active && p.id != caller.id() && ids.contains(&&p.id));
    Ok(found.iter().map(Named::from).collect())
}

async fn create(
    State(house): State<House>,
    caller: Caller,
    headers: HeaderMap,
    Body(said): Body<Value>,
) -> Result<Response, Problem> {
    let goes_out = [Role::Worker, Role::Manager, Role::AggressionDesk];
    if !goes_out.iter().any(|role| caller.person.is(*role)) {
        return Err(Problem::forbidden("Only employees, managers and the desk report incidents."));
    }
    let request = Once::new(&caller, &headers, PATH, &said)?;
    let input: Input = of_value(said)?;
    let here = house.clone();
    once(&house, request, move |tx| {
        Box::pin(async move {
            let incident = read(tx, &here, &caller, input).await?;
            incidents::insert(tx, &incident, here.now()).await?;
            open_affairs(tx, &incident).await?;
            let figures = policy::load(tx).await?.item;
            aftercare::begin(tx, &here, &incident, &figures).await?;
            tell_at_once(tx, &here, &incident).await?;
            log(tx, &look(&here, &caller, Action::IncidentReported), &incident).await?;
            let found = Versioned { version: 1, item: incident };
            Ok(Reply::created(whole(tx, &here, &caller, &found).await?))
        })
    })
    .await
}

async fn read(
    tx: &mut Tx,
    house: &House,
    caller: &Caller,
    input: Input,
) -> Result<Incident, Problem> {
    let (visit, alarm) = input.origin.find(tx, caller).await?;
    let (now, figures) = (house.now(), policy::load(tx).await?.item);
    let mut faults = Faults::default();
    let staff = match (&input.staff, &visit) {
        (None, Some(visit)) => staff_of(tx, visit, caller.id()).await?,
        (given, _) => named(tx, given.as_deref().unwrap_or_default(), &mut faults).await?,
    };
    let team = team_of(caller, visit.as_ref(), input.team_id.as_deref(), &mut faults);
    let filled = match &visit {
        Some(visit) => prefilled(input.report, visit, now),
        None => input.report,
    };
    let zone = house.settings.zone;
    let bounds = Bounds { now, zone, youngest_years: figures.youngest_years };
    let report = Report::read(&filled, staff, bounds).map_err(|found| faults.0.extend(found));
    let (Ok(report), Some(team), []) = (report, team, faults.0.as_slice()) else {
        return Err(Problem::invalid(faults.0));
    };
    Ok(Incident {
        id: IncidentId::new(&*house.dice, now),
        team,
        reporter: watching::named(caller),
        reported_at: now,
        visit: visit.map(|v| v.id),
        alarm,
        report,
        call: Call::default(),
        deadlines: Deadlines::new(now, &figures),
        stage: Stage::Reported,
    })
}

/// The team of the visit, or one of the caller's own; the desk may report for any.
fn team_of(
    caller: &Caller,
    visit: Option<&Visit>,
    given: Option<&str>,
    faults: &mut Faults,
) -> Option<TeamId> {
    if let Some(visit) = visit {
        return Some(visit.team);
    }
    let desk = caller.person.is(Role::AggressionDesk);
    let mut own = caller.teams.iter().filter(|t| desk || t.has(caller.id())).map(|t| t.id);
    let found = match given {
        Some(id) => own.find(|own| own.to_string() == id),
        None => own.next(),
    };
    faults.require(found.is_some(), "teamId", "invalid", "you are in no such team");
    found
}

async fn named(tx: &mut Tx, ids: &[String], faults: &mut Faults) -> Result<Vec<Named>, Error> {
    let mut staff: Vec<Named> = vec![];
    for (at, text) in ids.iter().take(20).enumerate() {
        let found = match text.parse::<PersonId>() {
            Ok(id) => match people::load(tx, id).await {
                Err(Error::NotFound) => None,
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
async fn open_affairs(tx: &mut Tx, incident: &Incident) -> Result<(), Error> {
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

async fn tell_at_once(tx: &mut Tx, house: &House, incident: &Incident) -> Result<(), Error> {
    let team = teams::load(tx, incident.team).await?.item;
    let everybody: Vec<Person> = people::all(tx).await?.into_iter().map(|p| p.item).collect();
    for person in told_at_once(incident, &team, &everybody) {
        tell(tx, house, incident, News::Reported, person).await?;
    }
    Ok(())
}

/// Brings news of an incident to somebody.
///
/// # Errors
/// When the store fails.
pub(super) async fn tell(
    tx: &mut Tx,
    house: &House,
    incident: &Incident,
    news: News,
    person: &Person,
) -> Result<(), Error> {
    let words = words(house, person.language);
    let desk = Desk { now: house.now(), dice: &*house.dice, words: &words };
    messages::insert(tx, &desk.message(incident, news, person)).await
}
