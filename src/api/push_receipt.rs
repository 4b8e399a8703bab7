//! What a device says by itself: that it has shown a notification. It answers nothing.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;

use super::{json::Body, problem::Problem, state::House};
use crate::{model::faults::Faults, store::push_receipts};

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ShownInput {
    token: Option<String>,
}

/// Notes that it was shown.
///
/// # Errors
/// 410 when the secret is none, or was of use too long ago.
pub(super) async fn shown(
    State(house): State<House>,
    Body(input): Body<ShownInput>,
) -> Result<StatusCode, Problem> {
    let mut faults = Faults::default();
    let token = faults.text("token", input.token.as_deref(), 200);
    faults.done().map_err(Problem::invalid)?;
    let (now, token) = (house.now(), token.unwrap_or_default());
    let known = house
        .db
        .write(move |tx| Box::pin(async move { push_receipts::shown(tx, &token, now).await }));
    if known.await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    let detail = "This is about no notification of ours.";
    Err(Problem::new(StatusCode::GONE, "works-no-longer", detail))
}
