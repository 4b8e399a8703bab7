//! The person who is signed in: who am I, my phone, my PINs.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::get,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{auth::Caller, mobile};
use crate::{
    api::http::{
        idempotency::{Once, OnceHeader},
        json::Draft,
        problem::Problem,
        state::AppState,
    },
    model::{
        clock::Instant,
        ids::{PersonId, TeamId},
        input::faults::{Fault, Faults},
        messages::language::Language,
        people::{
            Mobile, Person, Role,
            memberships::Membership,
            pins::{Pin, PinFault},
            teams::Team,
        },
        phone::{Countries, Phone},
    },
    service::{
        alarms::first_contact::FirstContact,
        people::{
            own_number, pins,
            profile::{self, Profile},
        },
    },
};

/// What the app asks before it knows whether anybody is signed in; no part of the contract.
pub fn first_question() -> Router<AppState> {
    Router::new().route("/session", get(here))
}

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(show))
        .routes(routes!(give_number))
        .routes(routes!(verify))
        .routes(routes!(choose_pins))
        .routes(routes!(choose_button, remove_button))
}

/// The person who is signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Me)]
struct MeView {
    id: PersonId,
    name: String,
    email: String,
    roles: Vec<Role>,
    teams: Vec<MyTeam>,
    /// The name of the municipality; null until one is set up.
    organisation: Option<String>,
    mobile: Option<Mobile>,
    /// The number of my SOS button.
    button: Option<Phone>,
    language: Language,
    has_pin: bool,
    /// Whether other PINs should be chosen: one of them may begin with a key that is an answer on a call.
    choose_pins_anew: bool,
    /// Where to text an answer to, also without internet.
    text_number: Option<Phone>,
    /// The clock of the service.
    now: Instant,
}

/// A team of mine, and what I am in it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MyTeam {
    id: TeamId,
    name: String,
    role: TeamRole,
    /// How long after its start a risky visit is asked first, unless other times are agreed.
    risky_first_minutes: u32,
    call_first: Option<CallFirst>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum TeamRole {
    Member,
    Manager,
    Deputy,
}

/// Whom you call now when nobody watches over you: who would be told first of an alarm of yours, or
/// else the organisation.
#[derive(Serialize, ToSchema)]
struct CallFirst {
    name: String,
    #[schema(required, nullable = false, value_type = Phone)]
    number: Option<String>,
}

impl MyTeam {
    fn new(team: Team, call: Option<FirstContact>, person: PersonId) -> Self {
        Self {
            id: team.id,
            role: role(&team, person),
            name: team.name,
            risky_first_minutes: team.policy.risky_first_minutes,
            call_first: call.map(|to| CallFirst { name: to.name, number: to.number }),
        }
    }
}

fn role(team: &Team, person: PersonId) -> TeamRole {
    if team.managers.contains(&person) {
        TeamRole::Manager
    } else if team.deputies.contains(&person) {
        TeamRole::Deputy
    } else {
        TeamRole::Member
    }
}

/// Who am I?
#[utoipa::path(get, path = "/me", operation_id = "getMe", tag = "me",
    responses((status = 200, body = MeView)))]
async fn show(State(app): State<AppState>, caller: Caller) -> Result<Json<MeView>, Problem> {
    view(&app, caller.person, &caller.teams).await.map(Json)
}

#[derive(Serialize)]
struct SessionView {
    me: Option<MeView>,
}

/// Who is signed in here, or nobody: for the app's first question, which is not a mistake to ask.
async fn here(
    State(app): State<AppState>,
    caller: Result<Caller, Problem>,
) -> Result<Json<SessionView>, Problem> {
    let me = match caller {
        Ok(caller) => Some(view(&app, caller.person, &caller.teams).await?),
        Err(problem) if problem.status == StatusCode::UNAUTHORIZED => None,
        Err(problem) => return Err(problem),
    };
    Ok(Json(SessionView { me }))
}

async fn view(
    app: &AppState,
    person: Person,
    memberships: &[Membership],
) -> Result<MeView, Problem> {
    let Profile { organisation, teams } = profile::load(app, &person, memberships).await?;
    let teams = teams.into_iter().map(|(team, call)| MyTeam::new(team, call, person.id));
    Ok(MeView {
        id: person.id,
        name: person.name,
        email: person.email,
        roles: person.roles,
        teams: teams.collect(),
        organisation,
        mobile: person.mobile,
        button: person.button,
        language: person.language,
        has_pin: person.pins.is_some(),
        choose_pins_anew: person.pins.as_ref().is_some_and(|pins| !pins.begin_apart()),
        text_number: app.settings.text_number.clone(),
        now: app.now(),
    })
}

#[derive(Deserialize, ToSchema)]
#[schema(as = MobileInput)]
struct NumberInput {
    /// As people write it; Dutch when no country code is given.
    #[schema(required, nullable = false, max_length = 30)]
    number: Option<String>,
}

impl NumberInput {
    /// Any phone: a button is a phone, and not every country has numbers for such.
    fn read_button(self, countries: &Countries) -> Result<Phone, Vec<Fault>> {
        self.read_with(countries, |faults, given| faults.take("number", given.parse::<Phone>()))
    }

    fn read(self, countries: &Countries) -> Result<Phone, Vec<Fault>> {
        self.read_with(countries, |faults, given| mobile(faults, "number", given))
    }

