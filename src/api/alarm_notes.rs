//! What is written down while an alarm is handled (`POST /alarms/{id}/notes`).

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::post};
use serde::{Deserialize, Serialize};

use super::{
    alarms::{lock, see, stance},
    auth::Caller,
    idempotency::{Once, Reply, once},
    json::{Body, Id},
    problem::Problem,
    state::House,
    watching::{Setting, named},
};
use crate::{
    model::{
        alarm_notes::{Remark, Step, write_down},
        alarms::Alarm,
        faults::Faults,
        ids::AlarmId,
        people::Named,
        visits::Visit,
    },
    store::{Tx, watches},
};

/// The routes of this file.
pub fn routes() -> Router<House> {
    Router::new().route("/alarms/{id}/notes", post(write))
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NoteInput {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    step: Option<Step>,
    #[serde(default)]
    done: Option<bool>,
}

impl NoteInput {
    /// Words or a step, and not both: each note says one thing.
    fn read(self) -> Result<Remark, Problem> {
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
        faults.done().map_err(Problem::invalid)?;
        remark.ok_or_else(Problem::not_found)
    }
}

async fn write(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<AlarmId>,
    headers: HeaderMap,
    Body(said): Body<NoteInput>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, format!("/v1/alarms/{id}/notes"), &said)?;
    let remark = said.read()?;
    let at = house.clone();
    once(&house, key, move |tx| {
        Box::pin(async move {
            let (visit, alarm) = lock(tx, id).await?;
            stance(&caller, &alarm, visit.as_ref())?;
            keep(tx, &at, alarm, visit.as_ref(), named(&caller), remark).await?;
            Ok(Reply::ok(see(tx, &at, &caller, id).await?))
        })
    })
    .await
}

async fn keep(
    tx: &mut Tx,
    house: &House,
    alarm: Alarm,
    visit: Option<&Visit>,
    by: Named,
    remark: Remark,
) -> Result<(), Problem> {
    let setting = Setting::of(tx, house, alarm.team).await?;
    let (after, effects) = write_down(alarm.clone(), visit, by, remark, &setting.scene())?;
    if after != alarm {
        watches::save_alarm(tx, &after, setting.now).await?;
        watches::apply(tx, &after, &effects).await?;
    }
    Ok(())
}
