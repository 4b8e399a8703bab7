//! What is done with an incident: held against the rules, the resident called by another employee,
//! decided, brought to the police and to Legal Affairs, closed. For managers of the team and the
//! desk; each step is logged.

use axum::http::StatusCode;
use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::post};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::{
    auth::Caller,
    idempotency::{Once, Reply, once},
    incident_view::{self, Viewer, candidates, whole},
    incidents::{PATH, log, tell},
    json::{Body, Id},
    problem::Problem,
    register::{look, today},
    state::House,
    watching::named,
};
use crate::{
    model::{
        access::Action,
        advice::{Behaviour, CallStep, Earlier, Terms},
        faults::{Fault, Faults},
        ids::{EntryId, IncidentId, PersonId},
        incident_notices::News,
        incidents::{
            Affair, AffairFault, AffairKind, AffairStep, Bench, DecisionInput, Incident,
            IncidentFault,
        },
        measures::Breach,
        people::Named,
        register::Measure,
    },
    store::{Error, Tx, Versioned, incidents, people, policy, register},
};

/// The routes.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/incidents/{id}/assessment", post(assess))
        .route("/incidents/{id}/ombudsman-call", post(note_call))
        .route("/incidents/{id}/decision", post(decide))
        .route("/incidents/{id}/police-report", post(police))
        .route("/incidents/{id}/damage-claim", post(damage))
        .route("/incidents/{id}/closure", post(close))
}

impl From<IncidentFault> for Problem {
    fn from(why: IncidentFault) -> Self {
        let words = why.to_string();
        match why {
            IncidentFault::Involved => Self::new(StatusCode::FORBIDDEN, "involved", words),
            IncidentFault::Decided => Self::conflict("decided", words),
            IncidentFault::NotAssessed => Self::conflict("not-assessed", words),
            IncidentFault::NotDecided => Self::conflict("not-decided", words),
            IncidentFault::Closed => Self::conflict("closed", words),
            IncidentFault::Input(faults) => Self::invalid(faults),
        }
    }
}

impl From<AffairFault> for Problem {
    fn from(why: AffairFault) -> Self {
        let words = why.to_string();
        match why {
            AffairFault::Over => Self::conflict("over", words),
            AffairFault::Input(faults) => Self::invalid(faults),
        }
    }
}

/// Loads an incident, takes one step with it, saves it, logs who did, and shows it.
async fn step<S, F>(
    house: &House,
    caller: Caller,
    headers: &HeaderMap,
    (id, what, action): (IncidentId, &str, Action),
    said: S,
    verb: F,
) -> Result<Response, Problem>
where
    S: Serialize + Send + 'static,
    F: for<'t> FnOnce(
            &'t mut Tx,
            &'t House,
            &'t Caller,
            Incident,
            S,
        ) -> BoxFuture<'t, Result<Incident, Problem>>
        + Send
        + 'static,
{
    let request = Once::new(&caller, headers, format!("{PATH}/{id}/{what}"), &said)?;
    let here = house.clone();
    once(house, request, move |tx| {
        Box::pin(async move {
            let Versioned { version, item } = incidents::lock(tx, id).await?;
            if incident_view::viewer(&caller, &item)? == Viewer::Reporter {
                caller.as_desk()?;
                return Err(Problem::forbidden("Your manager or the desk does this."));
            }
            let item = verb(tx, &here, &caller, item, said).await?;
            let version = incidents::save(tx, &item, version, here.now()).await?;
            log(tx, &look(&here, &caller, action), &item).await?;
            let found = Versioned { version, item };
            Ok(Reply::ok(whole(tx, &here, &caller, &found).await?))
        })
    })
    .await
}

async fn terms(tx: &mut Tx, house: &House) -> Result<Terms, Error> {
    let warning_months = policy::load(tx).await?.item.warning_term_months;
    Ok(Terms { warning_months, zone: house.settings.zone })
}

#[derive(Debug, Deserialize, Serialize)]
struct AssessmentInput {
    behaviour: Option<String>,
    persistent: Option<bool>,
    entries: Option<Vec<String>>,
}

