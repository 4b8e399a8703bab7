//! Keys pressed on one of our calls.

use crate::{
    model::{
        ids::MessageId,
        messages::{
            Content, Message, Script,
            replies::{Pressed, keys},
            texts::Words,
        },
        phone::Phone,
        visits::{
            answers::{Reply, Saying},
            timeline::Route,
        },
    },
    service::{
        alarms::handling::take_by_route,
        context::Context,
        error::Error,
        messages::phrases::{answer_phrase, not_taken_phrase},
        visits::answers::{AnswerRequest, AnsweredBy, submit},
    },
    store::{self, messages},
};

/// Keys were pressed on one of our calls; tells what is said next.
///
/// # Errors
/// [`Error::NotFound`] when there is no such call.
pub async fn press_keys(ctx: &Context, id: MessageId, digits: &str) -> Result<Script, Error> {
    let find = ctx.db.read::<_, store::Error, _>(move |tx| Box::pin(messages::load(tx, id)));
    let call = find.await?.message;
    let language = match &call.content {
        Content::Call(script) => script.language,
        _ => ctx.settings.language,
    };
    let words = ctx.words(language);
    let (words, listens) = if call.alarm.is_some() {
        take_alarm(ctx, &call, digits, &words).await?
    } else {
        answer(ctx, &call, digits, &words).await?
    };
    let waits = matches!(&call.content, Content::Call(script) if script.waits);
    Ok(Script { words, language, listens, waits })
}

async fn take_alarm(
    ctx: &Context,
    call: &Message,
    digits: &str,
    words: &Words,
) -> Result<(String, bool), Error> {
    // A key that is pressed again, or that the line doubles, is that key.
    if !matches!(keys(digits), Some(Pressed { saying: Saying::Well, codes }) if codes.is_empty()) {
        return Ok((script(call), true));
    }
    let (Some(alarm), Some(person)) = (call.alarm, call.person) else {
        return Ok((words.alarm_over(), false));
    };
    match take_by_route(ctx, alarm, person, Route::Call).await {
        Ok(_) => Ok((words.taken_by_you(), false)),
        Err(why) if why.is_failure() => Err(why),
        Err(why) => Ok((not_taken_phrase(&why, words), false)),
    }
}

async fn answer(
    ctx: &Context,
    call: &Message,
    digits: &str,
    words: &Words,
) -> Result<(String, bool), Error> {
    let Some(visit) = call.visit else { return Err(Error::NotFound) };
    let Some(Pressed { saying, codes }) = keys(digits) else { return Ok((script(call), true)) };
    let by = AnsweredBy::Call { to: call.to.parse::<Phone>().ok() };
    let asked = call.check_in;
    let request = AnswerRequest { visit, by, saying, words: None, codes, asked, tapped_at: None };
    let reply = submit(ctx, request).await?.reply;
    Ok(match reply {
        Reply::PinNeeded | Reply::AlarmNeedsPin => (words.press_code(), true),
        Reply::PinWrong => (words.code_wrong(), true),
        Reply::PinWaits => (words.code_waits(), true),
        reply => (answer_phrase(&reply, words), false),
    })
}

/// What was said before is said again.
fn script(call: &Message) -> String {
    match &call.content {
        Content::Call(script) => script.words.clone(),
        _ => String::new(),
    }
}
