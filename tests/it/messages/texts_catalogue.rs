//! The words in their languages: each key is there in all, with the same things filled in, and is used.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// What each key of a language has filled in.
type Catalogue = BTreeMap<String, BTreeSet<String>>;

const TEXTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/model/messages/texts");

fn catalogue(language: &Path) -> Catalogue {
    let mut all = Catalogue::new();
    for file in fs::read_dir(language).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let read = fluent_bundle::FluentResource::try_new(text.clone());
        assert!(read.is_ok(), "{} cannot be read", path.display());
        for (key, words) in text.lines().filter_map(|line| line.split_once(" = ")) {
            let filled_in = words.split("{ $").skip(1).map(|rest| rest.split(' ').next().unwrap());
            let twice = all.insert(key.to_owned(), filled_in.map(str::to_owned).collect());
            assert!(twice.is_none(), "{key} is there twice in {}", language.display());
        }
    }
    all
}

fn languages() -> Vec<(String, Catalogue)> {
    let folders = fs::read_dir(TEXTS).unwrap().map(|entry| entry.unwrap().path());
    let folders = folders.filter(|path| path.is_dir());
    folders.map(|path| (path.display().to_string(), catalogue(&path))).collect()
}

/// The source of all texts.
fn source() -> String {
    let files = fs::read_dir(TEXTS).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.is_file() && !path.ends_with("catalogue.rs"));
    files.map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// What the source says with something filled in, and as it is.
fn asked(source: &str) -> Catalogue {
    let calls =
        |start| source.split(start).skip(1).map(|call: &str| call.split_once(')').unwrap().0);
    let read = |call: &str| {
        let mut parts = call.split(',').map(str::trim).skip(1).filter(|part| !part.is_empty());
        let key = parts.next()?.strip_prefix('"')?.strip_suffix('"')?.to_owned();
        let names = parts.map(|part| part.split(' ').next().unwrap().to_owned());
        Some((key, names.collect()))
    };
    calls("text!(").chain(calls("fixed(")).filter_map(read).collect()
}

#[test]
fn every_language_has_every_text() {
    let all = languages();
    let (first, wanted) = &all[0];
    assert!(wanted.len() > 300 && all.len() > 1, "{first}: {}", wanted.len());
    for (language, held) in &all[1..] {
        let differ = |(key, names): &(&String, &BTreeSet<String>)| held.get(*key) != Some(*names);
        let differ: Vec<_> = wanted.iter().filter(differ).collect();
        assert!(differ.is_empty(), "{first} and {language}: {differ:?}");
        let more: Vec<_> = held.keys().filter(|key| !wanted.contains_key(*key)).collect();
        assert!(more.is_empty(), "only {language} has {more:?}");
    }
}

#[test]
fn every_text_is_used_with_all_that_is_filled_in() {
    let source = source();
    let asked = asked(&source);
    for (language, held) in languages() {
        let missing: Vec<_> =
            asked.iter().filter(|(key, of)| held.get(*key) != Some(*of)).collect();
        assert!(missing.is_empty(), "{language} has not what is asked for: {missing:?}");
        let unused = held.keys().filter(|key| !source.contains(&format!("\"{key}\"")));
        let unused: Vec<_> = unused.collect();
        assert!(unused.is_empty(), "nobody says this of {language}: {unused:?}");
    }
}
