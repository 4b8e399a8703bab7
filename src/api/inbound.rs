//! What comes in from phones, whichever provider brings it: text replies, keys on a call, receipts.

use crate::{
    model::{
        answers::{Answer, Reply, Saying},
        clock::{Instant, minutes},
        ids::{MessageId, VisitId},
        language::Language,
        messages::{Channel, Content, Message, Priority, Receipt},
        people::Person,
        phone::Phone,
        pins::Proof,
        replies::{TextReply, keys, takes_alarm},
        texts::Words,
        timeline::Route,
    },
    store::{Tx, Versioned, messages, people, teams, visits, watches},
};

use super::{
    alarms::{lock, take_it},
    problem::Problem,
    state::House,
    watching::{Setting, prove, words},
};

/// How long an alarm's text may be answered.
const ASKED_WITHIN: u32 = 24 * 60;

/// What is said next on a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// The words.
    pub words: String,
    /// In which language.
    pub language: Language,
    /// Whether keys are listened to afterwards.
    pub listens: bool,
}

/// A text came in from a number. What is answered goes out by text as well.
///
/// # Errors
/// When the store fails; the provider then brings it again.
pub async fn text(house: &House, from: &Phone, body: &str) -> Result<(), Problem> {
    let words = words(house, house.settings.language);
    let answer = match TextReply::read(body) {
        TextReply::Stop => stop(house, from, true).await?,
        TextReply::Start => stop(house, from, false).await?,
        read => said_by_text(house, from, body, read, &words).await?,
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
            let content = Content::Mail { subject: "Rugdekking".into(), body };
            let mail = plain(id, purpose, Channel::Mail, &admin.email, &admin.name, content, now);
            messages::insert(tx, &mail).await?;
        }
    }
    Ok(())
}

fn plain(
    id: MessageId,
    purpose: String,
    channel: Channel,
    to: &str,
    name: &str,
    content: Content,
    now: Instant,
) -> Message {
    Message {
        id,
        purpose,
        channel,
        to: to.to_owned(),
        name: name.to_owned(),
        person: None,
        visit: None,
        alarm: None,
        check_in: None,
        priority: Priority::Prompt,
        content,
        instead: None,
        deliver_by: None,
        attempts: 0,
        created_at: now,
    }
}

async fn reply(house: &House, to: &Phone, body: String) -> Result<(), Problem> {
    let now = house.now();
    let id = MessageId::new(&*house.dice, now);
    let content = Content::Text { body };
    let text = plain(id, format!("reply/{id}"), Channel::Text, to.as_str(), "", content, now);
    house.db.write(move |tx| Box::pin(async move { Ok(messages::insert(tx, &text).await?) })).await
}

