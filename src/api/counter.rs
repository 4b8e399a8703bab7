//! Where answers from the app are taken in: those that come at the same moment in one unit of work,
//! so that a thousand people can say at once that all is well.

use std::{collections::BTreeSet, panic::AssertUnwindSafe, sync::Arc};

use axum::{http::StatusCode, response::Response};
use futures::FutureExt as _;
use tokio::sync::oneshot;

use super::{
    auth::Caller,
    idempotency::{self, Once, Reply, respond},
    problem::Problem,
    said,
    state::House,
    visit_view::{self, Viewer},
    watching::{Setting, viewer, words},
};
use crate::{
    model::{
        answers::{self, Answer, Saying},
        ids::VisitId,
        watch::{Effects, Watch},
    },
    store::{
        Tx, Versioned,
        queue::{Queue, Shift},
        watches::{self, Change},
    },
};

/// How many answers share a unit of work: the first of them waits for the last.
const TOGETHER: usize = 64;

/// What somebody said in the app.
#[derive(Clone, Debug)]
pub struct Given {
    /// Who.
    pub caller: Caller,
    /// The request.
    pub key: Once,
    /// About which visit.
    pub id: VisitId,
    /// What.
    pub answer: Answer,
}

type Told = Result<Reply, Problem>;
type Waiting = (Given, oneshot::Sender<Told>);

/// The counter, and who waits at it.
#[derive(Clone, Debug, Default)]
pub struct Counter(Arc<Queue<Waiting>>);

/// Takes an answer in, together with what others say at the same moment.
///
/// # Errors
/// 404 for who stands outside, and what the visit says to it.
pub async fn take_in(house: &House, given: Given) -> Result<Response, Problem> {
    let path = given.key.path().to_owned();
    // Who looks at each unit of work sees each answer in one of its own.
    let told = match house.db.is_gated() {
        true => alone(house, given).await,
        false => in_line(house, given).await,
    };
    let reply = told?;
    house.wake.notify_one();
    said::refuse(respond(reply, &path))
}

async fn in_line(house: &House, given: Given) -> Told {
    let (teller, told) = oneshot::channel();
    if let Some(shift) = house.counter.0.join((given, teller)) {
        tokio::spawn(serve(house.clone(), shift));
    }
    told.await.unwrap_or_else(|_| {
        let detail = "Your answer was not taken in. Try again, or call.";
        Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal-error", detail))
    })
}

async fn serve(house: House, mut shift: Shift<Waiting>) {
    while !shift.is_over() {
        let mut waiting = shift.next_few(TOGETHER);
        // Of two about the same visit the second waits for the first.
        while !waiting.is_empty() {
            let mut visits = BTreeSet::new();
            let (now, later) = waiting.into_iter().partition(|(given, _)| visits.insert(given.id));
            answer_all(&house, now).await;
            waiting = later;
        }
    }
}

async fn answer_all(house: &House, waiting: Vec<Waiting>) {
    let (given, tellers): (Vec<Given>, Vec<_>) = waiting.into_iter().unzip();
    let given = Arc::new(given);
    let (at, all) = (house.clone(), given.clone());
    let work = house.db.write(move |tx| Box::pin(async move { together(tx, &at, &all).await }));
    let Ok(Ok(told)) = AssertUnwindSafe(work).catch_unwind().await else {
        // What cannot be done together is done one by one: one that fails takes nobody along.
        let one_by_one = given.iter().cloned().zip(tellers).collect();
        drop(tokio::spawn(in_turn(house.clone(), one_by_one)));
        return;
    };
    for ((given, teller), told) in given.iter().zip(tellers).zip(told) {
        match told {
            Some(told) => drop(teller.send(told)),
            None => drop(tokio::spawn(by_itself(house.clone(), given.clone(), teller))),
        }
    }
}

async fn in_turn(house: House, waiting: Vec<Waiting>) {
    for (given, teller) in waiting {
        // A panic ends this one alone.
        drop(tokio::spawn(by_itself(house.clone(), given, teller)).await);
    }
}

async fn by_itself(house: House, given: Given, teller: oneshot::Sender<Told>) {
    // Whoever went away meanwhile does not hear it.
    let _ = teller.send(alone(&house, given).await);
}

