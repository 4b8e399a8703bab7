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
        visits::{Visit, answers::Saying},
    },
    service::{
        alarms::told_alarms::{self, TextTake},
        context::Context,
        error::Error,
        messages::{
            notify::notify,
            phrases::{answer_phrase, not_taken_phrase},
        },
        visits::{
            answers::{AnswerRequest, AnsweredBy, hear_duress, submit},
            text_starts::{self, IncomingText, StartAnswer},
            unannounced::{self, HELP_AHEAD},
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
    let answers = matches!(said.saying, Saying::Well | Saying::MoreTime(_) | Saying::Ended);
    let (visits, holders, asked) = ctx
        .db
        .read(move |tx| {
            Box::pin(async move {
                let (mut visits, mut holders) = (answered_for(tx, &number, answers).await?, vec![]);
                if visits.is_empty() && asks_help {
                    visits.extend(next_ahead(tx, &number, now).await?);
                }
                if visits.is_empty() && asks_help {
                    holders = unannounced::holders(tx, &number).await?;
                    visits = unannounced::visits_of(tx, &holders, now).await?;
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

/// The visits of this number that are under way. Without one an answer may be about a visit that ended
/// while its alarm goes on.
async fn answered_for(tx: &mut Tx, number: &Phone, answers: bool) -> Result<Vec<VisitId>, Error> {
    let (mut under_way, mut over) = (vec![], vec![]);
    for id in visits::by_number(tx, number).await? {
        match readable(visits::load(tx, id).await)? {
            Some(visit) if visit.item.is_under_way() => under_way.push(id),
            Some(visit) if answers && visit.item.is_over() => over.push(id),
            _ => {}
        }
    }
    Ok(if under_way.is_empty() { over } else { under_way })
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

/// The visits of one worker are answered for together; those of different workers that share a
/// number are not: then only the link in the text tells which is meant.
async fn answer_for(
    ctx: &Context,
    (from, text_id): (&Phone, Option<&str>),
    visits: &[VisitId],
    said: Said,
    words: &Words,
) -> Result<String, Error> {
    let (number, ids) = (from.clone(), visits.to_vec());
    let (own, others) =
        ctx.db.read(move |tx| Box::pin(async move { by_owner(tx, &number, ids).await })).await?;
    let counts_for_one = matches!(said.saying, Saying::Well | Saying::MoreTime(_) | Saying::Ended);
    let mut workers: Vec<_> = own.iter().map(|visit| visit.worker.id).collect();
    workers.dedup();
    let is_unclear = workers.len() > 1 && counts_for_one;
    let unanswered = others.iter().chain(own.iter().filter(|_| is_unclear));
    for visit in unanswered.filter(|_| counts_for_one && !said.codes.is_empty()) {
        hear_duress(ctx, visit.id, from, said.codes.clone()).await?;
    }
    if is_unclear {
        return Ok(words.which_one());
    }
    let answered = own.iter().chain(others.iter().filter(|_| !counts_for_one));
    let mut last = None;
    for id in answered.map(|visit| &visit.id) {
        let by = answered_by((from, text_id));
        let Said { saying, words, codes } = said.clone();
        let request =
            AnswerRequest { visit: *id, by, saying, words, codes, asked: None, tapped_at: None };
        last = Some(submit(ctx, request).await?.reply);
    }
    Ok(last.map(|reply| answer_phrase(&reply, words)).unwrap_or_default())
}

/// A number belongs to whoever proved it: the visits for which somebody else only entered it come
/// second, and do not make its holder's answer unclear.
async fn by_owner(
    tx: &mut Tx,
    number: &Phone,
    ids: Vec<VisitId>,
) -> Result<(Vec<Visit>, Vec<Visit>), Error> {
    let holders = people::by_mobile(tx, number).await?.into_iter();
    let holders: Vec<_> = holders.filter(|h| h.item.verified_number().is_some()).collect();
    let (mut own, mut others) = (vec![], vec![]);
    for id in ids {
        let visit = visits::load(tx, id).await?.item;
        let proven = holders.iter().any(|holder| visit.people_out().contains(&holder.item.id));
        let along = visit.plan.colleagues.iter().any(|colleague| colleague.mobile == *number);
        if proven || along { own.push(visit) } else { others.push(visit) }
    }
    Ok(if own.is_empty() { (others, own) } else { (own, others) })
}

fn answered_by((from, id): (&Phone, Option<&str>)) -> AnsweredBy {
    AnsweredBy::Text { from: from.clone(), id: id.map(str::to_owned) }
}