/// What a number was asked last decides what its reply is about.
async fn said_by_text(
    house: &House,
    from: &Phone,
    body: &str,
    read: TextReply,
    words: &Words,
) -> Result<Option<String>, Problem> {
    let (number, now) = (from.clone(), house.now());
    let (visits, asked) = house
        .db
        .read(move |tx| {
            Box::pin(async move {
                let visits = under_way(tx, &number).await?;
                let since = now - minutes(ASKED_WITHIN);
                let asked = messages::asked_of(tx, number.as_str(), since).await?;
                Ok::<_, Problem>((visits, asked))
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
        ([], _) => Ok(Some(words.nothing_asked())),
        (_, TextReply::Says(saying, pin)) => {
            answer_for(house, from, &visits, saying, pin, words).await.map(Some)
        }
        _ => Ok(Some(words.not_understood())),
    }
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

fn taken(done: Result<(), Problem>, words: &Words) -> String {
    match done {
        Ok(()) => words.taken_by_you(),
        Err(why) => match why.more.get("owner").and_then(|o| o.get("name")) {
            Some(name) => words.taken_by(name.as_str().unwrap_or_default()),
            None => words.alarm_over(),
        },
    }
}

/// Takes the alarm that a message told of, for the person whom it told.
///
/// # Errors
/// As [`take_it`].
pub async fn take_for(house: &House, message: &Message, route: Route) -> Result<(), Problem> {
    let (Some(alarm), Some(person)) = (message.alarm, message.person) else {
        return Err(Problem::not_found());
    };
    let at = house.clone();
    house
        .db
        .write(move |tx| {
            Box::pin(async move {
                let (visit, alarm) = lock(tx, alarm).await?;
                let person = people::load(tx, person).await?.item;
                take_it(tx, &at, alarm, visit.as_ref(), &(&person).into(), route).await
            })
        })
        .await?;
    house.wake.notify_one();
    Ok(())
}

/// The visits of one worker are answered for together; those of different workers that share a
/// number are not: then only the link in the text tells which is meant.
async fn answer_for(
    house: &House,
    from: &Phone,
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
        return Ok(words.which_one());
    }
    let mut last = None;
    for id in visits {
        let given = Given { saying, pin: pin.clone(), route: Route::Text, asked: None };
        last = Some(answer(house, *id, Some(from), given).await?);
    }
    Ok(last.map(|reply| phrase(&reply, words)).unwrap_or_default())
}

/// What came in, before its PIN was looked at.
#[derive(Clone, Debug)]
pub struct Given {
    /// What is said.
    pub saying: Saying,
    /// The digits of a PIN.
    pub pin: Option<String>,
    /// By which way.
    pub route: Route,
    /// The check-in that was asked, when known.
    pub asked: Option<crate::model::ids::CheckInId>,
}

/// Takes in an answer for a visit from one of its numbers.
///
/// # Errors
/// When the store fails.
pub async fn answer(
    house: &House,
    id: VisitId,
    from: Option<&Phone>,
    given: Given,
) -> Result<Reply, Problem> {
    let number = from.cloned();
    let (name, provers) = house
        .db
        .read(move |tx| Box::pin(async move { who_answers(tx, id, number.as_ref()).await }))
        .await?;
    let proof = match given.pin {
        Some(pin) => prove(house, provers, Some(pin)).await?,
        None => Proof::None,
    };
    let answer = Answer {
        saying: given.saying,
        route: given.route,
        by: name,
        proof,
        tapped_at: house.now(),
        asked: given.asked,
    };
    let at = house.clone();
    let reply = house
        .db
        .write(move |tx| {
            Box::pin(async move {
                let before = watches::lock(tx, id).await?;
                let team = teams::load(tx, before.item.visit.team).await?.item;
                let setting = Setting::new(&at, team);
                let scene = setting.scene();
                let (after, effects, reply) = before.item.clone().answer(&answer, &scene);
                watches::save(tx, &before, &after, &effects, &scene).await?;
                Ok::<_, Problem>(reply)
            })
        })
        .await?;
    house.wake.notify_one();
    Ok(reply)
}

/// The name that goes on the timeline, and whose PINs count: the colleague's whose number it is,
/// and always the worker's.
async fn who_answers(
    tx: &mut Tx,
    id: VisitId,
    from: Option<&Phone>,
) -> Result<(String, Vec<Person>), Problem> {
    let visit = visits::load(tx, id).await?.item;
    let Versioned { item: worker, .. } = people::load(tx, visit.worker.id).await?;
    let colleague = visit
        .plan
        .colleagues
        .iter()
        .find(|c| from == Some(&c.mobile) && visit.plan.mobile != c.mobile);
    let Some(colleague) = colleague else { return Ok((worker.name.clone(), vec![worker])) };
    let own = match colleague.person_id {
        Some(id) => Some(people::load(tx, id).await?.item),
        None => None,
    };
    Ok((colleague.name.clone(), own.into_iter().chain([worker]).collect()))
}

/// What somebody hears or reads after an answer.
pub fn phrase(reply: &Reply, words: &Words) -> String {
    match reply {
        Reply::Confirmed(next) | Reply::Noted(next) => words.confirmed(*next),
        Reply::Extended(until) => words.extended(*until),
        Reply::Ended => words.ended(),
        Reply::HelpComing => words.arranging(),
        Reply::AlarmTold => words.answer_noted(),
        Reply::PinNeeded => words.code_needed(),
        Reply::PinWrong => words.code_wrong(),
        Reply::NotUnderWay => words.nothing_asked(),
    }
}

/// Keys were pressed on one of our calls.
///
/// # Errors
/// 404 when there is no such call.
pub async fn keys_pressed(house: &House, id: MessageId, digits: &str) -> Result<Spoken, Problem> {
    let found = house
        .db
        .read(move |tx| Box::pin(async move { Ok::<_, Problem>(messages::load(tx, id).await?) }))
        .await?;
    let language = match &found.message.content {
        Content::Call(script) => script.language,
        _ => house.settings.language,
    };
    let words = words(house, language);
    let (said, listens) = if found.message.alarm.is_some() {
        keys_for_alarm(house, &found.message, digits, &words).await?
    } else {
        keys_for_visit(house, &found.message, digits, &words).await?
    };
    Ok(Spoken { words: said, language, listens })
}

async fn keys_for_alarm(
    house: &House,
    message: &Message,
    digits: &str,
    words: &Words,
) -> Result<(String, bool), Problem> {
    if digits.trim_end_matches('#') != "1" {
        let script = match &message.content {
            Content::Call(script) => script.words.clone(),
            _ => String::new(),
        };
        return Ok((script, true));
    }
    match take_for(house, message, Route::Call).await {
        Err(why) if why.status.is_server_error() => Err(why),
        done => Ok((taken(done, words), false)),
    }
}

async fn keys_for_visit(
    house: &House,
    message: &Message,
    digits: &str,
    words: &Words,
) -> Result<(String, bool), Problem> {
    let Some(visit) = message.visit else { return Err(Problem::not_found()) };
    let Some((saying, pin)) = keys(digits) else {
        let script = match &message.content {
            Content::Call(script) => script.words.clone(),
            _ => String::new(),
        };
        return Ok((script, true));
    };
    let from = message.to.parse::<Phone>().ok();
    let given = Given { saying, pin, route: Route::Call, asked: message.check_in };
    let reply = answer(house, visit, from.as_ref(), given).await?;
    Ok(match reply {
        Reply::PinNeeded => (words.press_code(), true),
        Reply::PinWrong => (words.code_wrong(), true),
        reply => (phrase(&reply, words), false),
    })
}

/// A provider tells how a message fared.
///
/// # Errors
/// When the store fails.
pub async fn receipt(house: &House, id: MessageId, receipt: &Receipt) -> Result<(), Problem> {
    let (state, now) = (receipt.state(), house.now());
    house
        .db
        .write(move |tx| {
            Box::pin(async move {
                messages::becomes(tx, id, state, now).await?;
                Ok::<_, Problem>(())
            })
        })
        .await?;
    house.wake.notify_one();
    Ok(())
}
