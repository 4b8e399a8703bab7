//! What comes in as a text: an answer, an alarm taken, a visit that begins, or a wish for silence.

use crate::{
    model::{
        clock::{Instant, minutes},
        ids::MessageId,
        messages::{
            Message, Priority,
            announcements::Announcement,
            audiences::Audience,
            replies::{Meaning, TextReply, takes_alarm},
            texts::Words,
            topics::Topic,
        },
        phone::Phone,
        visits::answers::Saying,
    },
    service::{
        alarms::told_alarms::{self, TextTake},
        context::Context,
        error::Error,
        messages::{
            buttons,
            notify::{notify, reply},
            number_visits::{
                ASKED_WITHIN, Said, answer_for, answered_for, call_number, near_for_help,
            },
            phrases::{answer_phrase, not_taken_phrase},
        },
        visits::{
            answers::AnsweredBy,
            colleague_answers,
            replanning::note_answered,
            text_starts::{self, IncomingText, StartAnswer},
            unannounced,
        },
    },
    store::{Tx, messages, people},
};

/// Who has an alarm has to know what was written, unless a word or two says it all.
fn shown(body: &str, read: &TextReply) -> Option<String> {
    let tells_more = match read.meaning {
        Meaning::Says(Saying::Help(_)) => body.split_whitespace().count() > 1,
        Meaning::Says(Saying::NotWell | Saying::Unclear) => true,
        _ => false,
    };
    tells_more.then(|| read.shown(body)).filter(|words| !words.is_empty())
}

/// Takes in a text from a number, under its provider's id; brought twice it is done once. What is
/// answered goes out by text as well.
///
/// # Errors
/// When the store fails; the provider then brings it again.
pub async fn receive(
    ctx: &Context,
    from: &Phone,
    body: &str,
    id: Option<&str>,
) -> Result<(), Error> {
    if buttons::receive(ctx, (from, id), body).await? {
        ctx.wake.notify_one();
        return Ok(());
    }
    let words = ctx.words(ctx.settings.language);
    let read = TextReply::read(body);
    let answer = match read.meaning {
        Meaning::Stop => stop(ctx, from, true).await?,
        Meaning::Start => stop(ctx, from, false).await?,
        Meaning::Says(saying) => {
            let (all, codes) = (read.shown(body), &read.codes);
            let text = IncomingText { from, id, body, saying, shown: &all, codes };
            let start = text_starts::begin(ctx, text).await?;
            let said = Said { saying, words: shown(body, &read), codes: read.codes.clone() };
            start_or_said(ctx, (from, id), body, (start, said), &words).await?
        }
    };
    if let Some(answer) = answer {
        reply(ctx, from, answer).await?;
    }
    ctx.wake.notify_one();
    Ok(())
}

/// A text of who is on a visit already says something about that, whatever it would begin.
async fn start_or_said(
    ctx: &Context,
    from: (&Phone, Option<&str>),
    body: &str,
    (start, said): (Option<StartAnswer>, Said),
    words: &Words,
) -> Result<Option<String>, Error> {
    if let Some(StartAnswer::Given(answer)) = start {
        return Ok(Some(answer));
    }
    let answer = said_by_text(ctx, from, body, said, words).await?;
    Ok(match start {
        Some(StartAnswer::UnderWay(instead)) => Some(instead),
        Some(StartAnswer::Unknown(instead)) => answer.or(Some(instead)),
        _ => answer,
    })
}

/// A number of somebody on a ladder that goes silent is told to the administrators: an alarm must
/// not lose a way without anybody knowing.
async fn stop(ctx: &Context, from: &Phone, stops: bool) -> Result<Option<String>, Error> {
    let (number, at, here) = (from.clone(), ctx.now(), ctx.clone());
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                people::opt_out(tx, &number, stops.then_some(at)).await?;
                if stops {
                    tell_administrators(tx, &here, &number, at).await?;
                }
                Ok::<_, Error>(())
            })
        })
        .await?;
    let words = ctx.words(ctx.settings.language);
    Ok(Some(if stops { words.stopped() } else { words.started_again() }))
}

