//! Asks the api in-process, as somebody with a role.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Body,
    http::{Method, Request},
    response::Response,
};
use chrono::TimeDelta;
use rugdekking::{
    api::{http::state::AppState, people::auth::SignIn},
    model::{
        clock::{
            Instant,
            testing::{ManualClock, Seeded},
        },
        ids::{MessageId, PersonId, TeamId, token},
        messages::{
            Channel, Content, Message,
            carrier_state::{CarrierState, Carriers},
            language::Language,
        },
        people::{
            Mobile, Person, Role,
            devices::HostReach,
            teams::{Ladder, Team, WatchPolicy},
        },
        phone::Countries,
    },
    service::{Context, PushSettings, Settings, integrations::changes::Changes},
    store::{
        Db, Error, messages,
        people::{self, sessions, teams},
    },
};
use serde_json::Value;
use tower::ServiceExt as _;

pub use super::answer::Answer;

/// A house with a clock that stands at Monday 23 November 2026, 10:00 in Enschede.
pub struct Asking {
    pub app: AppState,
    pub clock: Arc<ManualClock>,
    pub carriers: Arc<Speaking>,
    router: Router,
}

/// How the carriers are doing, as a test says.
#[derive(Debug)]
pub struct Speaking(pub Mutex<Vec<CarrierState>>);

impl Default for Speaking {
    fn default() -> Self {
        let well = |channel| CarrierState {
            channel,
            name: "fake",
            successes: 2,
            failures: 0,
            failures_in_a_row: 0,
            refusals_in_a_row: 0,
            line_is_down: false,
            circuit: "closed",
        };
        Self(Mutex::new([Channel::Text, Channel::Call].map(well).to_vec()))
    }
}

impl Carriers for Speaking {
    fn states(&self) -> Vec<CarrierState> {
        self.0.lock().unwrap().clone()
    }
}

/// Somebody with a session.
#[derive(Clone)]
pub struct Somebody {
    pub id: PersonId,
    pub token: String,
}

/// The settings of a test.
pub fn settings() -> Settings {
    Settings {
        public_url: "https://rugdekking.example".into(),
        zone: chrono_tz::Europe::Amsterdam,
        language: Language::Nl,
        channels: vec![Channel::Text, Channel::Call],
        push: Some(PushSettings { public_key: "the key".into(), reach: HostReach::Public }),
        text_number: Some("+3197010200300".parse().unwrap()),
        countries: Countries::default(),
        letters: Arc::default(),
    }
}

impl Asking {
    pub fn new(db: Db, routes: impl Into<Router<AppState>>) -> Self {
        let now = "2026-11-23T09:00:00Z".parse().unwrap();
        Self::reached_at("https://rugdekking.example", db, routes, now, None)
    }

    /// A house that is reached at another address, at another time, with a place to sign in.
    pub fn reached_at(
        public_url: &str,
        db: Db,
        routes: impl Into<Router<AppState>>,
        now: Instant,
        sign_in: Option<Arc<SignIn>>,
    ) -> Self {
        let open = |app: AppState| routes.into().with_state(app);
        Self::build(
            Settings { public_url: public_url.into(), ..settings() },
            db,
            now,
            sign_in,
            open,
        )
    }

    /// The whole api, as it is served.
    pub fn whole(db: Db) -> Self {
        Self::whole_with(settings(), db)
    }

    /// The whole api with other settings.
    pub fn whole_with(settings: Settings, db: Db) -> Self {
        let now = "2026-11-23T09:00:00Z".parse().unwrap();
        Self::build(settings, db, now, None, rugdekking::api::router)
    }

    /// The whole api of another house than usual.
    pub fn whole_of(db: Db, change: impl FnOnce(&mut AppState)) -> Self {
        let now = "2026-11-23T09:00:00Z".parse().unwrap();
        let open = |mut app: AppState| {
            change(&mut app);
            rugdekking::api::router(app)
        };
        Self::build(settings(), db, now, None, open)
    }

    /// The whole api, reached at another address, at another time, with a place to sign in.
    pub fn whole_at(public_url: &str, db: Db, now: Instant, sign_in: Arc<SignIn>) -> Self {
        let settings = Settings { public_url: public_url.into(), ..settings() };
        Self::build(settings, db, now, Some(sign_in), rugdekking::api::router)
    }

