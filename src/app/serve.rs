//! Runs the service: the engine, the api, the calendar of housekeeping; and stops it gracefully.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{net::TcpListener, sync::Notify};
use tokio_util::sync::CancellationToken;

use super::{
    addresses, calendars,
    calls::Exchange,
    clock::{DemoClock, SystemClock},
    devices,
    dice::SystemDice,
    handsets::DatabasePhones,
    housekeeping,
    instance::Instance,
    keys, listening,
    retention::Retention,
    seed, sign_in,
    speakers::{Speakers, speakers},
    time_machine::Skipper,
    webhooks,
};
use crate::{
    api::{
        auth::{Door, SignIn},
        changes::Changes,
        counter::Counter,
        demo::TimeMachine,
        state::{House, PushSettings, Settings},
    },
    carrier::{Carrier, router::Router, sandbox::Sandbox, sip::Sip},
    config::{Config, letters, theme},
    engine::Engine,
    model::{
        clock::{Clock as _, SharedClock},
        devices::Reach,
        ids::{InstanceId, SharedDice},
        letters::Templates,
        messages::Channel,
        texts::Words,
    },
    store::{Db, sandbox, sole::Sole, teams},
};

/// How long a request that is under way may take once the service was asked to stop.
const GRACE: Duration = Duration::from_secs(5);

/// Why the service cannot run, in words for whoever started it.
pub type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// A house that stands, ready to be opened.
#[derive(Debug)]
pub struct Standing {
    /// The api's side.
    pub house: House,
    /// The engine.
    pub engine: Engine,
    /// Its place among others.
    pub instance: Instance,
    /// The line to the municipality's own exchange, still closed.
    pub sip: Option<Arc<Sip>>,
    /// Keeps a second engine away from a database that cannot bear one.
    pub sole: Sole,
}

/// Builds the house for real.
///
/// # Errors
/// When the database cannot be reached, a setting is wrong, or the organisation was never set up.
pub async fn for_real(config: &Config) -> Result<Standing, Trouble> {
    let (Speakers { router, provider, sip }, sign_in) = outside(config)?;
    let (sole, db) = open(config).await?;
    let organisation = db.read(|tx| Box::pin(teams::organisation(tx))).await?;
    if organisation.is_none_or(|o| o.item.ladder.rungs.is_empty()) {
        return Err("the organisation has no ladder yet: run `rugdekking setup` first, so that \
                    an alarm always has somebody to go to"
            .into());
    }
    let clock: SharedClock = Arc::new(SystemClock);
    let standing = build(config, (sole, db), clock, router, false).await?;
    let house = House { provider, sign_in, ..standing.house };
    Ok(Standing { house, sip, ..standing })
}

/// Whom people are reached by, and where they sign in.
fn outside(config: &Config) -> Result<(Speakers, Option<Arc<SignIn>>), Trouble> {
    match (speakers(config), sign_in::of(config)) {
        (Ok(speakers), Ok(sign_in)) => Ok((speakers, sign_in.map(Arc::new))),
        (speakers, sign_in) => {
            let faults = speakers.err().into_iter().flatten().chain(sign_in.err());
            Err(all_faults(faults.collect()))
        }
    }
}

/// Before anything is changed in a database, it is ours.
async fn open(config: &Config) -> Result<(Sole, Db), Trouble> {
    let sole = Sole::take(config.database_url.expose())?;
    Ok((sole, keys::open(config).await?))
}

/// Builds the demo municipality.
///
/// # Errors
/// When the database cannot be reached.
pub async fn for_demo(config: &Config) -> Result<Standing, Trouble> {
    let (sole, db) = open(&keys::for_demo(config)?).await?;
    let ahead = db.read(|tx| Box::pin(sandbox::clock_ahead(tx))).await?;
    let clock = Arc::new(DemoClock::ahead(ahead));
    let phones =
        DatabasePhones { db: db.clone(), clock: clock.clone(), sender: "Rugdekking".into() };
    let carrier: Arc<dyn Carrier> = Arc::new(Sandbox::new(Arc::new(phones)));
    let by = |channel| (channel, vec![carrier.clone()]);
    let router = Router::new([Channel::Text, Channel::Call, Channel::Mail].map(by).to_vec());
    let standing = build(config, (sole, db), clock.clone(), router, true).await?;
    seed::seed(&standing.house.db, standing.house.dice.clone(), clock.now()).await?;
    let retention = Retention::of(&standing.house);
    let machine: Arc<dyn TimeMachine> =
        Arc::new(Skipper::new(standing.engine.clone(), clock.clone(), retention));
    let house = House { time_machine: Some(machine), ..standing.house };
    let instance = Instance { clock: Some(clock), ..standing.instance };
    Ok(Standing { house, instance, ..standing })
}

