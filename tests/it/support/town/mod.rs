//! A town to tell stories in: the demo municipality with a clock that stands still until it is
//! moved, phones in the database, and the service in between.

mod at_once;
pub mod carrier;
pub mod day;
pub mod form;
pub mod person;
pub mod phone;
pub mod push_service;
pub mod twin;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{Method, Request},
};
use chrono::TimeDelta;
use rugdekking::{
    api::http::state::AppState,
    app::{
        demo::seed, messages::devices::DatabaseDevices, privacy::retention::Retention,
        serve::clock::SystemClock,
    },
    carrier::{
        Carrier,
        integrations::{calendar::CalendarClient, webhooks::Webhooks},
        push::{Push, PushConfig},
        router::Router as Carriers,
    },
    engine::Engine,
    model::{
        clock::{
            Clock as _, Instant,
            testing::{ManualClock, Seeded},
        },
        ids::{InstanceId, SharedRandomness},
        integrations::{calendars::Where, outgoing::Naming},
        messages::{Channel, language::Language, texts::Words},
        people::{
            devices::HostReach,
            teams::{Organisation, Team},
            vapid::VapidKey,
        },
        phone::Countries,
        privacy::secret::Secret,
        visits::officers::Officer,
    },
    service::{
        Context, PushSettings, Settings, integrations::changes::Changes,
        register::address_book::AddressBook,
    },
    store::{
        Db, Error,
        people::{self, teams},
    },
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

pub use super::answer::Answer;

use self::{carrier::Moody, person::Person, phone::Phone, push_service::PushService};

const URL: &str = "https://rugdekking.example";
const PERSONAS: [&str; 7] = ["worker", "colleague", "manager", "deputy", "desk", "desk2", "admin"];

/// What the municipality's directory shows.
const DIRECTORY: &str = "what-the-directory-of-the-town-shows-to-be-let-in";

/// The number of the district officer in town.
pub const KARIN: &str = "+31681234567";
/// The mail address of that officer.
pub const KARINS_MAIL: &str = "wijkagent@demo.rugdekking.example";

/// The town. Its stories happen on Monday 23 November 2026, and begin at noon.
pub struct Town {
    pub db: Db,
    pub clock: Arc<ManualClock>,
    pub engine: Engine,
    pub app: AppState,
    pub carrier: Arc<Moody>,
    pub push: Arc<PushService>,
    pub retention: Retention,
    router: Router,
    tokens: BTreeMap<&'static str, String>,
}

/// A time on that Monday, as the clocks in town show it: `13:30`, or `13:30:05`.
pub fn at(time: &str) -> Instant {
    let parts = time.split(':').map(|part| part.parse::<i64>().unwrap());
    let seconds: i64 = parts.zip([3600, 60, 1]).map(|(part, unit)| part * unit).sum();
    "2026-11-22T23:00:00Z".parse::<Instant>().unwrap() + TimeDelta::seconds(seconds)
}

/// What the clocks in town show.
pub fn time(at: Instant) -> String {
    at.with_timezone(&chrono_tz::Europe::Amsterdam).format("%H:%M").to_string()
}

/// A moment of an answer, as the clocks in town show it.
pub fn time_of(value: &Value) -> String {
    time(value.as_str().unwrap_or_else(|| panic!("{value} is no moment")).parse().unwrap())
}

/// The carrier of notifications, with its public key.
fn notifications(db: &Db, clock: &Arc<ManualClock>) -> (Arc<dyn Carrier>, String) {
    let key = VapidKey::generate(&Seeded::new(99));
    let public = key.public();
    let config = PushConfig {
        key,
        contact: URL.into(),
        reach: HostReach::ThisMachineToo,
        clock: clock.clone(),
        world: clock.clone(),
        try_limit: Duration::from_millis(300),
    };
    let devices = DatabaseDevices { db: db.clone(), clock: clock.clone() };
    (Arc::new(Push::new(config, Arc::new(devices)).unwrap()), public)
}

/// Who tells other systems. Their clocks are those of the world, as are signatures.
fn hooks() -> Arc<Webhooks> {
    let limit = Duration::from_secs(1);
    Arc::new(Webhooks::new(Naming::of(URL), Arc::new(SystemClock), limit).unwrap())
}

impl Town {
    /// The demo municipality, at noon.
    pub async fn new(db: Db) -> Self {
        let clock = Arc::new(ManualClock::at(at("12:00")));
        let random: SharedRandomness = Arc::new(Seeded::new(23));
        let carrier = Arc::new(Moody::new("sandbox", &db, &clock));
        let spare = Arc::new(Moody::new("spare", &db, &clock));
        spare.is_away();
        let both: Vec<Arc<dyn Carrier>> = vec![carrier.clone(), spare.clone()];
        let by = |channel| (channel, both.clone());
        let channels = [Channel::Text, Channel::Call, Channel::Mail];
        let (push, its_key) = notifications(&db, &clock);
        let carriers =
            Carriers::new(channels.map(by).to_vec()).with(Channel::Push, push).by(clock.clone());
        let carriers = Arc::new(carriers);
        let push = PushService::open(&clock, &its_key).await;
        carrier.has_spare(spare);
        let (zone, language) = (chrono_tz::Europe::Amsterdam, Language::Nl);
        let engine = Engine {
            instance: InstanceId(uuid::Uuid::from_u128(1)),
            db: db.clone(),
            clock: clock.clone(),
            random: random.clone(),
            router: carriers.clone(),
            hooks: hooks(),
            words: Words { language, zone, public_url: URL.into() },
            zone,
            wake: Arc::default(),
        };
        let channels = carriers.channels();
        let here = Where { reach: HostReach::ThisMachineToo, networks: vec![] };
        let settings = Settings {
            public_url: URL.into(),
            zone,
            language,
            channels,
            push: Some(PushSettings { public_key: its_key, reach: HostReach::ThisMachineToo }),
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
            scim_token: Some(Secret::new(DIRECTORY)),
            metrics_token: None,
            is_demo: true,
            time_machine: None,
            callbacks: vec![],
            sign_in: None,
            calendars: Some(Arc::new(CalendarClient::new(here).unwrap())),
            carriers,
            addresses: None,
            changes: Changes::default(),
        };
        seed::seed(&db, random, clock.now()).await.unwrap();
        let retention = Retention::of(&app);
        let router = rugdekking::api::router(app.clone());
        let tokens = BTreeMap::new();
        let mut town = Self { db, clock, engine, app, carrier, push, retention, router, tokens };
        town.everybody_signs_in().await;
        town
    }

    async fn everybody_signs_in(&mut self) {
        for persona in PERSONAS {
            let said = json!({ "persona": persona });
            let signed_in = self.ask(Method::POST, "/demo/sign-in", &[], said).await.ok();
            self.tokens.insert(persona, signed_in.body["token"].as_str().unwrap().to_owned());
        }
    }

    /// From now on the service asks this register for addresses.
    pub fn asks_for_addresses(&mut self, book: Arc<dyn AddressBook>) {
        self.app.addresses = Some(book);
        self.router = rugdekking::api::router(self.app.clone());
    }

    /// Days or months pass until this moment, with everything that is due on the way; then
    /// everybody signs in again.
    pub async fn days_pass(&mut self, until: &str) {
        self.go(until.parse().unwrap()).await;
        self.everybody_signs_in().await;
    }

    /// Everything that is due at this moment happens.
    pub async fn settles(&self) {
        self.engine.settle().await.unwrap();
    }

    /// Time passes until this time of the day; everything that is due on the way happens, each at
    /// its own moment.
    pub async fn until(&self, time: &str) {
        self.go(at(time)).await;
    }

    /// The same, until a moment of any day.
    pub async fn go(&self, target: Instant) {
        loop {
            self.settles().await;
            let now = self.clock.now();
            match self.engine.next_due().await.unwrap() {
                Some(due) if due <= target && now < target => {
                    // What stays due (a carrier that refuses) must not hold the clock.
                    let next = if due <= now { now + TimeDelta::seconds(1) } else { due };
                    self.clock.set(next.min(target));
                }
                _ => break,
            }
        }
        self.clock.set(target);
        self.settles().await;
    }

    /// A second instance, which knows nothing of how the carriers fared with the first.
    pub fn engine_with_carriers_of_its_own(&self) -> Engine {
        let carrier: Arc<dyn Carrier> = self.carrier.clone();
        let by = |channel| (channel, vec![carrier.clone()]);
        let channels = [Channel::Text, Channel::Call, Channel::Mail];
        let carriers = Carriers::new(channels.map(by).to_vec()).by(self.clock.clone());
        Engine {
            instance: InstanceId(uuid::Uuid::from_u128(2)),
            router: Arc::new(carriers),
            ..self.engine.clone()
        }
    }

    /// The service is down, and comes up again at this time.
    pub async fn is_out_until(&self, time: &str) {
        self.clock.set(at(time));
        self.settles().await;
    }

    pub fn person(&self, persona: &'static str) -> Person<'_> {
        Person { town: self, persona, token: &self.tokens[persona] }
    }

    /// The municipality's directory says something.
    pub async fn directory(&self, method: Method, path: &str, body: Value) -> Answer {
        let bearer = format!("Bearer {DIRECTORY}");
        let path = format!("/scim/v2{path}");
        self.ask(method, &path, &[("authorization", &bearer)], body).await
    }

    pub fn phone(&self, number: &str) -> Phone<'_> {
        Phone { town: self, number: number.into() }
    }

    /// Asks the service something over HTTP.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = request.body(body).unwrap();
        Answer::to(request, async |request| self.router.clone().oneshot(request).await.unwrap())
            .await
    }

    /// Changes Jan's team.
    pub async fn team(&self, change: impl FnOnce(&mut Team) + Send + 'static) {
        let work = self.db.write::<_, Error, _>(|tx| {
            Box::pin(async move {
                let all = teams::all(tx).await?;
                let mut team = all.into_iter().find(|t| t.item.name.starts_with("Wmo")).unwrap();
                change(&mut team.item);
                teams::save(tx, &team.item, team.version).await
            })
        });
        work.await.unwrap();
    }

    /// Changes the organisation.
    pub async fn organisation(&self, change: impl FnOnce(&mut Organisation) + Send + 'static) {
        let work = self.db.write::<_, Error, _>(|tx| {
            Box::pin(async move {
                let mut found = teams::organisation(tx).await?.unwrap();
                change(&mut found.item);
                teams::save_organisation(tx, &found.item, found.version).await
            })
        });
        work.await.unwrap();
    }

    /// The district officer in town.
    pub async fn officer(&self) -> Officer {
        let found = self.db.read(|tx| Box::pin(teams::officers(tx))).await.unwrap();
        found.into_iter().next().unwrap().item
    }

    /// The account of a persona.
    pub async fn account(&self, persona: &'static str) -> rugdekking::model::people::Person {
        let email = rugdekking::service::people::personas::email(persona);
        let found = self.db.read::<_, Error, _>(move |tx| {
            Box::pin(async move { people::by_email(tx, &email).await })
        });
        found.await.unwrap().unwrap().item
    }

    /// Changes the account of a persona.
    pub async fn changes(
        &self,
        persona: &'static str,
        change: impl FnOnce(&mut rugdekking::model::people::Person) + Send + 'static,
    ) {
        let email = rugdekking::service::people::personas::email(persona);
        let work = self.db.write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let mut found = people::by_email(tx, &email).await?.unwrap();
                change(&mut found.item);
                people::save(tx, &found.item, found.version).await
            })
        });
        work.await.unwrap();
    }

    /// Ruud talks with everybody who waits for that; the ids of their aftercare. Else he, his deputy
    /// and the desk are reminded each day of the years in which a story tells something else.
    pub async fn everybody_is_cared_for(&self) -> Vec<String> {
        let all = self.ruud().get("/v1/aftercare").await.ok().body;
        let mut ids = vec![];
        for care in all["items"].as_array().unwrap() {
            let id = care["id"].as_str().unwrap();
            let open = care["talks"].as_array().unwrap().iter().filter(|talk| talk["at"].is_null());
            for talk in open {
                let said = json!({ "moment": talk["moment"] });
                self.ruud().post(&format!("/v1/aftercare/{id}/talk"), said).await.ok();
            }
            ids.push(id.to_owned());
        }
        ids
    }

    /// A risky visit that misses nothing: Jan registers it, Ruud agrees.
    pub async fn agreed(&self, form: &form::Form) -> String {
        let why = json!({ "notInformedBecause": "Er is al een agent bij." });
        let visit = self.jan().registers(&form.clone().with("districtOfficer", why)).await;
        let agreed = self.ruud().did(&visit, "approval", json!({})).await;
        assert_eq!(agreed["status"], "planned");
        visit
    }
}
