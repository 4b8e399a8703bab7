//! Aftercare: for the employee whom it is for and the managers of the team. The desk sees whether
//! it was given, and never the note.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    auth::Caller,
    idempotency::{Once, Reply, once, respond},
    json::{Body, Id},
    pages::Page,
    problem::Problem,
    register::look,
    state::House,
    watching::named,
};
use crate::{
    model::{
        access::{Action, Look},
        aftercare::{Care, CareFault, Moment, cared_for},
        faults::Fault,
        ids::CareId,
        incidents::Incident,
        policy::Policy,
    },
    store::{Error, Tx, Versioned, access, aftercare},
};

const PATH: &str = "/v1/aftercare";

/// The routes.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/aftercare", get(list))
        .route("/aftercare/{id}", get(show))
        .route("/aftercare/{id}/talk", post(talk))
        .route("/aftercare/{id}/later-talk", post(plan))
        .route("/aftercare/{id}/appointment", post(appoint))
        .route("/aftercare/{id}/note", post(note))
}

impl From<CareFault> for Problem {
    fn from(why: CareFault) -> Self {
        let words = why.to_string();
        match why {
            CareFault::Oneself => Self::new(StatusCode::FORBIDDEN, "oneself", words),
            CareFault::NotPlanned => Self::conflict("not-planned", words),
            CareFault::Input(faults) => Self::invalid(faults),
        }
    }
}

/// Everybody who was there gets aftercare.
///
/// # Errors
/// When the store fails.
pub(super) async fn begin(
    tx: &mut Tx,
    house: &House,
    incident: &Incident,
    policy: &Policy,
) -> Result<(), Error> {
    for employee in cared_for(incident) {
        let id = CareId::new(&*house.dice, house.now());
        let care = Care::after(id, incident, employee, policy, house.settings.zone);
        aftercare::insert(tx, &care).await?;
    }
    Ok(())
}

/// How somebody stands to it: inside sees the note, who stands outside is told that there is none.
fn inside(caller: &Caller, care: &Care) -> Result<bool, Problem> {
    if care.employee.id == caller.id() || caller.manages(care.team) {
        return Ok(true);
    }
    if caller.as_desk()? { Ok(false) } else { Err(Problem::not_found()) }
}

fn view(caller: &Caller, found: &Versioned<Care>) -> Result<Value, Problem> {
    let care = &found.item;
    let inside = inside(caller, care)?;
    let talks = care.talks.iter().map(
        |talk| json!({ "moment": talk.moment, "due": talk.due, "by": talk.by, "at": talk.at }),
    );
    Ok(json!({
        "id": care.id, "version": found.version, "incidentId": care.incident,
        "teamId": care.team, "employee": care.employee, "talks": talks.collect::<Vec<_>>(),
        "appointment": care.appointment.as_ref().filter(|_| inside),
        "note": care.note.as_ref().filter(|_| inside),
        "mine": care.employee.id == caller.id(),
    }))
}

async fn log(tx: &mut Tx, line: Look, care: &Care) -> Result<(), Error> {
    let details = json!({ "aftercare": care.id, "incident": care.incident });
    access::log_look(tx, &Look { details, ..line }).await
}

async fn list(
    State(house): State<House>,
    caller: Caller,
    page: Page<CareId>,
) -> Result<Response, Problem> {
    let work = house.db.read(move |tx| {
        Box::pin(async move {
            let managed = caller.teams.iter().map(|t| t.id).filter(|id| caller.manages(*id));
            let teams: Vec<_> = managed.collect();
            let found = aftercare::page(tx, caller.id(), &teams, page.after, page.fetch()).await?;
            let mut views = vec![];
            for one in &found {
                views.push((one.item.id, view(&caller, one)?));
            }
            Ok::<_, Problem>(page.answer(&views, |v| v.0, |v| v.1.clone()))
        })
    });
    Ok(respond(Reply::ok(work.await?), PATH))
}

async fn show(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<CareId>,
) -> Result<Response, Problem> {
    let line = look(&house, &caller, Action::AftercareRead);
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            let found = aftercare::load(tx, id).await?;
            let body = view(&caller, &found)?;
            log(tx, line, &found.item).await?;
            Ok::<_, Problem>(body)
        })
    });
    Ok(respond(Reply::ok(work.await?), PATH))
}

/// Who may take a step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    /// A manager of the team.
    Managers,
    /// The employee as well.
    Both,
}

async fn step<S: Serialize>(
    house: &House,
    caller: Caller,
    headers: &HeaderMap,
    (id, what, who): (CareId, &str, For),
    said: &S,
    verb: impl FnOnce(Care) -> Result<Care, CareFault> + Send + 'static,
) -> Result<Response, Problem> {
    let request = Once::new(&caller, headers, format!("{PATH}/{id}/{what}"), said)?;
    let line = look(house, &caller, Action::AftercareChanged);
    once(house, request, move |tx| {
        Box::pin(async move {
            let Versioned { version, item } = aftercare::load(tx, id).await?;
            let inside = inside(&caller, &item)?;
            if !inside || who == For::Managers && !caller.manages(item.team) {
                return Err(Problem::forbidden("A manager of the team does this."));
            }
            let item = verb(item)?;
            let version = aftercare::save(tx, &item, version).await?;
            log(tx, line, &item).await?;
            Ok(Reply::ok(view(&caller, &Versioned { version, item })?))
        })
    })
    .await
}

#[derive(Debug, Deserialize, Serialize)]
struct Input {
    moment: Option<String>,
    at: Option<String>,
    organisation: Option<String>,
    note: Option<String>,
}

async fn talk(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<CareId>,
    headers: HeaderMap,
    Body(input): Body<Input>,
) -> Result<Response, Problem> {
    let moment = input.moment.as_deref().map(|name| serde_json::from_value(name.into()));
    let moment: Option<Moment> = moment.and_then(Result::ok);
    let moment = moment.ok_or_else(|| {
        let why = "right-away, next-morning or later";
        Problem::invalid(vec![Fault::new("moment", "invalid", why)])
    })?;
    let (by, now) = (named(&caller), house.now());
    let which = (id, "talk", For::Managers);
    step(&house, caller, &headers, which, &input, move |care| care.talked(moment, by, now)).await
}

async fn plan(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<CareId>,
    headers: HeaderMap,
    Body(input): Body<Input>,
) -> Result<Response, Problem> {
    let (at, now) = (input.at.clone(), house.now());
    let which = (id, "later-talk", For::Both);
    step(&house, caller, &headers, which, &input, move |care| care.plan(at.as_deref(), now)).await
}

async fn appoint(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<CareId>,
    headers: HeaderMap,
    Body(input): Body<Input>,
) -> Result<Response, Problem> {
    let (by, now) = (named(&caller), house.now());
    let (organisation, at) = (input.organisation.clone(), input.at.clone());
    let which = (id, "appointment", For::Managers);
    step(&house, caller, &headers, which, &input, move |care| {
        care.appointed(organisation.as_deref(), at.as_deref(), by, now)
    })
    .await
}

async fn note(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<CareId>,
    headers: HeaderMap,
    Body(input): Body<Input>,
) -> Result<Response, Problem> {
    let text = input.note.clone();
    let which = (id, "note", For::Both);
    step(&house, caller, &headers, which, &input, move |care| care.noted(text.as_deref())).await
}
