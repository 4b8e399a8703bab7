//! One story over real parts from end to end: somebody signs in at an OpenID provider and registers a
//! visit; the telephone rings and a text comes, and nobody answers; the manager's telephone rings, and
//! a key takes the alarm.

use std::{sync::Arc, time::Duration};

use chrono::{SubsecRound as _, TimeDelta};
use reqwest::{Client, StatusCode};
use rugdekking::{
    api::http::state::AppState,
    app::{
        messages::{calls::Exchange, carriers::build_carriers},
        serve::listening,
    },
    carrier::{CallHolder, Carrier, LineState, providers::BuiltCarriers, router::Router},
    config::Config,
    engine::Engine,
    model::{clock::Instant, ids::PersonId, messages::Channel},
    service::Settings,
    store::{Db, Error, people},
};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    process::Child,
    time::{sleep, timeout},
};

use crate::support::{
    gateway::{Gateway, OURS, SECRET},
    on_both,
    openid::{Browser, provider, real_now, sign_in_at},
    telephone::{HERE, JAN, RUUD, Telephone, free_port, in_turn},
    town::{
        Town,
        form::{home_visit, moment},
    },
};

const PATIENCE: Duration = Duration::from_secs(30);

/// The town with nothing but real parts around it.
struct Wired {
    town: Town,
    url: String,
    phone: Telephone,
    gateway: Gateway,
    exchange: Exchange,
    _provider: Child,
}

impl Wired {
    async fn of(db: Db) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap().to_string();
        let url = format!("http://{addr}");
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let issuer = format!("http://{free}");
        let provider = provider(&issuer, &url, &json!({})).await;
        let (gateway, phone) = (Gateway::start(&url).await, Telephone::start().await);
        let config = config(&gateway, &phone, &addr).await;
        let BuiltCarriers { router, callbacks, calls, .. } = build_carriers(&config).unwrap();
        let mut town = Town::new(db).await;
        let router = wired_by(router, &town);
        town.engine = Engine { router: router.clone(), ..town.engine };
        let settings = Settings { public_url: url.clone(), ..(*town.app.settings).clone() };
        let app = AppState {
            callbacks,
            carriers: router,
            sign_in: Some(sign_in_at(&issuer, |_| {})),
            context: town.app.context.with(settings),
            ..town.app.clone()
        };
        let sip = calls[0].clone();
        let exchange = Exchange::open(sip.clone(), app.context.clone(), town.engine.instance);
        is_up(&*sip).await;
        let app = rugdekking::api::router(app);
        tokio::spawn(listening::serve(listener, app, vec![], std::future::pending()));
        Self { town, url, phone, gateway, exchange, _provider: provider }
    }

    /// Whoever signed in registers a visit; tells its id.
    async fn registers(&self, browser: &Browser, form: &Value) -> String {
        let cookies: Vec<_> = browser.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let asked = Client::new().post(format!("{}/v1/visits", self.url));
        let asked = asked.header("cookie", cookies.join("; ")).header("origin", &self.url);
        let answer = asked.json(form).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// The next text that begins so, with whom it was for.
    async fn texted(&mut self, beginning: &str) -> String {
        loop {
            let text = self.gateway.arrives().await;
            if text.text.starts_with(beginning) {
                return format!("+{}", text.to);
            }
        }
    }

    async fn becomes(&self, visit: &str, state: &str) {
        let looking = async {
            loop {
                self.town.settles().await;
                if self.town.ruud().sees_alarm(visit).await["state"] == state {
                    return;
                }
                sleep(Duration::from_millis(100)).await;
            }
        };
        timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("the alarm is never {state}"));
    }
}

/// The carriers of the settings, and the town's own for mail.
fn wired_by(router: Router, town: &Town) -> Arc<Router> {
    let mail: Arc<dyn Carrier> = town.carrier.clone();
    Arc::new(router.with(Channel::Mail, mail).by(town.clock.clone()))
}

