//! Brings a file into the register or the accounts: first all of it is understood, then all of it
//! is written. From the screens and from the command line alike.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::json;
use utoipa::openapi::{Object, ObjectBuilder, Type};

use crate::{
    model::{
        clock::{Instant, SharedClock},
        ids::{EntryId, ImportId, LineId, PersonId, SharedRandomness, digest_of},
        messages::language::Language,
        people::{Mobile, Person, teams::Team},
        privacy::access::{Action, Look},
        register::{
            Entry, Limits,
            sheets::{
                Encoding, RowFault, RowFaults, Sheet,
                people::{self as sheet_of_people, KnownPeople, Newcomer},
                register as sheet_of_register,
            },
        },
    },
    service::context::Context,
    store::{
        Db, Error, Tx, Versioned,
        incidents::policy,
        people::{self, teams},
        privacy::access,
        register::imports::{self, Import},
    },
};

/// As many entries are written in one unit of work: no watch waits longer than that takes.
const BATCH: usize = 200;

/// What a file comes into.
#[derive(Clone, Debug)]
pub struct Importer {
    pub db: Db,
    /// What tells the time.
    pub clock: SharedClock,
    /// The source of chance.
    pub random: SharedRandomness,
    /// Where the organisation is.
    pub zone: Tz,
    /// The language for those of whom none is said.
    pub language: Language,
}

/// How a file is to be taken.
#[derive(Clone, Copy, Debug)]
pub struct ImportMode {
    /// Only tell what is wrong.
    pub dry_run: bool,
    /// Import a file once more that was imported before.
    pub force: bool,
}

/// What is in a file, what is wrong with it, and what was imported.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// Id of the import; null when nothing was imported.
    pub id: Option<ImportId>,
    pub dry_run: bool,
    pub encoding: Encoding,
    #[schema(schema_with = delimiters)]
    pub delimiter: char,
    /// Rows with something in them.
    pub rows: usize,
    /// Rows without a fault.
    pub good: usize,
    pub imported: usize,
    /// When the very same file was imported; null when it never was.
    pub imported_before: Option<Instant>,
    pub ignored_columns: Vec<String>,
    /// What is wrong, in the order of the file.
    #[schema(max_items = 1000)]
    pub faults: Vec<RowFault>,
    /// How many more faults there are.
    pub more_faults: usize,
}

fn delimiters() -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some([";", ","])).build()
}

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportRefused {
    /// Something is wrong with it.
    #[error("the file has faults; nothing was imported")]
    Faulty(Box<ImportReport>),
    /// The very same file was imported then.
    #[error("this very file was imported before, at {0}")]
    Before(Instant),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] Error),
}

impl ImportReport {
    fn of(sheet: &Sheet, mut faults: RowFaults, dry_run: bool) -> Self {
        faults.sort();
        let rows = sheet.rows.len();
        let bad = sheet.rows.iter().filter(|row| faults.is_on(row.line)).count();
        Self {
            id: None,
            dry_run,
            encoding: sheet.encoding,
            delimiter: sheet.delimiter,
            rows,
            good: rows - bad,
            imported: 0,
            imported_before: None,
            ignored_columns: sheet.ignored.clone(),
            faults: faults.told,
            more_faults: faults.more,
        }
    }
}

impl Importer {
    /// Into the service that this context is of.
    pub fn of(ctx: &Context) -> Self {
        Self {
            db: ctx.db.clone(),
            clock: ctx.clock.clone(),
            random: ctx.random.clone(),
            zone: ctx.settings.zone,
            language: ctx.settings.language,
        }
    }

    fn today(&self) -> NaiveDate {
        self.clock.now().with_timezone(&self.zone).date_naive()
    }

    /// Measures, proposed by `by`.
    ///
    /// # Errors
    /// When it is for real and something is wrong, or the file was imported before.
    pub async fn register(
        &self,
        file: Vec<u8>,
        by: PersonId,
        how: ImportMode,
    ) -> Result<ImportReport, ImportRefused> {
        let figures = self.db.read(|tx| Box::pin(policy::load(tx))).await?.item;
        let (it, limits) = (self.clone(), Limits::of(&figures));
        let digest = digest_of(&file);
        let read = move || it.read_register(&file, by, limits, how);
        let (mut report, entries) = apart(read).await?;
        let of_file = digest.clone();
        let before =
            self.db.read(move |tx| Box::pin(async move { imports::before(tx, &of_file).await }));
        report.imported_before = before.await?;
        if how.dry_run {
            return Ok(report);
        }
        if !report.faults.is_empty() {
            return Err(ImportRefused::Faulty(report.into()));
        }
        let rows = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        let at = self.clock.now();
        let id = ImportId::new(&*self.random, at);
        let import = Import { id, at, by, digest, rows, loaded: false };
        self.begin(import, how).await?;
        report.imported = entries.len();
        report.id = Some(id);
        self.load(id, by, entries).await?;
        Ok(report)
    }

    /// The same, which goes on when whoever asked does not wait: half an import helps nobody.
    ///
    /// # Errors
    /// The same.
    pub async fn register_to_the_end(
        self,
        file: Vec<u8>,
        by: PersonId,
        how: ImportMode,
    ) -> Result<ImportReport, ImportRefused> {
        let done = tokio::spawn(async move { self.register(file, by, how).await });
        let broken = |_| ImportRefused::Store(Error::Unreadable("the import broke off".into()));
        done.await.map_err(broken)?
    }

