//! What every verb on a visit shares: who may, the scene, and load, one verb, save, reply.

use axum::{http::StatusCode, response::Response};
use serde_json::Value;

use super::{
    auth::Caller,
    idempotency::{Once, Reply, once},
    problem::Problem,
    state::House,
    visit_view::{self, Viewer},
};
use crate::{
    model::{
        alarms::AlarmFault,
        clock::Instant,
        ids::{TeamId, VisitId},
        language::Language,
        people::{Named, Person, Role},
        pins::Proof,
        registration::VisitFault,
        teams::Team,
        texts::Words,
        visits::Visit,
        watch::{Effects, Scene, Watch},
    },
    store::{Tx, Versioned, people, teams, watches},
};

/// The team's side of a request: everything that a scene is made of.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The house.
    pub house: House,
    /// The moment of the request.
    pub now: Instant,
    /// The team.
    pub team: Team,
    /// The words of the house.
    pub words: Words,
}

impl Setting {
    /// The setting of a team, at this moment.
    pub fn new(house: &House, team: Team) -> Self {
        let words = words(house, house.settings.language);
        Self { house: house.clone(), now: house.now(), team, words }
    }

    /// The setting of the team with this id.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(tx: &mut Tx, house: &House, team: TeamId) -> Result<Self, Problem> {
        Ok(Self::new(house, teams::load(tx, team).await?.item))
    }

    /// What decisions are made with.
    pub fn scene(&self) -> Scene<'_> {
        Scene {
            now: self.now,
            policy: &self.team.policy,
            dice: &*self.house.dice,
            words: &self.words,
            channels: &self.house.settings.channels,
        }
    }
}

/// The words of the house in a language.
pub fn words(house: &House, language: Language) -> Words {
    Words { language, zone: house.settings.zone, public_url: house.settings.public_url.clone() }
}

/// How this caller stands to a visit; who stands outside is told that there is none.
///
/// # Errors
/// 404.
pub fn viewer(caller: &Caller, visit: &Visit) -> Result<Viewer, Problem> {
    if visit.people_out().contains(&caller.id()) {
        return Ok(Viewer::OutThere);
    }
    if caller.manages(visit.team) {
        return Ok(Viewer::Minder { approves: true });
    }
    Err(Problem::not_found())
}

/// Like [`viewer`], and whoever was told of its alarm, or sits at the desk, sees the visit too.
///
/// # Errors
/// 404.
pub fn alarm_viewer(caller: &Caller, watch: &Watch) -> Result<Viewer, Problem> {
    viewer(caller, &watch.visit).or_else(|refused| {
        let alarm = watch.alarm.as_ref().ok_or(refused)?;
        let told = alarm.told.iter().any(|t| t.person == Some(caller.id()));
        if told || caller.person.is(Role::AggressionDesk) {
            Ok(Viewer::Minder { approves: false })
        } else {
            Err(Problem::not_found())
        }
    })
}

/// Saves what became of a watch, and shows the visit as the caller may see it.
///
/// # Errors
/// 412 when somebody else changed it in between.
pub async fn save_and_show(
    tx: &mut Tx,
    setting: &Setting,
    caller: &Caller,
    viewer: Viewer,
    before: &Versioned<Watch>,
    after: &Watch,
    effects: &Effects,
) -> Result<Value, Problem> {
    let scene = setting.scene();
    let version = watches::save(tx, before, after, effects, &scene).await?;
    let words = words(&setting.house, caller.person.language);
    Ok(visit_view::visit(after, version, viewer, scene.policy, &words))
}

