//! What comes in as a text: an answer, an alarm taken, or a wish for silence.

use super::{
    inbound::{Given, answer, hear_duress, phrase, take_for, taken},
    problem::Problem,
    state::House,
    unannounced,
    watching::words,
};
use crate::{
    model::{
        answers::Saying,
        clock::{Instant, minutes},
        ids::{MessageId, VisitId},
        messages::{Channel, Content, Message, Priority},
        phone::Phone,
        replies::{TextReply, takes_alarm},
        texts::Words,
        timeline::Route,
    },
    store::{Tx, messages, people, teams, visits},
};

/// How long an alarm's text may be answered.
const ASKED_WITHIN: u32 = 24 * 60;

/// How long before its start help is taken to be about a visit.
const HELP_AHEAD: u32 = 12 * 60;

/// A text came in from a number, by this name of its provider; brought twice it is done once. What is
/// answered goes out by text as well.
///
/// # Errors
/// When the store fails; the provider then brings it again.
pub async fn text(
    house: &House,
    from: &Phone,
    body: &str,
    name: Option<&str>,
) -> Result<(), Problem> {
    let words = words(house, house.settings.language);
    let answer = match TextReply::read(body) {
        TextReply::Stop => stop(house, from, true).await?,
        TextReply::Start => stop(house, from, false).await?,
        read => said_by_text(house, (from, name), body, read, &words).await?,
    };
    if let Some(answer) = answer {
        reply(house, from, answer).await?;
    }
    house.wake.notify_one();
    Ok(())
}

/// A number of somebody on a ladder that goes silent is told to the administrators: an alarm must
/// not lose a way without anybody knowing.
async fn stop(house: &House, from: &Phone, stops: bool) -> Result<Option<String>, Problem> {
    let (number, at, house_) = (from.clone(), house.now(), house.clone());
    house
        .db
        .write(move |tx| {
            Box::pin(async move {
                people::opt_out(tx, &number, stops.then_some(at)).await?;
                if stops {
                    tell_administrators(tx, &house_, &number, at).await?;
                }
                Ok::<_, Problem>(())
            })
        })
        .await?;
    let words = words(house, house.settings.language);
    Ok(Some(if stops { words.stopped() } else { words.started_again() }))
}

async fn tell_administrators(
    tx: &mut Tx,
    house: &House,
    number: &Phone,
    now: Instant,
) -> Result<(), Problem> {
    let holders = people::by_mobile(tx, number).await?;
    let everybody = people::all(tx).await?;
    for holder in holders.iter().map(|h| &h.item) {
        for admin in everybody.iter().map(|p| &p.item) {
            if !admin.is(crate::model::people::Role::Administrator) {
                continue;
            }
            let body = words(house, admin.language).opted_out(&holder.name);
            let id = MessageId::new(&*house.dice, now);
            let purpose = format!("opt-out/{}/{}/{id}", holder.id, admin.id);
            let mail = Content::mail("Rugdekking", body.clone());
            // A text where there is a number, for not everybody has set up mail.
            let plain = match admin.verified_number().filter(|_| !admin.opted_out()) {
                Some(to) => {
                    let (to, content) = ((Channel::Text, to.to_string()), Content::Text { body });
                    Message::plain(id, purpose, to, content, now)
                }
                None => {
                    let to = (Channel::Mail, admin.email.clone());
                    Message::plain(id, purpose, to, mail, now)
                }
            };
            let told = Message { name: admin.name.clone(), priority: Priority::Prompt, ..plain };
            messages::insert(tx, &told).await?;
        }
    }
    Ok(())
}

async fn reply(house: &House, to: &Phone, body: String) -> Result<(), Problem> {
    let now = house.now();
    let id = MessageId::new(&*house.dice, now);
    let (purpose, to) = (format!("reply/{id}"), (Channel::Text, to.to_string()));
    let plain = Message::plain(id, purpose, to, Content::Text { body }, now);
    let text = Message { priority: Priority::Prompt, ..plain };
    house.db.write(move |tx| Box::pin(async move { Ok(messages::insert(tx, &text).await?) })).await
}

