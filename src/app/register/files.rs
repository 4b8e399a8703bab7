//! Files on the command line: measures and people come in, and go out.

use std::{
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::{
    app::{
        privacy::keys,
        serve::{clock::SystemClock, randomness::SystemDice},
        trouble::StartupError,
    },
    config::Config,
    model::{
        clock::Clock as _,
        ids::{LineId, PersonId, Randomness as _},
        people::Role,
        privacy::access::{Action, Look},
        register::sheets::{people as sheet_of_people, register as sheet_of_register},
    },
    service::register::{
        exports,
        file_imports::{ImportMode, ImportRefused, ImportReport, Importer},
    },
    store::{
        Db, Error,
        people::{self, teams},
        privacy::access,
    },
};

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Measures against people who were aggressive.
    Register,
    /// Accounts, with their teams.
    People,
}

/// What importing asks for.
#[derive(Debug, Args)]
pub struct ImportCommand {
    /// What the file holds.
    #[arg(value_enum)]
    what: What,
    /// The file, as a spreadsheet saves it (CSV).
    file: PathBuf,
    /// Import it; without this it is only told what is wrong with it.
    #[arg(long)]
    for_real: bool,
    /// The mail address of whoever proposes the measures (aggression desk or administrator);
    /// somebody else has to approve them.
    #[arg(long = "as")]
    proposer: Option<String>,
    /// Import a register file once more that was imported before.
    #[arg(long)]
    force: bool,
}

/// What exporting asks for.
#[derive(Debug, Args)]
pub struct ExportCommand {
    /// What to write.
    #[arg(value_enum)]
    what: What,
    /// The file, which must not be there yet. Nobody else on this machine can read it.
    file: PathBuf,
}

/// Tries a file, or imports it.
///
/// # Errors
/// When the file cannot be read or has faults, or the store fails.
pub async fn import(config: &Config, asked: ImportCommand) -> Result<(), StartupError> {
    let file = std::fs::read(&asked.file)?;
    let db = keys::open(config).await?;
    let importer = Importer {
        db: db.clone(),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemDice::default()),
        zone: config.time_zone,
        language: config.language,
    };
    let how = ImportMode { dry_run: !asked.for_real, force: asked.force };
    let done = match asked.what {
        What::Register => {
            let by = proposer(&db, asked.proposer.as_deref(), asked.for_real).await?;
            importer.register(file, by, how).await
        }
        What::People => importer.people(file, how).await,
    };
    db.close().await;
    tell(done)
}

/// Who proposes. Nothing is written when it is only tried; then anybody will do.
async fn proposer(db: &Db, email: Option<&str>, for_real: bool) -> Result<PersonId, StartupError> {
    let Some(email) = email.map(str::to_owned) else {
        if for_real {
            return Err("say who proposes the measures: --as MAIL-ADDRESS".into());
        }
        let nobody = SystemDice::default().uuid(SystemClock.now());
        return Ok(PersonId(nobody));
    };
    let found = db.read(move |tx| Box::pin(async move { people::by_email(tx, &email).await }));
    let found = found.await?.map(|person| person.item);
    let may = |role| found.as_ref().is_some_and(|person| person.is(role));
    match &found {
        Some(person) if may(Role::AggressionDesk) || may(Role::Administrator) => Ok(person.id),
        _ => Err("--as: no such account of the aggression desk or an administrator".into()),
    }
}

fn tell(done: Result<ImportReport, ImportRefused>) -> Result<(), StartupError> {
    let report = match done {
        Ok(report) => report,
        Err(ImportRefused::Faulty(report)) => *report,
        Err(ImportRefused::Before(at)) => {
            return Err(format!(
                "this very file was imported before, at {at}; --force does it again"
            )
            .into());
        }
        Err(ImportRefused::Store(why)) => return Err(why.into()),
    };
    for line in lines(&report) {
        println!("{line}");
    }
    if report.faults.is_empty() {
        return Ok(());
    }
    Err("the file has faults; nothing was imported".into())
}

/// What is told of a file. The rows themselves are not repeated.
fn lines(report: &ImportReport) -> Vec<String> {
    let mut lines = vec![format!(
        "{} rows, {} without a fault ({}, '{}' between cells)",
        report.rows,
        report.good,
        json!(report.encoding).as_str().unwrap_or_default(),
        report.delimiter
    )];
    for column in &report.ignored_columns {
        lines.push(format!("column '{column}' is not known and is left out"));
    }
    if let Some(at) = report.imported_before {
        lines.push(format!("this very file was imported before, at {at}"));
    }
    for fault in &report.faults {
        let column = fault.column.as_deref().map(|c| format!(", {c}")).unwrap_or_default();
        lines.push(format!("line {}{column}: {} [{}]", fault.line, fault.message, fault.code));
    }
    if report.more_faults > 0 {
        lines.push(format!("and {} faults more", report.more_faults));
    }
    match (report.dry_run, report.imported) {
        (true, _) if report.faults.is_empty() => {
            lines.push("Nothing was imported yet: --for-real does it.".into());
        }
        (false, n) if n > 0 => lines.push(format!("{n} imported.")),
        _ => {}
    }
    lines
}

/// Writes a file that only its owner can read.
///
/// # Errors
/// When it is there already or cannot be written, or the store fails.
pub async fn export(config: &Config, asked: ExportCommand) -> Result<(), StartupError> {
    let db = keys::open(config).await?;
    let (bytes, n) = match asked.what {
        What::Register => measures(&db, config).await?,
        What::People => everybody(&db).await?,
    };
    db.close().await;
    keep(&asked.file, &bytes)?;
    println!("{n} rows written to {}", asked.file.display());
    Ok(())
}

fn keep(file: &Path, bytes: &[u8]) -> Result<(), StartupError> {
    let new = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let mut new = new.map_err(|why| format!("{}: {why}", file.display()))?;
    new.write_all(bytes)?;
    Ok(new.sync_all()?)
}

/// Who did so is not known here; that it was done is logged all the same.
async fn measures(db: &Db, config: &Config) -> Result<(Vec<u8>, usize), StartupError> {
    let at = SystemClock.now();
    let entries = exports::all(db, at.with_timezone(&config.time_zone).date_naive()).await?;
    let look = Look {
        id: LineId::new(&SystemDice::default(), at),
        at,
        person: None,
        action: Action::RegisterExported,
        visit: None,
        entry: None,
        details: json!({ "entries": entries.len(), "by": "command-line" }),
    };
    db.write(move |tx| Box::pin(async move { access::log_look(tx, &look).await })).await?;
    Ok((sheet_of_register::write(&entries), entries.len()))
}

async fn everybody(db: &Db) -> Result<(Vec<u8>, usize), StartupError> {
    let found = db.read::<_, Error, _>(|tx| {
        Box::pin(async move { Ok((people::all(tx).await?, teams::all(tx).await?)) })
    });
    let (people, teams) = found.await?;
    let people: Vec<_> = people.into_iter().map(|p| p.item).filter(|p| p.active).collect();
    let teams: Vec<_> = teams.into_iter().map(|t| t.item).collect();
    Ok((sheet_of_people::write(&people, &teams), people.len()))
}