async fn tell_administrators(
    tx: &mut Tx,
    ctx: &Context,
    number: &Phone,
    now: Instant,
) -> Result<(), Error> {
    let (by, occasion) = (ctx.composer(), MessageId::new(&*ctx.random, now));
    for holder in people::by_mobile(tx, number).await? {
        let topic = Topic::OptedOut { holder: holder.item.id, occasion };
        let it = Announcement::new(topic, |words| words.opted_out(&holder.item.name));
        let it = it.urgent(Priority::Prompt);
        notify(tx, &[Audience::Administrators], &it, &by).await?;
    }
    Ok(())
}

/// What a number was asked last decides what its reply is about.
async fn said_by_text(
    ctx: &Context,
    (from, id): (&Phone, Option<&str>),
    body: &str,
    said: Said,
    words: &Words,
) -> Result<Option<String>, Error> {
    let (number, now) = (from.clone(), ctx.now());
    let asks_help = matches!(said.saying, Saying::Help(_));
    let answers = matches!(said.saying, Saying::Well | Saying::MoreTime(_) | Saying::Ended);
    let (visits, holders, asked) = ctx
        .db
        .read(move |tx| {
            Box::pin(async move {
                let (mut visits, mut holders) = (answered_for(tx, &number, answers).await?, vec![]);
                if visits.is_empty() && asks_help {
                    (visits, holders) = near_for_help(tx, &number, now).await?;
                }
                let since = now - minutes(ASKED_WITHIN);
                let asked = messages::asked_of(tx, number.as_str(), since).await?;
                Ok::<_, Error>((visits, holders, asked))
            })
        })
        .await?;
    let about_alarm = asked.first().is_some_and(|m| m.alarm.is_some() && m.person.is_some());
    let out =
        asked.iter().any(|m| m.visit.is_some_and(|v| visits.contains(&v)) && m.check_in.is_some());
    let takes = takes_alarm(body) || (said.saying == Saying::Well && !said.codes.is_empty());
    if takes
        && (about_alarm || (visits.is_empty() && !out))
        && let Some(answer) = take_by_text(ctx, &asked, said.codes.clone(), words).await?
    {
        return Ok(Some(answer));
    }
    let by = AnsweredBy::Text { from: from.clone(), id: id.map(str::to_owned) };
    match (visits.as_slice(), said.saying) {
        ([], Saying::Help(_)) => {
            match unannounced::begin(ctx, from, holders, by, (said.saying, said.codes)).await? {
                Some(outcome) => Ok(Some(answer_phrase(&outcome.reply, words))),
                None => Ok(Some(words.nobody_warned(call_number(ctx).await?.as_deref()))),
            }
        }
        // Whoever was asked to take an alarm, and cannot be understood, must not believe to have it.
        ([], _) if about_alarm && told_alarms::is_one_open(ctx, &asked).await? => {
            Ok(Some(words.not_taken()))
        }
        ([], Saying::Well) if note_answered(ctx, from).await? => Ok(Some(words.number_tested())),
        ([], saying) if said.codes.is_empty() => {
            let along = colleague_answers::take(ctx, from, saying, words).await?;
            let unasked = || match saying {
                Saying::Unclear | Saying::NotWell => None,
                _ => Some(words.nothing_asked()),
            };
            Ok(along.or_else(unasked))
        }
        ([], Saying::Unclear | Saying::NotWell) => Ok(None),
        ([], _) => Ok(Some(words.nothing_asked())),
        _ => {
            let reply = answer_for(ctx, (from, &by), &visits, &said).await?;
            Ok(Some(reply.map_or_else(|| words.which_one(), |reply| answer_phrase(&reply, words))))
        }
    }
}

async fn take_by_text(
    ctx: &Context,
    asked: &[Message],
    codes: Vec<String>,
    words: &Words,
) -> Result<Option<String>, Error> {
    match told_alarms::take_next(ctx, asked, codes).await {
        Ok(TextTake::Taken(name)) => Ok(Some(words.taken_by_you_of(&name))),
        Ok(TextTake::NeedsCode) => Ok(Some(words.silent_not_taken())),
        Ok(TextTake::AllOver) => Ok(None),
        Err(why) if why.is_failure() => Err(why),
        Err(why) => Ok(Some(not_taken_phrase(&why, words))),
    }
}
