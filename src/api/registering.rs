//! Registering visits for real: the register is checked, colleagues are recognised by their
//! numbers, and nothing is promised when nobody could be told. Those that are registered at the same
//! moment are registered together.

use axum::response::Response;
use futures::future::BoxFuture;

use super::{
    auth::Caller,
    calendar_feed,
    checking::{everybody, hits, log_checks, promise, recognise},
    counter::{Request, Told},
    idempotency::{self, Once, Reply, respond},
    officer_notices::{log_disclosure, officer},
    problem::Problem,
    state::House,
    visit_input::Read,
    visit_view,
    watching::{Setting, named, viewer, words},
};
use crate::{
    model::{
        faults::Fault,
        ids::TeamId,
        ladder::Directory,
        people::Role,
        register::Hit,
        registration::Registration,
        teams::Team,
        visits::Plan,
        watch::{Effects, Watch},
    },
    store::{
        Tx,
        watches::{self, New},
    },
};

/// A visit that somebody registers.
#[derive(Clone, Debug)]
pub struct Registering {
    caller: Caller,
    key: Once,
    team: Team,
    read: Read,
}

/// Registers a visit and answers with it.
///
/// # Errors
/// 409 `nobody-to-call` when nobody could be told of an alarm; nothing is stored then.
pub async fn register(
    house: &House,
    caller: Caller,
    key: Once,
    read: Read,
) -> Result<Response, Problem> {
    let team = team_of(&caller, read.team)?;
    let path = key.path().to_owned();
    let request = Registering { caller, key, team, read };
    Ok(respond(house.registrations.ask(house, request).await?, &path))
}

impl Request for Registering {
    type Subject = (String, String);

    fn subjects(&self) -> Vec<Self::Subject> {
        self.key.owned().into_iter().collect()
    }

    fn together<'t>(
        tx: &'t mut Tx,
        house: &'t House,
        all: &'t [Self],
    ) -> BoxFuture<'t, Result<Vec<Option<Told>>, Problem>> {
        Box::pin(register_all(tx, house, all))
    }

    fn alone<'t>(&'t self, tx: &'t mut Tx, house: &'t House) -> BoxFuture<'t, Told> {
        Box::pin(async move {
            let told = register_all(tx, house, std::slice::from_ref(self)).await?.pop();
            told.flatten().unwrap_or_else(|| Err(Problem::not_found()))
        })
    }
}

/// Registers these; of one that is refused nothing is stored.
async fn register_all(
    tx: &mut Tx,
    house: &House,
    all: &[Registering],
) -> Result<Vec<Option<Told>>, Problem> {
    let keys: Vec<&Once> = all.iter().map(|one| &one.key).collect();
    let mut told = idempotency::given_before(tx, &keys).await?;
    let open: Vec<_> = (0..all.len()).filter(|nth| told[*nth].is_none()).collect();
    if open.is_empty() {
        return Ok(told);
    }
    let mut plans: Vec<Plan> = open.iter().map(|nth| all[*nth].read.plan.clone()).collect();
    for plan in &mut plans {
        recognise(tx, plan).await?;
    }
    let hits = hits(tx, &plans, house).await?;
    let directory = everybody(tx, house).await?;
    let mut decided = vec![];
    for (nth, known) in open.into_iter().zip(plans.into_iter().zip(hits)) {
        match Decided::of(tx, house, &all[nth], known, &directory).await {
            Ok(one) => decided.push((nth, one)),
            Err(refused) => told[nth] = Some(Err(refused)),
        }
    }
    write(tx, house, &decided.iter().map(|(_, one)| one).collect::<Vec<_>>()).await?;
    let replies = decided.iter().map(|(nth, one)| Ok((*nth, one.reply()?)));
    let replies = replies.collect::<Result<Vec<_>, Problem>>()?;
    let to_keep: Vec<_> = replies.iter().map(|(nth, reply)| (keys[*nth], reply)).collect();
    idempotency::keep(tx, &to_keep, house.now()).await?;
    for (nth, reply) in replies {
        told[nth] = Some(Ok(reply));
    }
    Ok(told)
}

async fn write(tx: &mut Tx, house: &House, decided: &[&Decided<'_>]) -> Result<(), Problem> {
    if decided.is_empty() {
        return Ok(());
    }
    let new: Vec<_> = decided
        .iter()
        .map(|one| New { watch: &one.watch, effects: &one.effects, scene: one.setting.scene() })
        .collect();
    watches::insert_all(tx, &new, house.now()).await?;
    let visits: Vec<_> = decided.iter().map(|one| (&one.caller.person, &one.watch.visit)).collect();
    calendar_feed::mail(tx, house, &visits).await?;
    for one in decided {
        log_checks(tx, one.caller, &one.watch.visit, &one.setting).await?;
        log_disclosure(tx, one.caller, &one.watch.visit, &one.setting).await?;
    }
    Ok(())
}

/// What a registration comes to.
struct Decided<'a> {
    caller: &'a Caller,
    setting: Setting,
    watch: Watch,
    effects: Effects,
}

impl<'a> Decided<'a> {
    async fn of(
        tx: &mut Tx,
        house: &House,
        asked: &'a Registering,
        (plan, hits): (Plan, Vec<Hit>),
        directory: &Directory,
    ) -> Result<Self, Problem> {
        let Registering { caller, team, read, .. } = asked;
        let officer = match read.officer.clone() {
            Some(choice) => Some(officer(tx, choice).await?),
            None => None,
        };
        let registration = Registration {
            team: team.id,
            worker: named(caller),
            language: caller.person.language,
            has_pin: caller.person.pins.is_some(),
            plan,
            check_in_times: read.check_in_times.clone(),
            hits,
            officer,
        };
        let setting = Setting::new(house, team.clone());
        let (watch, mut effects) = Watch::register(registration, &setting.scene());
        promise(directory, &watch, &setting, &mut effects)?;
        Ok(Self { caller, setting, watch, effects })
    }

    fn reply(&self) -> Result<Reply, Problem> {
        let viewer = viewer(self.caller, &self.watch.visit)?;
        let words = words(&self.setting.house, self.caller.person.language);
        let policy = &self.setting.team.policy;
        Ok(Reply::created(visit_view::visit(&self.watch, 1, viewer, policy, &words)))
    }
}

fn team_of(caller: &Caller, named: Option<TeamId>) -> Result<Team, Problem> {
    let goes_out = caller.person.is(Role::Worker) || caller.person.is(Role::Manager);
    if !goes_out {
        return Err(Problem::forbidden("Only workers and managers register visits."));
    }
    let mut own = caller.teams.iter().filter(|t| t.has(caller.id()));
    let found = match named {
        Some(id) => own.find(|t| t.id == id),
        None => own.next(),
    };
    found.cloned().ok_or_else(|| {
        Problem::invalid(vec![Fault::new("teamId", "invalid", "you are in no such team")])
    })
}
