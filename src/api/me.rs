//! The person who is signed in: who am I, my phone, my PINs.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, post, put},
};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    auth::Caller, calling::whom_to_call, json::Body, people::mobile, problem::Problem, state::House,
};
use crate::{
    model::{
        clock::Instant,
        faults::Faults,
        ids::{self, MessageId, PersonId},
        messages::{Channel, Content, Message, Priority},
        people::{Mobile, Person},
        phone::Phone,
        pins::{Pin, PinFault, PinHashes},
        teams::Team,
        texts,
    },
    store::{self, Versioned, messages, people},
};

/// How long a code counts.
const CODE_LASTS: TimeDelta = TimeDelta::minutes(10);
/// How long between two codes, so that nobody's phone is flooded.
const CODE_PAUSE: TimeDelta = TimeDelta::minutes(1);
/// How often a wrong code may be given.
const TRIES: i32 = 5;

/// What the app asks before it knows whether anybody is signed in; no part of the contract.
pub fn first_question() -> Router<House> {
    Router::new().route("/session", get(here))
}

/// The routes.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/me", get(show))
        .route("/me/mobile", put(give_number))
        .route("/me/mobile/verification", post(verify))
        .route("/me/pins", put(choose_pins))
}

async fn show(State(house): State<House>, caller: Caller) -> Result<Json<Value>, Problem> {
    tell(&house, &caller.person, &caller.teams).await
}

/// Who is signed in here, or nobody: for the app's first question, which is not a mistake to ask.
async fn here(
    State(house): State<House>,
    caller: Result<Caller, Problem>,
) -> Result<Json<Value>, Problem> {
    let me = match caller {
        Ok(caller) => tell(&house, &caller.person, &caller.teams).await?.0,
        Err(problem) if problem.status == StatusCode::UNAUTHORIZED => Value::Null,
        Err(problem) => return Err(problem),
    };
    Ok(Json(json!({ "me": me })))
}

async fn tell(house: &House, person: &Person, teams: &[Team]) -> Result<Json<Value>, Problem> {
    let organisation = house.db.read(|tx| Box::pin(store::teams::organisation(tx))).await?;
    let whose = organisation.map(|its| its.item.name);
    let mine: Vec<Team> = teams.iter().filter(|t| t.has(person.id)).cloned().collect();
    let calls = whom_to_call(house, person, &mine).await?;
    let teams: Vec<_> = mine
        .iter()
        .zip(calls)
        .map(|(t, call)| {
            json!({ "id": t.id, "name": t.name, "role": part(t, person.id),
                "riskyFirstMinutes": t.policy.risky_first_minutes, "callFirst": call })
        })
        .collect();
    Ok(Json(json!({
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "roles": person.roles,
        "teams": teams,
        "organisation": whose,
        "mobile": person.mobile,
        "language": person.language,
        "hasPin": person.pins.is_some(),
        "textNumber": house.settings.text_number,
        "now": house.now(),
    })))
}

fn part(team: &Team, id: PersonId) -> Option<&'static str> {
    let parts =
        [(&team.managers, "manager"), (&team.deputies, "deputy"), (&team.members, "member")];
    parts.into_iter().find_map(|(people, part)| people.contains(&id).then_some(part))
}

#[derive(Debug, Deserialize)]
struct NumberInput {
    number: Option<String>,
}

/// Sends a code to the number; until it comes back, the old number stays.
async fn give_number(
    State(house): State<House>,
    caller: Caller,
    Body(input): Body<NumberInput>,
) -> Result<StatusCode, Problem> {
    let mut faults = Faults::default();
    let given = faults.text("number", input.number.as_deref(), 40);
    let number = given.and_then(|given| mobile(&mut faults, "number", &given));
    faults.done().map_err(Problem::invalid)?;
    let Some(number) = number else { return Err(Problem::invalid(vec![])) };
    let now = house.now();
    let code = ids::code(&*house.dice);
    let waits = people::Verification {
        number: number.to_string(),
        code_hash: code_hash(caller.id(), &code),
        failures: 0,
        expires_at: now + CODE_LASTS,
    };
    let id = MessageId::new(&*house.dice, now);
    let message = code_message(id, &caller.person, &number, &code, now);
    let sent = house.db.write(move |tx| {
        Box::pin(async move {
            let before = people::awaited_code(tx, caller.id()).await?;
            if before.is_some_and(|b| b.expires_at - CODE_LASTS + CODE_PAUSE > now) {
                return Err(Problem::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "code-just-sent",
                    "A code was sent less than a minute ago. Wait a little.",
                ));
            }
            people::await_code(tx, caller.id(), &waits).await?;
            messages::insert(tx, &message).await?;
            Ok(())
        })
    });
    sent.await?;
    house.wake.notify_one();
    Ok(StatusCode::ACCEPTED)
}

