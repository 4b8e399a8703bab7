//! A look in the register for a visit: the least that helps, and each look logged.

use axum::{Json, Router, extract::State, routing::post};
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
        faults::Faults,
        ids::VisitId,
        people::Role,
        register::Hit,
        visits::{Resident, Visit},
    },
    store::{Tx, access, register, visits},
};

/// As many people as may be visited at once.
const MOST_RESIDENTS: usize = 20;

/// The routes.
pub fn routes() -> Router<House> {
    Router::new().route("/register-checks", post(check))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    visit_id: Option<String>,
    residents: Option<Vec<ResidentInput>>,
}

#[derive(Deserialize)]
struct ResidentInput {
    name: Option<String>,
    address: Option<AddressInput>,
}

impl Input {
    fn read(&self) -> Result<(Option<VisitId>, Vec<Resident>), Problem> {
        let mut faults = Faults::default();
        let visit = self.visit_id.as_deref().and_then(|id| {
            let id = id.parse::<VisitId>().map_err(|_| "is not an id");
            faults.take("visitId", id)
        });
        let given = self.residents.as_deref().unwrap_or_default();
        let some = (1..=MOST_RESIDENTS).contains(&given.len());
        faults.require(some, "residents", "required", "between 1 and 20 residents");
        let mut residents = vec![];
        for (at, resident) in given.iter().take(MOST_RESIDENTS).enumerate() {
            residents.extend(resident.read(&mut faults, &format!("residents[{at}]")));
        }
        faults.done().map_err(Problem::invalid)?;
        Ok((visit, residents))
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
    let (visit, residents) = input.read()?;
    let line = Look { visit, ..look(&house, &caller, Action::RegisterChecked) };
    let today = today(&house);
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            if let Some(id) = visit {
                refuse_others(tx, &caller, id).await?;
            }
            let mut hits = vec![];
            for resident in &residents {
                hits.extend(register::check(tx, &resident.name, &resident.address, today).await?);
            }
            let found: Vec<_> =
                hits.iter().map(|h| json!({ "entry": h.entry, "grade": h.grade })).collect();
            let details = json!({ "residents": residents.len(), "hits": found });
            access::log_look(tx, &Look { details, ..line }).await?;
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
