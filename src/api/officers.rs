//! District officers: administrators keep them; workers and managers see who serves where.

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    auth::Caller,
    idempotency::{Once, Reply, once, respond},
    json::{Body, Id, if_match},
    pages::Page,
    problem::Problem,
    state::House,
};
use crate::{
    model::{
        faults::Faults,
        ids::OfficerId,
        officers::{Area, Officer},
        people::Role,
        phone::Phone,
    },
    store::{Versioned, teams},
};

const PATH: &str = "/v1/district-officers";

/// The routes.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/district-officers", get(list).post(create))
        .route("/district-officers/{id}", get(show).put(replace))
}

#[derive(Debug, Deserialize, Serialize)]
struct Input {
    name: Option<String>,
    mobile: Option<String>,
    email: Option<String>,
    areas: Option<Vec<AreaInput>>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AreaInput {
    postcode_from: Option<String>,
    postcode_until: Option<String>,
    code: Option<String>,
}

impl Input {
    fn read(&self, id: OfficerId) -> Result<Officer, Problem> {
        let mut faults = Faults::default();
        let name = faults.text("name", self.name.as_deref(), 200);
        let number = self.mobile.as_deref().map(|m| faults.take("mobile", m.parse::<Phone>()));
        let email = self.email.as_deref().map(|e| faults.email("email", Some(e)));
        let reachable = number.is_some() || email.is_some();
        faults.require(reachable, "mobile", "required", "a mobile number or a mail address");
        faults.require(self.areas.is_some(), "areas", "required", "is required");
        let given = self.areas.iter().flatten().enumerate();
        let areas = given.filter_map(|(at, a)| a.read(&mut faults, &format!("areas[{at}]")));
        let areas = areas.collect();
        faults.done().map_err(Problem::invalid)?;
        let (mobile, email) = (number.flatten(), email.flatten());
        Ok(Officer { id, name: name.unwrap_or_default(), mobile, email, areas })
    }
}

impl AreaInput {
    fn read(&self, faults: &mut Faults, field: &str) -> Option<Area> {
        match (&self.postcode_from, &self.postcode_until, &self.code) {
            (None, None, Some(code)) => {
                let code = code.trim().to_uppercase();
                let good = (1..=20).contains(&code.len())
                    && code.bytes().all(|b| b.is_ascii_alphanumeric());
                faults.require(good, &format!("{field}.code"), "invalid", "is not an area's code");
                Some(Area::Code { code })
            }
            (Some(from), Some(until), None) => {
                let mut end = |name: &str, given: &str| {
                    let read = postcode(given).ok_or("is not a postcode or its four digits");
                    faults.take(format!("{field}.{name}"), read)
                };
                let (from, until) = (end("postcodeFrom", from), end("postcodeUntil", until));
                let (postcode_from, postcode_until) = (from?, until?);
                let forward = postcode_from[..4] < postcode_until[..4]
                    || postcode_from <= postcode_until
                    || (postcode_until.len() == 4 && postcode_from.starts_with(&postcode_until));
                let field = format!("{field}.postcodeUntil");
                faults.require(forward, &field, "invalid", "comes before postcodeFrom");
                Some(Area::Postcodes { postcode_from, postcode_until })
            }
            _ => {
                faults.add(field, "invalid", "has postcodeFrom and postcodeUntil, or code");
                None
            }
        }
    }
}

/// `7514 AD`, or just `7514`.
fn postcode(given: &str) -> Option<String> {
    let text: String = given.split_whitespace().collect::<String>().to_uppercase();
    let (digits, letters) = text.split_at_checked(4)?;
    let good = digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0')
        && matches!(letters.len(), 0 | 2)
        && letters.bytes().all(|b| b.is_ascii_uppercase());
    good.then(|| format!("{digits} {letters}").trim_end().to_owned())
}

/// Administrators see how to reach an officer; others who it is and where.
fn view(caller: &Caller, found: &Versioned<Officer>) -> Value {
    let officer = &found.item;
    if caller.person.is(Role::Administrator) {
        let mut body = json!(officer);
        body["version"] = json!(found.version);
        return body;
    }
    json!({ "id": officer.id, "name": officer.name, "areas": officer.areas })
}

fn may_look(caller: &Caller) -> Result<(), Problem> {
    let roles = [Role::Administrator, Role::Manager, Role::Worker];
    if roles.into_iter().any(|role| caller.person.is(role)) {
        return Ok(());
    }
    Err(Problem::forbidden("Your role does not allow this."))
}

async fn list(
    State(house): State<House>,
    caller: Caller,
    page: Page<OfficerId>,
) -> Result<Response, Problem> {
    may_look(&caller)?;
    let all = house.db.read(|tx| Box::pin(teams::officers(tx))).await?;
    let body = page.of_all(&all, |o| o.item.id, |o| view(&caller, o));
    Ok(respond(Reply::ok(body), PATH))
}

async fn show(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<OfficerId>,
) -> Result<Response, Problem> {
    may_look(&caller)?;
    let found = house.db.read(move |tx| Box::pin(teams::officer(tx, id))).await?;
    Ok(respond(Reply::ok(view(&caller, &found)), PATH))
}

async fn create(
    State(house): State<House>,
    caller: Caller,
    headers: HeaderMap,
    Body(input): Body<Input>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let request = Once::new(&caller, &headers, PATH, &input)?;
    let item = input.read(OfficerId::new(&*house.dice, house.now()))?;
    once(&house, request, move |tx| {
        Box::pin(async move {
            teams::save_officer(tx, &item, 0).await?;
            Ok(Reply::created(view(&caller, &Versioned { version: 1, item })))
        })
    })
    .await
}

async fn replace(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<OfficerId>,
    headers: HeaderMap,
    Body(input): Body<Input>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let seen = if_match(&headers)?;
    let item = input.read(id)?;
    let saved = house.db.write(move |tx| {
        Box::pin(async move {
            teams::officer(tx, id).await?;
            teams::save_officer(tx, &item, seen).await?;
            Ok::<_, Problem>(view(&caller, &Versioned { version: seen + 1, item }))
        })
    });
    Ok(respond(Reply::ok(saved.await?), PATH))
}
