//! The log of a running program.

use std::io::IsTerminal as _;

use tracing::Subscriber;
use tracing_subscriber::{EnvFilter, fmt::MakeWriter, util::SubscriberInitExt as _};

use crate::config::{Log, LogFormat};

/// Begins to log to the standard error stream; in colours only when somebody looks at it there.
pub fn start(log: &Log) {
    subscriber(log, std::io::stderr, std::io::stderr().is_terminal()).init();
}

/// Writes what happens, each line under the spans in which it happened.
pub fn subscriber<W>(log: &Log, writer: W, in_colours: bool) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    // The calendar tells of its own coming and going, which says nothing to whoever reads this; the
    // telephone line would tell whose number it dials.
    let filter = format!("tokio_cron_scheduler=warn,rsipstack=warn,{}", log.filter);
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(in_colours);
    match log.format {
        LogFormat::Text => Box::new(lines.finish()),
        LogFormat::Json => Box::new(lines.json().finish()),
    }
}