async fn assess(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<IncidentId>,
    headers: HeaderMap,
    Body(input): Body<AssessmentInput>,
) -> Result<Response, Problem> {
    let which = (id, "assessment", Action::IncidentAssessed);
    step(&house, caller, &headers, which, input, |tx, house, caller, incident, input| {
        Box::pin(async move {
            let (earlier, behaviour) = read(tx, house, &incident, &input).await?;
            let persistent = input.persistent.unwrap_or(incident.report.persistent);
            let (terms, now) = (terms(tx, house).await?, house.now());
            let by = named(caller);
            let after = incident.assess(behaviour, persistent, earlier, terms, by, now)?;
            if behaviour == Behaviour::D {
                open_affair(tx, after.id, AffairKind::PoliceReport).await?;
            }
            note_breaches(tx, &after, terms).await?;
            Ok(after)
        })
    })
    .await
}

/// The earlier measures are those that a person says are this resident's; unless somebody says, those
/// that are surely.
async fn read(
    tx: &mut Tx,
    house: &House,
    incident: &Incident,
    input: &AssessmentInput,
) -> Result<(Vec<Earlier>, Behaviour), Problem> {
    let found = candidates(tx, house, incident).await?;
    let mut faults = Faults::default();
    let behaviour = match input.behaviour.as_deref() {
        None => Some(incident.report.behaviour),
        Some(name) => Behaviour::from_name(name),
    };
    faults.require(behaviour.is_some(), "behaviour", "invalid", "A, B, C, D or E");
    let mut earlier = vec![];
    match &input.entries {
        None => earlier.extend(found.iter().filter(|c| c.sure).map(Earlier::from)),
        Some(ids) => {
            for (at, id) in ids.iter().enumerate() {
                match found.iter().find(|c| c.entry_id.to_string() == *id) {
                    Some(candidate) => earlier.push(Earlier::from(candidate)),
                    None => faults.add(format!("entries[{at}]"), "unknown", "is no candidate"),
                }
            }
        }
    }
    match (behaviour, faults.done()) {
        (Some(behaviour), Ok(())) => Ok((earlier, behaviour)),
        (_, faults) => Err(Problem::invalid(faults.err().unwrap_or_default())),
    }
}

async fn open_affair(tx: &mut Tx, id: IncidentId, kind: AffairKind) -> Result<(), Error> {
    match incidents::affair(tx, id, kind).await? {
        Some(_) => Ok(()),
        None => incidents::save_affair(tx, id, kind, &Affair::open(), 0).await,
    }
}

