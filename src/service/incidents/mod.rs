//! Incidents: advice, measures, letters, aftercare.

pub mod aftercare;
pub mod letter_mail;
pub mod letters;
pub mod measures;
pub mod policy;
pub mod reports;
pub mod steps;
pub mod viewing;
