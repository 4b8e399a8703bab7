//! The chain of the access log: each line is tied to the one before it, so that none can be changed,
//! removed or put elsewhere without its being seen.

use std::fmt;

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::{access::Look, sealing::hex};

/// The key of the chain. Without it nobody can tie lines anew, nor guess from a hash what one says.
/// It stays the same when the data key changes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChainKey([u8; 32]);

impl ChainKey {
    /// A key of random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for ChainKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[key]")
    }
}

/// A line of the chain: which one it is, and the hash that ties all before it together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tied {
    /// Its number, without gaps.
    pub seq: i64,
    pub hash: String,
}

impl Tied {
    /// Before the first line.
    pub fn start() -> Self {
        Self { seq: 0, hash: String::new() }
    }

    /// The next line, which says `look`.
    pub fn next(&self, key: &ChainKey, look: &Look) -> Self {
        let seq = self.seq + 1;
        let says = serde_json::json!([
            seq,
            look.id,
            look.at.timestamp_micros(),
            look.person,
            look.action,
            look.visit,
            look.entry,
            look.details,
        ]);
        let mut block = [0; 64];
        block[..32].copy_from_slice(&key.0);
        // A shorter key is filled with zeroes all the same (RFC 2104); a whole block cannot fail.
        let mut hash = <Hmac<Sha256> as Mac>::new(&block.into());
        hash.update(self.hash.as_bytes());
        hash.update(&[0]);
        hash.update(says.to_string().as_bytes());
        Self { seq, hash: hex(&hash.finalize().into_bytes()) }
    }
}

/// The two ends of the chain: what was last removed because its time was over, and the last line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ends {
    /// The line after which the chain starts.
    pub start: Tied,
    /// The last line.
    pub last: Tied,
}

/// What is wrong with the chain, and at which line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The ends of the chain are gone, or were changed.
    #[error("the ends of the chain are gone or were changed")]
    Ends,
    /// A line is not there.
    #[error("line {0} is missing")]
    Missing(i64),
    /// A line does not say what it said.
    #[error("line {0} was changed, or stood elsewhere")]
    Changed(i64),
    /// A line was added past the chain.
    #[error("{0} lines were added past the chain")]
    Added(i64),
}

/// Walks the chain line by line.
#[derive(Clone, Debug)]
pub struct Walk<'k> {
    key: &'k ChainKey,
    at: Tied,
    last: Tied,
}

impl<'k> Walk<'k> {
    /// From one end of the chain to the other.
    pub fn new(key: &'k ChainKey, ends: Ends) -> Self {
        Self { key, at: ends.start, last: ends.last }
    }

    /// The number of the line that was last seen.
    pub fn seq(&self) -> i64 {
        self.at.seq
    }

    /// The next line; `None` for one that cannot be read.
    ///
    /// # Errors
    /// When it is another line than the one that must follow.
    pub fn step(&mut self, tied: &Tied, look: Option<&Look>) -> Result<(), Broken> {
        if tied.seq != self.at.seq + 1 {
            return Err(Broken::Missing(self.at.seq + 1));
        }
        let next = look.map(|look| self.at.next(self.key, look));
        self.at = next.filter(|next| next == tied).ok_or(Broken::Changed(tied.seq))?;
        Ok(())
    }

    /// After the last line that there is.
    ///
    /// # Errors
    /// When it is not the last line that was written.
    pub fn end(self) -> Result<(), Broken> {
        match self.at.seq.cmp(&self.last.seq) {
            std::cmp::Ordering::Less => Err(Broken::Missing(self.at.seq + 1)),
            std::cmp::Ordering::Greater => Err(Broken::Added(self.at.seq - self.last.seq)),
            std::cmp::Ordering::Equal if self.at != self.last => Err(Broken::Ends),
            std::cmp::Ordering::Equal => Ok(()),
        }
    }
}
