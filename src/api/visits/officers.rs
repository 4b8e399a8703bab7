//! District officers: administrators keep them; workers and managers see who serves where.

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::{
    ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, SchemaFormat, Type},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, IfMatchHeader, Once, OnceHeader, once, respond},
            json::{Draft, Id, if_match},
            pages::{Items, Page, PageQuery},
            parts::or_null,
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
    },
    model::{
        ids::OfficerId,
        input::faults::{Fault, Faults},
        people::Role,
        phone::{Countries, Phone},
        visits::officers::{Area, Officer},
    },
    service::visits::officers,
    store::Versioned,
};

const PATH: &str = "/v1/district-officers";

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list, create)).routes(routes!(show, replace))
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DistrictOfficerInput)]
struct VisitOfficerInput {
    #[schema(required, nullable = false, min_length = 1, max_length = 200)]
    name: Option<String>,
    #[schema(value_type = Option<Phone>)]
    mobile: Option<String>,
    #[schema(format = "email", max_length = 254)]
    email: Option<String>,
    #[schema(required, nullable = false, value_type = Vec<Area>)]
    areas: Option<Vec<AreaInput>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AreaInput {
    postcode_from: Option<String>,
    postcode_until: Option<String>,
    code: Option<String>,
}

impl VisitOfficerInput {
    fn read(&self, id: OfficerId, countries: &Countries) -> Result<Officer, Vec<Fault>> {
        let mut faults = Faults::default();
        let name = faults.text("name", self.name.as_deref(), 200);
        let number = self.mobile.as_deref().map(|m| faults.take("mobile", m.parse::<Phone>()));
        if let Some(Some(number)) = &number {
            countries.require(&mut faults, "mobile", number);
        }
        let email = self.email.as_deref().map(|e| faults.email("email", Some(e)));
        let reachable = number.is_some() || email.is_some();
        faults.require(reachable, "mobile", "required", "a mobile number or a mail address");
        faults.require(self.areas.is_some(), "areas", "required", "is required");
        let given = self.areas.iter().flatten().enumerate();
        let areas = given.filter_map(|(at, a)| a.read(&mut faults, &format!("areas[{at}]")));
        let areas = areas.collect();
        faults.done()?;
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

/// An administrator sees all of it, others the name and the areas.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DistrictOfficer)]
struct OfficerView {
    id: OfficerId,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    version: Option<i64>,
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = phone_or_null)]
    mobile: Option<Option<Phone>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = email_or_null)]
    email: Option<Option<String>>,
    areas: Vec<Area>,
}

fn phone_or_null() -> RefOr<Schema> {
    or_null(<Phone as utoipa::PartialSchema>::schema())
}

fn email_or_null() -> RefOr<Schema> {
    let format = SchemaFormat::Custom("email".to_owned());
    or_null(
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(format))
            .max_length(Some(254))
            .build(),
    )
}

fn view(caller: &Caller, found: &Versioned<Officer>) -> OfficerView {
    let Officer { id, name, mobile, email, areas } = found.item.clone();
    let is_told = caller.person.is(Role::Administrator);
    OfficerView {
        id,
        version: is_told.then_some(found.version),
        name,
        mobile: is_told.then_some(mobile),
        email: is_told.then_some(email),
        areas,
    }
}

/// List district officers
#[utoipa::path(get, path = "/district-officers", operation_id = "listDistrictOfficers",
    tag = "organisation", params(PageQuery),
    responses((status = 200, body = Items<OfficerView>), (status = 403)))]
async fn list(
    State(app): State<AppState>,
    caller: Caller,
    page: Page<OfficerId>,
) -> Result<Response, Problem> {
    let all = officers::list(&app, &caller).await?;
    let body = page.of_all(&all, |o| o.item.id, |o| view(&caller, o));
    Ok(respond(ChangeReply::ok(body), PATH))
}

/// Look at a district officer
#[utoipa::path(get, path = "/district-officers/{id}", operation_id = "getDistrictOfficer",
    tag = "organisation",
    responses((status = 200, body = OfficerView, headers(("ETag"))), (status = 403), (status = 404)))]
async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<OfficerId>,
) -> Result<Response, Problem> {
    let found = officers::see(&app, &caller, id).await?;
    Ok(respond(ChangeReply::ok(view(&caller, &found)), PATH))
}

/// Add a district officer
#[utoipa::path(post, path = "/district-officers", operation_id = "createDistrictOfficer",
    tag = "organisation", params(OnceHeader), request_body = VisitOfficerInput,
    responses((status = 201, body = OfficerView, headers(("ETag"), ("Location"))), (status = 403),
        (status = 409)))]
async fn create(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    draft: Draft<VisitOfficerInput>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let request = Once::new(&caller, &headers, PATH, &draft.said)?;
    let id = OfficerId::new(&*app.random, app.now());
    let item =
        draft.read(|input| input.read(id, &app.settings.countries)).map_err(Problem::invalid)?;
    once(&app, request, move |tx| {
        Box::pin(async move {
            let created = officers::create(tx, item).await?;
            Ok(ChangeReply::created(view(&caller, &created)))
        })
    })
    .await
}

/// Change a district officer
#[utoipa::path(put, path = "/district-officers/{id}", operation_id = "replaceDistrictOfficer",
    tag = "organisation", params(IfMatchHeader), request_body = VisitOfficerInput,
    responses((status = 200, body = OfficerView, headers(("ETag"))), (status = 403), (status = 404)))]
async fn replace(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<OfficerId>,
    headers: HeaderMap,
    draft: Draft<VisitOfficerInput>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let seen = if_match(&headers)?;
    let item =
        draft.read(|input| input.read(id, &app.settings.countries)).map_err(Problem::invalid)?;
    let saved = officers::replace(&app, item, seen).await?;
    Ok(respond(ChangeReply::ok(view(&caller, &saved)), PATH))
}
