//! A text that begins a visit: `START 45 Hengelosestraat 51`, in the ways in which people write it.

mod lengths;
mod pieces;
mod places;
#[cfg(test)]
mod tests;

use chrono::NaiveTime;

pub use self::places::SaidPlace;
use self::{
    lengths::LONGEST,
    pieces::{Piece, pieces},
};
use super::tidy::Tidy;
use crate::model::register::address::Address;

/// How long a visit lasts of which nobody says that, in minutes.
const USUAL: u32 = 60;

/// A visit that is begun by text lasts no shorter, in minutes.
const SHORTEST: u32 = 5;

/// With this begins what can only be meant as a visit, whatever follows.
const START: &str = "start";

/// With these begins what is one when a length or an address follows, and nothing else.
const PERHAPS: &str = "begin bezoek huisbezoek";

/// Said before them, they change nothing.
const HELLO: &str = "ik we wij hoi hallo hi hey dag goedemorgen goedemiddag goedenavond";

/// And behind them; the second only without a capital, which a street has.
const BEHIND: [&str; 2] =
    ["nu ca circa ongeveer ong gesprek afspraak start begin bezoek huisbezoek", "met voor van"];

/// It does not begin now.
const NOT_NOW: &str = "niet geen morgen straks later zometeen stop stoppen not tomorrow";

/// What a text says of a visit that begins with it.
#[derive(Clone, Debug)]
pub struct StartText {
    /// How long it lasts, in minutes.
    pub minutes: u32,
    pub place: SaidPlace,
    /// Who is visited, in the sender's words.
    pub name: Option<String>,
}

/// Why nothing begins with a text that would begin a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartFault {
    /// It would last too short or too long.
    Length,
    Unclear,
}

impl StartText {
    /// Reads a text at this time of the sender's day. None for a text that does not begin a visit, as a
    /// bare START, which asks for texts again.
    pub fn read(body: &str, now: NaiveTime) -> Option<Result<Self, StartFault>> {
        let mut pieces = pieces(body);
        let is_plain = take_start(&mut pieces)?;
        if Tidy::of(body).quotes {
            return None;
        }
        if body.contains('?') || is_not_now(&pieces) {
            return is_plain.then_some(Err(StartFault::Unclear));
        }
        let mut minutes = lengths::take(&mut pieces, now);
        let read = places::read(pieces, &mut minutes);
        let is_bare = matches!(read.place, SaidPlace::Nowhere);
        let says_enough = match is_plain {
            true => minutes.is_some() || !is_bare || read.name.is_some(),
            false => read.is_sure || (minutes.is_some() && is_bare),
        };
        let minutes = minutes.unwrap_or(USUAL);
        says_enough.then(|| match (SHORTEST..=LONGEST).contains(&minutes) {
            true => Ok(Self { minutes, place: read.place, name: read.name }),
            false => Err(StartFault::Length),
        })
    }

    /// The address, where it can be understood. One without postcode and town is in the sender's own
    /// town.
    pub fn address(&self, home: Option<&str>) -> Option<Address> {
        let SaidPlace::At(said) = &self.place else { return None };
        let mut said = said.clone();
        if let (None, Some(home)) = (&said.city, home) {
            // `Enschede Hengelosestraat 51`.
            let words = said.street.as_deref().and_then(|street| street.split_once(' '));
            let behind = words.filter(|(first, _)| first.to_lowercase() == home.to_lowercase());
            let street = behind.map(|(_, street)| street.to_owned());
            if street.is_some() || said.postcode.is_none() {
                said.city = Some(home.to_owned());
            }
            said.street = street.or(said.street);
        }
        Address::parse(&said).ok()
    }
}

/// Takes the word with which a visit begins; whether that is the one that can mean nothing else.
fn take_start(pieces: &mut Vec<Piece>) -> Option<bool> {
    let at = pieces.iter().position(|piece| !piece.is(HELLO))?;
    let is_plain = pieces[at].is(START);
    if !is_plain && !pieces[at].is(PERHAPS) {
        return None;
    }
    let [any, lower] = BEHIND;
    let says_nothing = |piece: &&Piece| piece.is(any) || (piece.is(lower) && piece.is_lower());
    let behind = pieces[at + 1..].iter().take_while(says_nothing).count();
    pieces.drain(..at + 1 + behind);
    Some(is_plain)
}

fn is_not_now(pieces: &[Piece]) -> bool {
    let at_a_time = |pair: &[Piece]| pair[0].is("om vanaf") && pair[1].begins_with_digit();
    pieces.iter().any(|piece| piece.is(NOT_NOW)) || pieces.windows(2).any(at_a_time)
}
