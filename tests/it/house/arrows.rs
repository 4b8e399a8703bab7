//! Which room names which: every way in which Rust lets one module name another.

use super::tokens::{Token, tokens};

/// The rooms and top-level modules, and what each may name besides itself.
pub const MAY_NAME: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("config", &["model", "carrier"]),
    ("store", &["model"]),
    ("carrier", &["model"]),
    ("service", &["model", "store"]),
    ("engine", &["model", "store", "service", "carrier"]),
    ("api", &["model", "store", "service"]),
    ("app", &["config", "model", "store", "service", "carrier", "engine", "api"]),
    ("main", &["config", "model", "store", "service", "carrier", "engine", "api", "app"]),
    // It brings in these very tests, which lie elsewhere.
    ("lib", &["`#[path]`"]),
];

/// Every arrow in a file that the table does not allow, in words. `path` starts below `src/`.
pub fn forbidden(path: &str, source: &str) -> Vec<String> {
    let modules = module_path(path);
    let room = path.split(['/', '.']).next().unwrap_or_default();
    let Some((_, allowed)) = MAY_NAME.iter().find(|(name, _)| *name == room) else {
        return vec![format!("{path}: the plan of the house has no `{room}`")];
    };
    named(&modules, &tokens(source))
        .into_iter()
        .filter(|to| to != room && !allowed.contains(&to.as_str()))
        .map(|to| format!("{path}: `{room}` may not name {to}"))
        .collect()
}

/// `model/visits/risk.rs` is `[model, visits, risk]`; `main.rs` and `lib.rs` are the root.
pub fn module_path(path: &str) -> Vec<String> {
    let stem = path.trim_end_matches(".rs").trim_end_matches("/mod");
    match stem {
        "main" | "lib" => Vec::new(),
        _ => stem.split('/').map(str::to_owned).collect(),
    }
}

/// What the code names at the root of the house; tricks that hide a name are named themselves.
fn named(file: &[String], code: &[Token]) -> Vec<String> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut inline: Vec<usize> = Vec::new();
    for (at, token) in code.iter().enumerate() {
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
            Token::Word(word) if starts_path(code, at) => match word.as_str() {
                "crate" | "rugdekking" => below_root(&code[at + 1..], &mut found),
                "super" if at == 0 || code[at - 1] != Token::Path => {
                    let steps = supers(&code[at..]);
                    // Two tokens for each step but the last, whose `::` `below_root` wants to see.
                    if steps >= file.len() + inline.len() {
                        below_root(&code[at + 2 * steps - 1..], &mut found);
                    }
                }
                "include" => found.extend(trick(code, at, '!', "`include!`")),
                "path" => found.extend(trick(code, at, '=', "`#[path]`")),
                _ => {}
            },
            _ => {}
        }
    }
    found
}

/// Whether a path begins here, rather than that a visibility stands here: `pub(crate)`.
pub fn starts_path(code: &[Token], at: usize) -> bool {
    let follows_path = at > 0 && code[at - 1] == Token::Path;
    let visibility = at >= 2
        && code[at - 1] == Token::Mark('(')
        && code[at - 2].is("pub")
        && code.get(at + 1) == Some(&Token::Mark(')'));
    !follows_path && !visibility
}

fn supers(code: &[Token]) -> usize {
    code.chunks(2).take_while(|pair| pair[0].is("super")).count()
}

fn trick(code: &[Token], at: usize, mark: char, name: &str) -> Option<String> {
    let attribute = mark != '=' || at > 0 && code[at - 1] == Token::Mark('[');
    (attribute && code.get(at + 1) == Some(&Token::Mark(mark))).then(|| name.to_owned())
}

