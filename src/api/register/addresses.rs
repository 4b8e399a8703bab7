//! Offers addresses while somebody types one. It is we who ask the national register of addresses,
//! so that where somebody goes does not leave with their phone's name; and nothing waits for it.

use axum::{Extension, Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{
            json::Draft,
            limits::{Limited, RateLimits, RateSubject, patience},
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
    },
    model::{
        input::faults::{Fault, Faults},
        register::{
            address::Address,
            suggestions::{Suggestion, is_id},
        },
    },
    service::register::address_book::{self, AddressSuggestions},
};

/// No address is longer.
const MOST: usize = 120;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(suggest))
        .routes(routes!(look_up))
        .layer(Extension(RateLimits::default()))
}

#[derive(Deserialize, ToSchema)]
#[schema(as = AddressTyped)]
struct Typed {
    /// What was typed so far; from three letters on there may be something to offer.
    #[schema(required, nullable = false, min_length = 1, max_length = 120)]
    text: Option<String>,
}

impl Typed {
    fn read(self) -> Result<String, Vec<Fault>> {
        let mut faults = Faults::default();
        let text = faults.text("text", self.text.as_deref(), MOST).unwrap_or_default();
        faults.done().map(|()| text)
    }
}

#[derive(Deserialize, ToSchema)]
#[schema(as = AddressChosen)]
struct Chosen {
    /// The id of a suggestion; it is not stable, so it is never kept.
    #[schema(
        required,
        nullable = false,
        min_length = 1,
        max_length = 64,
        pattern = "^[0-9A-Za-z-]+$"
    )]
    id: Option<String>,
}

impl Chosen {
    fn read(self) -> Result<String, Vec<Fault>> {
        let mut faults = Faults::default();
        let id = faults.text("id", self.id.as_deref(), 64).unwrap_or_default();
        let known = id.is_empty() || is_id(&id);
        faults.require(known, "id", "invalid", "is not the id of a suggestion");
        faults.done().map(|()| id)
    }
}

/// Each of them so often.
fn count(app: &AppState, caller: &Caller, limits: &RateLimits) -> Result<(), Problem> {
    limits.count(Limited::Address, RateSubject::Person(caller.id()), app.now()).map_err(patience)
}

/// What may be meant, the likeliest first.
#[derive(Serialize, ToSchema)]
#[schema(as = AddressSuggestions)]
struct SuggestionsView {
    register: RegisterAnswer,
    #[schema(max_items = 6)]
    items: Vec<Suggestion>,
}

/// Whether the register answered, did not, or is not asked here.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum RegisterAnswer {
    Answered,
    Silent,
    Off,
}

/// Addresses that may be meant by what somebody types
///
/// The service asks the national register of addresses, so that where somebody goes does not leave
/// with their phone's name. Nothing depends on it: a register that does not answer within two
/// seconds, or is switched off, offers nothing. One question a second, sixty at once; then 429.
#[utoipa::path(post, path = "/address-suggestions", operation_id = "suggestAddresses",
    tag = "visits", request_body = Typed,
    responses((status = 200, body = SuggestionsView), (status = 403), (status = 429)))]
async fn suggest(
    State(app): State<AppState>,
    caller: Caller,
    Extension(limits): Extension<RateLimits>,
    draft: Draft<Typed>,
) -> Result<Json<SuggestionsView>, Problem> {
    address_book::authorise(&caller)?;
    let text = draft.read(Typed::read).map_err(Problem::invalid)?;
    count(&app, &caller, &limits)?;
    let (register, items) = match address_book::suggest(app.addresses.as_deref(), &text).await {
        AddressSuggestions::Off => (RegisterAnswer::Off, vec![]),
        AddressSuggestions::Silent => (RegisterAnswer::Silent, vec![]),
        AddressSuggestions::Answered(items) => (RegisterAnswer::Answered, items),
    };
    Ok(Json(SuggestionsView { register, items }))
}

/// The address, or null when the register does not tell.
#[derive(Serialize, ToSchema)]
#[schema(as = LookedUpAddress)]
struct LookedUpView {
    address: Option<Address>,
}

/// The whole address of a suggestion, with its ids in the BAG and the codes of its district and neighbourhood
#[utoipa::path(post, path = "/address-lookups", operation_id = "lookUpAddress", tag = "visits",
    request_body = Chosen,
    responses((status = 200, body = LookedUpView), (status = 403), (status = 429)))]
async fn look_up(
    State(app): State<AppState>,
    caller: Caller,
    Extension(limits): Extension<RateLimits>,
    draft: Draft<Chosen>,
) -> Result<Json<LookedUpView>, Problem> {
    address_book::authorise(&caller)?;
    let id = draft.read(Chosen::read).map_err(Problem::invalid)?;
    count(&app, &caller, &limits)?;
    let address = address_book::look_up(app.addresses.as_deref(), &id).await;
    Ok(Json(LookedUpView { address }))
}
