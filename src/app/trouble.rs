//! Why the service cannot run.

/// In words for whoever started it.
pub type StartupError = Box<dyn std::error::Error + Send + Sync>;
