//! What a device says by itself: that it has shown a notification. It answers nothing.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    api::http::{json::Draft, problem::Problem, state::AppState},
    model::input::faults::{Fault, Faults},
    service::messages::push_receipts,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PushShownInput)]
pub(crate) struct ShownInput {
    /// The secret in the notification.
    #[schema(required, nullable = false, max_length = 200)]
    token: Option<String>,
}

impl ShownInput {
    fn read(self) -> Result<String, Vec<Fault>> {
        let mut faults = Faults::default();
        let token = faults.text("token", self.token.as_deref(), 200);
        faults.done()?;
        token.ok_or_else(Vec::new)
    }
}

/// Say that a notification was shown
///
/// A device does this by itself, with the secret in the notification. It makes the message delivered,
/// and answers nothing. No such secret, or more than a day ago: 410 `works-no-longer`.
#[utoipa::path(post, path = "/push/receipts", operation_id = "notePushShown", tag = "visits",
    security(()), request_body = ShownInput, responses((status = 204), (status = 410)))]
pub(crate) async fn shown(
    State(app): State<AppState>,
    draft: Draft<ShownInput>,
) -> Result<StatusCode, Problem> {
    let token = draft.read(ShownInput::read).map_err(Problem::invalid)?;
    if push_receipts::shown(&app, token).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    let detail = "This is about no notification of ours.";
    Err(Problem::new(StatusCode::GONE, "works-no-longer", detail))
}
