//! The button on a notification. Its secret does one thing, once: it says that all is well to the
//! check-in that the notification asked about. Nobody needs to be signed in for it.

use axum::{
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{inbound::phrase, json::Body, problem::Problem, state::House, watching::Setting};
use crate::{
    model::{
        answers::{Answer, Reply, Saying},
        clock::Instant,
        faults::Faults,
        pins::Proof,
        timeline::Route,
        watch::Watch,
    },
    store::{Tx, links, watches},
};

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PressInput {
    token: Option<String>,
}

/// What came of it; the same again when the phone did not hear it the first time.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    /// The check-in is confirmed.
    Confirmed(String),
    /// An alarm is open: whoever has it was told.
    PassedOn(String),
    /// It asks for the PIN.
    PinNeeded,
    /// It was answered already, or nothing is asked any more.
    Over,
}

impl Outcome {
    fn answer(&self, at: Instant) -> Response {
        let (outcome, message) = match self {
            Self::Confirmed(message) => ("confirmed", message),
            Self::PassedOn(message) => ("passed-on", message),
            Self::PinNeeded => {
                let detail = "This visit asks for your PIN. Open the app.";
                return Problem::new(StatusCode::FORBIDDEN, "pin-needed", detail).into_response();
            }
            Self::Over => {
                let detail = "This is not asked any more. Open the app.";
                return Problem::conflict("not-asked-any-more", detail).into_response();
            }
        };
        let body: Value = json!({ "outcome": outcome, "at": at, "message": message });
        ([(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
    }
}

/// Presses the button.
///
/// # Errors
/// 410 when the secret does nothing any more; 403 and 409 when it cannot confirm.
pub(super) async fn press(
    State(house): State<House>,
    Body(input): Body<PressInput>,
) -> Result<Response, Problem> {
    let mut faults = Faults::default();
    let token = faults.text("token", input.token.as_deref(), 100);
    faults.done().map_err(Problem::invalid)?;
    let (at, token) = (house.clone(), token.unwrap_or_default());
    let done = house.db.write(move |tx| Box::pin(async move { press_once(tx, &at, &token).await }));
    let (outcome, when) = done.await?;
    house.wake.notify_one();
    Ok(outcome.answer(when))
}

async fn press_once(
    tx: &mut Tx,
    house: &House,
    token: &str,
) -> Result<(Outcome, Instant), Problem> {
    let now = house.now();
    let button = links::pressed(tx, token, now).await?.ok_or_else(gone)?;
    // Who holds the visit is the only one who presses; then look whether somebody was first.
    let before = watches::lock(tx, button.visit).await?;
    let button = links::pressed(tx, token, now).await?.ok_or_else(gone)?;
    if let Some((when, outcome)) = &button.done {
        return Ok((serde_json::from_str(outcome).unwrap_or(Outcome::Over), *when));
    }
    let setting = Setting::of(tx, house, before.item.visit.team).await?;
    let asked = before.item.visit.check_ins.iter().find(|c| c.id == button.check_in);
    let outcome = if asked.is_some_and(|c| c.is_open()) {
        let answer = answer(&before.item, &button, now);
        let scene = setting.scene();
        let (after, effects, reply) = before.item.clone().answer(&answer, &scene);
        watches::save(tx, &before, &after, &effects, &scene).await?;
        let words = setting.words.in_language(before.item.visit.language);
        match reply {
            Reply::Confirmed(_) => Outcome::Confirmed(words.push_confirmed(now)),
            Reply::AlarmTold => Outcome::PassedOn(phrase(&reply, &words)),
            Reply::PinNeeded | Reply::PinWrong => Outcome::PinNeeded,
            _ => Outcome::Over,
        }
    } else {
        Outcome::Over
    };
    let kept = serde_json::to_string(&outcome).unwrap_or_default();
    links::use_up(tx, token, &kept, now).await?;
    Ok((outcome, now))
}

fn answer(watch: &Watch, button: &links::Pressed, now: Instant) -> Answer {
    Answer {
        saying: Saying::Well,
        route: Route::Push,
        by: watch.visit.worker.name.clone(),
        proof: Proof::None,
        tapped_at: now,
        asked: Some(button.check_in),
        may_undo: false,
    }
}

fn gone() -> Problem {
    let detail = "This button works no longer. Open the app.";
    Problem::new(StatusCode::GONE, "works-no-longer", detail)
}
