//! The figures of the policy: for everybody to read, for administrators to change.

use std::borrow::Cow;

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, IfMatchHeader, respond},
            json::{Draft, if_match},
            pages::{Items, Page, PageQuery},
            problem::Problem,
            state::AppState,
            strict,
        },
        people::auth::Caller,
    },
    model::{
        clock::Instant,
        ids::LineId,
        incidents::policy::{Figure, Policy},
        people::{Named, Role},
    },
    service::incidents::policy::{self, SeenPolicyChange},
    store::Versioned,
};

const PATH: &str = "/v1/policy";

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(show, replace)).routes(routes!(changes))
}

#[derive(Serialize)]
struct PolicyView<'a> {
    #[serde(flatten)]
    figures: &'a Policy,
    version: i64,
}

fn view(found: &Versioned<Policy>) -> PolicyView<'_> {
    PolicyView { figures: &found.item, version: found.version }
}

impl ToSchema for PolicyView<'_> {
    fn name() -> Cow<'static, str> {
        "PolicyFigures".into()
    }
}

/// The figures that may be left out on their way in are all there on their way out.
impl PartialSchema for PolicyView<'_> {
    fn schema() -> RefOr<Schema> {
        let RefOr::T(Schema::Object(mut figures)) = Policy::schema() else {
            return Policy::schema();
        };
        let told = "0 before anybody changed a figure.";
        let version = ObjectBuilder::new().schema_type(Type::Integer).description(Some(told));
        figures.properties.insert("version".to_owned(), version.into());
        figures.required = figures.properties.keys().cloned().collect();
        figures.description = Some("The figures.".to_owned());
        Schema::Object(figures).into()
    }
}

/// Read the figures of the policy
#[utoipa::path(get, path = "/policy", operation_id = "getPolicy", tag = "organisation",
    responses((status = 200, body = PolicyView, headers(("ETag")))))]
async fn show(State(app): State<AppState>, _: Caller) -> Result<Response, Problem> {
    Ok(respond(ChangeReply::ok(view(&policy::see(&app).await?)), PATH))
}

/// Change the figures of the policy
///
/// A figure that is left out gets its default. Each change is kept with who made it.
#[utoipa::path(put, path = "/policy", operation_id = "replacePolicy", tag = "organisation",
    params(IfMatchHeader), request_body = Option<Policy>,
    responses((status = 200, body = PolicyView, headers(("ETag"))), (status = 403)))]
async fn replace(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    draft: Draft<Policy>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let seen = if_match(&headers)?;
    let said = draft.said.clone();
    let item = draft.read(Ok).map_err(Problem::invalid)?;
    strict::read::<Policy>("", &said).map_err(Problem::invalid)?;
    let saved = policy::replace(&app, &caller, item, seen).await?;
    Ok(respond(ChangeReply::ok(view(&saved)), PATH))
}

#[derive(Serialize, ToSchema)]
#[schema(as = PolicyChange)]
struct ChangeView<'a> {
    id: LineId,
    at: Instant,
    by: &'a Named,
    figures: &'a [Figure],
}

fn view_of_change(seen: &SeenPolicyChange) -> ChangeView<'_> {
    let change = &seen.change;
    ChangeView { id: change.id, at: change.at, by: &seen.by, figures: &change.figures }
}

/// Read who changed which figure, newest first (administrators and auditors)
#[utoipa::path(get, path = "/policy-changes", operation_id = "listPolicyChanges",
    tag = "organisation", params(PageQuery),
    responses((status = 200, body = Items<ChangeView>), (status = 403)))]
async fn changes(
    State(app): State<AppState>,
    caller: Caller,
    page: Page<LineId>,
) -> Result<Response, Problem> {
    let found = policy::changes(&app, &caller, page.after, page.limit).await?;
    let body = page.answer(&found, |seen| seen.change.id, view_of_change);
    Ok(respond(ChangeReply::ok(body), "/v1/policy-changes"))
}
