//! No circle of files, inside a room either: what two files need of each other stands in a third.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    arrows::{module_path, starts_path},
    tokens::{Token, tokens},
};

/// Files by their module paths, each with those that it names.
type Arrows = BTreeMap<Vec<String>, BTreeSet<Vec<String>>>;

/// Every circle that is not known, with its arrows, and every known one that is none any more.
/// `sources` are paths that start below `src/`, and their texts.
pub fn circles(sources: &[(String, String)], known: &[(&[&str], &str)]) -> Vec<String> {
    let arrows = arrows(sources);
    let found = strongly_connected(&arrows);
    let names = |circle: &BTreeSet<Vec<String>>| -> Vec<String> {
        circle.iter().map(|file| file.join("::")).collect()
    };
    let found: Vec<_> = found.iter().map(|circle| (names(circle), circle)).collect();
    let new = found
        .iter()
        .filter(|(names, _)| !known.iter().any(|(files, _)| files == names))
        .map(|(_, circle)| told(circle, &arrows));
    let gone = known
        .iter()
        .filter(|(files, _)| !found.iter().any(|(names, _)| files == names))
        .map(|(files, _)| format!("no longer this circle, so mend the list: {}", files.join(", ")));
    new.chain(gone).collect()
}

fn told(circle: &BTreeSet<Vec<String>>, arrows: &Arrows) -> String {
    let mut told = "these files name each other in a circle:".to_owned();
    for file in circle {
        let to: Vec<_> = arrows[file].intersection(circle).map(|to| to.join("::")).collect();
        told += &format!("\n    {} -> {}", file.join("::"), to.join(", "));
    }
    told
}

fn arrows(sources: &[(String, String)]) -> Arrows {
    let files: BTreeMap<_, _> = sources
        .iter()
        .map(|(path, text)| (module_path(path), text))
        .filter(|(file, _)| !file.is_empty() && file.iter().all(|part| part != "tests"))
        .collect();
    let known = files.keys().cloned().collect();
    files.iter().map(|(file, text)| (file.clone(), named(file, text, &known))).collect()
}

/// The files that a file names: for each path, the file of the longest module that it begins with.
fn named(file: &[String], text: &str, known: &BTreeSet<Vec<String>>) -> BTreeSet<Vec<String>> {
    let longest = |path: Vec<String>| {
        (1..=path.len()).rev().map(|n| path[..n].to_vec()).find(|module| known.contains(module))
    };
    let code = without_tests(tokens(text));
    let here = |path| absolute(file, path, known);
    paths(&code).filter_map(here).filter_map(longest).filter(|to| to != file).collect()
}

/// A path from the root of the house, with how many modules within the file it stands in.
fn absolute(
    file: &[String],
    (path, inline): (Vec<String>, usize),
    known: &BTreeSet<Vec<String>>,
) -> Option<Vec<String>> {
    let below = |module: &[String], rest: &[String]| [module, rest].concat();
    match path.first()?.as_str() {
        "crate" | "rugdekking" => Some(path[1..].to_vec()),
        "self" => Some(below(file, &path[1..])),
        "super" => {
            let steps = path.iter().take_while(|part| *part == "super").count();
            let up = file.len().checked_sub(steps.saturating_sub(inline))?;
            Some(below(&file[..up], &path[steps..]))
        }
        _ => Some(below(file, &path)).filter(|child| known.contains(&child[..=file.len()])),
    }
}

/// Every path of the code, each arm of a group by itself.
fn paths(code: &[Token]) -> impl Iterator<Item = (Vec<String>, usize)> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut inline: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(token) = code.get(at) {
        let mut next = at + 1;
        match token {
            Token::Mark('{') => {
                depth += 1;
                if at >= 2 && code[at - 2].is("mod") {
                    inline.push(depth);
                }
            }
            Token::Mark('}') => {
                inline.pop_if(|opened| *opened == depth);
                depth = depth.saturating_sub(1);
            }
            Token::Word(_) if begins(code, at) => {
                let mut arms = Vec::new();
                next = arms_of(code, at, Vec::new(), &mut arms);
                found.extend(arms.into_iter().map(|arm| (arm, inline.len())));
            }
            _ => {}
        }
        at = next;
    }
    found.into_iter()
}

/// Whether more than one name begins here, or something is imported; who may see it is no arrow.
fn begins(code: &[Token], at: usize) -> bool {
    let before = |steps: usize| at.checked_sub(steps).map(|at| &code[at]);
    let seen_by =
        before(1).is_some_and(|token| token.is("in")) && before(2) == Some(&Token::Mark('('));
    let imported = before(1).is_some_and(|token| token.is("use"));
    starts_path(code, at) && !seen_by && (imported || code.get(at + 1) == Some(&Token::Path))
}

