//! The command line: each command reads its configuration, builds the house, and lets it run.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use rugdekking::{
    app::{
        commands::{self, Setup},
        integrations::webhooks,
        messages::carrier_test::{self, CarrierCommand},
        privacy::{
            audit::{self, Audit},
            keys::{self, KeyCommand},
        },
        register::files::{self, ExportCommand, ImportCommand},
        serve::{StartupError, logging},
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
    command: CliCommand,
}

#[derive(Subcommand)]
enum CliCommand {
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
    Keys(KeyCommand),
    /// Look after the access log.
    #[command(subcommand)]
    Audit(Audit),
    /// Test whether carriers work.
    #[command(subcommand)]
    Carriers(CarrierCommand),
    /// Other systems that are told what happened.
    #[command(subcommand)]
    Webhooks(webhooks::Command),
    /// Try a file with measures or people, or import it.
    Import(ImportCommand),
    /// Write all measures, or all people, to a file.
    Export(ExportCommand),
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

async fn run(cli: Cli) -> Result<(), StartupError> {
    let purpose = match cli.command {
        CliCommand::Serve => Purpose::Serve,
        CliCommand::Watchdog => Purpose::Watchdog,
        CliCommand::Setup(_)
        | CliCommand::Keys(KeyCommand::Rotate)
        | CliCommand::Audit(_)
        | CliCommand::Carriers(_)
        | CliCommand::Webhooks(_)
        | CliCommand::Import(_)
        | CliCommand::Export(_) => Purpose::Keeping,
        CliCommand::Demo | CliCommand::Healthcheck { .. } | CliCommand::Keys(KeyCommand::New) => {
            Purpose::Demo
        }
    };
    let config = Config::load_for(purpose, cli.config.as_deref(), std::env::vars())
        .map_err(commands::all_faults)?;
    logging::start(&config.log);
    match cli.command {
        CliCommand::Serve => commands::serve(&config).await,
        CliCommand::Demo => commands::demo(&config).await,
        CliCommand::Watchdog => commands::watchdog(&config).await,
        CliCommand::Healthcheck { ready } => commands::healthcheck(&config, ready).await,
        CliCommand::Setup(setup) => commands::setup(&config, setup).await,
        CliCommand::Keys(what) => keys::keys(&config, &what).await,
        CliCommand::Audit(what) => audit::audit(&config, &what).await,
        CliCommand::Carriers(what) => carrier_test::carriers(&config, what).await,
        CliCommand::Webhooks(what) => webhooks::webhooks(&config, what).await,
        CliCommand::Import(asked) => files::import(&config, asked).await,
        CliCommand::Export(asked) => files::export(&config, asked).await,
    }
}