/// What follows the root of the house: one name, a group of them, or something that hides them.
fn below_root(code: &[Token], found: &mut Vec<String>) {
    match code {
        [Token::Path, Token::Word(word), ..] => found.push(word.clone()),
        [Token::Path, Token::Mark('{'), group @ ..] => {
            let mut depth = 0_usize;
            let mut first = true;
            for token in group {
                match token {
                    Token::Mark('{') => depth += 1,
                    Token::Mark('}') if depth == 0 => return,
                    Token::Mark('}') => depth -= 1,
                    Token::Mark(',') if depth == 0 => first = true,
                    Token::Word(word) if first => {
                        found.push(if word == "self" { "the root".into() } else { word.clone() });
                        first = false;
                    }
                    Token::Mark('*') if first => found.push("everything at once".into()),
                    _ => {}
                }
            }
        }
        [Token::Path, Token::Mark('*'), ..] => found.push("everything at once".into()),
        _ => found.push("the root".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_arrows_run_in_a_circle() {
        let mut open: Vec<_> = MAY_NAME.to_vec();
        while !open.is_empty() {
            let names: Vec<_> = open.iter().map(|(name, _)| *name).collect();
            let before = open.len();
            open.retain(|(_, needs)| needs.iter().any(|n| names.contains(n)));
            assert!(open.len() < before, "these name each other in a circle: {names:?}");
        }
    }

    #[test]
    fn arrows_of_the_plan_are_free() {
        for (path, source) in [
            ("store/visits.rs", "use crate::model::visits::Visit; use super::{Error, Tx};"),
            ("service/visits/answers.rs", "use crate::{model::ids, store::Tx, service::error};"),
            ("api/visits.rs", "use crate::service::visits::answers;"),
            ("engine/mod.rs", "use crate::{model, store::{Db, api}, carrier::*};"),
            ("api/visits.rs", "pub(crate) fn f() {} pub(super) fn g() { crate::api::h() }"),
            ("model/visits.rs", "use super::clock; mod tests { use super::super::clock; }"),
            ("model/a.rs", "// crate::store\nconst X: &str = \"crate::store\";"),
            ("main.rs", "use rugdekking::app;"),
        ] {
            assert_eq!(forbidden(path, source), Vec::<String>::new(), "{source}");
        }
    }

    #[test]
    fn every_other_arrow_is_seen() {
        for (path, source) in [
            ("model/visits.rs", "use crate::store::Db;"),
            ("model/visits.rs", "fn f() { crate::carrier::speak() }"),
            ("model/visits.rs", "use crate::{ids, model::{clock}, engine::{self}};"),
            ("model/visits.rs", "use super::super::store::Db;"),
            ("model/visits.rs", "use super::super::{model::ids, store};"),
            ("model/mod.rs", "use super::store;"),
            ("model/visits.rs", "mod tests { use super::super::super::store; }"),
            ("model/visits.rs", "mod tests { fn f() {} } use super::super::store;"),
            ("store/visits.rs", "use crate::api;"),
            ("store/visits.rs", "use crate::config::Config;"),
            ("carrier/twilio.rs", "use crate::store::Db;"),
            ("engine/due.rs", "use crate::api::events;"),
            ("service/visits.rs", "use crate::api::problem::Problem;"),
            ("store/visits.rs", "use crate::service::messages;"),
            ("api/visits.rs", "use crate::engine::Waker;"),
            ("service/visits/answers.rs", "use crate::api::problem::Problem;"),
            ("service/messages/mod.rs", "use crate::carrier::speak;"),
            ("store/visits.rs", "use crate::service::Context;"),
            ("api/visits.rs", "pub(in crate::engine) fn f() {}"),
            ("api/visits.rs", "use crate as house; use house::engine;"),
            ("api/visits.rs", "use crate::{self as house};"),
            ("api/visits.rs", "use crate::*;"),
            ("api/visits.rs", "use super::super::*;"),
            ("api/visits.rs", "extern crate self as house;"),
            ("api/visits.rs", "use rugdekking::engine;"),
            ("api/visits.rs", "include!(\"../engine/due.rs\");"),
            ("api/visits.rs", "#[path = \"../engine/due.rs\"] mod due;"),
            ("api/visits.rs", "macro_rules! f { () => { $crate::engine::f() } }"),
            ("cellar/wine.rs", ""),
        ] {
            assert_ne!(forbidden(path, source), Vec::<String>::new(), "{source}");
        }
    }
}
