//! Which visits somebody means who texts or calls from a number, and an answer for all of them.

use crate::{
    model::{
        clock::{Instant, minutes},
        ids::VisitId,
        people::Person,
        phone::Phone,
        visits::{
            Visit,
            answers::{Reply, Saying},
        },
    },
    service::{
        context::Context,
        error::Error,
        visits::{
            answers::{AnswerRequest, AnsweredBy, hear_duress, submit},
            unannounced::{self, HELP_AHEAD},
        },
    },
    store::{
        Tx, Versioned,
        people::{self, teams},
        readable, visits,
    },
};

/// How long an alarm that somebody was told of may be taken by answering, in minutes.
pub(super) const ASKED_WITHIN: u32 = 24 * 60;

/// How long after a visit ended a call for help is about it, in minutes: one of two may still be inside.
const ENDED_LATELY: u32 = 15;

/// What somebody says, and what could be a PIN in it.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) saying: Saying,
    pub(super) words: Option<String>,
    pub(super) codes: Vec<String>,
}

/// The visits of this number that are under way. Without one an answer may be about a visit that ended
/// while its alarm goes on.
pub(super) async fn answered_for(
    tx: &mut Tx,
    number: &Phone,
    answers: bool,
) -> Result<Vec<VisitId>, Error> {
    let (mut under_way, mut over) = (vec![], vec![]);
    for id in visits::by_number(tx, number).await? {
        match readable(visits::load(tx, id).await)? {
            Some(visit) if !visit.item.numbers_out().contains(number) => {}
            Some(visit) if visit.item.is_under_way() => under_way.push(id),
            Some(visit) if answers && visit.item.is_over() => over.push(id),
            _ => {}
        }
    }
    Ok(if under_way.is_empty() { over } else { under_way })
}

/// What a call for help is about from a number with no visit under way: one that is near, or that
/// has just ended, or else whoever has the number and the visits that they are on.
pub(super) async fn near_for_help(
    tx: &mut Tx,
    number: &Phone,
    now: Instant,
) -> Result<(Vec<VisitId>, Vec<Person>), Error> {
    if let Some(near) = next_ahead(tx, number, now).await? {
        return Ok((vec![near], vec![]));
    }
    let holders = unannounced::holders(tx, number).await?;
    let mut near = unannounced::visits_of(tx, &holders, now).await?;
    if near.is_empty() {
        near = visits::ended_of(tx, number, now - minutes(ENDED_LATELY)).await?;
    }
    Ok((near, holders))
}

/// Whoever asks for help before the start is out there already: the visit that is nearest, of those
/// that start within hours.
pub(super) async fn next_ahead(
    tx: &mut Tx,
    number: &Phone,
    now: Instant,
) -> Result<Option<VisitId>, Error> {
    let mut near = vec![];
    for id in visits::by_number(tx, number).await? {
        let visit = readable(visits::load(tx, id).await)?;
        let Some(Versioned { item: visit, .. }) = visit else { continue };
        let wait = (visit.plan.starts_at - now).abs();
        if visit.numbers_out().contains(number) && !visit.is_over() && wait <= minutes(HELP_AHEAD) {
            near.push((wait, id));
        }
    }
    Ok(near.into_iter().min().map(|(_, id)| id))
}

/// The visits of one worker are answered for together; those of different workers that share a
/// number are not: then nothing is answered, for only a link tells which is meant.
pub(super) async fn answer_for(
    ctx: &Context,
    (from, by): (&Phone, &AnsweredBy),
    visits: &[VisitId],
    said: &Said,
) -> Result<Option<Reply>, Error> {
    let (number, ids) = (from.clone(), visits.to_vec());
    let (own, others) =
        ctx.db.read(move |tx| Box::pin(async move { by_owner(tx, &number, ids).await })).await?;
    let counts_for_one = matches!(said.saying, Saying::Well | Saying::MoreTime(_) | Saying::Ended);
    let mut workers: Vec<_> = own.iter().map(|visit| visit.worker.id).collect();
    workers.dedup();
    let is_unclear = workers.len() > 1 && counts_for_one;
    let unanswered = others.iter().chain(own.iter().filter(|_| is_unclear));
    for visit in unanswered.filter(|_| counts_for_one && !said.codes.is_empty()) {
        hear_duress(ctx, visit.id, (from, by.route()), said.codes.clone()).await?;
    }
    if is_unclear {
        return Ok(None);
    }
    let answered = own.iter().chain(others.iter().filter(|_| !counts_for_one));
    let mut last = None;
    for visit in answered.map(|visit| visit.id) {
        let Said { saying, words, codes } = said.clone();
        let by = by.clone();
        let request =
            AnswerRequest { visit, by, saying, words, codes, asked: None, tapped_at: None };
        last = Some(submit(ctx, request).await?.reply);
    }
    Ok(last)
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

/// The organisation's own number: who asks for help and gets none must know whom to call.
pub(super) async fn call_number(ctx: &Context) -> Result<Option<String>, Error> {
    let found =
        ctx.db.read(|tx| Box::pin(async move { Ok::<_, Error>(teams::last_resort(tx).await?) }));
    Ok(found.await?.map(|organisation| organisation.call_number.to_string()))
}
