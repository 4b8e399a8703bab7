//! Runs the service: the engine, the api, the calendar of housekeeping; and stops it gracefully.

pub mod clock;
pub mod housekeeping;
pub mod instance;
pub mod listening;
pub mod logging;
pub mod randomness;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{net::TcpListener, sync::Notify};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

pub use super::trouble::StartupError;
use super::{
    demo::{handsets::DatabasePhones, seed, time_machine::Skipper},
    integrations::{addresses, calendars, webhooks},
    messages::{calls::Exchange, carriers::build_carriers, devices},
    people::sign_in,
    privacy::{keys, retention::Retention},
    serve::{
        clock::{DemoClock, SystemClock},
        instance::Instance,
        randomness::SystemDice,
    },
};
use crate::{
    api::{http::state::AppState, people::auth::SignIn},
    carrier::{CallHolder, Carrier, providers::BuiltCarriers, router::Router, sandbox::Sandbox},
    config::{Config, letters, theme},
    engine::Engine,
    model::{
        clock::{Clock as _, SharedClock},
        ids::{InstanceId, SharedRandomness},
        incidents::letters::Templates,
        messages::{Channel, texts::Words},
        people::devices::HostReach,
    },
    service::{
        Context, PushSettings, Settings, context::time_machine::TimeMachine,
        integrations::changes::Changes,
    },
    store::{Db, instances::instance_lock::Sole, messages::sandbox, people::teams},
};

/// How long a request that is under way may take once the service was asked to stop.
const GRACE: Duration = Duration::from_secs(5);

/// A house that stands, ready to be opened.
#[derive(Debug)]
pub struct Runtime {
    /// The api's side.
    pub app: AppState,
    pub engine: Engine,
    /// Its place among others.
    pub instance: Instance,
    /// Carriers that hold their calls themselves, whose lines are still closed.
    pub calls: Vec<Arc<dyn CallHolder>>,
    /// Keeps a second engine away from a database that cannot bear one.
    pub sole: Sole,
}

/// Builds the house for real.
///
/// # Errors
/// When the database cannot be reached, a setting is wrong, or the organisation was never set up.
pub async fn for_real(config: &Config) -> Result<Runtime, StartupError> {
    let (BuiltCarriers { router, callbacks, calls, .. }, sign_in) = outside(config)?;
    let (sole, db) = open(config).await?;
    let organisation = db.read(|tx| Box::pin(teams::organisation(tx))).await?;
    if organisation.is_none_or(|o| o.item.ladder.rungs.is_empty()) {
        return Err("the organisation has no ladder yet: run `rugdekking setup` first, so that \
                    an alarm always has somebody to go to"
            .into());
    }
    let clock: SharedClock = Arc::new(SystemClock);
    let standing = build(config, (sole, db), clock, router, false).await?;
    let app = AppState { callbacks, sign_in, ..standing.app };
    Ok(Runtime { app, calls, ..standing })
}

/// Whom people are reached by, and where they sign in.
fn outside(config: &Config) -> Result<(BuiltCarriers, Option<Arc<SignIn>>), StartupError> {
    match (build_carriers(config), sign_in::of(config)) {
        (Ok(carriers), Ok(sign_in)) => Ok((carriers, sign_in.map(Arc::new))),
        (carriers, sign_in) => {
            let faults = carriers.err().into_iter().flatten().chain(sign_in.err());
            Err(all_faults(faults.collect()))
        }
    }
}

/// Before anything is changed in a database, it is ours.
async fn open(config: &Config) -> Result<(Sole, Db), StartupError> {
    let sole = Sole::take(config.database_url.expose())?;
    Ok((sole, keys::open(config).await?))
}

/// Builds the demo municipality.
///
/// # Errors
/// When the database cannot be reached.
pub async fn for_demo(config: &Config) -> Result<Runtime, StartupError> {
    let (sole, db) = open(&keys::for_demo(config)?).await?;
    let ahead = db.read(|tx| Box::pin(sandbox::clock_ahead(tx))).await?;
    let clock = Arc::new(DemoClock::ahead(ahead));
    let phones =
        DatabasePhones { db: db.clone(), clock: clock.clone(), sender: "Rugdekking".into() };
    let carrier: Arc<dyn Carrier> = Arc::new(Sandbox::new(Arc::new(phones)));
    let by = |channel| (channel, vec![carrier.clone()]);
    let router = Router::new([Channel::Text, Channel::Call, Channel::Mail].map(by).to_vec());
    let standing = build(config, (sole, db), clock.clone(), router, true).await?;
    seed::seed(&standing.app.db, standing.app.random.clone(), clock.now()).await?;
    let retention = Retention::of(&standing.app);
    let machine: Arc<dyn TimeMachine> =
        Arc::new(Skipper::new(standing.engine.clone(), clock.clone(), retention));
    let app = AppState { time_machine: Some(machine), ..standing.app };
    let instance = Instance { clock: Some(clock), ..standing.instance };
    Ok(Runtime { app, instance, ..standing })
}