    fn read_register(
        &self,
        file: &[u8],
        by: PersonId,
        limits: Limits,
        how: ImportMode,
    ) -> (ImportReport, Vec<Entry>) {
        let (now, today) = (self.clock.now(), self.today());
        let mut faults = RowFaults::default();
        let most = sheet_of_register::MOST_ROWS;
        let sheet = Sheet::read(file, &sheet_of_register::COLUMNS, most, &mut faults);
        let entries = sheet_of_register::read(&sheet, &mut faults, |input| {
            Entry::propose(EntryId::new(&*self.random, now), input, limits, by, now, today)
        });
        (ImportReport::of(&sheet, faults, how.dry_run), entries)
    }

    async fn begin(&self, import: Import, how: ImportMode) -> Result<(), ImportRefused> {
        let work = self.db.write(move |tx| {
            Box::pin(async move {
                match imports::before(tx, &import.digest).await? {
                    Some(at) if !how.force => Err(ImportRefused::Before(at)),
                    _ => Ok(imports::begin(tx, &import).await?),
                }
            })
        });
        work.await
    }

    /// A batch at a time. What breaks off is given up, and nothing of it stays.
    async fn load(&self, id: ImportId, by: PersonId, mut entries: Vec<Entry>) -> Result<(), Error> {
        let rows = entries.len();
        while !entries.is_empty() {
            let rest = entries.split_off(entries.len().min(BATCH));
            let batch = std::mem::replace(&mut entries, rest);
            let work = self
                .db
                .write(move |tx| Box::pin(async move { imports::add(tx, id, &batch).await }));
            work.await?;
        }
        let at = self.clock.now();
        let look = Look {
            id: LineId::new(&*self.random, at),
            at,
            person: Some(by),
            action: Action::RegisterImported,
            visit: None,
            entry: None,
            details: json!({ "import": id, "entries": rows }),
        };
        let work = self.db.write(move |tx| {
            Box::pin(async move {
                imports::loaded(tx, id).await?;
                access::log_look(tx, &look).await
            })
        });
        work.await
    }

    /// Accounts, in their teams.
    ///
    /// # Errors
    /// When it is for real and something is wrong, or an account came in meanwhile.
    pub async fn people(
        &self,
        file: Vec<u8>,
        how: ImportMode,
    ) -> Result<ImportReport, ImportRefused> {
        let known = self.db.read::<_, Error, _>(|tx| {
            Box::pin(async move {
                let (people, teams) = (people::all(tx).await?, teams::all(tx).await?);
                let people = people.iter().map(|found| &found.item);
                Ok(KnownPeople::of(people, teams.iter().map(|found| &found.item)))
            })
        });
        let known = known.await?;
        let read = move || {
            let mut faults = RowFaults::default();
            let most = sheet_of_people::MOST_ROWS;
            let sheet = Sheet::read(&file, &sheet_of_people::COLUMNS, most, &mut faults);
            let people = sheet_of_people::read(&sheet, known, &mut faults);
            (ImportReport::of(&sheet, faults, how.dry_run), people)
        };
        let (mut report, newcomers) = apart(read).await?;
        if how.dry_run {
            return Ok(report);
        }
        if !report.faults.is_empty() {
            return Err(ImportRefused::Faulty(report.into()));
        }
        report.imported = newcomers.len();
        self.admit(newcomers).await?;
        Ok(report)
    }

    async fn admit(&self, newcomers: Vec<Newcomer>) -> Result<(), Error> {
        let now = self.clock.now();
        let with_id = |it: Newcomer| (PersonId::new(&*self.random, now), it);
        let newcomers: Vec<_> = newcomers.into_iter().map(with_id).collect();
        let language = self.language;
        let work = self.db.write(move |tx| {
            Box::pin(async move {
                for (id, it) in &newcomers {
                    let person = account(tx, *id, it, language).await?;
                    people::insert(tx, &person).await?;
                }
                for Versioned { version, item: mut team } in teams::all(tx).await? {
                    if join(&mut team, &newcomers) {
                        teams::save(tx, &team, version).await?;
                    }
                }
                Ok(())
            })
        });
        work.await
    }
}

/// Reading many rows takes a while, which nobody else has to wait for.
async fn apart<T: Send + 'static>(read: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let read = tokio::task::spawn_blocking(read).await;
    read.map_err(|why| Error::Unreadable(format!("the file: {why}")))
}

/// Only whoever holds the phone can verify it: the number starts without proof.
async fn account(
    tx: &mut Tx,
    id: PersonId,
    it: &Newcomer,
    language: Language,
) -> Result<Person, Error> {
    let mobile = match &it.mobile {
        Some(number) => Some(Mobile {
            number: number.clone(),
            verified_at: None,
            opted_out_at: people::opted_out_at(tx, number.as_str()).await?,
        }),
        None => None,
    };
    Ok(Person {
        id,
        name: it.name.clone(),
        email: it.email.clone(),
        roles: it.roles.clone(),
        mobile,
        language: it.language.unwrap_or(language),
        button: None,
        pins: None,
        active: true,
    })
}

/// Whether anybody came into this team.
fn join(team: &mut Team, newcomers: &[(PersonId, Newcomer)]) -> bool {
    let mut joined = false;
    for (id, it) in newcomers {
        for (teams, list) in [
            (&it.teams, &mut team.members),
            (&it.manages, &mut team.managers),
            (&it.deputy_of, &mut team.deputies),
        ] {
            if teams.contains(&team.id) {
                list.push(*id);
                joined = true;
            }
        }
    }
    joined
}
