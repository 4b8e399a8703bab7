//! What each command does.

use std::{
    io::{BufRead as _, Write as _},
    sync::Arc,
};

use tokio_util::sync::CancellationToken;

use crate::{
    app::{
        demo::seed,
        healthcheck::{Question, ask},
        messages::carriers::build_carriers,
        privacy::keys,
        serve::{
            self, asked_to_stop, clock::SystemClock, for_demo, for_real, randomness::SystemDice,
            run,
        },
        trouble::StartupError,
        watchdog::{OnDuty, watch},
    },
    carrier::router::Router,
    config::{Config, ConfigFault},
    model::{
        clock::Clock as _,
        ids::{MessageId, PersonId, Randomness as _, code},
        messages::{
            Channel, Content, Message, MessageKey, Priority,
            language::Language,
            texts::{Words, account},
        },
        people::{
            Mobile, Person, Role,
            teams::{Ladder, Organisation, Rung, Who},
        },
        phone::Phone,
        privacy::secret::Secret,
    },
    store::people::{self, teams},
};

/// Every fault of a configuration, one a line.
pub fn all_faults(faults: Vec<ConfigFault>) -> StartupError {
    serve::all_faults(faults)
}

/// Watches for real.
///
/// # Errors
/// Why it cannot.
pub async fn serve(config: &Config) -> Result<(), StartupError> {
    let standing = for_real(config).await?;
    let stop = CancellationToken::new();
    tokio::spawn(asked_to_stop(stop.clone()));
    run(standing, config, stop, |addr| tracing::info!(%addr, "service started")).await
}

/// Runs the demo municipality.
///
/// # Errors
/// Why it cannot.
pub async fn demo(config: &Config) -> Result<(), StartupError> {
    let config = &apart(config);
    let standing = for_demo(config).await?;
    let stop = CancellationToken::new();
    tokio::spawn(asked_to_stop(stop.clone()));
    run(standing, config, stop, |addr| println!("{}", what_to_try(&format!("http://{addr}")))).await
}

/// A demo without a database of its own never shares the real one's file.
fn apart(config: &Config) -> Config {
    let mut config = config.clone();
    if config.database_url.expose() == crate::config::DEFAULT_DATABASE {
        config.database_url = Secret::new("sqlite://rugdekking-demo.sqlite");
    }
    config
}

fn what_to_try(url: &str) -> String {
    format!(
        "Rugdekking demo: {url}\n\
         \n\
         1. Open {url} and sign in as Jan Bakker (worker). Register a visit with a check-in one\n\
         \x20  minute ahead.\n\
         2. Open {url}/#/telefoons in a second window: the phones of everybody.\n\
         3. Do nothing. After a minute Jan's phone rings and gets a text; after five more Ruud Smit\n\
         \x20  (manager) is told; three later the deputy. The button 'skip 5 minutes' saves waiting.\n\
         4. Answer: OK by text, 1 on the call, the link, or the button in the app. The PIN is {},\n\
         \x20  the duress PIN {} (it answers the same, and raises a silent alarm).\n\
         5. Sign in as Ruud Smit and take the alarm on the board.\n\
         \n\
         The API is described at {url}/docs. Stop with Ctrl-C.",
        seed::PIN,
        seed::DURESS_PIN
    )
}

/// Watches another machine's service.
///
/// # Errors
/// Why it cannot.
pub async fn watchdog(config: &Config) -> Result<(), StartupError> {
    let dog = config.watchdog.clone().ok_or("watchdog: give the section [watchdog]")?;
    let router = build_carriers(config).map_err(all_faults)?.router;
    let on_duty = OnDuty {
        numbers: dog.on_duty,
        router: Arc::new(router),
        organisation: config.organisation.name.clone().unwrap_or_else(|| "Rugdekking".into()),
        words: words(config),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemDice::default()),
    };
    let stop = CancellationToken::new();
    tokio::spawn(asked_to_stop(stop.clone()));
    let clock = Arc::new(SystemClock);
    watch(&dog.target, dog.interval, dog.failures, clock, stop, &on_duty).await;
    Ok(())
}

