//! What is sealed stays closed to whoever lacks the key, and to whoever moves or changes it.

use proptest::prelude::*;

use super::*;
use crate::model::clock::testing::Seeded;

fn key(seed: u64) -> MasterKey {
    MasterKey::generate(&Seeded::new(seed))
}

fn ring(seed: u64) -> Keyring {
    Keyring::new(&key(seed), &[])
}

fn visit(row: u32) -> Place {
    Place::new("visits", row)
}

#[test]
fn only_its_key_opens_it() {
    let sealed = ring(1).seal(&visit(1), b"J. de Wit", [7; NONCE]).unwrap();
    assert_eq!(ring(1).open(&visit(1), &sealed).unwrap(), b"J. de Wit");
    let closed = ring(2).open(&visit(1), &sealed).unwrap_err();
    assert_eq!(closed, Closed::Key(ring(1).current().to_owned()));
    let both = Keyring::new(&key(2), &[key(1)]);
    assert_eq!(both.open(&visit(1), &sealed).unwrap(), b"J. de Wit");
    // A liar who names another key gets no further.
    let lie = sealed.replace(ring(1).current(), ring(2).current());
    assert_eq!(ring(2).open(&visit(1), &lie), Err(Closed::Broken));
}

#[test]
fn elsewhere_it_does_not_open() {
    let sealed = ring(1).seal(&visit(1), b"x", [7; NONCE]).unwrap();
    assert_eq!(ring(1).open(&visit(2), &sealed), Err(Closed::Broken));
    assert_eq!(ring(1).open(&Place::new("alarms", 1), &sealed), Err(Closed::Broken));
}

#[test]
fn what_nobody_sealed_is_not_opened() {
    for odd in ["", "v1", "v1.", "v2.0.AA", "x"] {
        assert!(ring(1).open(&visit(1), odd).is_err(), "{odd}");
    }
    for short in ["", "AAAA", "AAAAAAAAAAAAAAAA", "=!"] {
        let sealed = format!("{}{short}", ring(1).mark());
        assert_eq!(ring(1).open(&visit(1), &sealed), Err(Closed::Broken), "{short}");
    }
}

#[test]
fn a_value_is_filed_alike_in_one_column_under_one_key_only() {
    let ring = ring(1);
    let email = |value| ring.index(Column::Email, value);
    assert_eq!(email("Jan@Example.nl"), email("jan@example.nl"));
    assert_ne!(email("jan@example.nl"), email("jan@example.n"));
    let jan = "+31612345678";
    assert_ne!(ring.index(Column::Mobile, jan), ring.index(Column::OptOut, jan));
    assert_ne!(ring.index(Column::Mobile, jan), self::ring(2).index(Column::Mobile, jan));
    let both = Keyring::new(&key(2), &[key(1)]);
    let found: Vec<_> = both.indexes(Column::Mobile, jan).collect();
    let apart = [2, 1].map(|seed| self::ring(seed).index(Column::Mobile, jan));
    assert_eq!(found, apart);
}

#[test]
fn a_key_reads_as_it_writes_and_never_shows() {
    let key = key(1);
    let text = key.write().expose().to_owned();
    assert_eq!(MasterKey::read(&text), Some(key.clone()));
    let url = text.replace('+', "-").replace('/', "_");
    assert_eq!(MasterKey::read(url.trim_end_matches('=')), Some(key.clone()));
    for bad in ["", "kaas", &text[4..], &format!("AAAA{text}")] {
        assert_eq!(MasterKey::read(bad), None, "{bad}");
    }
    let shown = format!("{key:?} {:?}", Keyring::new(&key, &[]));
    assert!(!shown.contains(&text[..8]), "{shown}");
}

proptest! {
    #[test]
    fn any_change_is_seen(
        plain in proptest::collection::vec(any::<u8>(), 0..200),
        at in any::<prop::sample::Index>(),
        by in 1_u8..,
    ) {
        let sealed = ring(1).seal(&visit(1), &plain, [7; NONCE]).unwrap();
        prop_assert_eq!(&ring(1).open(&visit(1), &sealed).unwrap(), &plain);
        let (mark, body) = sealed.split_at(ring(1).mark().len());
        let mut bytes = URL.decode(body).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= by;
        let changed = format!("{mark}{}", URL.encode(bytes));
        prop_assert_eq!(ring(1).open(&visit(1), &changed), Err(Closed::Broken));
    }
}
