//! What comes in as a text: an answer, an alarm taken, a visit that begins, or a wish for silence.

use crate::{
    model::{
        clock::{Instant, minutes},
        ids::{MessageId, VisitId},
        messages::{
            Channel, Content, Message, MessageKey, Priority,
            announcements::Announcement,
            audiences::Audience,
            replies::{Meaning, TextReply, takes_alarm},
            texts::Words,
            topics::Topic,
        },
        phone::Phone,
        visits::{answers::Saying, timeline::Route},
    },
    service::{
        alarms::told_alarms,
        context::Context,
        error::Error,
        messages::{
            notify::notify,
            phrases::{answer_phrase, not_taken_phrase},
        },
        visits::{
            answers::{AnswerRequest, AnsweredBy, hear_duress, submit},
            text_starts::{self, IncomingText, StartAnswer},
            unannounced,
        },
    },
    store::{
        Tx, Versioned, messages,
        people::{self, teams},
        readable, visits,
    },
};

/// How long an alarm's text may be answered.
const ASKED_WITHIN: u32 = 24 * 60;

/// How long before its start help is taken to be about a visit.
const HELP_AHEAD: u32 = 12 * 60;

/// What a text says, and what could be a PIN in it.
#[derive(Clone, Debug)]
struct Said {
    saying: Saying,
    words: Option<String>,
    codes: Vec<String>,
}

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

async fn reply(ctx: &Context, to: &Phone, body: String) -> Result<(), Error> {
    let now = ctx.now();
    let id = MessageId::new(&*ctx.random, now);
    let to = (Channel::Text, to.to_string());
    let plain = Message::plain(id, MessageKey::Reply(id), to, Content::Text { body }, now);
    let text = Message { priority: Priority::Prompt, ..plain };
    ctx.db.write(move |tx| Box::pin(async move { Ok(messages::insert(tx, &text).await?) })).await
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
    let (visits, holders, asked) = ctx
        .db
        .read(move |tx| {
            Box::pin(async move {
                let (mut visits, mut holders) = (under_way(tx, &number).await?, vec![]);
                if visits.is_empty() && asks_help {
                    visits.extend(next_ahead(tx, &number, now).await?);
                }
                if visits.is_empty() && asks_help {
                    holders = unannounced::holders(tx, &number).await?;
                    visits = unannounced::visits_of(tx, &holders, now, HELP_AHEAD).await?;
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
    if takes_alarm(body)
        && (about_alarm || (visits.is_empty() && !out))
        && let Some(answer) = take_by_text(ctx, &asked, words).await?
    {
        return Ok(Some(answer));
    }
    match (visits.as_slice(), said.saying) {
        ([], Saying::Help(_)) => {
            let by = answered_by((from, id));
            match unannounced::begin(ctx, from, holders, by, (said.saying, said.codes)).await? {
                Some(outcome) => Ok(Some(answer_phrase(&outcome.reply, words))),
                None => nobody_warned(ctx, words).await.map(Some),
            }
        }
        // Whoever was asked to take an alarm, and cannot be understood, must not believe to have it.
        ([], _) if about_alarm && told_alarms::is_one_open(ctx, &asked).await? => {
            Ok(Some(words.not_taken()))
        }
        ([], Saying::Unclear | Saying::NotWell) => Ok(None),
        ([], _) => Ok(Some(words.nothing_asked())),
        _ => answer_for(ctx, (from, id), &visits, said, words).await.map(Some),
    }
}

/// Who asks for help and gets none must know it.
async fn nobody_warned(ctx: &Context, words: &Words) -> Result<String, Error> {
    let found =
        ctx.db.read(|tx| Box::pin(async move { Ok::<_, Error>(teams::last_resort(tx).await?) }));
    let number = found.await?.map(|organisation| organisation.call_number.to_string());
    Ok(words.nobody_warned(number.as_deref()))
}

async fn under_way(tx: &mut Tx, number: &Phone) -> Result<Vec<VisitId>, Error> {
    let mut found = vec![];
    for id in visits::by_number(tx, number).await? {
        if readable(visits::load(tx, id).await)?.is_some_and(|visit| visit.item.is_under_way()) {
            found.push(id);
        }
    }
    Ok(found)
}

/// Whoever asks for help before the start is out there already: the visit that is nearest, of those
/// that start within hours.
async fn next_ahead(tx: &mut Tx, number: &Phone, now: Instant) -> Result<Option<VisitId>, Error> {
    let mut near = vec![];
    for id in visits::by_number(tx, number).await? {
        let visit = readable(visits::load(tx, id).await)?;
        let Some(Versioned { item: visit, .. }) = visit else { continue };
        let wait = (visit.plan.starts_at - now).abs();
        if !visit.is_over() && wait <= minutes(HELP_AHEAD) {
            near.push((wait, id));
        }
    }
    Ok(near.into_iter().min().map(|(_, id)| id))
}

async fn take_by_text(
    ctx: &Context,
    asked: &[Message],
    words: &Words,
) -> Result<Option<String>, Error> {
    match told_alarms::take_next(ctx, asked, Route::Text).await {
        Ok(taken) => Ok(taken.map(|name| words.taken_by_you_of(&name))),
        Err(why) if why.is_failure() => Err(why),
        Err(why) => Ok(Some(not_taken_phrase(&why, words))),
    }
}

/// The visits of one worker are answered for together; those of different workers that share a
/// number are not: then only the link in the text tells which is meant.
async fn answer_for(
    ctx: &Context,
    (from, text_id): (&Phone, Option<&str>),
    visits: &[VisitId],
    said: Said,
    words: &Words,
) -> Result<String, Error> {
    let ids = visits.to_vec();
    let workers = ctx
        .db
        .read(move |tx| {
            Box::pin(async move {
                let mut workers = vec![];
                for id in ids {
                    workers.push(visits::load(tx, id).await?.item.worker.id);
                }
                workers.dedup();
                Ok::<_, Error>(workers)
            })
        })
        .await?;
    let counts_for_one = matches!(said.saying, Saying::Well | Saying::MoreTime(_) | Saying::Ended);
    if workers.len() > 1 && counts_for_one {
        for id in visits.iter().filter(|_| !said.codes.is_empty()) {
            hear_duress(ctx, *id, from, said.codes.clone()).await?;
        }
        return Ok(words.which_one());
    }
    let mut last = None;
    for id in visits {
        let by = answered_by((from, text_id));
        let Said { saying, words, codes } = said.clone();
        let request =
            AnswerRequest { visit: *id, by, saying, words, codes, asked: None, tapped_at: None };
        last = Some(submit(ctx, request).await?.reply);
    }
    Ok(last.map(|reply| answer_phrase(&reply, words)).unwrap_or_default())
}

fn answered_by((from, id): (&Phone, Option<&str>)) -> AnsweredBy {
    AnsweredBy::Text { from: from.clone(), id: id.map(str::to_owned) }
}