/// Bound to the account, so that the same code of two people is kept differently.
fn code_hash(id: PersonId, code: &str) -> String {
    ids::digest(&format!("{id} {code}"))
}

fn code_message(
    id: MessageId,
    person: &Person,
    number: &Phone,
    code: &str,
    now: Instant,
) -> Message {
    let (purpose, to) = (format!("verify/{}/{id}", person.id), (Channel::Text, number.to_string()));
    let content = Content::Text { body: texts::account::code(person.language, code) };
    let message = Message::plain(id, purpose, to, content, now).for_person(person);
    Message { priority: Priority::Prompt, ..message }
}

#[derive(Deserialize)]
struct CodeInput {
    code: Option<String>,
}

/// How a code that came back was judged. A wrong one changes something too: it is counted.
enum Judged {
    Right(Box<Person>),
    Wrong,
    NoneWaits,
}

async fn verify(
    State(house): State<House>,
    caller: Caller,
    Body(input): Body<CodeInput>,
) -> Result<Json<Value>, Problem> {
    let mut faults = Faults::default();
    let code = faults.text("code", input.code.as_deref(), 8);
    faults.done().map_err(Problem::invalid)?;
    let (id, now) = (caller.id(), house.now());
    let given = code_hash(id, &code.unwrap_or_default());
    let judged = house.db.write(move |tx| {
        Box::pin(async move {
            let waits = people::awaited_code(tx, id).await?;
            let Some(mut waits) = waits.filter(|w| w.failures < TRIES && w.expires_at > now) else {
                return Ok(Judged::NoneWaits);
            };
            if waits.code_hash != given {
                waits.failures += 1;
                people::await_code(tx, id, &waits).await?;
                return Ok(Judged::Wrong);
            }
            let Versioned { version, item: mut person } = people::load(tx, id).await?;
            let number: Phone = waits.number.parse().map_err(|_| store::Error::NotFound)?;
            let opted_out_at = people::opted_out_at(tx, &waits.number).await?;
            person.mobile = Some(Mobile { number, verified_at: Some(now), opted_out_at });
            people::save(tx, &person, version).await?;
            people::forget_code(tx, id).await?;
            Ok::<_, store::Error>(Judged::Right(Box::new(person)))
        })
    });
    match judged.await? {
        Judged::Right(person) => {
            house.wake.notify_one();
            tell(&house, &person, &caller.teams).await
        }
        Judged::Wrong => {
            let mut faults = Faults::default();
            faults.add("code", "wrong", "is not the code that was sent");
            Err(Problem::invalid(faults.0))
        }
        Judged::NoneWaits => {
            Err(Problem::conflict("no-code-waits", "No code waits for an answer. Ask for another."))
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PinsInput {
    pin: Option<String>,
    duress_pin: Option<String>,
}

async fn choose_pins(
    State(house): State<House>,
    caller: Caller,
    Body(input): Body<PinsInput>,
) -> Result<StatusCode, Problem> {
    let mut faults = Faults::default();
    let pin = read_pin(&mut faults, "pin", input.pin.as_deref());
    let duress = read_pin(&mut faults, "duressPin", input.duress_pin.as_deref());
    faults.require(
        pin.is_none() || pin != duress,
        "duressPin",
        "alike",
        &PinFault::Alike.to_string(),
    );
    faults.done().map_err(Problem::invalid)?;
    let (Some(pin), Some(duress)) = (pin, duress) else { return Err(Problem::invalid(vec![])) };
    let pins = hash(&house, pin, duress).await?;
    let id = caller.id();
    let saved = house.db.write(move |tx| {
        Box::pin(async move {
            let Versioned { version, item: mut person } = people::load(tx, id).await?;
            person.pins = Some(pins);
            people::save(tx, &person, version).await
        })
    });
    saved.await?;
    Ok(StatusCode::NO_CONTENT)
}

fn read_pin(faults: &mut Faults, field: &str, given: Option<&str>) -> Option<Pin> {
    let given = faults.text(field, given, 40)?;
    let pin: Pin = faults.take(field, given.parse())?;
    faults.require(!pin.too_easy(), field, "too-easy", &PinFault::TooEasy.to_string());
    Some(pin)
}

/// Hashing is slow on purpose: not on a thread that answers others.
async fn hash(house: &House, pin: Pin, duress: Pin) -> Result<PinHashes, Problem> {
    let dice = house.dice.clone();
    let work = move || PinHashes::choose(&pin, &duress, &*dice);
    let chosen = tokio::task::spawn_blocking(work).await.map_err(|_| {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "not-hashed", "The PINs were not kept.")
    })?;
    chosen.map_err(|why| {
        let mut faults = Faults::default();
        faults.add("pin", "invalid", why.to_string());
        Problem::invalid(faults.0)
    })
}