async fn is_up(sip: &dyn CallHolder) {
    let opening = async {
        while sip.line() != LineState::Up {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, opening).await.expect("the line never was up");
}

/// No other carrier is set up than the gateway and the exchange.
async fn config(gateway: &Gateway, phone: &Telephone, addr: &str) -> Config {
    let port = free_port().await.to_string();
    let sound = 2 * (free_port().await / 2);
    let (sound, own) = (format!("{sound}-{}", sound + 40), HERE.to_string());
    let set = [
        ("ADDR", addr),
        ("KANNEL__USERNAME", "wacht"),
        ("KANNEL__PASSWORD", "geheim"),
        ("KANNEL__FROM", OURS),
        ("KANNEL__CALLBACK_SECRET", SECRET),
        ("KANNEL__URL", &gateway.url),
        ("KANNEL__STATUS_URL", &gateway.status_url),
        ("SIP__SERVER", &phone.address),
        ("SIP__USER", "rugdekking"),
        ("SIP__OWN_ADDRESS", &own),
        ("SIP__OWN_PORT", &port),
        ("SIP__SOUND_PORTS", &sound),
        ("SIP__RING_SECONDS", "5"),
        ("SIP__SPEECH", "espeak-ng,-v,{language},-s,450,--stdout"),
    ];
    let set = set.map(|(name, value)| (format!("RUGDEKKING_{name}"), value.to_owned()));
    Config::load(None, set.into_iter()).unwrap()
}

/// Everybody is called as in office hours, at whatever hour the tests run.
async fn the_town_of_today(wired: &Wired) -> Instant {
    wired.town.team(|team| team.ladder.out_of_hours = None).await;
    wired.town.organisation(|it| it.ladder.out_of_hours = None).await;
    let now = real_now().trunc_subsecs(0);
    wired.town.clock.set(now);
    now
}

/// Jan's mail address is the provider's while he signs in; after that he is known by his subject.
async fn is_written_to_at(town: &Town, jan: PersonId, email: &'static str) {
    let work = town.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            let mut found = people::load(tx, jan).await?;
            found.item.email = email.into();
            people::save(tx, &found.item, found.version).await
        })
    });
    work.await.unwrap();
}

async fn from_signing_in_to_the_key_that_takes_the_alarm(db: Db) {
    let _turn = in_turn().await;
    let mut wired = Wired::of(db).await;
    let now = the_town_of_today(&wired).await;
    let minutes = |minutes| now + TimeDelta::minutes(minutes);
    let jan = wired.town.account("worker").await.id;
    is_written_to_at(&wired.town, jan, "worker@enschede.example").await;
    let mut browser = Browser::new();
    let callback = browser.callback_at(&wired.url, "/sign-in", "worker", "any").await;
    assert_eq!(browser.get(&callback).await.status(), StatusCode::SEE_OTHER);
    is_written_to_at(&wired.town, jan, "worker@demo.rugdekking.example").await;
    let form = home_visit("13:00")
        .with("startsAt", moment(minutes(60)))
        .with("checkInTimes", json!([moment(minutes(90))]));
    let visit = wired.registers(&browser, &form.0).await;
    wired.town.go(minutes(90)).await;
    assert_eq!(wired.phone.rings().await, JAN);
    assert_eq!(wired.texted("Afspraak").await, JAN);
    wired.phone.is_over().await; // It rang, and nobody answered.
    wired.town.go(minutes(92)).await;
    assert_eq!(wired.phone.rings().await, JAN);
    wired.phone.is_over().await;
    wired.town.go(minutes(95)).await;
    assert_eq!(wired.phone.rings().await, RUUD);
    assert_eq!(wired.texted("ALARM").await, RUUD);
    wired.phone.answers().await;
    wired.phone.presses("1").await;
    wired.town.days_pass(&wired.town.app.now().to_rfc3339()).await;
    wired.becomes(&visit, "owned").await;
    let alarm = wired.town.ruud().sees_alarm(&visit).await;
    assert_eq!(alarm["owner"]["name"], "Ruud Smit");
    assert!(wired.town.ruud().reads(&visit, "confirmed").await.is_empty());
    wired.phone.is_over().await;
    wired.exchange.close().await;
}

on_both!(from_signing_in_to_the_key_that_takes_the_alarm);
