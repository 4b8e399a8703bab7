//! Files that come in: measures for the desk and administrators, people for administrators; and
//! the approval of a whole import by other eyes.

use std::collections::HashMap;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Query, Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
    routing::{get, post},
};
use serde_json::{Value, json};

use super::{
    auth::Caller,
    idempotency::{Reply, respond},
    importing::{How, Importer, Refused, Report},
    json::{Body, Id},
    pages::Page,
    problem::Problem,
    register::{look, named},
    state::House,
};
use crate::{
    model::{
        access::{Action, Look},
        faults::Faults,
        ids::{ImportId, LineId},
        people::Role,
    },
    store::{
        Error, Tx, Versioned, access,
        imports::{self, Import},
        register,
    },
};

const PATH: &str = "/v1/register-imports";

/// The longest file.
pub(super) const MOST_BYTES: usize = 10 * 1024 * 1024;

/// As many entries are approved in one request, and in one unit of work.
const MOST_APPROVED: usize = 1000;
const BATCH: i64 = 100;

/// The routes below `/v1` with short bodies.
pub fn routes() -> Router<House> {
    Router::new().route("/register-imports/{id}/approval", post(approve))
}

/// The routes that take whole files, with their addresses in full.
pub fn of_files() -> Router<House> {
    Router::new()
        .route(PATH, get(list).post(import_register))
        .route("/v1/people-imports", post(import_people))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
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

fn how(Query(asked): Query<HashMap<String, String>>) -> Result<How, Problem> {
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
    let how = How { dry_run: flag("dryRun", true), force: flag("force", false) };
    faults.done().map_err(Problem::invalid)?;
    Ok(how)
}

impl From<Refused> for Problem {
    fn from(why: Refused) -> Self {
        let words = why.to_string();
        match why {
            Refused::Faulty(report) => Self::new(StatusCode::BAD_REQUEST, "faulty-file", words)
                .with("report", json!(report)),
            Refused::Before(at) => {
                Self::conflict("imported-before", words).with("importedBefore", json!(at))
            }
            Refused::Store(why) => why.into(),
        }
    }
}

/// Who may bring in measures; refused before anything of the file is taken in.
struct Importing(Caller);

impl FromRequestParts<House> for Importing {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, house).await?;
        must_import(&caller)?;
        Ok(Self(caller))
    }
}

/// Who may bring in people; refused as early.
struct Administering;

impl FromRequestParts<House> for Administering {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Problem> {
        Caller::from_request_parts(parts, house).await?.must_be(Role::Administrator)?;
        Ok(Self)
    }
}

fn must_import(caller: &Caller) -> Result<(), Problem> {
    if caller.person.is(Role::Administrator) {
        return Ok(());
    }
    caller.must_be(Role::AggressionDesk)
}

async fn import_register(
    State(house): State<House>,
    Importing(caller): Importing,
    asked: Query<HashMap<String, String>>,
    File(file): File,
) -> Result<Response, Problem> {
    let (how, by) = (how(asked)?, caller.id());
    let importer = Importer::of(&house);
    // It goes on when whoever sent it does not wait: half an import helps nobody.
    let done = tokio::spawn(async move { importer.register(file, by, how).await });
    answer(done.await, PATH)
}

async fn import_people(
    State(house): State<House>,
    _: Administering,
    asked: Query<HashMap<String, String>>,
    File(file): File,
) -> Result<Response, Problem> {
    let how = how(asked)?;
    let done = Importer::of(&house).people(file, how).await;
    house.wake.notify_one();
    answer(Ok(done), "/v1/people-imports")
}

fn answer(
    done: Result<Result<Report, Refused>, tokio::task::JoinError>,
    path: &str,
) -> Result<Response, Problem> {
    let broken = |_| Refused::Store(Error::Unreadable("the import broke off".into()));
    let report = done.map_err(broken)??;
    let status = if report.dry_run { StatusCode::OK } else { StatusCode::CREATED };
    Ok(respond(Reply { status, body: json!(report) }, path))
}

async fn list(
    State(house): State<House>,
    Importing(caller): Importing,
    page: Page<ImportId>,
) -> Result<Response, Problem> {
    let work = house.db.read(move |tx| {
        Box::pin(async move {
            let mut views = vec![];
            for import in imports::page(tx, page.after, page.fetch()).await? {
                views.push((import.id, view(tx, &caller, &import).await?));
            }
            Ok::<_, Problem>(page.answer(&views, |v| v.0, |v| v.1.clone()))
        })
    });
    Ok(respond(Reply::ok(work.await?), PATH))
}

async fn view(tx: &mut Tx, caller: &Caller, import: &Import) -> Result<Value, Error> {
    let waiting = imports::count_waiting(tx, import.id).await?;
    let others = caller.person.is(Role::AggressionDesk) && import.by != caller.id();
    Ok(json!({
        "id": import.id,
        "at": import.at,
        "by": named(tx, import.by).await?,
        "state": if import.loaded { "loaded" } else { "loading" },
        "rows": import.rows,
        "waiting": waiting,
        "mayApprove": others && import.loaded && waiting > 0,
    }))
}

async fn approve(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<ImportId>,
    Body(_): Body<Value>,
) -> Result<Response, Problem> {
    caller.must_be(Role::AggressionDesk)?;
    let import =
        house.db.read(move |tx| Box::pin(async move { imports::load(tx, id).await })).await?;
    if import.by == caller.id() {
        let words = "somebody else than the importer has to approve it";
        return Err(Problem::new(StatusCode::FORBIDDEN, "four-eyes", words));
    }
    if !import.loaded {
        return Err(Problem::conflict("loading", "It is still being written."));
    }
    let mut approved = 0;
    while approved < MOST_APPROVED {
        match some(&house, &caller, id).await? {
            0 => break,
            n => approved += n,
        }
    }
    house.wake.notify_one();
    let work = house.db.read(move |tx| Box::pin(async move { view(tx, &caller, &import).await }));
    Ok(respond(Reply::ok(work.await?), PATH))
}

/// Approves some of those that wait, each with its own line in the log; says how many.
async fn some(house: &House, caller: &Caller, id: ImportId) -> Result<usize, Problem> {
    let line = look(house, caller, Action::EntryApproved);
    let (by, zone, dice) = (caller.id(), house.settings.zone, house.dice.clone());
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            let mut approved = 0;
            for Versioned { version, item } in imports::waiting(tx, id, BATCH).await? {
                let entry = item.approve(by, line.at)?;
                match register::save(tx, &entry, version).await {
                    // Somebody has it in hand, who sees what became of it.
                    Err(Error::Stale) => continue,
                    saved => saved?,
                }
                register::schedule(tx, &entry, zone).await?;
                let line = Look {
                    id: LineId::new(&*dice, line.at),
                    entry: Some(entry.id),
                    details: json!({ "import": id }),
                    ..line.clone()
                };
                access::log_look(tx, &line).await?;
                approved += 1;
            }
            Ok::<_, Problem>(approved)
        })
    });
    work.await
}
