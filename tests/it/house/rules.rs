//! What else the house asks of a file, each rule a pure function of its path and its text.

use super::tokens::{Token, tokens};

/// No file is longer: it would hold more than one idea.
pub const MOST_LINES: usize = 400;

/// Says so when a file is too long. What a generator wrote says that it did, and is not read by people.
pub fn too_long(path: &str, source: &str) -> Option<String> {
    let lines = source.lines().count();
    let generated = source.lines().take(3).any(|l| l.contains("auto-generated"));
    (lines > MOST_LINES && !generated)
        .then(|| format!("{path}: {lines} lines, more than {MOST_LINES}"))
}

/// Says so when a Rust file does not open by saying what it is for.
pub fn unannounced(path: &str, source: &str) -> Option<String> {
    (path.ends_with(".rs") && !source.starts_with("//! "))
        .then(|| format!("{path}: does not open with a `//!` sentence"))
}

/// What reads a clock or throws dice, outside the room that hands those out.
pub fn own_clock_or_dice(path: &str, source: &str) -> Vec<String> {
    const FORBIDDEN: &[[&str; 2]] = &[
        ["Utc", "now"],
        ["Local", "now"],
        ["SystemTime", "now"],
        ["Uuid", "now_v7"],
        ["Uuid", "new_v4"],
        ["rand", "rng"],
    ];
    if path.starts_with("app/") || path == "app.rs" {
        return Vec::new();
    }
    let code = tokens(source);
    let calls = code.windows(3).filter_map(|w| match w {
        [Token::Word(of), Token::Path, Token::Word(call)] => Some([of.as_str(), call.as_str()]),
        _ => None,
    });
    calls
        .filter(|call| FORBIDDEN.contains(call))
        .map(|[of, call]| {
            format!("{path}: `{of}::{call}` belongs to `app`; take it as an argument")
        })
        .collect()
}

/// SQL, or its library, outside the store.
pub fn sql_elsewhere(path: &str, source: &str) -> Vec<String> {
    if path.starts_with("store/") {
        return Vec::new();
    }
    let told = |token: Token| match token {
        Token::Word(w) if w == "sqlx" => Some(format!("{path}: `sqlx` belongs to `store`")),
        Token::Text(t) if is_sql(&t) => Some(format!("{path}: SQL belongs to `store`: {t}")),
        _ => None,
    };
    tokens(source).into_iter().filter_map(told).collect()
}

fn is_sql(text: &str) -> bool {
    const SHAPES: &[[&str; 2]] = &[
        ["select ", " from "],
        ["insert into ", "("],
        ["update ", " set "],
        ["delete from ", ""],
        ["create table ", "("],
        ["with ", " as ("],
    ];
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    SHAPES.iter().any(|[verb, then]| {
        let lower = plain.starts_with(verb) && plain.contains(then);
        let (verb, then) = (verb.to_uppercase(), then.to_uppercase());
        lower || plain.starts_with(&verb) && plain.contains(&then)
    })
}

/// What makes the model impure: waiting, and the libraries that reach outside.
pub fn impure(path: &str, source: &str) -> Vec<String> {
    const OUTSIDE: &[&str] =
        &["async", "await", "tokio", "axum", "reqwest", "lettre", "tracing", "async_trait"];
    if !path.starts_with("model/") {
        return Vec::new();
    }
    let told = |token: Token| match token {
        Token::Word(w) if OUTSIDE.contains(&w.as_str()) => {
            Some(format!("{path}: the model is pure, so it has no `{w}`"))
        }
        _ => None,
    };
    tokens(source).into_iter().filter_map(told).collect()
}

/// What tells how something came in, or goes out, where it is done.
pub fn listening(path: &str, source: &str) -> Vec<String> {
    const OUTSIDE: &[&str] = &["axum", "http", "HeaderMap", "StatusCode", "Problem", "reqwest"];
    if !path.starts_with("service/") {
        return Vec::new();
    }
    let told = |token: Token| match token {
        Token::Word(w) if OUTSIDE.contains(&w.as_str()) => {
            Some(format!("{path}: `service` knows nothing of how it is asked, so it has no `{w}`"))
        }
        _ => None,
    };
    tokens(source).into_iter().filter_map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_except_for_what_was_generated() {
        let long = "x\n".repeat(MOST_LINES + 1);
        assert!(too_long("a.ts", &long).is_some());
        assert!(too_long("a.ts", &long[2..]).is_none());
        assert!(too_long("a.ts", &format!("/** auto-generated */\n{long}")).is_none());
    }

    #[test]
    fn a_file_says_what_it_is_for() {
        assert!(unannounced("a.rs", "use std::fmt;").is_some());
        assert!(unannounced("a.rs", "//! Decides.\nuse std::fmt;").is_none());
        assert!(unannounced("a.ts", "import x").is_none());
    }

    #[test]
    fn clocks_and_dice_are_handed_in() {
        assert_eq!(own_clock_or_dice("store/a.rs", "let t = chrono::Utc::now();").len(), 1);
        assert_eq!(own_clock_or_dice("engine/a.rs", "SystemTime::now(); rand::rng()").len(), 2);
        assert_eq!(own_clock_or_dice("app/clock.rs", "Utc::now()"), Vec::<String>::new());
        assert_eq!(
            own_clock_or_dice("store/a.rs", "clock.now() // Utc::now"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn sql_stays_in_the_store() {
        for source in [
            "sqlx::query(x)",
            "q(\"select id\n from visits\")",
            "q(\"DELETE FROM visits\")",
            "q(\"update visits set status = $1\")",
        ] {
            assert_eq!(sql_elsewhere("engine/a.rs", source).len(), 1, "{source}");
            assert_eq!(sql_elsewhere("store/a.rs", source).len(), 0, "{source}");
        }
        assert!(sql_elsewhere("api/a.rs", "say(\"Select a visit from the list\")").is_empty());
    }

    #[test]
    fn the_model_waits_for_nothing() {
        assert_eq!(impure("model/a.rs", "async fn f() { tokio::spawn(x) }").len(), 2);
        assert!(impure("engine/a.rs", "async fn f() {}").is_empty());
        assert!(impure("model/a.rs", "/// Sent by tokio.\nfn f() {}").is_empty());
    }

    #[test]
    fn the_service_does_not_listen() {
        for source in ["use axum::Router;", "fn f() -> StatusCode {}", "fn f() -> Problem {}"] {
            assert_eq!(listening("service/visits/a.rs", source).len(), 1, "{source}");
            assert_eq!(listening("api/visits.rs", source), Vec::<String>::new());
        }
    }
}
