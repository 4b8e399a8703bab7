//! What is wrong with an input, all of it at once.

use serde::{Deserialize, Serialize};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Fault {
    /// Where, as a path in the input: `residents[0].address.postcode`.
    pub field: String,
    /// What, for programs: `required`, `invalid`, `too-long`.
    pub code: String,
    /// What, for people.
    pub message: String,
}

impl Fault {
    /// A fault at `field`.
    pub fn new(field: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code: code.into(), message: message.into() }
    }
}

/// Gathers faults while an input is read.
#[derive(Debug, Default)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Notes a fault.
    pub fn add(&mut self, field: impl Into<String>, code: &str, message: impl Into<String>) {
        self.0.push(Fault::new(field, code, message));
    }

    /// Notes a fault unless `good`.
    pub fn require(&mut self, good: bool, field: &str, code: &str, message: &str) {
        if !good {
            self.add(field, code, message);
        }
    }

    /// Takes what was read, or notes why it could not be.
    pub fn take<T, E: std::fmt::Display>(
        &mut self,
        field: impl Into<String>,
        read: Result<T, E>,
    ) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(why) => {
                self.add(field, "invalid", why.to_string());
                None
            }
        }
    }

    /// A text of 1 to `most` characters once trimmed.
    pub fn text(&mut self, field: &str, given: Option<&str>, most: usize) -> Option<String> {
        let text = given.map(str::trim).unwrap_or_default();
        if text.is_empty() {
            self.add(field, "required", "is required");
            return None;
        }
        if text.chars().count() > most {
            self.add(field, "too-long", format!("at most {most} characters"));
            return None;
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t' && c != '\r') {
            self.add(field, "invalid", "holds characters that cannot be shown");
            return None;
        }
        Some(text.to_owned())
    }

    /// A mail address; whether it exists only a message can tell.
    pub fn email(&mut self, field: &str, given: Option<&str>) -> Option<String> {
        let text = self.text(field, given, 254)?;
        let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
        let halves = text.rsplit_once('@').is_some_and(|(local, host)| {
            let host_is_whole =
                host.split('.').count() > 1 && host.split('.').all(|p| !p.is_empty());
            !local.is_empty() && !local.contains('@') && host_is_whole
        });
        if !(plain && halves) {
            self.add(field, "invalid", "is not a mail address");
            return None;
        }
        Some(text)
    }

    /// Moves faults of a part here, below `path`.
    pub fn nest(&mut self, path: &str, part: Vec<Fault>) {
        self.0
            .extend(part.into_iter().map(|f| Fault { field: format!("{path}.{}", f.field), ..f }));
    }

    /// All is well, or everything that is wrong.
    ///
    /// # Errors
    /// The faults, when there are any.
    pub fn done(self) -> Result<(), Vec<Fault>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}