/// What is said where nobody's language is known.
pub fn words(config: &Config) -> Words {
    Words {
        language: config.language,
        zone: config.time_zone,
        public_url: config.public_url.clone(),
    }
}

/// Asks the service on this machine.
///
/// # Errors
/// Why it is not well.
pub async fn healthcheck(config: &Config, ready: bool) -> Result<(), StartupError> {
    let question = if ready { Question::Ready } else { Question::Live };
    Ok(ask(&question.url(&format!("http://{}", config.addr))).await?)
}

/// What setting up asks for.
#[derive(Debug, clap::Args)]
pub struct Setup {
    /// The first administrator's name; also the first on the organisation's ladder.
    #[arg(long)]
    admin_name: String,
    /// The administrator's mail address, as the identity provider knows it.
    #[arg(long)]
    admin_email: String,
    /// The administrator's mobile number; a code is texted to it and asked back here.
    #[arg(long)]
    admin_mobile: Phone,
}

/// Sets up the organisation with its last-resort ladder, and the first administrator, whose number
/// is proven by a code.
///
/// # Errors
/// When it was set up before, the code does not come back, or the store fails.
pub async fn setup(config: &Config, setup: Setup) -> Result<(), StartupError> {
    let its = config.organisation.clone();
    let (Some(name), Some(call_number)) = (its.name, its.call_number) else {
        return Err("give organisation.name and organisation.call_number first".into());
    };
    let router = build_carriers(config).map_err(all_faults)?.router;
    let db = keys::open(config).await?;
    if db.read(|tx| Box::pin(teams::organisation(tx))).await?.is_some() {
        return Err("the organisation was set up before".into());
    }
    prove(&router, &setup, config.language).await?;
    let (clock, random) = (SystemClock, SystemDice::default());
    let admin = PersonId(random.uuid(clock.now()));
    let mobile =
        Mobile { number: setup.admin_mobile, verified_at: Some(clock.now()), opted_out_at: None };
    let person = Person {
        id: admin,
        name: setup.admin_name,
        email: setup.admin_email,
        roles: vec![Role::Administrator],
        mobile: Some(mobile),
        language: config.language,
        button: None,
        pins: None,
        active: true,
    };
    let rung = Rung {
        who: vec![Who::Desk, Who::Person { person: admin }],
        channels: vec![Channel::Push, Channel::Text, Channel::Call],
        wait_minutes: 5,
    };
    let ladder = Ladder { rungs: vec![rung], repeat_minutes: 5, out_of_hours: None };
    let organisation = Organisation { name, call_number, ladder, letterhead: None };
    db.write(move |tx| {
        Box::pin(async move {
            people::insert(tx, &person).await?;
            teams::save_organisation(tx, &organisation, 0).await
        })
    })
    .await?;
    println!("The organisation is set up. Start `rugdekking serve` and sign in.");
    Ok(())
}

/// Texts a code and asks for it back.
async fn prove(router: &Router, setup: &Setup, language: Language) -> Result<(), StartupError> {
    let random = SystemDice::default();
    let now = SystemClock.now();
    let sent = code(&random);
    let content = Content::Text { body: account::code(language, &sent) };
    let (id, to) = (MessageId(random.uuid(now)), (Channel::Text, setup.admin_mobile.to_string()));
    let text = Message {
        name: setup.admin_name.clone(),
        priority: Priority::Prompt,
        ..Message::plain(id, MessageKey::SetupCode, to, content, now)
    };
    router.send(&text).await.map_err(|why| format!("the code could not be texted: {why}"))?;
    print!("Type the code that was texted to {}: ", setup.admin_mobile);
    std::io::stdout().flush()?;
    let mut typed = String::new();
    std::io::stdin().lock().read_line(&mut typed)?;
    if typed.trim() == sent {
        return Ok(());
    }
    Err("that is not the code that was texted; nothing was set up".into())
}
