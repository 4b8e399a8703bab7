//! The command line: each command reads its configuration, builds the house, and lets it run.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use rugdekking::{
    app::{
        audit::{self, Audit},
        carrier_test::{self, Carriers},
        commands::{self, Setup},
        files::{self, Export, Import},
        keys::{self, Keys},
        serve::Trouble,
        webhooks,
    },
    config::{Config, Purpose},
};

/// Watches over municipal employees on home visits and field inspections.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    /// A configuration file (TOML); RUGDEKKING_… variables go before it.
    #[arg(long, env = "RUGDEKKING_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Watch for real.
    Serve,
    /// Try it out: personas, sandbox phones, a clock that can be moved. Never for real visits.
    Demo,
    /// Watch another machine's service, and text and call the people on duty when it fails.
    Watchdog,
    /// Ask the service on this machine whether it lives (or is ready); exits 0 or 1.
    Healthcheck {
        /// Ask whether it is ready rather than whether it lives.
        #[arg(long)]
        ready: bool,
    },
    /// Set up the organisation, its last-resort ladder and the first administrator.
    Setup(Setup),
    /// Make the data key, or replace it.
    #[command(subcommand)]
    Keys(Keys),
    /// Look after the access log.
    #[command(subcommand)]
    Audit(Audit),
    /// Test whether carriers work.
    #[command(subcommand)]
    Carriers(Carriers),
    /// Other systems that are told what happened.
    #[command(subcommand)]
    Webhooks(webhooks::Command),
    /// Try a file with measures or people, or import it.
    Import(Import),
    /// Write all measures, or all people, to a file.
    Export(Export),
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("rugdekking: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<(), Trouble> {
    let purpose = match cli.command {
        Command::Serve => Purpose::Serve,
        Command::Watchdog => Purpose::Watchdog,
        Command::Setup(_)
        | Command::Keys(Keys::Rotate)
        | Command::Audit(_)
        | Command::Carriers(_)
        | Command::Webhooks(_)
        | Command::Import(_)
        | Command::Export(_) => Purpose::Keeping,
        Command::Demo | Command::Healthcheck { .. } | Command::Keys(Keys::New) => Purpose::Demo,
    };
    let config = Config::load_for(purpose, cli.config.as_deref(), std::env::vars())
        .map_err(commands::all_faults)?;
    commands::log(&config);
    match cli.command {
        Command::Serve => commands::serve(&config).await,
        Command::Demo => commands::demo(&config).await,
        Command::Watchdog => commands::watchdog(&config).await,
        Command::Healthcheck { ready } => commands::healthcheck(&config, ready).await,
        Command::Setup(setup) => commands::setup(&config, setup).await,
        Command::Keys(what) => keys::keys(&config, &what).await,
        Command::Audit(what) => audit::audit(&config, &what).await,
        Command::Carriers(what) => carrier_test::carriers(&config, what).await,
        Command::Webhooks(what) => webhooks::webhooks(&config, what).await,
        Command::Import(asked) => files::import(&config, asked).await,
        Command::Export(asked) => files::export(&config, asked).await,
    }
}
