//! Somebody who registered no visit calls for help, or asks to be watched. Help counts for a visit of
//! theirs that is on, or near; where there is none, one begins, and the ladder is climbed as for any other.

use crate::{
    model::{
        alarms::Position,
        clock::{Instant, minutes},
        ids::{PersonId, VisitId},
        messages::topics::VisitTopic,
        people::{
            Named, Person,
            pins::{PinHashes, Proof},
            teams::Team,
        },
        phone::Phone,
        visits::{
            Kind, Plan, Visit,
            answers::Saying,
            registration::Registration,
            watch::{Notice, Watch},
        },
    },
    service::{
        context::Context,
        error::Error,
        people::{caller::Caller, pins::prove},
        visits::{
            answer_request::{AnswerOutcome, AnswerRequest, AnsweredBy, ProvenAnswer},
            answers::answer,
            checks::{contacts, promise},
            team_context::TeamContext,
        },
    },
    store::{
        Tx,
        people::{self, memberships, teams},
        visits::{
            visit_lists::{self, AfterVisit, Whose},
            watches,
        },
    },
};

/// For how long such a visit is expected to last, in minutes: then it is asked about.
const LASTS: u32 = 30;

/// Why a visit begins that nobody registered.
#[derive(Clone, Copy)]
enum Begins {
    /// Help was called.
    Help,
    /// Somebody asked to be watched for so many minutes.
    Watch(u32),
    /// A code was given that may be the duress PIN: it begins whoever could be told.
    Code,
}

/// How long before its start help is taken to be about a visit, in minutes.
pub(in crate::service) const HELP_AHEAD: u32 = 12 * 60;

/// Of how many visits that somebody is on at once it is looked which are under way.
const AT_ONCE: i64 = 20;

/// Whoever has this number, by their account.
pub(in crate::service) async fn holders(tx: &mut Tx, number: &Phone) -> Result<Vec<Person>, Error> {
    Ok(people::by_mobile(tx, number).await?.into_iter().map(|found| found.item).collect())
}

/// The visits that they are on, though they registered another number; or else the next one, when it
/// starts, or should have started, within hours.
pub(in crate::service) async fn visits_of(
    tx: &mut Tx,
    holders: &[Person],
    now: Instant,
) -> Result<Vec<VisitId>, Error> {
    let (mut found, around) = (vec![], (now - minutes(HELP_AHEAD), now + minutes(HELP_AHEAD)));
    for holder in holders.iter().map(|h| Whose::Person(h.id)) {
        let on =
            visit_lists::page_of(tx, holder, "under-way", AfterVisit::start(), AT_ONCE).await?;
        found.extend(on.into_iter().map(|visit| visit.item.id));
        if found.is_empty() {
            let near = visit_lists::between(tx, holder, around, AT_ONCE).await?;
            let near = near.into_iter().map(|visit| visit.item).filter(|visit| !visit.is_over());
            let away = |visit: &Visit| (visit.plan.starts_at - now).abs();
            found.extend(near.min_by_key(away).map(|visit| visit.id));
        }
    }
    Ok(found)
}

/// A visit begins for each of these people who is in a team, and with it a call for help. Nothing is
/// answered when none of them is.
///
/// # Errors
/// When the store fails; nothing is begun then.
pub(in crate::service) async fn begin(
    ctx: &Context,
    number: &Phone,
    holders: Vec<Person>,
    by: AnsweredBy,
    (saying, codes): (Saying, Vec<String>),
) -> Result<Option<AnswerOutcome>, Error> {
    let mut last = None;
    for holder in holders {
        let proof = prove(ctx, vec![holder.clone()], codes.clone(), by.route()).await?;
        let (at, number, by) = (ctx.clone(), number.clone(), by.clone());
        let begun = ctx.db.write(move |tx| {
            Box::pin(async move { begin_one(tx, &at, number, &holder, by, (saying, proof)).await })
        });
        last = begun.await?.or(last);
    }
    Ok(last)
}

/// Somebody who is on no visit calls for help in the app.
///
/// # Errors
/// [`Error::Conflict`] for whoever has no number, or is in no team: then nobody is warned, and they
/// have to know.
pub async fn call_for_help(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    position: Option<Position>,
    tapped_at: Instant,
) -> Result<AnswerOutcome, Error> {
    let given = |visit| {
        let by = AnsweredBy::Caller(Box::new(caller.clone()));
        let saying = Saying::Help(position);
        let request = AnswerRequest { tapped_at: Some(tapped_at), ..asked_of(visit, by, saying) };
        ProvenAnswer::new(request, (caller.person.name.clone(), Proof::None))
    };
    let (mut last, now) = (None, ctx.now());
    for visit in visits_of(tx, std::slice::from_ref(&caller.person), now).await? {
        last = Some(answer(tx, ctx, &given(visit)).await?);
    }
    if let Some(outcome) = last {
        return Ok(outcome);
    }
    let nobody = |code, detail| Error::conflict(code, detail);
    let Some(mobile) = &caller.person.mobile else {
        return Err(nobody("no-number", "Nobody was warned: your number is not known here."));
    };
    let number = mobile.number.clone();
    match begin_visit(tx, ctx, number, &caller.person, Begins::Help).await? {
        Some(visit) => answer(tx, ctx, &given(visit.id)).await,
        None => Err(nobody("no-team", "Nobody was warned: you are in no team.")),
    }
}

