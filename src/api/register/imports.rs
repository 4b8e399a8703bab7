//! Files that come in: measures for the desk and administrators, people for administrators; and
//! the approval of a whole import by other eyes.

use std::collections::HashMap;

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Query, Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, respond},
            json::{Body, Id},
            pages::{Items, Page, PageQuery},
            parts::Empty,
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
    },
    model::{
        clock::Instant,
        ids::ImportId,
        input::faults::Faults,
        people::{Named, Role},
    },
    service::register::{
        file_imports::{ImportMode, ImportReport, Importer},
        import_approvals::{self, SeenImport},
    },
};

const PATH: &str = "/v1/register-imports";

/// The longest file.
pub(crate) const MOST_BYTES: usize = 10 * 1024 * 1024;

/// The routes below `/v1` with short bodies.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(approve))
}

/// The routes below `/v1` that take whole files.
pub fn of_files() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list, import_register))
        .routes(routes!(import_people))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct DryRunQuery {
    /// Whether it is only tried; `false` imports for real.
    #[param(rename = "dryRun", required = false, default = true)]
    _dry_run: bool,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct ForceQuery {
    /// Whether a file that was imported before is imported once more.
    #[param(rename = "force", required = false, default = false)]
    _force: bool,
}

/// A file as it comes in.
struct File(Vec<u8>);

impl<S: Send + Sync> FromRequest<S> for File {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Bytes::from_request(request, state).await {
            Ok(bytes) if bytes.is_empty() => Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "empty-file",
                "There is nothing in the file.",
            )),
            Ok(bytes) => Ok(Self(bytes.to_vec())),
            Err(why) => match axum::response::IntoResponse::into_response(why).status() {
                StatusCode::PAYLOAD_TOO_LARGE => Err(Problem::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "too-large",
                    "A file has at most 10 MB.",
                )),
                status => {
                    Err(Problem::new(status, "unreadable-body", "The body could not be read."))
                }
            },
        }
    }
}

fn how(Query(asked): Query<HashMap<String, String>>) -> Result<ImportMode, Problem> {
    let mut faults = Faults::default();
    let mut flag = |name: &str, usual: bool| match asked.get(name).map(String::as_str) {
        None => usual,
        Some("true") => true,
        Some("false") => false,
        Some(_) => {
            faults.add(name, "invalid", "is true or false");
            usual
        }
    };
    let how = ImportMode { dry_run: flag("dryRun", true), force: flag("force", false) };
    faults.done().map_err(Problem::invalid)?;
    Ok(how)
}

/// Who may bring in measures; refused before anything of the file is taken in.
struct Importing(Caller);

impl FromRequestParts<AppState> for Importing {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        import_approvals::authorise(&caller)?;
        Ok(Self(caller))
    }
}

/// Who may bring in people; refused as early.
struct Administering;

impl FromRequestParts<AppState> for Administering {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        Caller::from_request_parts(parts, app).await?.must_be(Role::Administrator)?;
        Ok(Self)
    }
}

/// Try or import a file with measures (aggression desk, administrators)
///
/// A trial unless `dryRun=false`. Tells every faulty row at once; with any fault nothing is
/// imported. What is imported is proposed by whoever sends it, and counts once somebody else
/// approved it. UTF-8 or Windows-1252, with semicolons or commas, headers in Dutch or English; at
/// most 10 MB and 50,000 rows.
#[utoipa::path(post, path = "/register-imports", operation_id = "importRegister", tag = "register",
    params(DryRunQuery, ForceQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = ImportReport), (status = 201, body = ImportReport), (status = 403),
        (status = 409), (status = 413)))]
async fn import_register(
    State(app): State<AppState>,
    Importing(caller): Importing,
    asked: Query<HashMap<String, String>>,
    File(file): File,
) -> Result<Response, Problem> {
    let (how, by) = (how(asked)?, caller.id());
    answer(Importer::of(&app).register_to_the_end(file, by, how).await?, PATH)
}

/// Try or import a file with people (administrators)
///
/// A trial unless `dryRun=false`. Tells every faulty row at once; with any fault nothing is
/// imported. Somebody whose mail address is there already is a fault. At most 10 MB and 5,000 rows.
#[utoipa::path(post, path = "/people-imports", operation_id = "importPeople", tag = "organisation",
    params(DryRunQuery), request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = ImportReport), (status = 201, body = ImportReport), (status = 403),
        (status = 409), (status = 413)))]
async fn import_people(
    State(app): State<AppState>,
    _: Administering,
    asked: Query<HashMap<String, String>>,
    File(file): File,
) -> Result<Response, Problem> {
    let how = how(asked)?;
    let report = Importer::of(&app).people(file, how).await?;
    app.wake.notify_one();
    answer(report, "/v1/people-imports")
}

fn answer(report: ImportReport, path: &str) -> Result<Response, Problem> {
    let status = if report.dry_run { StatusCode::OK } else { StatusCode::CREATED };
    Ok(respond(ChangeReply::of(status, report), path))
}

/// List what was imported, newest first (aggression desk, administrators)
#[utoipa::path(get, path = "/register-imports", operation_id = "listRegisterImports",
    tag = "register", params(PageQuery),
    responses((status = 200, body = Items<ImportView>), (status = 403)))]
async fn list(
    State(app): State<AppState>,
    Importing(caller): Importing,
    page: Page<ImportId>,
) -> Result<Response, Problem> {
    let found = import_approvals::list(&app, caller, page.after, page.limit).await?;
    Ok(respond(ChangeReply::ok(page.answer(&found, |seen| seen.import.id, view)), PATH))
}

/// The import as it is now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RegisterImport)]
struct ImportView<'a> {
    id: ImportId,
    at: Instant,
    by: &'a Named,
    state: ImportState,
    #[schema(minimum = 0)]
    rows: i64,
    /// Entries that wait for approval.
    #[schema(minimum = 0)]
    waiting: i64,
    may_approve: bool,
}

/// Whether it is still being written.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum ImportState {
    Loading,
    Loaded,
}

fn view(seen: &SeenImport) -> ImportView<'_> {
    let import = &seen.import;
    ImportView {
        id: import.id,
        at: import.at,
        by: &seen.by,
        state: if import.loaded { ImportState::Loaded } else { ImportState::Loading },
        rows: import.rows,
        waiting: seen.waiting,
        may_approve: seen.can_approve,
    }
}

/// Approve what somebody else imported (aggression desk)
///
/// Approves up to 1,000 entries at a time, so that nobody else waits; ask again while `waiting` is
/// not 0.
#[utoipa::path(post, path = "/register-imports/{id}/approval",
    operation_id = "approveRegisterImport", tag = "register", request_body = Option<Empty>,
    responses((status = 200, body = ImportView), (status = 403), (status = 404), (status = 409)))]
async fn approve(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<ImportId>,
    Body(_): Body<Value>,
) -> Result<Response, Problem> {
    Ok(respond(ChangeReply::ok(view(&import_approvals::approve(&app, caller, id).await?)), PATH))
}
