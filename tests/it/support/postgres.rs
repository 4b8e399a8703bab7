//! Fresh PostgreSQL databases, each copied from one template that was migrated once.

use std::{
    collections::hash_map::RandomState,
    fs,
    hash::{BuildHasher as _, DefaultHasher, Hasher as _},
    path::Path,
};

use rugdekking::{model::clock::testing::keyring, store::Db};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, postgres::PgConnectOptions};
use tokio::sync::OnceCell;
use url::Url;

/// Names the server, by the address of a database on it in which we may create others.
const SERVER: &str = "RUGDEKKING_TEST_POSTGRES";

/// Any number will do, as long as nobody else locks it.
const TEMPLATE_LOCK: i64 = 0x7275_6764;

static TEMPLATE: OnceCell<String> = OnceCell::const_new();

/// A database of the test's own.
pub struct Fresh {
    /// Its address.
    pub url: String,
    name: String,
}

/// Creates one. Fails the test when there is no server: half a test run must never look whole.
pub async fn fresh() -> Fresh {
    let mut server = connect().await;
    let template = TEMPLATE.get_or_init(template).await;
    let name = format!("rd_{:016x}", RandomState::new().build_hasher().finish());
    run(&mut server, format!("create database {name} template {template}")).await;
    Fresh { url: address_of(&name), name }
}

impl Fresh {
    /// Drops it, whoever is still connected.
    pub async fn drop_it(self) {
        let mut server = connect().await;
        run(&mut server, format!("drop database if exists {} with (force)", self.name)).await;
    }
}

/// The migrated template, made by whichever process comes first. Its name changes with the
/// migrations, and it gets that name only when it is complete.
async fn template() -> String {
    let name = format!("rd_template_{:016x}", migrations_fingerprint());
    let mut server = connect().await;
    sqlx::query("select pg_advisory_lock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut server)
        .await
        .expect("the template's lock");
    let there: Option<i32> = sqlx::query_scalar("select 1 from pg_database where datname = $1")
        .bind(&name)
        .fetch_optional(&mut server)
        .await
        .expect("the list of databases");
    if there.is_none() {
        let unfinished = format!("{name}_unfinished");
        run(&mut server, format!("drop database if exists {unfinished} with (force)")).await;
        run(&mut server, format!("create database {unfinished} template template0")).await;
        let db = Db::open(&address_of(&unfinished), keyring()).await.expect("migrations run");
        db.close().await;
        run(&mut server, format!("alter database {unfinished} rename to {name}")).await;
    }
    name
}

fn migrations_fingerprint() -> u64 {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> =
        fs::read_dir(dir).expect("migrations").map(|f| f.expect("a file").path()).collect();
    files.sort();
    let mut hash = DefaultHasher::new();
    for file in files {
        hash.write(&fs::read(file).expect("a migration"));
    }
    hash.finish()
}

async fn run(server: &mut PgConnection, sql: String) {
    let done = sqlx::query(AssertSqlSafe(sql.clone())).execute(server).await;
    done.unwrap_or_else(|e| panic!("{sql}: {e}"));
}

async fn connect() -> PgConnection {
    let options: PgConnectOptions = server().as_str().parse().expect("a PostgreSQL address");
    PgConnection::connect_with(&options)
        .await
        .unwrap_or_else(|e| panic!("the PostgreSQL that {SERVER} names cannot be reached: {e}"))
}

fn address_of(database: &str) -> String {
    let mut url = server();
    url.set_path(database);
    url.into()
}

fn server() -> Url {
    let url = std::env::var(SERVER)
        .unwrap_or_else(|_| panic!("PostgreSQL is missing: run `make test`, or set {SERVER}"));
    url.parse().expect("RUGDEKKING_TEST_POSTGRES is an address: postgres://…")
}

/// A server of the test's own, which can be crashed.
pub struct OwnServer {
    /// The address of its database.
    pub url: String,
    script: std::process::Child,
}

impl OwnServer {
    /// Starts one; crashed, it is away for so many seconds.
    pub fn start(outage: u32) -> Self {
        use std::io::{BufRead as _, Read as _};
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/test-postgres");
        let mut script = std::process::Command::new(script)
            .env_remove(SERVER)
            .env("RUGDEKKING_TEST_OUTAGE", outage.to_string())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("the script runs");
        let mut url = String::new();
        let said = std::io::BufReader::new(script.stdout.take().expect("its output"));
        said.take(200).read_line(&mut url).expect("it says where");
        Self { url: url.trim().to_owned(), script }
    }

    /// Crashes it; it comes back by itself.
    pub fn crash(&self) {
        self.signal("-USR1");
    }

    fn signal(&self, name: &str) {
        let id = self.script.id().to_string();
        let _ = std::process::Command::new("kill").args([name, &id]).status();
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.signal("-TERM");
        let _ = self.script.wait();
    }
}