    fn read_with(
        self,
        countries: &Countries,
        read: impl FnOnce(&mut Faults, &str) -> Option<Phone>,
    ) -> Result<Phone, Vec<Fault>> {
        let mut faults = Faults::default();
        let given = faults.text("number", self.number.as_deref(), 40);
        let number = given.and_then(|given| read(&mut faults, &given));
        if let Some(number) = &number {
            countries.require(&mut faults, "number", number);
        }
        faults.done()?;
        number.ok_or_else(Vec::new)
    }
}

/// Give my mobile number
///
/// Sends a code to that number; until it is verified, the old number stays.
#[utoipa::path(put, path = "/me/mobile", operation_id = "setMyMobile", tag = "me",
    request_body = NumberInput,
    responses((status = 202, description = "On its way."), (status = 403), (status = 429)))]
async fn give_number(
    State(app): State<AppState>,
    caller: Caller,
    draft: Draft<NumberInput>,
) -> Result<StatusCode, Problem> {
    let number =
        draft.read(|input| input.read(&app.settings.countries)).map_err(Problem::invalid)?;
    own_number::send_code(&app, &caller, number).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Give the number of my SOS button
///
/// A text with `SOS` from that number, and what such buttons send, calls for help for me, with the place
/// in it. The number may be nobody else's.
#[utoipa::path(put, path = "/me/button", operation_id = "setMyButton", tag = "me",
    request_body = NumberInput,
    responses((status = 200, body = MeView), (status = 403), (status = 409)))]
async fn choose_button(
    State(app): State<AppState>,
    caller: Caller,
    draft: Draft<NumberInput>,
) -> Result<Json<MeView>, Problem> {
    let number =
        draft.read(|input| input.read_button(&app.settings.countries)).map_err(Problem::invalid)?;
    let person = own_number::choose_button(&app, &caller, Some(number)).await?;
    view(&app, person, &caller.teams).await.map(Json)
}

/// I carry no SOS button any more
#[utoipa::path(delete, path = "/me/button", operation_id = "removeMyButton", tag = "me",
    responses((status = 204), (status = 403)))]
async fn remove_button(State(app): State<AppState>, caller: Caller) -> Result<StatusCode, Problem> {
    own_number::choose_button(&app, &caller, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[schema(as = VerificationInput)]
struct CodeInput {
    #[schema(required, nullable = false, pattern = "^[0-9]{4,8}$", examples("4711"))]
    code: Option<String>,
}

impl CodeInput {
    fn read(self) -> Result<String, Vec<Fault>> {
        let mut faults = Faults::default();
        let code = faults.text("code", self.code.as_deref(), 8);
        faults.done()?;
        code.ok_or_else(Vec::new)
    }
}

/// Give the code that came by text
#[utoipa::path(post, path = "/me/mobile/verification", operation_id = "verifyMyMobile",
    tag = "me", params(OnceHeader), request_body = CodeInput,
    responses((status = 200, body = MeView), (status = 403), (status = 409), (status = 429)))]
async fn verify(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    draft: Draft<CodeInput>,
) -> Result<Json<MeView>, Problem> {
    let request = Once::new(&caller, &headers, "/v1/me/mobile/verification", &draft.said)?;
    let code = draft.read(CodeInput::read).map_err(Problem::invalid)?;
    let person = own_number::verify(&app, &caller, request, &code).await?;
    view(&app, person, &caller.teams).await.map(Json)
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PinsInput {
    #[schema(required, nullable = false, value_type = Pin)]
    pin: Option<String>,
    #[schema(required, nullable = false, value_type = Pin)]
    duress_pin: Option<String>,
}

impl PinsInput {
    fn read(self) -> Result<(Pin, Pin), Vec<Fault>> {
        let mut faults = Faults::default();
        let pin = read_pin(&mut faults, "pin", self.pin.as_deref());
        let duress = read_pin(&mut faults, "duressPin", self.duress_pin.as_deref());
        let differ = pin.is_none() || pin != duress;
        faults.require(differ, "duressPin", "alike", &PinFault::Alike.to_string());
        let near = pin.as_ref().zip(duress.as_ref()).is_some_and(|(a, b)| a.is_near(b));
        faults.require(!near || !differ, "duressPin", "near", &PinFault::Near.to_string());
        faults.done()?;
        pin.zip(duress).ok_or_else(Vec::new)
    }
}

fn read_pin(faults: &mut Faults, field: &str, given: Option<&str>) -> Option<Pin> {
    let given = faults.text(field, given, 40)?;
    let pin: Pin = faults.take(field, given.parse())?;
    faults.require(!pin.too_easy(), field, "too-easy", &PinFault::TooEasy.to_string());
    let apart = pin.too_easy() || !pin.begins_as_answer();
    faults.require(apart, field, "begins-as-answer", &PinFault::BeginsAsAnswer.to_string());
    Some(pin)
}

/// Set my PIN and duress PIN
///
/// Both have 4 to 6 digits, begin with none of 1, 2 and 9, and differ from each other in more than one
/// digit. Neither can be read back.
#[utoipa::path(put, path = "/me/pins", operation_id = "setMyPins", tag = "me",
    request_body = PinsInput, responses((status = 204), (status = 403)))]
async fn choose_pins(
    State(app): State<AppState>,
    caller: Caller,
    draft: Draft<PinsInput>,
) -> Result<StatusCode, Problem> {
    let (pin, duress) = draft.read(PinsInput::read).map_err(Problem::invalid)?;
    pins::choose(&app, &caller, pin, duress).await?;
    Ok(StatusCode::NO_CONTENT)
}
