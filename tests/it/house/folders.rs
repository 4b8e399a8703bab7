//! How full a folder may be, and which names it may hold.

use std::collections::{BTreeMap, BTreeSet};

/// What a room holds at its top, so that one look shows the way in.
const MOST_AT_THE_TOP: usize = 12;
const MOST_IN_A_FOLDER: usize = 24;

/// The same in every room that has something for them.
const SUBJECTS: &[&str] =
    &["visits", "alarms", "messages", "register", "incidents", "people", "privacy", "integrations"];

/// Which folders each room has beside the subjects.
const CROSS_CUTTING: &[(&str, &[&str])] = &[
    ("model", &["clock", "input"]),
    ("store", &["db", "instances"]),
    ("carrier", &["providers", "router"]),
    ("service", &["context"]),
    ("engine", &[]),
    ("api", &["demo", "docs", "health", "http"]),
    ("app", &["demo", "serve"]),
    ("config", &["tests"]),
];

/// Folders below `src/`, each with the names in it and whether that name is a folder.
type Folders<'p> = BTreeMap<&'p str, BTreeMap<&'p str, bool>>;

/// Every folder that is too full, or holds a name that it should not. The paths start below `src/`.
pub fn untidy(paths: &[&str]) -> Vec<String> {
    let mut folders = Folders::new();
    for path in paths {
        let mut at = *path;
        while let Some((folder, name)) = at.rsplit_once('/') {
            folders.entry(folder).or_default().insert(name, at != *path);
            at = folder;
        }
    }
    let full = folders.iter().filter_map(|(folder, names)| too_full(folder, names));
    let strange = folders.iter().flat_map(|(folder, names)| strange(folder, names));
    let alike = folders.iter().flat_map(|(folder, names)| alike(folder, names));
    full.chain(strange).chain(alike).collect()
}

fn too_full(folder: &str, names: &BTreeMap<&str, bool>) -> Option<String> {
    let beside = names.keys().filter(|name| **name != "mod.rs").count();
    let most = if folder.contains('/') { MOST_IN_A_FOLDER } else { MOST_AT_THE_TOP };
    (beside > most).then(|| format!("{folder}: {beside} entries, more than {most}"))
}

fn strange(folder: &str, names: &BTreeMap<&str, bool>) -> Vec<String> {
    let Some((_, others)) = CROSS_CUTTING.iter().find(|(room, _)| *room == folder) else {
        return Vec::new();
    };
    let folders = names.iter().filter(|(_, is_folder)| **is_folder).map(|(name, _)| *name);
    folders
        .filter(|name| !SUBJECTS.contains(name) && !others.contains(name))
        .map(|name| format!("{folder}: `{name}` is no subject"))
        .collect()
}

fn alike(folder: &str, names: &BTreeMap<&str, bool>) -> Vec<String> {
    let mut stems: Vec<_> = names.keys().map(|name| name.trim_end_matches(".rs")).collect();
    // A module's file may stand beside its folder.
    stems.dedup();
    let mut roots = BTreeSet::new();
    stems
        .into_iter()
        .filter(|stem| !roots.insert(root(stem)))
        .map(|stem| format!("{folder}: `{stem}` differs from another name by its ending only"))
        .collect()
}

fn root(name: &str) -> &str {
    const ENDINGS: &[&str] = &[
        "ations", "ation", "ings", "ing", "ions", "ion", "als", "al", "ers", "er", "ed", "ies",
        "es", "s", "e", "y",
    ];
    ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tidy_house_is_free() {
        let paths = ["main.rs", "model/mod.rs", "model/ids.rs", "model/visits/answers.rs"];
        assert_eq!(untidy(&paths), Vec::<String>::new());
    }

    #[test]
    fn a_full_folder_is_seen() {
        for (folder, most) in [("model", 12), ("model/visits", 24)] {
            let many: Vec<_> = (0..=most).map(|n| format!("{folder}/{n}.rs")).collect();
            let paths: Vec<_> = many.iter().map(String::as_str).collect();
            assert_eq!(untidy(&paths).len(), 1);
            assert_eq!(untidy(&paths[..most]), Vec::<String>::new());
        }
    }

    #[test]
    fn a_folder_that_is_no_subject_is_seen() {
        assert_eq!(untidy(&["model/cellar/wine.rs"]), ["model: `cellar` is no subject"]);
    }

    #[test]
    fn names_that_differ_by_an_ending_are_seen() {
        assert_eq!(untidy(&["api/visits/import.rs", "api/visits/importing.rs"]).len(), 1);
        assert_eq!(untidy(&["api/visits/links.rs", "api/visits/link_page.rs"]).len(), 0);
    }
}
