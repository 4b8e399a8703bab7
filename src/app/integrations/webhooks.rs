//! Other systems that are told what happened: how events are named, and how whoever runs the
//! service adds a system, changes its secret, and tries again what did not arrive.

use std::{collections::BTreeSet, fs, path::PathBuf, sync::Arc};

use chrono::TimeDelta;
use clap::{Args, Subcommand};
use serde_json::json;

use crate::{
    app::{
        privacy::keys,
        serve::{clock::SystemClock, randomness::SystemDice},
        trouble::StartupError,
    },
    carrier::integrations::webhooks::{TRY_LIMIT, Webhooks},
    config::Config,
    model::{
        clock::Clock as _,
        ids::{EventId, LineId, WebhookId},
        integrations::{
            outgoing::EventKind,
            webhooks::{HookSecret, HookUrl, Target, Webhook},
        },
        privacy::access::{Action, Look},
    },
    store::{
        Db, Error,
        integrations::{deliveries, webhooks},
        privacy::access,
    },
};

/// As many as are listed at once.
const MOST: i64 = 1_000;

/// Who tells other systems, by a configuration.
///
/// # Errors
/// When the HTTP client cannot be set up.
pub fn teller(config: &Config) -> Result<Arc<Webhooks>, StartupError> {
    Ok(Arc::new(Webhooks::new(config.events.clone(), Arc::new(SystemClock), TRY_LIMIT)?))
}

/// What can be done with the systems that are told what happened.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Tell one more system. Its secret is shown once, unless it is given.
    Add(Add),
    /// List them, with what waits for each and what was given up.
    List,
    /// Give one a new secret, shown once; the one before counts for a while as well.
    Rotate {
        name: String,
        /// For how many hours the one before counts.
        #[arg(long, default_value_t = 24)]
        overlap_hours: u16,
    },
    /// Tell one no more.
    Remove { name: String },
    /// List what one was told in vain for half a day, and is told no more.
    Dead { name: String },
    /// Tell one again what it was told in vain, under the same ids.
    Replay {
        name: String,
        /// Which events; all of them when none is named.
        events: Vec<EventId>,
    },
}

/// What adding asks for.
#[derive(Debug, Args)]
pub struct Add {
    /// What it is called.
    name: String,
    /// Where it listens: https:// (http:// only for localhost).
    #[arg(long)]
    url: String,
    /// Of what it is told, such as alarm.raised; of everything when none is named.
    #[arg(long = "type", value_parser = kind)]
    kinds: Vec<EventKind>,
    /// Tell it names and addresses as well.
    #[arg(long)]
    with_personal_data: bool,
    /// Tell it of silent alarms as well. What it shows must never reach who is out there.
    #[arg(long)]
    with_silent_alarms: bool,
    /// A file with the secret (whsec_…), when it was agreed on elsewhere.
    #[arg(long)]
    secret_file: Option<PathBuf>,
}

fn kind(name: &str) -> Result<EventKind, String> {
    let all = || EventKind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
    EventKind::from_name(name).ok_or_else(|| format!("give one of {}", all()))
}

/// Does it.
///
/// # Errors
/// Why it cannot.
pub async fn webhooks(config: &Config, command: Command) -> Result<(), StartupError> {
    let db = keys::open(config).await?;
    let done = run(&db, command).await;
    db.close().await;
    print!("{}", done?);
    Ok(())
}

/// Does it, and answers with what is to be shown.
///
/// # Errors
/// Why it cannot.
pub async fn run(db: &Db, command: Command) -> Result<String, StartupError> {
    match command {
        Command::Add(it) => add(db, it).await,
        Command::List => list(db).await,
        Command::Rotate { name, overlap_hours } => rotate(db, &name, overlap_hours).await,
        Command::Remove { name } => remove(db, &name).await,
        Command::Dead { name } => dead(db, &name).await,
        Command::Replay { name, events } => replay(db, &name, events).await,
    }
}

async fn add(db: &Db, it: Add) -> Result<String, StartupError> {
    let (now, random) = (SystemClock.now(), SystemDice::default());
    let url = HookUrl::parse(&it.url).map_err(|why| format!("--url: {why}"))?;
    let (secret, shown) = match it.secret_file {
        None => {
            let secret = HookSecret::generate(&random);
            let shown = once(&secret);
            (secret, shown)
        }
        Some(file) => {
            let text = fs::read_to_string(&file)
                .map_err(|why| format!("--secret-file: cannot be read ({why})"))?;
            let wrong = "--secret-file: holds no whsec_ and 24 to 64 bytes in base64";
            (HookSecret::parse(&text).ok_or(wrong)?, String::new())
        }
    };
    let name = it.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 100 {
        return Err("give it a name of at most 100 letters".into());
    }
    let webhook = Webhook {
        id: WebhookId::new(&random, now),
        name: name.clone(),
        kinds: BTreeSet::from_iter(it.kinds),
        silent_alarms: it.with_silent_alarms,
        created_at: now,
        target: Target { url, secret, old: None, personal: it.with_personal_data },
    };
    let added = db.write(move |tx| {
        Box::pin(async move {
            webhooks::insert(tx, &webhook).await?;
            access::log_look(tx, &look(&webhook, "added")).await
        })
    });
    match added.await {
        Err(Error::Stale) => Err(format!("{name} is there already").into()),
        added => Ok(added.map(|()| format!("{name} is told what happens from now on.\n{shown}"))?),
    }
}

