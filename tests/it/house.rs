//! The plan of the house, held against its source: rooms, arrows, sizes and who may do what.

#[path = "house/arrows.rs"]
mod arrows;
#[path = "house/circles.rs"]
mod circles;
#[path = "house/folders.rs"]
mod folders;
#[path = "house/rules.rs"]
mod rules;
#[path = "house/tokens.rs"]
mod tokens;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file's path, from the folder that was asked for, and its text.
type Source = (String, String);

/// Circles that still have to go, each with why it is there: the list can only shrink.
const STILL_CIRCLES: &[(&[&str], &str)] = &[];

/// `scripts/mutants` is worth nothing once its faults no longer fit the code.
#[test]
fn the_faults_on_purpose_can_still_be_put_in() {
    let apply = ["apply", "--check", "simulation/mutants.patch"];
    let home = env!("CARGO_MANIFEST_DIR");
    let said = std::process::Command::new("git").args(apply).current_dir(home).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

#[test]
fn rooms_name_only_what_the_plan_lets_them() {
    none(rust_of_the_house().iter().flat_map(|(path, text)| arrows::forbidden(path, text)));
}

#[test]
fn no_files_name_each_other_in_a_circle() {
    none(circles::circles(&rust_of_the_house(), STILL_CIRCLES).into_iter());
}

#[test]
fn folders_show_the_way_in() {
    let house = rust_of_the_house();
    none(
        folders::untidy(&house.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>())
            .into_iter(),
    );
}

#[test]
fn clocks_and_dice_are_handed_in() {
    none(rust_of_the_house().iter().flat_map(|(path, text)| rules::own_clock_or_dice(path, text)));
}

#[test]
fn only_the_store_speaks_sql() {
    none(rust_of_the_house().iter().flat_map(|(path, text)| rules::sql_elsewhere(path, text)));
}

#[test]
fn the_model_is_pure() {
    none(rust_of_the_house().iter().flat_map(|(path, text)| rules::impure(path, text)));
}

#[test]
fn the_service_knows_no_protocol() {
    none(rust_of_the_house().iter().flat_map(|(path, text)| rules::listening(path, text)));
}

#[test]
fn no_file_holds_more_than_one_idea() {
    none(everything().iter().filter_map(|(path, text)| rules::too_long(path, text)));
}

#[test]
fn every_file_says_what_it_is_for() {
    none(everything().iter().filter_map(|(path, text)| rules::unannounced(path, text)));
}

fn none(faults: impl Iterator<Item = String>) {
    let faults: Vec<_> = faults.collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

fn rust_of_the_house() -> Vec<Source> {
    let found = sources(&["src"]);
    assert!(found.iter().any(|(path, _)| path == "src/main.rs"), "the house was not found");
    let below_src = |(path, text): Source| (path["src/".len()..].to_owned(), text);
    found.into_iter().map(below_src).collect()
}

fn everything() -> Vec<Source> {
    sources(&["src", "simulation", "tests", "benches", "web/src"])
}

fn sources(folders: &[&str]) -> Vec<Source> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in folders {
        gather(&home.join(folder), &mut files);
    }
    files.sort();
    let read = |file: PathBuf| {
        let path = file.strip_prefix(home).expect("it lies in the house").display().to_string();
        (path, fs::read_to_string(&file).expect("source is text"))
    };
    files.into_iter().map(read).collect()
}

/// Not every folder exists in every version of the house.
fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    const WRITTEN_BY_PEOPLE: &[&str] = &["rs", "ts", "js", "mjs", "svelte", "css"];
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() && !path.ends_with("node_modules") {
            gather(&path, files);
        } else if path.extension().is_some_and(|e| WRITTEN_BY_PEOPLE.iter().any(|w| e == *w)) {
            files.push(path);
        }
    }
}
