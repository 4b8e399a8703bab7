//! What is written down while an alarm is handled (`POST /alarms/{id}/notes`).

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::alarm_view::{AlarmView, seen_alarm};
use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, Once, OnceHeader, once},
            json::{Draft, Id},
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
    },
    model::{
        alarms::alarm_notes::{AlarmStep, Remark},
        ids::AlarmId,
        input::faults::{Fault, Faults},
    },
    service::alarms::handling,
};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(write))
}

/// Either `text`, or a `step`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = AlarmNoteInput)]
struct NoteInput {
    #[schema(min_length = 1, max_length = 2000)]
    text: Option<String>,
    step: Option<AlarmStep>,
    /// Whether the step is done; true when left out.
    done: Option<bool>,
}

impl NoteInput {
    /// Words or a step, and not both: each note says one thing.
    fn read(self) -> Result<Remark, Vec<Fault>> {
        let mut faults = Faults::default();
        let remark = match self.step {
            Some(step) => {
                let alone = self.text.is_none();
                faults.require(alone, "text", "contradiction", "goes in a note of its own");
                Some(Remark::Step { step, done: self.done.unwrap_or(true) })
            }
            None => {
                let bare = self.done.is_none();
                faults.require(bare, "done", "contradiction", "says something of a step");
                let text = faults.text("text", self.text.as_deref(), 2000);
                text.map(|text| Remark::Text { text })
            }
        };
        faults.done()?;
        remark.ok_or_else(Vec::new)
    }
}

/// Write down what you did or know
///
/// Words of your own, or a step of the procedure that is done; also once the alarm is closed.
/// Everybody who watches over the visit reads it, here and in its timeline; those who are on the visit
/// never do. A step that is ticked already changes nothing.
#[utoipa::path(post, path = "/alarms/{id}/notes", operation_id = "noteAlarm", tag = "alarms",
    params(OnceHeader), request_body = NoteInput,
    responses((status = 200, body = AlarmView), (status = 403), (status = 404), (status = 409)))]
async fn write(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<AlarmId>,
    headers: HeaderMap,
    draft: Draft<NoteInput>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, format!("/v1/alarms/{id}/notes"), &draft.said)?;
    let remark = draft.read(NoteInput::read).map_err(Problem::invalid)?;
    let at = app.clone();
    once(&app, key, move |tx| {
        Box::pin(async move {
            let seen = handling::note(tx, &at, &caller, id, remark).await?;
            Ok(ChangeReply::ok(seen_alarm(&seen)))
        })
    })
    .await
}