/// Somebody who is on no visit asks to be watched for so many minutes; tells when they are asked, and
/// nothing when they are in no team. Keys that are brought twice begin one watch.
///
/// # Errors
/// [`Error::NobodyToCall`] when nobody could be told of an alarm; nothing is begun then.
pub(in crate::service) async fn begin_watch(
    ctx: &Context,
    number: &Phone,
    holders: Vec<Person>,
    lasts: u32,
) -> Result<Option<Instant>, Error> {
    let mut asked_at = None;
    for holder in holders {
        let (at, number) = (ctx.clone(), number.clone());
        let begun = ctx.write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let (whose, first) = (Whose::Person(holder.id), AfterVisit::start());
                let on = visit_lists::page_of(tx, whose, "under-way", first, 1).await?.pop();
                let visit = match on {
                    Some(visit) => Some(visit.item),
                    None => begin_visit(tx, &at, number, &holder, Begins::Watch(lasts)).await?,
                };
                let next = |it: &Visit| it.next_check_in().map_or(it.expected_end_at, |c| c.due_at);
                Ok(visit.as_ref().map(next))
            })
        });
        asked_at = begun.await?.or(asked_at);
    }
    Ok(asked_at)
}

/// Somebody who is on no visit gave a code that proves this: a watch begins, and with the duress PIN a
/// silent alarm. Nothing when they are in no team.
///
/// # Errors
/// When the store fails; nothing is begun then.
pub(in crate::service) async fn begin_proven(
    ctx: &Context,
    number: &Phone,
    holder: Person,
    by: AnsweredBy,
    proof: Proof,
) -> Result<Option<AnswerOutcome>, Error> {
    let (at, number) = (ctx.clone(), number.clone());
    let begun = ctx.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            let begun = begin_visit(tx, &at, number, &holder, Begins::Code).await?;
            let Some(visit) = begun else { return Ok(None) };
            let request = asked_of(visit.id, by, Saying::Well);
            let given = ProvenAnswer::new(request, (holder.name.clone(), proof));
            answer(tx, &at, &given).await.map(Some)
        })
    });
    begun.await
}

async fn begin_one(
    tx: &mut Tx,
    ctx: &Context,
    number: Phone,
    holder: &Person,
    by: AnsweredBy,
    (saying, proof): (Saying, Proof),
) -> Result<Option<AnswerOutcome>, Error> {
    let begun = begin_visit(tx, ctx, number, holder, Begins::Help).await?;
    let Some(visit) = begun.map(|visit| visit.id) else { return Ok(None) };
    let request = asked_of(visit, by, saying);
    let given = ProvenAnswer::new(request, (holder.name.clone(), proof));
    answer(tx, ctx, &given).await.map(Some)
}

fn asked_of(visit: VisitId, by: AnsweredBy, saying: Saying) -> AnswerRequest {
    AnswerRequest { visit, by, saying, words: None, codes: vec![], asked: None, tapped_at: None }
}

/// A visit begins for somebody who registered none; not for who is in no team.
async fn begin_visit(
    tx: &mut Tx,
    ctx: &Context,
    number: Phone,
    holder: &Person,
    why: Begins,
) -> Result<Option<Visit>, Error> {
    let Some(team) = own_team(tx, holder.id).await? else { return Ok(None) };
    let team = TeamContext::new(ctx, team);
    let scene = team.scene();
    let (watch, mut effects) = Watch::register(unannounced(&team, holder, number, why), &scene);
    if let Begins::Watch(_) = why {
        let directory = contacts(tx, ctx, [&team.team]).await?;
        promise(&directory, &watch, &team, &mut effects)?;
    }
    if !matches!(why, Begins::Help) {
        effects.notices.push(Notice::Managers(VisitTopic::AddressUnknown));
    }
    let new = watches::New { watch: &watch, effects: &effects, scene };
    watches::insert_all(tx, &[new], team.now).await?;
    Ok(Some(watch.visit))
}

/// The team for which somebody goes out, when nobody says for which.
pub(super) async fn own_team(tx: &mut Tx, person: PersonId) -> Result<Option<Team>, Error> {
    let ids = memberships::of(tx, person).await?.into_iter().map(|its| its.team);
    let own = teams::some(tx, ids).await?.into_iter().map(|found| found.item);
    let mut own: Vec<Team> = own.filter(|team| team.has(person)).collect();
    // Where somebody is a member the ladder holds others; where they only manage it may not.
    own.sort_by_key(|team| !team.members.contains(&person));
    Ok(own.into_iter().next())
}

/// Where somebody is, nobody said; nor is anything known of whom they meet.
fn unannounced(team: &TeamContext, holder: &Person, number: Phone, why: Begins) -> Registration {
    let words = team.scene().words;
    let (expected_minutes, background) = match why {
        Begins::Help => (LASTS, words.unannounced()),
        Begins::Code => (LASTS, words.watch_asked()),
        Begins::Watch(lasts) => (lasts, words.watch_asked()),
    };
    let plan = Plan {
        kind: Kind::FieldInspection,
        starts_at: team.now,
        expected_minutes,
        mobile: number,
        colleagues: vec![],
        residents: vec![],
        background,
        expects_trouble: false,
        known_resident: false,
    };
    Registration {
        team: team.team.id,
        worker: Named::from(holder),
        language: holder.language,
        has_pin: holder.pins.is_some(),
        pins_begin_apart: holder.pins.as_ref().is_some_and(PinHashes::begin_apart),
        plan,
        check_in_times: vec![],
        hits: vec![],
        officer: None,
    }
}
