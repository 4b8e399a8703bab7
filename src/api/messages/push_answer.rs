//! The button on a notification. Its secret does one thing, once: it says that all is well to the
//! check-in that the notification asked about. Nobody needs to be signed in for it.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::http::{json::Draft, problem::Problem, state::AppState},
    model::{
        clock::Instant,
        input::faults::{Fault, Faults},
    },
    service::visits::push_buttons::{self, PressOutcome},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PushAnswerInput)]
pub(crate) struct PressInput {
    #[schema(required, nullable = false, min_length = 1, max_length = 100)]
    token: Option<String>,
}

impl PressInput {
    fn read(self) -> Result<String, Vec<Fault>> {
        let mut faults = Faults::default();
        let token = faults.text("token", self.token.as_deref(), 100);
        faults.done()?;
        token.ok_or_else(Vec::new)
    }
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct PushAnswer {
    /// `passed-on`: an alarm is open, and whoever has it was told.
    outcome: PushOutcome,
    at: Instant,
    /// For the screen, in the language of the visit.
    message: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum PushOutcome {
    Confirmed,
    PassedOn,
}

fn view(pressed: PressOutcome, at: Instant) -> Result<PushAnswer, Problem> {
    let (outcome, message) = match pressed {
        PressOutcome::Confirmed(message) => (PushOutcome::Confirmed, message),
        PressOutcome::PassedOn(message) => (PushOutcome::PassedOn, message),
        PressOutcome::PinNeeded => {
            let detail = "This visit asks for your PIN. Open the app.";
            return Err(Problem::new(StatusCode::FORBIDDEN, "pin-needed", detail));
        }
        PressOutcome::Over => {
            let detail = "This is not asked any more. Open the app.";
            return Err(Problem::conflict("not-asked-any-more", detail));
        }
    };
    Ok(PushAnswer { outcome, at, message })
}

/// Say that all is well, by the button on a notification
///
/// The secret in the notification does this once, for the check-in that it asked about, as long as
/// that waits for an answer; the same secret again gives the first answer again. Where a PIN is needed
/// it confirms nothing: 403 `pin-needed`. Answered already: 409 `not-asked-any-more`. Too late, or no
/// such secret: 410 `works-no-longer`.
#[utoipa::path(post, path = "/push/answers", operation_id = "pressPushButton", tag = "visits",
    security(()), request_body = PressInput,
    responses((status = 200, body = PushAnswer), (status = 403), (status = 409), (status = 410)))]
pub(crate) async fn press(
    State(app): State<AppState>,
    draft: Draft<PressInput>,
) -> Result<Json<PushAnswer>, Problem> {
    let token = draft.read(PressInput::read).map_err(Problem::invalid)?;
    let (pressed, at) = push_buttons::press(&app, token).await?;
    view(pressed, at).map(Json)
}
