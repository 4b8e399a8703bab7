//! Tests every carrier from the command line, beside a running service: one message each, then waits
//! for what its provider reports.
//!
//! Reports go to the service, which writes them into the database that both share; there they are
//! looked for. So a message lies there as handed over before it is: a report may be very fast, and
//! nobody else may send it.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;

use super::{
    carriers::build_beside_the_service,
    test_line::{TestLine, becomes},
};
use crate::{
    app::{
        commands,
        privacy::keys,
        serve::{clock::SystemClock, randomness::SystemDice},
        trouble::StartupError,
    },
    carrier::{Carrier, providers::BuiltCarriers, router::Router},
    config::Config,
    model::{
        clock::Clock as _,
        ids::MessageId,
        messages::{
            Channel, Message, MessageState,
            carrier_tests::{Came, test},
            texts::Words,
        },
        phone::Phone,
    },
    store::{
        Db, Error,
        messages::{self, TakenMessage},
    },
};

/// How often the database is looked at.
const LOOK: Duration = Duration::from_millis(250);

/// What can be done with carriers.
#[derive(Debug, clap::Subcommand)]
pub enum CarrierCommand {
    /// Text, call and mail by every carrier in turn, and tell what arrived and how long that took.
    /// Exits 1 when something did not. The service should run, for it hears what providers report.
    Test(Test),
}

/// Whom to reach.
#[derive(Debug, clap::Args)]
pub struct Test {
    /// The number to text and call. Answer the calls.
    #[arg(long)]
    to: Phone,
    /// The address to mail; without one no mail is sent.
    #[arg(long)]
    mail: Option<String>,
    /// For how many seconds a report is waited for.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=600))]
    wait: u16,
}

/// Tests them.
///
/// # Errors
/// When something did not arrive, or the database cannot be reached.
pub async fn carriers(config: &Config, what: CarrierCommand) -> Result<(), StartupError> {
    let CarrierCommand::Test(asked) = what;
    let words = commands::words(config);
    let built = build_beside_the_service(config).map_err(commands::all_faults)?;
    let BuiltCarriers { router, calls, moved, .. } = built;
    let db = keys::open(config).await?;
    if let Some((from, to)) = moved {
        println!("{}", words.carriers_other_port(from, to));
    }
    let mut lines = vec![];
    for holder in calls {
        lines.push(TestLine::open(holder, db.clone()).await);
    }
    let came = all(&db, &words, &router, &asked).await;
    for line in lines {
        line.close().await;
    }
    db.close().await;
    told(&words, &came?)
}

/// By each carrier in turn.
async fn all(
    db: &Db,
    words: &Words,
    router: &Router,
    asked: &Test,
) -> Result<Vec<Came>, StartupError> {
    let mut came = vec![];
    for (channel, carrier) in router.carriers() {
        let to = match channel {
            Channel::Mail => asked.mail.clone(),
            _ => Some(asked.to.to_string()),
        };
        let Some(to) = to else {
            println!("{}", words.carrier_left_out(channel, carrier.name()));
            continue;
        };
        let outcome = one(db, words, (channel, &carrier), &to, asked.wait).await?;
        println!("{}", words.carrier_came_to(channel, carrier.name(), &outcome));
        came.push(outcome);
    }
    Ok(came)
}

fn told(words: &Words, came: &[Came]) -> Result<(), StartupError> {
    if came.iter().any(|came| matches!(came, Came::Silent(_))) {
        println!("{}", words.carriers_silent());
    }
    let failed = came.iter().filter(|came| !came.is_well()).count();
    match (failed, came.len()) {
        (_, 0) => Err(words.no_carriers().into()),
        (0, _) => Ok(()),
        (failed, of) => Err(words.carriers_failed(failed, of).into()),
    }
}

async fn one(
    db: &Db,
    words: &Words,
    (channel, carrier): (Channel, &Arc<dyn Carrier>),
    to: &str,
    wait: u16,
) -> Result<Came, StartupError> {
    let begun = SystemClock.now();
    let Some(message) = test(channel, to, words, &SystemDice::default(), begun) else {
        return Ok(Came::Refused("nothing to say".into()));
    };
    note(db, message.clone(), carrier.name()).await?;
    let after = || SystemClock.now() - begun;
    match carrier.send(&message).await {
        Err(refusal) => {
            becomes(db, message.id, MessageState::Failed).await?;
            Ok(Came::Refused(refusal.to_string()))
        }
        Ok(taken) if taken.delivered => {
            becomes(db, message.id, MessageState::Delivered).await?;
            Ok(Came::Arrived(after()))
        }
        Ok(_) if channel == Channel::Mail => Ok(Came::Taken(after())),
        Ok(_) => reported(db, message.id, TimeDelta::seconds(wait.into()), after).await,
    }
}

/// As handed over: see above.
async fn note(db: &Db, message: Message, carrier: &'static str) -> Result<(), Error> {
    db.write(move |tx| {
        Box::pin(async move {
            messages::insert(tx, &message).await?;
            let taken =
                TakenMessage { id: message.id, carrier, provider_id: None, delivered: false };
            messages::handed_over_all(tx, &[taken], message.created_at).await
        })
    })
    .await
}

async fn reported(
    db: &Db,
    id: MessageId,
    wait: TimeDelta,
    after: impl Fn() -> TimeDelta,
) -> Result<Came, StartupError> {
    loop {
        let sent = db.read::<_, Error, _>(move |tx| Box::pin(messages::load(tx, id))).await?;
        if let Some(came) = Came::of(sent.state, after()) {
            return Ok(came);
        }
        if after() >= wait {
            return Ok(Came::Silent(wait));
        }
        tokio::time::sleep(LOOK).await;
    }
}
