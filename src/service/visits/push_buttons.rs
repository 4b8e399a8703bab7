//! The button on a notification. Its secret does one thing, once: it says that all is well to the
//! check-in that the notification asked about. Nobody needs to be signed in for it.

use serde::{Deserialize, Serialize};

use crate::{
    model::{
        clock::Instant,
        people::pins::Proof,
        visits::{
            answers::{Reply, Saying},
            watch::Watch,
        },
    },
    service::{
        context::Context,
        error::Error,
        messages::phrases::answer_phrase,
        visits::{
            answer_request::{AnswerRequest, AnsweredBy, ProvenAnswer},
            answers::answer_locked,
        },
    },
    store::{
        Tx,
        visits::{links, watches},
    },
};

/// What came of it; the same again when the phone did not hear it the first time.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PressOutcome {
    /// The check-in is confirmed.
    Confirmed(String),
    /// An alarm is open: whoever has it was told.
    PassedOn(String),
    /// It asks for the PIN.
    PinNeeded,
    /// It was answered already, or nothing is asked any more.
    Over,
}

/// Presses the button. Answers with when it was pressed, too.
///
/// # Errors
/// [`Error::UsedUp`] when the secret does nothing any more.
pub async fn press(ctx: &Context, token: String) -> Result<(PressOutcome, Instant), Error> {
    let at = ctx.clone();
    ctx.write(move |tx| Box::pin(async move { press_once(tx, &at, &token).await })).await
}

async fn press_once(
    tx: &mut Tx,
    ctx: &Context,
    token: &str,
) -> Result<(PressOutcome, Instant), Error> {
    let now = ctx.now();
    let button = links::pressed(tx, token, now).await?.ok_or(Error::UsedUp)?;
    // Who holds the visit is the only one who presses; then look whether somebody was first.
    let before = watches::lock(tx, button.visit).await?;
    let button = links::pressed(tx, token, now).await?.ok_or(Error::UsedUp)?;
    if let Some((when, pressed)) = &button.done {
        return Ok((serde_json::from_str(pressed).unwrap_or(PressOutcome::Over), *when));
    }
    let asked = before.item.visit.check_ins.iter().find(|c| c.id == button.check_in);
    let pressed = if asked.is_some_and(|c| c.is_open()) {
        let given = all_is_well(&before.item, &button);
        let reply = answer_locked(tx, ctx, &given, &before).await?.reply;
        let words = ctx.words(before.item.visit.language);
        match reply {
            Reply::Confirmed(_) => PressOutcome::Confirmed(words.push_confirmed(now)),
            Reply::AlarmTold | Reply::AlarmNeedsPin => {
                PressOutcome::PassedOn(answer_phrase(&reply, &words))
            }
            Reply::PinNeeded | Reply::PinWrong | Reply::PinWaits => PressOutcome::PinNeeded,
            _ => PressOutcome::Over,
        }
    } else {
        PressOutcome::Over
    };
    let kept = serde_json::to_string(&pressed).unwrap_or_default();
    links::use_up(tx, token, &kept, now).await?;
    Ok((pressed, now))
}

fn all_is_well(watch: &Watch, button: &links::Pressed) -> ProvenAnswer {
    let request = AnswerRequest {
        visit: button.visit,
        by: AnsweredBy::Button,
        saying: Saying::Well,
        words: None,
        codes: vec![],
        asked: Some(button.check_in),
        tapped_at: None,
    };
    ProvenAnswer::new(request, (watch.visit.worker.name.clone(), Proof::None))
}
