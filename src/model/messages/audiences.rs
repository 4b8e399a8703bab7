//! Who is told something.

use crate::model::{ids::PersonId, people::teams::Team};

/// A group of people who are told something.
#[derive(Clone, Copy, Debug)]
pub enum Audience<'a> {
    Person(PersonId),
    /// The managers and deputies of a team.
    Managers(&'a Team),
    Administrators,
    /// The aggression desk.
    Desk,
    /// Whom the organisation's own ladder names in person.
    OnDuty,
}
