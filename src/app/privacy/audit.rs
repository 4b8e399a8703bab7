//! The access log, looked after from the command line.

use super::keys;
use crate::{app::trouble::StartupError, config::Config, store::privacy::access};

/// What can be done with the access log.
#[derive(Debug, clap::Subcommand)]
pub enum Audit {
    /// Walk the chain of the access log; exits 1 and names the line when one was changed or removed.
    Verify,
}

/// Looks after the access log.
///
/// # Errors
/// When the chain is broken, or cannot be read.
pub async fn audit(config: &Config, what: &Audit) -> Result<(), StartupError> {
    let Audit::Verify = what;
    let db = keys::open(config).await?;
    let found = db.read_at_length(|tx| Box::pin(access::verify(tx))).await?;
    db.close().await;
    let whole = found.map_err(|broken| format!("the access log is broken: {broken}"))?;
    println!("The access log is whole: {} lines.", whole.lines);
    // Noted elsewhere, it also shows that an older copy of the whole database was put back.
    println!("Last line: {} {}", whole.ends.last.seq, whole.ends.last.hash);
    Ok(())
}