async fn remove(db: &Db, name: &str) -> Result<String, StartupError> {
    let webhook = find(db, name).await?;
    db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            webhooks::remove(tx, webhook.id).await?;
            access::log_look(tx, &look(&webhook, "removed")).await
        })
    })
    .await?;
    Ok(format!("{name} is told no more.\n"))
}

/// Who tells another system whom it concerns gives something away, so the access log holds it.
fn look(webhook: &Webhook, did: &str) -> Look {
    let now = SystemClock.now();
    Look {
        id: LineId::new(&SystemDice::default(), now),
        at: now,
        person: None,
        action: Action::WebhookChanged,
        visit: None,
        entry: None,
        details: json!({ "webhook": webhook.id, "did": did, "by": "command-line",
            "withPersonalData": webhook.target.personal,
            "withSilentAlarms": webhook.silent_alarms }),
    }
}

fn once(secret: &HookSecret) -> String {
    format!("Its secret, shown only now: {}\n", secret.expose())
}

async fn find(db: &Db, name: &str) -> Result<Webhook, StartupError> {
    let all = db.read(|tx| Box::pin(webhooks::all(tx))).await?;
    let found = all.into_iter().find(|webhook| webhook.name == name);
    Ok(found.ok_or_else(|| format!("there is no {name}"))?)
}

async fn list(db: &Db) -> Result<String, StartupError> {
    let work = db.read::<_, Error, _>(|tx| {
        Box::pin(async move { Ok((webhooks::all(tx).await?, deliveries::backlogs(tx).await?)) })
    });
    let (all, backlogs) = work.await?;
    let line = |webhook: &Webhook| {
        let backlog = backlogs.iter().find(|backlog| backlog.webhook == webhook.id);
        let (waiting, dead) = backlog.map_or((0, 0), |b| (b.waiting, b.dead));
        let kinds: Vec<_> = webhook.kinds.iter().map(|kind| kind.name()).collect();
        let kinds = if kinds.is_empty() { "everything".into() } else { kinds.join(", ") };
        let personal = if webhook.target.personal { ", with personal data" } else { "" };
        let silent = if webhook.silent_alarms { ", with silent alarms" } else { "" };
        let host = webhook.target.url.host();
        format!(
            "{} ({host}): {kinds}{personal}{silent}; {waiting} waiting, {dead} given up\n",
            webhook.name
        )
    };
    Ok(all.iter().map(line).collect())
}

async fn rotate(db: &Db, name: &str, overlap_hours: u16) -> Result<String, StartupError> {
    let webhook = find(db, name).await?;
    let secret = HookSecret::generate(&SystemDice::default());
    let until = SystemClock.now() + TimeDelta::hours(i64::from(overlap_hours));
    let shown = once(&secret);
    let target = webhook.target.clone().rotated(secret, until);
    db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            webhooks::change_target(tx, webhook.id, &target).await?;
            access::log_look(tx, &look(&webhook, "secret-changed")).await
        })
    })
    .await?;
    Ok(format!("{shown}The one before counts until {}.\n", until.format("%Y-%m-%d %H:%M UTC")))
}

async fn dead(db: &Db, name: &str) -> Result<String, StartupError> {
    let id = find(db, name).await?.id;
    let work =
        db.read(move |tx| Box::pin(async move { deliveries::dead(tx, id, None, MOST).await }));
    let line = |it: &deliveries::Dead| {
        let why = it.failure.as_deref().unwrap_or_default();
        format!("{} {} of {}, {} times: {why}\n", it.event, it.kind, it.at, it.attempts)
    };
    Ok(work.await?.iter().map(line).collect())
}

async fn replay(db: &Db, name: &str, events: Vec<EventId>) -> Result<String, StartupError> {
    let (id, now) = (find(db, name).await?.id, SystemClock.now());
    let work = db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            let some = Some(events.as_slice()).filter(|events| !events.is_empty());
            deliveries::replay(tx, id, some, now).await
        })
    });
    Ok(format!("{} events are told again.\n", work.await?))
}