/// A theme that cannot be read is told and left out: nobody goes unwatched for a colour.
fn theme_of(config: &Config) -> String {
    theme::style_sheet(config.theme.as_deref()).unwrap_or_else(|faults| {
        for fault in faults {
            tracing::error!(%fault, "the theme is left out");
        }
        String::new()
    })
}

/// A template that cannot be used is told: its letters wait, and everything else goes on.
fn letters_of(config: &Config) -> Templates {
    let (templates, faults) = letters::templates(config.letters.as_deref());
    for fault in faults {
        tracing::error!(%fault, "letters from this template cannot be written");
    }
    templates
}

async fn build(
    config: &Config,
    (sole, db): (Sole, Db),
    clock: SharedClock,
    router: Router,
    demo: bool,
) -> Result<Standing, Trouble> {
    let dice: SharedDice = Arc::new(SystemDice::default());
    let reach = if demo { Reach::ThisMachineToo } else { Reach::Public };
    let (router, push) = match devices::carrier(config, &db, &clock, &dice, reach).await? {
        Some((carrier, public_key)) => {
            (router.with(Channel::Push, carrier), Some(PushSettings { public_key, reach }))
        }
        None => (router, None),
    };
    let router = Arc::new(router.by(clock.clone()));
    let addresses = addresses::book(config, &clock)?;
    let instance = Instance {
        id: InstanceId::new(&*dice, clock.now()),
        db: db.clone(),
        written: Arc::new(Notify::new()),
        wake: Arc::new(Notify::new()),
        clock: None,
    };
    let settings = Settings {
        public_url: config.public_url.clone(),
        zone: config.time_zone,
        language: config.language,
        channels: router.channels(),
        push,
        text_number: config.text_number().cloned(),
        theme: theme_of(config),
        letters: Arc::new(letters_of(config)),
        scim_token: config.scim.as_ref().map(|scim| scim.token.clone()),
        demo,
    };
    let words = Words {
        language: config.language,
        zone: config.time_zone,
        public_url: config.public_url.clone(),
    };
    let engine = Engine {
        instance: instance.id,
        db: db.apart(),
        clock: clock.clone(),
        dice: dice.clone(),
        router: router.clone(),
        hooks: webhooks::teller(config)?,
        words,
        zone: config.time_zone,
        wake: instance.wake.clone(),
    };
    let house = House {
        db,
        clock,
        dice,
        settings: Arc::new(settings),
        wake: instance.written.clone(),
        time_machine: None,
        provider: None,
        sign_in: None,
        calendars: Some(calendars::reader(config, reach)?),
        carriers: router,
        addresses,
        changes: Changes::default(),
        door: Door::default(),
        answers: Counter::default(),
        registrations: Counter::default(),
    };
    Ok(Standing { house, engine, instance, sip: None, sole })
}

/// Every fault of a configuration, one a line.
pub fn all_faults(faults: Vec<crate::config::ConfigFault>) -> Trouble {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n").into()
}

/// Opens the house and keeps it open until `stop`. Then no new request is taken, what runs is
/// finished, and what carriers have in hand is written down.
///
/// # Errors
/// When the address is taken.
pub async fn run(
    standing: Standing,
    config: &Config,
    stop: CancellationToken,
    opened: impl FnOnce(SocketAddr),
) -> Result<(), Trouble> {
    let Standing { house, engine, instance, sip, sole: _kept } = standing;
    let listener = TcpListener::bind(config.addr).await?;
    opened(listener.local_addr()?);
    let (db, watching) = (house.db.clone(), engine.db.clone());
    let calendar = housekeeping::start(&house, config).await?;
    let id = instance.id;
    let living = instance.start().await?;
    let exchange = sip.map(|sip| Exchange::open(sip, house.clone(), id));
    let running = tokio::spawn(engine.run(stop.clone()));
    let (changes, asked) = (house.changes.clone(), stop.clone());
    let app = crate::api::router(house);
    let closing = async move {
        asked.cancelled().await;
        changes.stop();
    };
    let serving = listening::serve(listener, app, config.trusted_proxies.clone(), closing);
    tokio::select! {
        () = serving => {}
        () = grace(&stop) => tracing::warn!("somebody holds a connection open; stopping without them"),
    }
    stop.cancel();
    running.await?;
    if let Some(exchange) = exchange {
        exchange.close().await;
    }
    living.leave().await;
    housekeeping::stop(calendar).await;
    watching.close().await;
    db.close().await;
    Ok(())
}

/// Ends when whoever was being served has had the time to finish.
async fn grace(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(GRACE).await;
}

/// Ends when the process is asked to stop.
pub async fn asked_to_stop(stop: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("asked to stop");
    stop.cancel();
}