/// What each is told; nothing for one that somebody else holds, or of which the caller's own teams
/// do not tell enough.
async fn together(tx: &mut Tx, house: &House, all: &[Given]) -> Result<Vec<Option<Told>>, Problem> {
    let keys: Vec<&Once> = all.iter().map(|given| &given.key).collect();
    let mut told = idempotency::given_before(tx, &keys).await?;
    let open = all.iter().zip(&told).filter(|(_, told)| told.is_none());
    let found = watches::try_lock_all(tx, &open.map(|(g, _)| g.id).collect::<Vec<_>>()).await?;
    let mut decided = vec![];
    for (nth, given) in all.iter().enumerate() {
        let (None, Some(before)) = (&told[nth], found.get(&given.id)) else { continue };
        let mut teams = given.caller.teams.iter();
        let Some(team) = teams.find(|team| team.id == before.item.visit.team) else { continue };
        let setting = Setting::new(house, team.clone());
        match Decided::of(given, &before.item, setting) {
            Ok(one) => decided.push((nth, before, one)),
            Err(refused) => told[nth] = Some(Err(refused)),
        }
    }
    let changes: Vec<_> = decided.iter().map(|(_, before, one)| one.change(before)).collect();
    watches::save_all(tx, &changes, house.now()).await?;
    let reply = |((nth, _, one), change): (&(usize, _, Decided), &Change<'_>)| {
        (*nth, one.reply(&all[*nth].caller, change.version()))
    };
    let replies: Vec<(usize, Reply)> = decided.iter().zip(&changes).map(reply).collect();
    let to_keep: Vec<_> = replies.iter().map(|(nth, reply)| (keys[*nth], reply)).collect();
    idempotency::keep(tx, &to_keep, house.now()).await?;
    for (nth, reply) in replies {
        told[nth] = Some(Ok(reply));
    }
    Ok(told)
}

/// Takes an answer in by itself.
async fn alone(house: &House, given: Given) -> Told {
    let at = house.clone();
    house.db.write(move |tx| Box::pin(async move { one(tx, &at, &given).await })).await
}

async fn one(tx: &mut Tx, house: &House, given: &Given) -> Told {
    if let Some(before) = idempotency::given_before(tx, &[&given.key]).await?.pop().flatten() {
        return before;
    }
    let before = watches::lock(tx, given.id).await?;
    let setting = Setting::of(tx, house, before.item.visit.team).await?;
    let decided = Decided::of(given, &before.item, setting)?;
    let change = decided.change(&before);
    watches::save_all(tx, &[change], house.now()).await?;
    let reply = decided.reply(&given.caller, change.version());
    idempotency::keep(tx, &[(&given.key, &reply)], house.now()).await?;
    Ok(reply)
}

/// What an answer comes to.
struct Decided {
    setting: Setting,
    viewer: Viewer,
    after: Watch,
    effects: Effects,
    reply: answers::Reply,
}

impl Decided {
    fn of(given: &Given, before: &Watch, setting: Setting) -> Result<Self, Problem> {
        let Given { caller, answer, .. } = given;
        let viewer = viewer(caller, &before.visit)?;
        let scene = setting.scene();
        let (after, effects, reply) = match (viewer, answer.saying) {
            // Somebody who watches over it may say that it ended, or ask for help for it.
            (Viewer::Minder { .. }, Saying::Ended) => {
                let (watch, fx) = before.clone().end_by_manager(&caller.person.name, &scene)?;
                (watch, fx, answers::Reply::Ended)
            }
            (Viewer::Minder { .. }, Saying::Well | Saying::MoreTime(_)) => {
                return Err(Problem::forbidden("Only who is on the visit can answer for it."));
            }
            (Viewer::Minder { .. }, _) => {
                // Who watches over it has no such screen in hand.
                before.clone().answer(&Answer { may_undo: false, ..answer.clone() }, &scene)
            }
            _ => before.clone().answer(answer, &scene),
        };
        Ok(Self { setting, viewer, after, effects, reply })
    }

    fn change<'a>(&'a self, before: &'a Versioned<Watch>) -> Change<'a> {
        Change { before, after: &self.after, effects: &self.effects, scene: self.setting.scene() }
    }

    /// What is replied, once the visit has this version.
    fn reply(&self, caller: &Caller, version: i64) -> Reply {
        let body = match (&self.reply, self.after.alarm.as_ref()) {
            (answers::Reply::HelpComing, Some(alarm)) => {
                visit_view::alarm(alarm, 1, None, &[], self.viewer)
            }
            _ => {
                let words = words(&self.setting.house, caller.person.language);
                let policy = &self.setting.team.policy;
                visit_view::visit(&self.after, version, self.viewer, policy, &words)
            }
        };
        said::reply(self.reply, body)
    }
}