/// The paths of a tree that begins here; gives where it ends.
fn arms_of(
    code: &[Token],
    mut at: usize,
    mut prefix: Vec<String>,
    arms: &mut Vec<Vec<String>>,
) -> usize {
    match code.get(at) {
        Some(Token::Word(word)) => {
            prefix.push(word.clone());
            if code.get(at + 1) == Some(&Token::Path) {
                return arms_of(code, at + 2, prefix, arms);
            }
        }
        Some(Token::Mark('{')) => {
            at += 1;
            while code.get(at).is_some_and(|token| *token != Token::Mark('}')) {
                let arm = matches!(code[at], Token::Word(_) | Token::Mark('{' | '*'));
                // Another name for it is no path.
                at = match arm && !code[at].is("as") {
                    true => arms_of(code, at, prefix.clone(), arms),
                    false => at + if code[at].is("as") { 2 } else { 1 },
                };
            }
            return at + 1;
        }
        _ => {}
    }
    arms.push(prefix);
    at + 1
}

/// The code without its own tests, which may name whatever they try.
fn without_tests(mut code: Vec<Token>) -> Vec<Token> {
    let opens = |code: &[Token]| {
        code.windows(3).position(|w| w[0].is("mod") && w[1].is("tests") && w[2] == Token::Mark('{'))
    };
    while let Some(from) = opens(&code) {
        let mut depth = 0_usize;
        let end = code[from..].iter().position(|token| {
            match token {
                Token::Mark('{') => depth += 1,
                Token::Mark('}') => depth -= 1,
                _ => return false,
            }
            depth == 0
        });
        code.drain(from..end.map_or(code.len(), |end| from + end + 1));
    }
    code
}

/// Sets of more than one file in which each reaches each other.
fn strongly_connected(arrows: &Arrows) -> Vec<BTreeSet<Vec<String>>> {
    let reached: BTreeMap<_, _> =
        arrows.keys().map(|file| (file, reachable(file, arrows))).collect();
    let mut circles: Vec<BTreeSet<Vec<String>>> = Vec::new();
    for file in arrows.keys() {
        let circle: BTreeSet<_> =
            reached[file].iter().filter(|to| reached[to].contains(file)).cloned().collect();
        if !circle.is_empty() && !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

fn reachable(from: &Vec<String>, arrows: &Arrows) -> BTreeSet<Vec<String>> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        open.extend(arrows[file].iter().filter(|to| reached.insert((*to).clone())));
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_of(files: &[(&str, &str)]) -> Vec<String> {
        let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        circles(&files.iter().map(owned).collect::<Vec<_>>(), &[])
    }

    #[test]
    fn every_way_to_name_a_file_closes_a_circle() {
        for (first, second) in [
            ("use super::b::B;", "use super::a::A;"),
            ("use super::b;", "fn f() { crate::room::a::f() }"),
            ("use crate::room::b::B as C;", "use crate::{model, room::{c as d, a::{self, A}}};"),
            ("fn f() { super::b::f::<u8>() }", "use super::*; use super::a::*;"),
            ("mod deep { use super::super::b::B; }", "pub use super::a::A;"),
        ] {
            let told = told_of(&[("room/mod.rs", ""), ("room/a.rs", first), ("room/b.rs", second)]);
            assert_eq!(told.len(), 1, "{first} {second}");
            assert!(told[0].contains("room::a -> room::b"), "{told:?}");
            assert!(told[0].contains("room::b -> room::a"), "{told:?}");
        }
    }

    #[test]
    fn what_a_folder_passes_on_counts_as_the_folder() {
        for (folder, child) in [
            ("pub use child::Child;", "use super::Other;"),
            ("pub use self::{child::Child};", "use crate::room::{Other};"),
            ("fn f() { child::f() }", "use super::f;"),
            ("pub use crate::room::child::*;", "fn f() { super::f() }"),
        ] {
            let told = told_of(&[("room/mod.rs", folder), ("room/child.rs", child)]);
            assert_eq!(told.len(), 1, "{folder} {child}");
        }
    }

    #[test]
    fn a_plain_tree_is_free() {
        let files = [
            ("lib.rs", "pub mod room;"),
            ("room/mod.rs", "mod a; pub mod b; pub use a::{A, f as g}; use std::fmt;"),
            ("room/a.rs", "use super::b::B; pub(in crate::room) fn f(b: B) { b::<u8>() }"),
            ("room/c/mod.rs", "mod a; use crate::model::{room::a::A, a::B}; use super::a;"),
            ("room/c/a.rs", "use super::C;"),
            ("room/b.rs", "// super::a\n#[cfg(test)] mod tests { use super::super::a; }"),
            ("room/b/tests.rs", "use super::super::a;"),
        ];
        assert_eq!(told_of(&files), Vec::<String>::new());
    }

    #[test]
    fn a_known_circle_stays_on_the_list_for_as_long_as_it_is_one() {
        let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        let known: &[(&[&str], &str)] = &[(&["a", "b"], "why")];
        let circle = [file("a.rs", "use crate::b::B;"), file("b.rs", "use crate::a::A;")];
        assert_eq!(circles(&circle, known), Vec::<String>::new());
        assert_eq!(circles(&circle[..1], known).len(), 1);
    }
}
