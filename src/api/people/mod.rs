//! Accounts, as the administrator keeps them; managers and the desk see the names in their teams.

pub mod auth;
pub mod devices;
pub mod me;
pub mod organisation;
pub mod scim;
pub mod teams;

use std::collections::BTreeSet;

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema as _, ToSchema,
    openapi::{RefOr, Schema},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    http::{
        idempotency::{ChangeReply, IfMatchHeader, Once, OnceHeader, once, respond},
        json::{Draft, Id, double_option, if_match},
        pages::{Items, Page, PageQuery},
        parts::{change_of, name_schema, or_null},
        problem::Problem,
        state::AppState,
    },
    people::auth::Caller,
};
use crate::{
    model::{
        ids::{PersonId, TeamId},
        input::faults::{Fault, Faults},
        messages::language::Language,
        people::{Mobile, Named, Person, Role},
        phone::{Countries, Phone},
    },
    service::{
        Error,
        people::accounts::{self, PeoplePage, UnreachableTeam},
    },
    store::Versioned,
};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list, create)).routes(routes!(show, change))
}

#[derive(Debug, Deserialize, ToSchema)]
struct PersonInput {
    #[schema(required, nullable = false, min_length = 1, max_length = 200)]
    name: Option<String>,
    #[schema(required, nullable = false, format = "email", max_length = 254)]
    email: Option<String>,
    #[schema(required, nullable = false, value_type = BTreeSet<Role>)]
    roles: Option<Vec<String>>,
    /// A number that an administrator enters is not verified yet. `null` takes it away.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<Phone>)]
    mobile: Option<Option<String>>,
    #[schema(nullable = false, value_type = Option<Language>)]
    language: Option<String>,
    #[schema(nullable = false)]
    active: Option<bool>,
}

name_schema!(PersonChange, PersonInput, change_of::<PersonInput>("What is to change."));

impl PersonInput {
    /// Writes what is said over `person`; an account without a name or mail address is not complete.
    fn onto(&self, person: &mut Person, countries: &Countries) -> Result<(), Vec<Fault>> {
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
            let before = person.mobile.as_ref().map(|mobile| mobile.number.clone());
            let number = given.as_deref().and_then(|given| mobile(&mut faults, "mobile", given));
            accounts::keep_number(person, number);
            // Whoever changes something else writes the number along that was there.
            let new =
                person.mobile.as_ref().filter(|mobile| Some(&mobile.number) != before.as_ref());
            if let Some(new) = new {
                countries.require(&mut faults, "mobile", &new.number);
            }
        }
        person.active = self.active.unwrap_or(person.active);
        faults.done()
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

/// List people
#[utoipa::path(get, path = "/people", operation_id = "listPeople", tag = "organisation",
    params(PageQuery), responses((status = 200, body = Items<PersonView>), (status = 403)))]
async fn list(
    State(app): State<AppState>,
    caller: Caller,
    page: Page<PersonId>,
) -> Result<Response, Problem> {
    let found = accounts::list(&app, &caller, page.after, page.fetch()).await?;
    let body = match &found {
        PeoplePage::Accounts(found) => page.answer(found, |p| p.item.id, view),
        PeoplePage::Names(found) => page.answer(found, |p| p.id, name_view),
    };
    Ok(respond(ChangeReply::ok(body), "/v1/people"))
}

/// Look at a person
#[utoipa::path(get, path = "/people/{id}", operation_id = "getPerson", tag = "organisation",
    responses((status = 200, body = PersonView, headers(("ETag"))), (status = 403),
        (status = 404)))]
async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<PersonId>,
) -> Result<Response, Problem> {
    let found = accounts::see(&app, &caller, id).await?;
    Ok(respond(ChangeReply::ok(view(&found)), "/v1/people"))
}

/// Add a person
#[utoipa::path(post, path = "/people", operation_id = "createPerson", tag = "organisation",
    params(OnceHeader), request_body = PersonInput,
    responses((status = 201, body = PersonView, headers(("ETag"), ("Location"))), (status = 403),
        (status = 409)))]
async fn create(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    draft: Draft<PersonInput>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let request = Once::new(&caller, &headers, "/v1/people", &draft.said)?;
    let mut person = accounts::blank(&app);
    draft
        .read(|input| input.onto(&mut person, &app.settings.countries))
        .map_err(Problem::invalid)?;
    once(&app, request, move |tx| {
        Box::pin(async move {
            Ok(ChangeReply::created(view(&accounts::create(tx, &caller, person).await?)))
        })
    })
    .await
}

/// Change a person
#[utoipa::path(patch, path = "/people/{id}", operation_id = "changePerson", tag = "organisation",
    params(IfMatchHeader), request_body = PersonChange,
    responses((status = 200, body = PersonView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn change(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<PersonId>,
    headers: HeaderMap,
    draft: Draft<PersonInput>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let seen = if_match(&headers)?;
    let countries = app.settings.countries.clone();
    let edit = move |person: &mut Person| {
        draft.read(|input| input.onto(person, &countries)).map_err(Error::Invalid)
    };
    let changed = accounts::change(&app, &caller, (id, seen), edit).await?;
    let warnings = changed.unreachable.iter().map(Warning::from).collect();
    let body = PersonView { warnings: Some(warnings), ..view(&changed.account) };
    Ok(respond(ChangeReply::ok(body), "/v1/people"))
}

/// What to look at after a change.
#[derive(Serialize, ToSchema)]
pub(super) struct Warning<'a> {
    code: &'static str,
    message: &'static str,
    #[schema(nullable = false)]
    team: Option<TeamRef<'a>>,
}

/// Somebody or something by id and name, as shown in answers and on the timeline.
#[derive(Serialize, ToSchema)]
#[schema(as = Ref)]
struct TeamRef<'a> {
    id: TeamId,
    name: &'a str,
}

impl<'a> From<&'a UnreachableTeam> for Warning<'a> {
    fn from(team: &'a UnreachableTeam) -> Self {
        Self {
            code: "nobody-to-call",
            message: "No manager or deputy of this team has a verified number.",
            team: Some(TeamRef { id: team.id, name: &team.name }),
        }
    }
}

/// An administrator sees all of it, others the name. Nobody sees the PINs.
#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
struct PersonView<'a> {
    id: PersonId,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    version: Option<i64>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    roles: Option<&'a [Role]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = mobile_or_null)]
    mobile: Option<Option<&'a Mobile>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    language: Option<Language>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    active: Option<bool>,
    /// What to look at after this change.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    warnings: Option<Vec<Warning<'a>>>,
}

fn mobile_or_null() -> RefOr<Schema> {
    or_null(Mobile::schema())
}

fn view(found: &Versioned<Person>) -> PersonView<'_> {
    let person = &found.item;
    PersonView {
        id: person.id,
        version: Some(found.version),
        name: &person.name,
        email: Some(&person.email),
        roles: Some(&person.roles),
        mobile: Some(person.mobile.as_ref()),
        language: Some(person.language),
        active: Some(person.active),
        warnings: None,
    }
}

fn name_view(named: &Named) -> PersonView<'_> {
    PersonView {
        id: named.id,
        version: None,
        name: &named.name,
        email: None,
        roles: None,
        mobile: None,
        language: None,
        active: None,
        warnings: None,
    }
}
