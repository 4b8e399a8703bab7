//! What comes in from phones, whichever provider brings it: answers, keys on a call, receipts.

use super::{
    alarms::{lock, take_it},
    problem::Problem,
    state::House,
    watching::{Setting, prove, words},
};
use crate::{
    model::{
        answers::{Answer, Reply, Saying},
        clock::Instant,
        ids::{CheckInId, MessageId, PersonId, VisitId},
        language::Language,
        messages::{Content, Message, Receipt},
        people::Person,
        phone::Phone,
        pins::Proof,
        replies::keys,
        texts::Words,
        timeline::Route,
    },
    store::{Tx, Versioned, messages, people, sessions, visits, watches},
};

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

/// What somebody hears who wanted to take an alarm.
pub fn taken(done: Result<(), Problem>, words: &Words) -> String {
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
    pub asked: Option<CheckInId>,
    /// By which name its provider knows it: what is brought twice is done once.
    pub name: Option<String>,
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
    let proof = prove(house, provers, given.pin.clone()).await?;
    let at = house.clone();
    let reply = house
        .db
        .write(move |tx| {
            Box::pin(async move { answer_within(tx, &at, id, (&name, proof), given).await })
        })
        .await?;
    house.wake.notify_one();
    Ok(reply)
}

/// The same within a unit of work, by somebody whose PIN was looked at.
///
/// # Errors
/// When the store fails.
pub(super) async fn answer_within(
    tx: &mut Tx,
    house: &House,
    id: VisitId,
    (by, proof): (&str, Proof),
    given: Given,
) -> Result<Reply, Problem> {
    let before = watches::lock(tx, id).await?;
    if let Some(name) = given.name
        && is_known(tx, &name, id, house.now()).await?
    {
        let next = before.item.visit.next_check_in().map(|c| c.due_at);
        return Ok(Reply::Noted(next));
    }
    let answer = Answer {
        saying: given.saying,
        route: given.route,
        by: by.to_owned(),
        proof,
        tapped_at: house.now(),
        asked: given.asked,
        may_undo: false,
    };
    let setting = Setting::of(tx, house, before.item.visit.team).await?;
    let scene = setting.scene();
    let (after, effects, reply) = before.item.clone().answer(&answer, &scene);
    watches::save(tx, &before, &after, &effects, &scene).await?;
    Ok(reply)
}

/// Whether what came in by this name was done for this visit before; from now on it was.
async fn is_known(tx: &mut Tx, name: &str, id: VisitId, now: Instant) -> Result<bool, Problem> {
    let key = id.to_string();
    let scope = format!("text/{name}");
    if sessions::answered(tx, &scope, &key).await?.is_some() {
        return Ok(true);
    }
    let body = serde_json::Value::Null;
    let answer = sessions::Answered { fingerprint: String::new(), status: 204, body };
    let done = sessions::Kept { scope: &scope, key: &key, answer, subject: Some(id.0) };
    sessions::keep_answers(tx, &[done], now).await?;
    Ok(false)
}

/// The name that goes on the timeline, and whose PINs count: the colleague's whose number it is,
/// and always the worker's. Who pressed the button behind a link is not known, so there the PIN of
/// each who is out there counts.
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
    let name = colleague.map_or(&worker.name, |c| &c.name).clone();
    let own: Vec<PersonId> = match (from, colleague) {
        (None, _) => visit.plan.colleagues.iter().filter_map(|c| c.person_id).collect(),
        (Some(_), colleague) => colleague.and_then(|c| c.person_id).into_iter().collect(),
    };
    let mut provers = vec![];
    for id in own {
        provers.push(people::load(tx, id).await?.item);
    }
    provers.push(worker);
    Ok((name, provers))
}

/// A PIN came in that could be meant for several visits: nothing is answered for any of them, and
/// who is forced to give it is heard for this one.
///
/// # Errors
/// When the store fails.
pub async fn hear_duress(
    house: &House,
    id: VisitId,
    from: &Phone,
    pin: String,
) -> Result<(), Problem> {
    let number = from.clone();
    let (name, provers) = house
        .db
        .read(move |tx| Box::pin(async move { who_answers(tx, id, Some(&number)).await }))
        .await?;
    let proof = prove(house, provers, Some(pin)).await?;
    let at = house.clone();
    house
        .db
        .write(move |tx| {
            Box::pin(async move {
                let before = watches::lock(tx, id).await?;
                let setting = Setting::of(tx, &at, before.item.visit.team).await?;
                let scene = setting.scene();
                let (after, effects) = before.item.clone().hear_duress(&name, proof, &scene);
                watches::save(tx, &before, &after, &effects, &scene).await?;
                Ok(())
            })
        })
        .await
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
        Reply::Undone => words.answer_noted(),
        Reply::HelpStays => words.arranging(),
        Reply::NotUnderWay | Reply::NoAlarm | Reply::GivenAhead | Reply::GivenBefore => {
            words.nothing_asked()
        }
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
    let given = Given { saying, pin, route: Route::Call, asked: message.check_in, name: None };
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
