//! The town of a simulation: its people and teams, and the instances of the service that watch.

use std::sync::{Arc, OnceLock};

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version, password_hash::SaltString};
use async_trait::async_trait;
use chrono::TimeDelta;
use rand::{Rng as _, rngs::StdRng};
use rugdekking::{
    api::http::state::AppState,
    carrier::{
        Carrier, HandedOver, SendError, integrations::webhooks::Webhooks,
        router::Router as Carriers,
    },
    engine::Engine,
    model::{
        clock::{Instant, testing::ManualClock},
        ids::{InstanceId, PersonId, SharedRandomness, TeamId},
        integrations::outgoing::Naming,
        messages::{Channel, Message, language::Language, texts::Words},
        people::{
            Mobile, Person, Role,
            pins::PinHashes,
            teams::{Ladder, Organisation, PinRule, Rung, StartBy, Team, WatchPolicy, Who},
        },
        phone::{Countries, Phone},
    },
    service::{Context, Settings, integrations::changes::Changes},
    store::{
        Db, Error, Tx,
        people::{self, sessions, teams},
    },
};

use crate::tasks::{At, Pass, Switch};

pub const URL: &str = "https://rugdekking.example";
pub const PIN: &str = "2580";
pub const DURESS_PIN: &str = "1379";
pub const CARRIERS: [&str; 2] = ["first", "spare"];

/// How many of the people go on visits; they come first.
pub const WORKERS: usize = 4;

/// Somebody in town.
#[derive(Clone, Debug)]
pub struct Citizen {
    pub id: PersonId,
    pub number: Phone,
    pub token: String,
}

/// Everybody, and the rules of their team.
#[derive(Clone, Debug)]
pub struct Town {
    pub people: Vec<Citizen>,
    pub policy: WatchPolicy,
    pub repeat: TimeDelta,
}

/// One running process of the service.
#[derive(Debug)]
pub struct Instance {
    pub clock: Arc<ManualClock>,
    pub engine: Engine,
    pub app: AppState,
    pub router: axum::Router,
}

/// A carrier whose answers the world gives.
#[derive(Debug)]
struct Line(&'static str, Arc<Switch>);

#[async_trait]
impl Carrier for Line {
    fn name(&self) -> &'static str {
        self.0
    }

    fn channels(&self) -> &'static [Channel] {
        &[Channel::Text, Channel::Call, Channel::Mail]
    }

    async fn send(&self, message: &Message) -> Result<HandedOver, SendError> {
        match self.1.stand(At::Carrier(self.0, Box::new(message.clone()))).await {
            Pass::Carrier(outcome) => outcome,
            _ => Err(SendError::Unknown { reason: "nobody is there".into() }),
        }
    }
}

/// PINs are hashed as cheaply as the format allows: what is simulated is what they prove.
fn pins() -> Option<PinHashes> {
    static HASHES: OnceLock<Option<PinHashes>> = OnceLock::new();
    let cheap = |pin: &str| {
        let params = Params::new(Params::MIN_M_COST, 1, 1, None).ok()?;
        let salt = SaltString::encode_b64(&[7; 16]).ok()?;
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        hasher.hash_password(pin.as_bytes(), &salt).ok().map(|h| h.to_string())
    };
    HASHES
        .get_or_init(|| {
            let both = serde_json::json!({ "pin": cheap(PIN)?, "duress": cheap(DURESS_PIN)? });
            serde_json::from_value(both).ok()
        })
        .clone()
}

impl Instance {
    pub fn new(db: &Db, random: &SharedRandomness, at: Instant, switch: &Arc<Switch>) -> Self {
        let clock = Arc::new(ManualClock::at(at));
        let line = |name| Arc::new(Line(name, switch.clone())) as Arc<dyn Carrier>;
        let both = CARRIERS.map(line).to_vec();
        let carriers = Arc::new(
            Carriers::new(vec![
                (Channel::Text, both.clone()),
                (Channel::Call, both.clone()),
                (Channel::Mail, both[..1].to_vec()),
            ])
            .by(clock.clone()),
        );
        let (zone, language) = (chrono_tz::Europe::Amsterdam, Language::Nl);
        let limit = std::time::Duration::from_secs(1);
        let hooks = Webhooks::new(Naming::of(URL), clock.clone(), limit).expect("it can be made");
        let engine = Engine {
            instance: InstanceId::new(&**random, at),
            db: db.clone(),
            clock: clock.clone(),
            random: random.clone(),
            router: carriers.clone(),
            hooks: Arc::new(hooks),
            words: Words { language, zone, public_url: URL.into() },
            zone,
            wake: Arc::default(),
        };
        let settings = Settings {
            public_url: URL.into(),
            zone,
            language,
            channels: carriers.channels(),
            push: None,
            text_number: None,
            countries: Countries::default(),
            letters: Arc::default(),
        };
        let app = AppState {
            context: Context::new(
                db.clone(),
                clock.clone(),
                random.clone(),
                settings,
                engine.wake.clone(),
            ),
            theme: "".into(),
            scim_token: None,
            metrics_token: None,
            is_demo: false,
            time_machine: None,
            callbacks: vec![],
            sign_in: None,
            calendars: None,
            carriers,
            addresses: None,
            changes: Changes::default(),
        };
        let router = rugdekking::api::router(app.clone());
        Self { clock, engine, app, router }
    }
}