/// What a number was asked last decides what its reply is about.
async fn said_by_text(
    house: &House,
    (from, name): (&Phone, Option<&str>),
    body: &str,
    read: TextReply,
    words: &Words,
) -> Result<Option<String>, Problem> {
    let (number, now) = (from.clone(), house.now());
    let asks_help = matches!(read, TextReply::Says(Saying::Help(_), _));
    let (visits, holders, asked) = house
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
                Ok::<_, Problem>((visits, holders, asked))
            })
        })
        .await?;
    let about_alarm = asked.first().is_some_and(|m| m.alarm.is_some() && m.person.is_some());
    let out =
        asked.iter().any(|m| m.visit.is_some_and(|v| visits.contains(&v)) && m.check_in.is_some());
    if takes_alarm(body)
        && (about_alarm || (visits.is_empty() && !out))
        && let Some(answer) = take_by_text(house, &asked, words).await?
    {
        return Ok(Some(answer));
    }
    match (visits.as_slice(), read) {
        ([], TextReply::Unclear) => Ok(None),
        ([], TextReply::Says(Saying::Help(position), pin)) => {
            let name = name.map(str::to_owned);
            let saying = Saying::Help(position);
            let given = Given { saying, pin, route: Route::Text, asked: None, name };
            match unannounced::begin(house, from, holders, &given).await? {
                Some(reply) => Ok(Some(phrase(&reply, words))),
                None => nobody_warned(house, words).await.map(Some),
            }
        }
        ([], _) => Ok(Some(words.nothing_asked())),
        (_, TextReply::Says(saying, pin)) => {
            answer_for(house, (from, name), &visits, saying, pin, words).await.map(Some)
        }
        _ => Ok(Some(words.not_understood())),
    }
}

/// Who asks for help and gets none must know it.
async fn nobody_warned(house: &House, words: &Words) -> Result<String, Problem> {
    let found = house
        .db
        .read(|tx| Box::pin(async move { Ok::<_, Problem>(teams::organisation(tx).await?) }));
    let number = found.await?.map(|organisation| organisation.item.call_number.to_string());
    Ok(words.nobody_warned(number.as_deref()))
}

async fn under_way(tx: &mut Tx, number: &Phone) -> Result<Vec<VisitId>, Problem> {
    let mut found = vec![];
    for id in visits::by_number(tx, number).await? {
        let visit = visits::load(tx, id).await?.item;
        if visit.is_under_way() {
            found.push(id);
        }
    }
    Ok(found)
}

/// Whoever asks for help before the start is out there already: the visit that is nearest, of those
/// that start within hours.
async fn next_ahead(tx: &mut Tx, number: &Phone, now: Instant) -> Result<Option<VisitId>, Problem> {
    let mut near = vec![];
    for id in visits::by_number(tx, number).await? {
        let visit = visits::load(tx, id).await?.item;
        let wait = (visit.plan.starts_at - now).abs();
        if !visit.is_over() && wait <= minutes(HELP_AHEAD) {
            near.push((wait, id));
        }
    }
    Ok(near.into_iter().min().map(|(_, id)| id))
}

async fn take_by_text(
    house: &House,
    asked: &[Message],
    words: &Words,
) -> Result<Option<String>, Problem> {
    for message in asked.iter().filter(|m| m.alarm.is_some() && m.person.is_some()) {
        match take_for(house, message, Route::Text).await {
            Err(why) if why.code == "alarm-closed" => {}
            Err(why) if why.status.is_server_error() => return Err(why),
            done => return Ok(Some(taken(done, words))),
        }
    }
    Ok(None)
}

/// The visits of one worker are answered for together; those of different workers that share a
/// number are not: then only the link in the text tells which is meant.
async fn answer_for(
    house: &House,
    (from, name): (&Phone, Option<&str>),
    visits: &[VisitId],
    saying: Saying,
    pin: Option<String>,
    words: &Words,
) -> Result<String, Problem> {
    let ids = visits.to_vec();
    let workers = house
        .db
        .read(move |tx| {
            Box::pin(async move {
                let mut workers = vec![];
                for id in ids {
                    workers.push(visits::load(tx, id).await?.item.worker.id);
                }
                workers.dedup();
                Ok::<_, Problem>(workers)
            })
        })
        .await?;
    if workers.len() > 1 && !matches!(saying, Saying::Help(_)) {
        for id in visits.iter().filter(|_| pin.is_some()) {
            hear_duress(house, *id, from, pin.clone().unwrap_or_default()).await?;
        }
        return Ok(words.which_one());
    }
    let mut last = None;
    for id in visits {
        let name = name.map(str::to_owned);
        let given = Given { saying, pin: pin.clone(), route: Route::Text, asked: None, name };
        last = Some(answer(house, *id, Some(from), given).await?);
    }
    Ok(last.map(|reply| phrase(&reply, words)).unwrap_or_default())
}