/// A contact during a ban is kept with the ban, once.
async fn note_breaches(tx: &mut Tx, incident: &Incident, terms: Terms) -> Result<(), Error> {
    let at = incident.report.happened_at;
    let day = at.with_timezone(&terms.zone).date_naive();
    let earlier = incident.assessment().map(|a| a.earlier.clone()).unwrap_or_default();
    let bans = earlier.iter().filter(|e| e.measure == Measure::ContactBan);
    for ban in bans.filter(|e| e.on <= day && day <= e.until) {
        let Versioned { version, item: mut entry } = register::load(tx, ban.entry).await?;
        if entry.dossier.breaches.iter().all(|b| b.incident != incident.id) {
            entry.dossier.breaches.push(Breach { incident: incident.id, at });
            register::save(tx, &entry, version).await?;
        }
    }
    Ok(())
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct CallInput {
    outcome: Option<String>,
    note: Option<String>,
    called_by: Option<String>,
}

async fn note_call(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<IncidentId>,
    headers: HeaderMap,
    Body(input): Body<CallInput>,
) -> Result<Response, Problem> {
    let which = (id, "ombudsman-call", Action::IncidentCalled);
    step(&house, caller, &headers, which, input, |tx, house, caller, incident, input| {
        Box::pin(async move {
            let step = match input.outcome.as_deref() {
                Some("calmed") => CallStep::Calmed,
                Some("persists") => CallStep::Persists,
                Some("knows-protocol") => CallStep::KnowsProtocol,
                _ => {
                    let why = "calmed, persists or knows-protocol";
                    let fault = Fault::new("outcome", "invalid", why);
                    return Err(Problem::invalid(vec![fault]));
                }
            };
            let by = called_by(tx, caller, input.called_by.as_deref()).await?;
            let terms = terms(tx, house).await?;
            Ok(incident.note_call(step, by, input.note.as_deref(), terms, house.now())?)
        })
    })
    .await
}

/// Who called: whoever notes it, unless somebody else is named.
async fn called_by(tx: &mut Tx, caller: &Caller, given: Option<&str>) -> Result<Named, Problem> {
    let Some(given) = given else { return Ok(named(caller)) };
    let unknown = || Problem::invalid(vec![Fault::new("calledBy", "unknown", "is not known")]);
    let id: PersonId = given.parse().map_err(|_| unknown())?;
    let found = match people::load(tx, id).await {
        Err(Error::NotFound) => return Err(unknown()),
        found => found?.item,
    };
    Ok(Named::from(&found))
}

async fn decide(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<IncidentId>,
    headers: HeaderMap,
    Body(input): Body<DecisionInput>,
) -> Result<Response, Problem> {
    let which = (id, "decision", Action::IncidentDecided);
    step(&house, caller, &headers, which, input, |tx, house, caller, incident, input| {
        Box::pin(async move {
            let figures = policy::load(tx).await?.item;
            let now = house.now();
            let entry = EntryId::new(&*house.dice, now);
            let bench = Bench { policy: &figures, entry, now, today: today(house) };
            let (decided, entry) = incident.decide(&input, named(caller), &bench)?;
            if let Some(entry) = &entry {
                register::insert(tx, entry).await?;
                log_proposal(tx, house, caller, entry.id).await?;
            }
            tell_reporter(tx, house, &decided, News::Decided).await?;
            Ok(decided)
        })
    })
    .await
}

async fn log_proposal(
    tx: &mut Tx,
    house: &House,
    caller: &Caller,
    entry: EntryId,
) -> Result<(), Error> {
    let line = look(house, caller, Action::EntryProposed);
    crate::store::access::log_look(tx, &crate::model::access::Look { entry: Some(entry), ..line })
        .await
}

async fn tell_reporter(
    tx: &mut Tx,
    house: &House,
    incident: &Incident,
    news: News,
) -> Result<(), Error> {
    let reporter = people::load(tx, incident.reporter.id).await?.item;
    if reporter.active { tell(tx, house, incident, news, &reporter).await } else { Ok(()) }
}

async fn police(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<IncidentId>,
    headers: HeaderMap,
    Body(input): Body<AffairStep>,
) -> Result<Response, Problem> {
    let which = (id, "police-report", Action::AffairChanged);
    affair(&house, caller, &headers, which, input, AffairKind::PoliceReport).await
}

async fn damage(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<IncidentId>,
    headers: HeaderMap,
    Body(input): Body<AffairStep>,
) -> Result<Response, Problem> {
    let which = (id, "damage-claim", Action::AffairChanged);
    affair(&house, caller, &headers, which, input, AffairKind::DamageClaim).await
}

async fn affair(
    house: &House,
    caller: Caller,
    headers: &HeaderMap,
    which: (IncidentId, &str, Action),
    input: AffairStep,
    kind: AffairKind,
) -> Result<Response, Problem> {
    step(house, caller, headers, which, input, move |tx, house, caller, incident, input| {
        Box::pin(async move {
            let found = incidents::affair(tx, incident.id, kind).await?;
            let (version, before) = found.map_or((0, Affair::open()), |f| (f.version, f.item));
            let after = before.step(&input, named(caller), house.now(), today(house))?;
            incidents::save_affair(tx, incident.id, kind, &after, version).await?;
            Ok(incident)
        })
    })
    .await
}

#[derive(Debug, Deserialize, Serialize)]
struct ClosureInput {
    note: Option<String>,
}

async fn close(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<IncidentId>,
    headers: HeaderMap,
    Body(input): Body<ClosureInput>,
) -> Result<Response, Problem> {
    let which = (id, "closure", Action::IncidentClosed);
    step(&house, caller, &headers, which, input, |tx, house, caller, incident, input| {
        Box::pin(async move {
            let closed = incident.close(named(caller), input.note.as_deref(), house.now())?;
            tell_reporter(tx, house, &closed, News::Closed).await?;
            Ok(closed)
        })
    })
    .await
}