    fn build(
        settings: Settings,
        db: Db,
        now: Instant,
        sign_in: Option<Arc<SignIn>>,
        open: impl FnOnce(AppState) -> Router,
    ) -> Self {
        let clock = Arc::new(ManualClock::at(now));
        let carriers = Arc::new(Speaking::default());
        let app = AppState {
            context: Context::new(
                db,
                clock.clone(),
                Arc::new(Seeded::new(7)),
                settings,
                Arc::default(),
            ),
            theme: "".into(),
            scim_token: None,
            metrics_token: None,
            is_demo: false,
            time_machine: None,
            callbacks: vec![],
            sign_in,
            calendars: None,
            carriers: carriers.clone(),
            addresses: None,
            changes: Changes::default(),
        };
        let router = open(app.clone());
        Self { app, clock, carriers, router }
    }

    /// Listens there for whoever comes over HTTP.
    pub fn serve(&self, listener: tokio::net::TcpListener) {
        let router = self.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
    }

    /// An account with these roles, a verified number and a session.
    pub async fn somebody(&self, name: &str, roles: &[Role]) -> Somebody {
        let now = self.app.now();
        let id = PersonId::new(&*self.app.random, now);
        let token = token(&*self.app.random);
        let digits = id.0.as_u128() % 10_000_000;
        let number = format!("+316{:08}", 10_000_000 + digits).parse().unwrap();
        let person = Person {
            id,
            name: name.into(),
            email: format!("{}@enschede.example", name.to_lowercase()),
            roles: roles.to_vec(),
            mobile: Some(Mobile { number, verified_at: Some(now), opted_out_at: None }),
            language: Language::Nl,
            button: None,
            pins: None,
            active: true,
        };
        let somebody = Somebody { id, token: token.clone() };
        let work = self.app.db.write(move |tx| {
            Box::pin(async move {
                people::insert(tx, &person).await?;
                sessions::open(tx, &token, id, now, TimeDelta::hours(12)).await
            })
        });
        work.await.unwrap();
        somebody
    }

    /// A team of these people.
    pub async fn team(&self, name: &str, members: &[&Somebody], managers: &[&Somebody]) -> TeamId {
        let team = Team {
            id: TeamId::new(&*self.app.random, self.app.now()),
            name: name.into(),
            members: members.iter().map(|s| s.id).collect(),
            managers: managers.iter().map(|s| s.id).collect(),
            deputies: vec![],
            policy: WatchPolicy::default(),
            ladder: Ladder::default(),
        };
        let id = team.id;
        let work =
            self.app.db.write(move |tx| Box::pin(async move { teams::insert(tx, &team).await }));
        work.await.unwrap();
        id
    }

    /// Asks with a body.
    pub async fn send(
        &self,
        who: Option<&Somebody>,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(who) = who {
            request = request.header("authorization", format!("Bearer {}", who.token));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.ask(request.body(body).unwrap()).await
    }

    /// Asks anything.
    pub async fn ask(&self, request: Request<Body>) -> Answer {
        Answer::to(request, async |request| self.open(request).await).await
    }

    /// Asks for what is read bit by bit.
    pub async fn open(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn get(&self, who: &Somebody, path: &str) -> Answer {
        self.send(Some(who), Method::GET, path, &[], Value::Null).await
    }

    pub async fn post(&self, who: &Somebody, path: &str, body: Value) -> Answer {
        self.send(Some(who), Method::POST, path, &[], body).await
    }

    pub async fn put(&self, who: &Somebody, path: &str, etag: &str, body: Value) -> Answer {
        self.send(Some(who), Method::PUT, path, &[("if-match", etag)], body).await
    }

    pub async fn patch(&self, who: &Somebody, path: &str, etag: &str, body: Value) -> Answer {
        self.send(Some(who), Method::PATCH, path, &[("if-match", etag)], body).await
    }

    /// The account as it is stored.
    pub async fn stored(&self, id: PersonId) -> Person {
        let found = self.app.db.read(move |tx| Box::pin(people::load(tx, id))).await;
        found.unwrap().item
    }

    /// The bodies of the texts that wait for this number.
    pub async fn texts(&self, number: &str) -> Vec<String> {
        let found = self.app.db.read::<_, Error, _>(|tx| {
            Box::pin(async move {
                let sql = "select id from messages order by id";
                let ids: Vec<(uuid::Uuid,)> = tx.query(sql).all().await?;
                let mut found = vec![];
                for (id,) in ids {
                    found.push(messages::load(tx, MessageId(id)).await?.message);
                }
                Ok(found)
            })
        });
        let found = found.await.unwrap().into_iter().filter(|m| m.to == number);
        let text = |m: Message| match m.content {
            Content::Text { body } => body,
            other => panic!("{other:?} is no text"),
        };
        found.map(text).collect()
    }
}
