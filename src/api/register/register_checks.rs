//! A look in the register for a visit.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{idempotency::OnceHeader, json::Draft, problem::Problem, state::AppState},
        people::auth::Caller,
        visits::visit_parts::{self, HitView},
    },
    model::{
        ids::VisitId,
        input::faults::{Fault, Faults},
        register::address::{Address, AddressInput},
        visits::Resident,
    },
    service::register::checks::{self, RegisterCheck},
};

/// As many people as may be visited at once.
const MOST_RESIDENTS: usize = 20;
/// Why somebody asks outside of a visit: for one that is about to be registered, unless it is said.
const REASONS: [&str; 3] = ["new-visit", "colleague-asks", "desk-review"];

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(check))
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RegisterCheckInput {
    #[schema(value_type = Option<VisitId>)]
    visit_id: Option<String>,
    /// Why it is asked without a visit, new-visit unless it is said; the log holds it.
    #[schema(nullable = false, value_type = Option<CheckReason>)]
    reason: Option<String>,
    #[schema(required, nullable = false, min_items = 1, max_items = 20)]
    residents: Option<Vec<CheckedResidentInput>>,
}

#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(dead_code, reason = "the contract's names of what REASONS holds")]
enum CheckReason {
    NewVisit,
    ColleagueAsks,
    DeskReview,
}

#[derive(Deserialize, ToSchema)]
struct CheckedResidentInput {
    #[schema(required, nullable = false, min_length = 1, max_length = 200)]
    name: Option<String>,
    #[schema(required, nullable = false)]
    address: Option<AddressInput>,
}

impl RegisterCheckInput {
    fn read(&self) -> Result<RegisterCheck, Vec<Fault>> {
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
        faults.done().map(|()| RegisterCheck {
            visit,
            reason: reason.unwrap_or(REASONS[0]),
            residents,
        })
    }
}

impl CheckedResidentInput {
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

/// Check people and addresses for a visit (logged)
///
/// Without `visitId` it is for a visit that is about to be registered; the register cannot be
/// browsed in that way: who is not of the aggression desk gets at most 60 residents an hour, then
/// 429 with code `too-many-checks`. Registering the visit checks again, and is never refused for
/// this.
#[utoipa::path(post, path = "/register-checks", operation_id = "checkRegister", tag = "register",
    params(OnceHeader), request_body = RegisterCheckInput,
    responses((status = 200, body = HitsView), (status = 403), (status = 404), (status = 409),
        (status = 429)))]
async fn check(
    State(app): State<AppState>,
    caller: Caller,
    draft: Draft<RegisterCheckInput>,
) -> Result<Response, Problem> {
    checks::authorise(&caller)?;
    let asked = draft.read(|input| input.read()).map_err(Problem::invalid)?;
    let hits = checks::check(&app, caller, asked).await?;
    Ok(Json(HitsView { hits: visit_parts::hits(&hits) }).into_response())
}

/// What was found; the least that helps.
#[derive(Serialize, ToSchema)]
#[schema(as = RegisterHits)]
struct HitsView<'a> {
    hits: Vec<HitView<'a>>,
}