/// A verb on a watch: what becomes of it, or why not.
pub type Verb = Box<
    dyn FnOnce(Watch, &Scene<'_>, Viewer) -> Result<(Watch, Effects), Problem> + Send + 'static,
>;

/// Loads a watch, does one verb, saves it and answers with the visit as the caller may see it.
///
/// # Errors
/// 404 for who stands outside, and what the verb says.
pub async fn act(
    house: &House,
    caller: Caller,
    key: Once,
    id: VisitId,
    status: StatusCode,
    verb: Verb,
) -> Result<Response, Problem> {
    let at = house.clone();
    once(house, key, move |tx| {
        Box::pin(async move {
            let before = watches::lock(tx, id).await?;
            let viewer = alarm_viewer(&caller, &before.item)?;
            let setting = Setting::of(tx, &at, before.item.visit.team).await?;
            let scene = setting.scene();
            let (after, effects) = verb(before.item.clone(), &scene, viewer)?;
            let body =
                save_and_show(tx, &setting, &caller, viewer, &before, &after, &effects).await?;
            Ok(Reply { status, body })
        })
    })
    .await
}

/// Reads the visit as the caller may see it.
///
/// # Errors
/// 404.
pub async fn see(
    tx: &mut Tx,
    house: &House,
    caller: &Caller,
    id: VisitId,
) -> Result<Value, Problem> {
    let found = watches::look(tx, id).await?;
    let viewer = alarm_viewer(caller, &found.item)?;
    let team = teams::load(tx, found.item.visit.team).await?.item;
    let words = words(house, caller.person.language);
    Ok(visit_view::visit(&found.item, found.version, viewer, &team.policy, &words))
}

/// The caller by id and name.
pub fn named(caller: &Caller) -> Named {
    Named::from(&caller.person)
}

/// How many wrong PINs in a row, within [`LOCKED_MINUTES`], before none is believed any more.
const MOST_WRONG: i32 = 5;

/// How long wrong PINs are remembered.
const LOCKED_MINUTES: i64 = 15;

/// What a PIN proves, checked off the request's own thread. A PIN that was guessed wrong too often
/// is believed no more for a while: then nothing confirms and the alarm comes, which is safe. The
/// duress PIN always raises its alarm, and is answered like the PIN then too.
///
/// # Errors
/// When the store fails.
pub async fn prove(
    house: &House,
    people: Vec<Person>,
    pin: Option<String>,
) -> Result<Proof, Problem> {
    let (Some(pin), Some(first)) = (pin, people.first().map(|p| p.id)) else {
        return Ok(Proof::None);
    };
    let hashes: Vec<_> = people.into_iter().filter_map(|p| p.pins).collect();
    let proofs = tokio::task::spawn_blocking(move || {
        hashes.iter().map(|h| h.prove(&pin)).collect::<Vec<_>>()
    });
    let proofs = proofs.await.unwrap_or_default();
    let found = |wanted: Proof| proofs.contains(&wanted);
    let proof = if found(Proof::Duress) {
        Proof::Duress
    } else if found(Proof::Pin) {
        Proof::Pin
    } else {
        Proof::Wrong
    };
    let now = house.now();
    let locked = house
        .db
        .write(move |tx| Box::pin(async move { count_wrong(tx, first, proof, now).await }))
        .await?;
    Ok(match proof {
        Proof::Pin if locked => Proof::Wrong,
        Proof::Duress if locked => Proof::DuressUnbelieved,
        proof => proof,
    })
}

async fn count_wrong(
    tx: &mut Tx,
    id: crate::model::ids::PersonId,
    proof: Proof,
    now: Instant,
) -> Result<bool, crate::store::Error> {
    let fresh = people::PinFailures { failures: 0, since: now };
    let known = people::pin_failures(tx, id).await?.unwrap_or(fresh);
    let known = if (now - known.since).num_minutes() >= LOCKED_MINUTES { fresh } else { known };
    let locked = known.failures >= MOST_WRONG;
    // Both PINs write the same, so that nothing tells them apart.
    let failures = match proof {
        Proof::Wrong => known.failures + 1,
        _ if locked => known.failures,
        _ => 0,
    };
    people::note_pin_failures(tx, id, people::PinFailures { failures, ..known }).await?;
    Ok(locked)
}

impl From<VisitFault> for Problem {
    fn from(why: VisitFault) -> Self {
        let code = match why {
            VisitFault::OwnVisit => "own-visit",
            VisitFault::NotAhead => "started-already",
            VisitFault::Over => "visit-over",
            VisitFault::NotRisky => "needs-no-approval",
        };
        let status =
            if why == VisitFault::OwnVisit { StatusCode::FORBIDDEN } else { StatusCode::CONFLICT };
        Self::new(status, code, format!("{why}."))
    }
}

impl From<AlarmFault> for Problem {
    fn from(why: AlarmFault) -> Self {
        match &why {
            AlarmFault::OutThere => {
                Self::new(StatusCode::FORBIDDEN, "on-the-visit", format!("{why}."))
            }
            AlarmFault::OwnedBy(owner) => Self::conflict("already-owned", format!("{why}."))
                .with("owner", serde_json::json!(owner)),
            AlarmFault::Closed => Self::conflict("alarm-closed", format!("{why}.")),
            AlarmFault::NoteNeeded => invalid("note", "required", &why),
            AlarmFault::NotUndone => invalid("outcome", "invalid", &why),
        }
    }
}

fn invalid(field: &str, code: &'static str, why: &AlarmFault) -> Problem {
    Problem::invalid(vec![crate::model::faults::Fault::new(field, code, why.to_string())])
}
