//! What somebody who is out there says in the app, as it is taken in: what many say at the same moment
//! in one unit of work.

use axum::response::Response;
use futures::future::BoxFuture;

use super::{
    auth::Caller,
    counter::{Request, Told},
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
        watches::{self, Change},
    },
};

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

impl Request for Given {
    type Subject = (String, String);

    fn subjects(&self) -> Vec<Self::Subject> {
        let visit = ("visit".to_owned(), self.id.to_string());
        self.key.owned().into_iter().chain([visit]).collect()
    }

    fn together<'t>(
        tx: &'t mut Tx,
        house: &'t House,
        all: &'t [Self],
    ) -> BoxFuture<'t, Result<Vec<Option<Told>>, Problem>> {
        Box::pin(together(tx, house, all))
    }

    fn alone<'t>(&'t self, tx: &'t mut Tx, house: &'t House) -> BoxFuture<'t, Told> {
        Box::pin(alone(tx, house, self))
    }
}

/// Takes an answer in, together with what others say at the same moment.
///
/// # Errors
/// 404 for who stands outside, and what the visit says to it.
pub async fn take_in(house: &House, given: Given) -> Result<Response, Problem> {
    let path = given.key.path().to_owned();
    let reply = house.answers.ask(house, given).await?;
    said::refuse(respond(reply, &path))
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

async fn alone(tx: &mut Tx, house: &House, given: &Given) -> Told {
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