impl Town {
    /// Fills an empty database.
    pub async fn found(
        db: &Db,
        random: &SharedRandomness,
        at: Instant,
        rng: &mut StdRng,
    ) -> Result<Self, Error> {
        let policy = WatchPolicy {
            start_by: if rng.random_bool(0.3) { StartBy::Tap } else { StartBy::Time },
            pin: [PinRule::Never, PinRule::Risky, PinRule::Always][rng.random_range(0..3)],
            silent_help: rng.random_bool(0.1),
            ..WatchPolicy::default()
        };
        let roles = [Role::Manager, Role::Manager, Role::AggressionDesk, Role::Administrator];
        let roles = std::iter::repeat_n(Role::Worker, WORKERS).chain(roles);
        let people: Vec<Person> = roles
            .enumerate()
            .map(|(nth, role)| person(nth, role, PersonId::new(&**random, at), at))
            .collect::<Result<_, _>>()?;
        let team = team(&people, TeamId::new(&**random, at), policy.clone());
        let citizens = people.iter().enumerate().filter_map(|(nth, p)| {
            let number = p.verified_number()?.clone();
            Some(Citizen { id: p.id, number, token: format!("token-of-{nth}") })
        });
        let town = Self {
            people: citizens.collect(),
            policy,
            repeat: TimeDelta::minutes(i64::from(team.ladder.repeat_minutes)),
        };
        let citizens = town.people.clone();
        db.write(move |tx| Box::pin(async move { fill(tx, people, citizens, team, at).await }))
            .await?;
        Ok(town)
    }

    /// Who has this number.
    pub fn of_number(&self, number: &str) -> Option<usize> {
        self.people.iter().position(|p| p.number.as_str() == number)
    }
}

async fn fill(
    tx: &mut Tx,
    people: Vec<Person>,
    citizens: Vec<Citizen>,
    team: Team,
    at: Instant,
) -> Result<(), Error> {
    for (person, citizen) in people.iter().zip(&citizens) {
        people::insert(tx, person).await?;
        sessions::open(tx, &citizen.token, person.id, at, TimeDelta::days(30)).await?;
    }
    let admin = people.last().map(|p| Who::Person { person: p.id });
    let rung = Rung {
        who: [Who::Desk].into_iter().chain(admin).collect(),
        channels: vec![Channel::Text, Channel::Call],
        wait_minutes: 5,
    };
    let ladder = Ladder { rungs: vec![rung], repeat_minutes: 5, out_of_hours: None };
    let call_number = number(99)?;
    let organisation =
        Organisation { name: "Voorbeeld".into(), call_number, ladder, letterhead: None };
    teams::save_organisation(tx, &organisation, 0).await?;
    teams::insert(tx, &team).await
}

fn number(nth: usize) -> Result<Phone, Error> {
    let number = format!("+316123456{:02}", nth + 10 - 10 * usize::from(nth >= 90));
    number.parse().map_err(|_| Error::Unreadable(number.clone()))
}

fn person(nth: usize, role: Role, id: PersonId, at: Instant) -> Result<Person, Error> {
    let mobile = Mobile { number: number(nth)?, verified_at: Some(at), opted_out_at: None };
    Ok(Person {
        id,
        name: format!("Persoon {nth}"),
        email: format!("{nth}@voorbeeld.example"),
        roles: vec![role],
        mobile: Some(mobile),
        language: Language::Nl,
        button: None,
        pins: pins(),
        active: true,
    })
}

fn team(people: &[Person], id: TeamId, policy: WatchPolicy) -> Team {
    let id_of = |nth: usize| people[nth].id;
    Team {
        id,
        name: "Wmo en inkomen".into(),
        members: (0..WORKERS).map(id_of).collect(),
        managers: vec![id_of(WORKERS)],
        deputies: vec![id_of(WORKERS + 1)],
        policy,
        ladder: Ladder::default(),
    }
}
