//! Accounts, as the administrator keeps them; managers and the desk see the names in their teams.

use std::collections::BTreeSet;

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use super::{
    auth::Caller,
    changing,
    idempotency::{Once, Reply, once, respond},
    json::{Body, Id, if_match},
    pages::Page,
    problem::Problem,
    state::House,
};
use crate::{
    model::{
        faults::Faults,
        ids::PersonId,
        language::Language,
        people::{Named, Person, Role},
        phone::Phone,
    },
    store::{self, Versioned, people},
};

/// The routes.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/people", get(list).post(create))
        .route("/people/{id}", get(show).patch(change))
}

/// What is said of an account; what is left out stays as it is.
#[derive(Debug, Default, Deserialize, Serialize)]
struct Input {
    name: Option<String>,
    email: Option<String>,
    roles: Option<Vec<String>>,
    /// `null` takes the number away.
    #[serde(default, deserialize_with = "said")]
    mobile: Option<Option<String>>,
    language: Option<String>,
    active: Option<bool>,
}

fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

impl Input {
    /// Writes what is said over `person`; an account without a name or mail address is not complete.
    fn onto(&self, person: &mut Person) -> Result<(), Problem> {
        let mut faults = Faults::default();
        if self.name.is_some() || person.name.is_empty() {
            person.name = faults.text("name", self.name.as_deref(), 200).unwrap_or_default();
        }
        if self.email.is_some() || person.email.is_empty() {
            let email = faults.email("email", self.email.as_deref()).unwrap_or_default();
            person.email = email.to_lowercase();
        }
        if let Some(names) = &self.roles {
            person.roles = roles(&mut faults, names);
        }
        if let Some(name) = &self.language {
            let language = Language::from_name(name).ok_or("is nl or en");
            person.language = faults.take("language", language).unwrap_or_default();
        }
        if let Some(given) = &self.mobile {
            let number = given.as_deref().and_then(|given| mobile(&mut faults, "mobile", given));
            changing::keep_number(person, number);
        }
        person.active = self.active.unwrap_or(person.active);
        faults.done().map_err(Problem::invalid)
    }
}

fn roles(faults: &mut Faults, names: &[String]) -> Vec<Role> {
    let mut roles = BTreeSet::new();
    for (at, name) in names.iter().enumerate() {
        let role = Role::from_name(name).ok_or("is not a role");
        roles.extend(faults.take(format!("roles[{at}]"), role));
    }
    roles.into_iter().collect()
}

/// A mobile number; texts reach no other kind of phone.
pub(super) fn mobile(faults: &mut Faults, field: &str, given: &str) -> Option<Phone> {
    let number = faults.take(field, given.parse::<Phone>())?;
    faults.require(number.is_mobile(), field, "not-mobile", "is not a mobile number");
    Some(number)
}

async fn list(
    State(house): State<House>,
    caller: Caller,
    page: Page<PersonId>,
) -> Result<Response, Problem> {
    let body = if caller.person.is(Role::Administrator) {
        let (after, fetch) = (page.after, page.fetch());
        let found = house.db.read(move |tx| Box::pin(people::page(tx, after, fetch))).await?;
        page.answer(&found, |p| p.item.id, view)
    } else if caller.person.is(Role::Manager) || caller.person.is(Role::AggressionDesk) {
        let found = names(&house, &caller, &page).await?;
        page.answer(&found, |p| p.id, |p| json!(p))
    } else {
        return Err(Problem::forbidden("Your role does not allow this."));
    };
    Ok(respond(Reply::ok(body), "/v1/people"))
}

/// The people in the caller's teams who still work here.
async fn names(
    house: &House,
    caller: &Caller,
    page: &Page<PersonId>,
) -> Result<Vec<Named>, Problem> {
    let mine = caller.teams.iter().filter(|t| t.has(caller.id()));
    let ids: BTreeSet<_> = mine.flat_map(|t| t.members.iter().copied().chain(t.leads())).collect();
    let (after, most) = (page.after, usize::try_from(page.fetch()).unwrap_or_default());
    let found = house.db.read(move |tx| {
        Box::pin(async move {
            let mut found = vec![];
            for id in ids.into_iter().filter(|id| after.is_none_or(|after| *id > after)) {
                if found.len() == most {
                    break;
                }
                let person = people::load(tx, id).await?.item;
                found.extend(person.active.then(|| Named::from(&person)));
            }
            Ok::<_, store::Error>(found)
        })
    });
    Ok(found.await?)
}

async fn show(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<PersonId>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let found = house.db.read(move |tx| Box::pin(people::load(tx, id))).await?;
    Ok(respond(Reply::ok(view(&found)), "/v1/people"))
}

async fn create(
    State(house): State<House>,
    caller: Caller,
    headers: HeaderMap,
    Body(input): Body<Input>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let request = Once::new(&caller, &headers, "/v1/people", &input)?;
    let mut person = Person {
        id: PersonId::new(&*house.dice, house.now()),
        name: String::new(),
        email: String::new(),
        roles: vec![],
        mobile: None,
        language: house.settings.language,
        pins: None,
        active: true,
    };
    input.onto(&mut person)?;
    once(&house, request, move |tx| {
        Box::pin(async move {
            changing::add(tx, &mut person).await?;
            Ok(Reply::created(view(&Versioned { version: 1, item: person })))
        })
    })
    .await
}

async fn change(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<PersonId>,
    headers: HeaderMap,
    Body(input): Body<Input>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let seen = if_match(&headers)?;
    let body = house.db.write(move |tx| {
        Box::pin(async move {
            let Versioned { version, item: mut person } = people::load(tx, id).await?;
            if version != seen {
                return Err(Problem::stale());
            }
            let before = person.clone();
            input.onto(&mut person)?;
            changing::keep(tx, &before, &mut person, version).await?;
            let mut body = view(&Versioned { version: version + 1, item: person });
            body["warnings"] = json!(changing::unreachable(tx, id).await?);
            Ok::<_, Problem>(body)
        })
    });
    let body = body.await?;
    house.wake.notify_one();
    Ok(respond(Reply::ok(body), "/v1/people"))
}

/// An account as an administrator sees it: never its PINs.
fn view(found: &Versioned<Person>) -> Value {
    let person = &found.item;
    json!({
        "id": person.id,
        "version": found.version,
        "name": person.name,
        "email": person.email,
        "roles": person.roles,
        "mobile": person.mobile,
        "language": person.language,
        "active": person.active,
    })
}