/// A theme that cannot be read is told and left out: nobody goes unwatched for a colour.
fn theme_of(config: &Config) -> String {
    theme::style_sheet(config.theme.as_deref()).unwrap_or_else(|faults| {
        for fault in faults {
            tracing::error!(%fault, "theme ignored");
        }
        String::new()
    })
}

/// A template that cannot be used is told: its letters wait, and everything else goes on.
fn letters_of(config: &Config) -> Templates {
    let (templates, faults) = letters::templates(config.letters.as_deref());
    for fault in faults {
        tracing::error!(%fault, "letter template ignored");
    }
    templates
}

async fn build(
    config: &Config,
    (sole, db): (Sole, Db),
    clock: SharedClock,
    router: Router,
    demo: bool,
) -> Result<Runtime, StartupError> {
    let random: SharedRandomness = Arc::new(SystemDice::default());
    let reach = if demo { HostReach::ThisMachineToo } else { HostReach::Public };
    let (router, push) = match devices::carrier(config, &db, &clock, &random, reach).await? {
        Some((carrier, public_key)) => {
            (router.with(Channel::Push, carrier), Some(PushSettings { public_key, reach }))
        }
        None => (router, None),
    };
    let router = Arc::new(router.by(clock.clone()));
    let addresses = addresses::book(config, &clock)?;
    let instance = Instance {
        id: InstanceId::new(&*random, clock.now()),
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
        text_number: config.text_number(),
        countries: config.phone_countries.clone(),
        letters: Arc::new(letters_of(config)),
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
        random: random.clone(),
        router: router.clone(),
        hooks: webhooks::teller(config)?,
        words,
        zone: config.time_zone,
        wake: instance.wake.clone(),
    };
    let app = AppState {
        context: Context::new(db, clock, random, settings, instance.written.clone()),
        theme: theme_of(config).into(),
        scim_token: config.scim.as_ref().map(|scim| scim.token.clone()),
        metrics_token: config.metrics_token.clone(),
        is_demo: demo,
        time_machine: None,
        callbacks: vec![],
        sign_in: None,
        calendars: Some(calendars::reader(config, reach)?),
        carriers: router,
        addresses,
        changes: Changes::default(),
    };
    Ok(Runtime { app, engine, instance, calls: vec![], sole })
}

/// Every fault of a configuration, one a line.
pub fn all_faults(faults: Vec<crate::config::ConfigFault>) -> StartupError {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n").into()
}

/// Opens the house and keeps it open until `stop`. Then no new request is taken, what runs is
/// finished, and what carriers have in hand is written down.
///
/// # Errors
/// When the address is taken.
pub async fn run(
    standing: Runtime,
    config: &Config,
    stop: CancellationToken,
    opened: impl FnOnce(SocketAddr),
) -> Result<(), StartupError> {
    let Runtime { app, engine, instance, calls, sole: _kept } = standing;
    let listener = TcpListener::bind(config.addr).await?;
    opened(listener.local_addr()?);
    let (db, watching) = (app.db.clone(), engine.db.clone());
    let id = instance.id;
    let span = tracing::info_span!("instance", instance = %id);
    let calendar = housekeeping::start(&app, config).instrument(span.clone()).await?;
    let living = instance.start().await?;
    let context = app.context.clone();
    let exchanges = calls.into_iter().map(|calls| Exchange::open(calls, context.clone(), id));
    let exchanges: Vec<_> = exchanges.collect();
    let running = tokio::spawn(engine.run(stop.clone()));
    let (changes, asked) = (app.changes.clone(), stop.clone());
    let app = crate::api::router(app);
    let closing = async move {
        asked.cancelled().await;
        changes.stop();
    };
    let serving = listening::serve(listener, app, config.trusted_proxies.clone(), closing);
    let serving = serving.instrument(span);
    tokio::select! {
        () = serving => {}
        () = grace(&stop) => tracing::warn!("somebody holds a connection open; stopping without them"),
    }
    stop.cancel();
    running.await?;
    for exchange in exchanges {
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
    tracing::info!("shutdown requested");
    stop.cancel();
}
