//! The organisation itself: its name and number for everybody, its ladder for administrators.

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{
    PartialSchema as _, ToSchema,
    openapi::{RefOr, Schema},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{auth::Caller, teams::ladder};
use crate::{
    api::http::{
        idempotency::{ChangeReply, IfMatchHeader, respond},
        json::{Draft, if_match},
        parts::or_null,
        problem::Problem,
        state::AppState,
    },
    model::{
        incidents::letters::{Letterhead, LetterheadInput},
        input::faults::{Fault, Faults},
        people::{
            Role,
            teams::{Ladder, Organisation},
        },
        phone::Phone,
    },
    service::{
        Error,
        people::teams::{self, PeopleById},
    },
    store::Versioned,
};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(show, replace, change))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OrganisationInput {
    #[schema(required, nullable = false, min_length = 1, max_length = 200)]
    name: Option<String>,
    /// Told to people when the service cannot promise to watch.
    #[schema(required, nullable = false, value_type = Phone)]
    call_number: Option<String>,
    /// The last resort of every team.
    #[schema(required, nullable = false, value_type = Ladder)]
    ladder: Option<Value>,
}

impl OrganisationInput {
    fn read(
        &self,
        known: &PeopleById,
        letterhead: Option<Letterhead>,
    ) -> Result<Organisation, Vec<Fault>> {
        let mut faults = Faults::default();
        let name = faults.text("name", self.name.as_deref(), 200);
        let number = faults.text("callNumber", self.call_number.as_deref(), 40);
        let number = number.and_then(|n| faults.take("callNumber", n.parse::<Phone>()));
        let ladder = ladder(&mut faults, self.ladder.as_ref(), known);
        faults.done()?;
        match (name, number, ladder) {
            (Some(name), Some(call_number), Some(ladder)) => {
                Ok(Organisation { name, call_number, ladder, letterhead })
            }
            _ => Err(vec![]),
        }
    }
}

/// An administrator sees all of it, others the name and the number to call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Organisation)]
struct OrganisationView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    version: Option<i64>,
    #[schema(min_length = 1, max_length = 200)]
    name: &'a str,
    /// Told to people when the service cannot promise to watch.
    call_number: &'a Phone,
    /// The last resort of every team.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ladder: Option<&'a Ladder>,
    /// For administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = letterhead_or_null)]
    letterhead: Option<Option<&'a Letterhead>>,
}

fn letterhead_or_null() -> RefOr<Schema> {
    or_null(Letterhead::schema())
}

fn view<'a>(caller: &Caller, found: &'a Versioned<Organisation>) -> OrganisationView<'a> {
    let (its, is_whole) = (&found.item, caller.person.is(Role::Administrator));
    OrganisationView {
        version: is_whole.then_some(found.version),
        name: &its.name,
        call_number: &its.call_number,
        ladder: is_whole.then_some(&its.ladder),
        letterhead: is_whole.then_some(its.letterhead.as_ref()),
    }
}

/// Look at the organisation
#[utoipa::path(get, path = "/organisation", operation_id = "getOrganisation",
    tag = "organisation", responses((status = 200, body = OrganisationView, headers(("ETag")))))]
async fn show(State(app): State<AppState>, caller: Caller) -> Result<Response, Problem> {
    let found = teams::organisation(&app).await?;
    Ok(respond(ChangeReply::ok(view(&caller, &found)), "/v1/organisation"))
}

/// Change the organisation
#[utoipa::path(put, path = "/organisation", operation_id = "replaceOrganisation",
    tag = "organisation", params(IfMatchHeader), request_body = OrganisationInput,
    responses((status = 200, body = OrganisationView, headers(("ETag"))), (status = 403)))]
async fn replace(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    draft: Draft<OrganisationInput>,
) -> Result<Response, Problem> {
    let seen = move || if_match(&headers);
    let read = move |known: &PeopleById, letterhead| {
        draft.read(|input| input.read(known, letterhead)).map_err(Error::Invalid)
    };
    let saved = teams::replace_organisation::<Problem>(&app, &caller, seen, read).await?;
    Ok(respond(ChangeReply::ok(view(&caller, &saved)), "/v1/organisation"))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrganisationChange {
    #[serde(default)]
    #[schema(required, value_type = Letterhead)]
    letterhead: LetterheadInput,
}

impl OrganisationChange {
    fn read(&self) -> Result<Letterhead, Vec<Fault>> {
        Letterhead::read(&self.letterhead).map_err(|part| {
            let mut faults = Faults::default();
            faults.nest("letterhead", part);
            faults.0
        })
    }
}

/// Set what letters take from the organisation
///
/// Who sends them, in whose name, where to object, and what the privacy notice says. Without it no
/// letter is complete.
#[utoipa::path(patch, path = "/organisation", operation_id = "changeOrganisation",
    tag = "organisation", params(IfMatchHeader), request_body = OrganisationChange,
    responses((status = 200, body = OrganisationView, headers(("ETag"))), (status = 403),
        (status = 404)))]
async fn change(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    draft: Draft<OrganisationChange>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let seen = if_match(&headers)?;
    let letterhead = draft.read(|input| input.read()).map_err(Problem::invalid)?;
    let saved = teams::set_letterhead(&app, &caller, seen, letterhead).await?;
    Ok(respond(ChangeReply::ok(view(&caller, &saved)), "/v1/organisation"))
}
