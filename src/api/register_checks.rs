//! A look in the register for a visit: the least that helps, and each look logged.

use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    auth::Caller,
    json::Body,
    problem::Problem,
    register::{look, today},
    state::House,
};
use crate::{
    model::{
        access::{Action, Look},
        address::{Address, AddressInput},
        clock::Instant,
        faults::Faults,
        ids::{LineId, VisitId},
        people::Role,
        register::Hit,
        visits::{Resident, Visit},
    },
    store::{Tx, access, register, visits},
};

/// As many people as may be visited at once.
const MOST_RESIDENTS: usize = 20;
/// As many people as somebody may ask about in an hour for visits that are yet to be registered:
/// more than anybody plans, and far too few to browse the register.
const MOST_UNBOUND: usize = 60;

/// Why somebody asks outside of a visit: for one that is about to be registered, unless it is said.
const REASONS: [&str; 3] = ["new-visit", "colleague-asks", "desk-review"];

/// The routes.
pub fn routes() -> Router<House> {
    Router::new().route("/register-checks", post(check))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    visit_id: Option<String>,
    reason: Option<String>,
    residents: Option<Vec<ResidentInput>>,
}

#[derive(Deserialize)]
struct ResidentInput {
    name: Option<String>,
    address: Option<AddressInput>,
}

impl Input {
    fn read(&self) -> Result<(Option<VisitId>, &'static str, Vec<Resident>), Problem> {
        let mut faults = Faults::default();
        let visit = self.visit_id.as_deref().and_then(|id| {
            let id = id.parse::<VisitId>().map_err(|_| "is not an id");
            faults.take("visitId", id)
        });
        let asked = self.reason.as_deref().unwrap_or(REASONS[0]);
        let reason = REASONS.into_iter().find(|known| *known == asked);
        faults.require(reason.is_some(), "reason", "invalid", &REASONS.join(", "));
        let given = self.residents.as_deref().unwrap_or_default();
        let some = (1..=MOST_RESIDENTS).contains(&given.len());
        faults.require(some, "residents", "required", "between 1 and 20 residents");
        let mut residents = vec![];
        for (at, resident) in given.iter().take(MOST_RESIDENTS).enumerate() {
            residents.extend(resident.read(&mut faults, &format!("residents[{at}]")));
        }
        faults.done().map_err(Problem::invalid)?;
        Ok((visit, reason.unwrap_or(REASONS[0]), residents))
    }
}

impl ResidentInput {
    fn read(&self, faults: &mut Faults, field: &str) -> Option<Resident> {
        let name = faults.text(&format!("{field}.name"), self.name.as_deref(), 200);
        let Some(address) = &self.address else {
            faults.add(format!("{field}.address"), "required", "is required");
            return None;
        };
        match Address::parse(address) {
            Ok(address) => Some(Resident { name: name?, address }),
            Err(part) => {
                faults.nest(&format!("{field}.address"), part);
                None
            }
        }
    }
}

async fn check(
    State(house): State<House>,
    caller: Caller,
    Body(input): Body<Input>,
) -> Result<Json<Value>, Problem> {
    let roles = [Role::Worker, Role::Manager, Role::AggressionDesk];
    if !roles.into_iter().any(|role| caller.person.is(role)) {
        return Err(Problem::forbidden("Your role does not allow this."));
    }
    let (visit, reason, residents) = input.read()?;
    let line = Look { visit, ..look(&house, &caller, Action::RegisterChecked) };
    let today = today(&house);
    let dice = house.dice.clone();
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            match visit {
                Some(id) => refuse_others(tx, &caller, id).await?,
                None => refuse_browsing(tx, &caller, residents.len(), line.at).await?,
            }
            let mut hits = vec![];
            for resident in &residents {
                let found = register::check(tx, &resident.name, &resident.address, today).await?;
                let (id, details) = (
                    LineId::new(&*dice, line.at),
                    details(&found, visit.is_none().then_some(reason)),
                );
                access::log_look(tx, &Look { id, details, ..line.clone() }).await?;
                hits.extend(found);
            }
            Ok::<_, Problem>(hits)
        })
    });
    let hits: Vec<_> = work.await?.iter().map(view).collect();
    Ok(Json(json!({ "hits": hits })))
}

/// A check is bound to a visit that the caller has to do with; what is not theirs is not there.
async fn refuse_others(tx: &mut Tx, caller: &Caller, id: VisitId) -> Result<(), Problem> {
    let visit = visits::load(tx, id).await?.item;
    let theirs = goes(caller, &visit)
        || caller.manages(visit.team)
        || caller.person.is(Role::AggressionDesk);
    if theirs { Ok(()) } else { Err(Problem::not_found()) }
}

/// A visit that is about to be registered has no id yet. Everybody may ask for one, so that the
/// answer comes before anybody leaves; nobody may ask without end.
async fn refuse_browsing(
    tx: &mut Tx,
    caller: &Caller,
    asks: usize,
    now: Instant,
) -> Result<(), Problem> {
    if caller.person.is(Role::AggressionDesk) {
        return Ok(());
    }
    let since = now - TimeDelta::hours(1);
    let looks = access::unbound_looks(tx, caller.id(), Action::RegisterChecked, since).await?;
    let before = usize::try_from(looks).unwrap_or(usize::MAX);
    if before.saturating_add(asks) <= MOST_UNBOUND {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-checks",
        "You asked the register too often. Registering the visit checks it all the same.",
    ))
}

/// What the log says of one resident: what was found, and why was asked. No names.
fn details(found: &[Hit], reason: Option<&str>) -> Value {
    let hits: Vec<_> =
        found.iter().map(|h| json!({ "entry": h.entry, "grade": h.grade })).collect();
    let mut details = json!({ "hits": hits });
    if let Some(reason) = reason {
        details["for"] = reason.into();
    }
    details
}

fn goes(caller: &Caller, visit: &Visit) -> bool {
    let id = caller.id();
    visit.worker.id == id || visit.plan.colleagues.iter().any(|c| c.person_id == Some(id))
}

/// What anybody sees of a hit: never which entry, nor the name that it is listed under.
fn view(hit: &Hit) -> Value {
    json!({
        "grade": hit.grade,
        "measure": hit.measure,
        "until": hit.until,
        "resident": hit.resident,
        "contact": hit.contact,
    })
}
