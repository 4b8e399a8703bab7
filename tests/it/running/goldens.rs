//! Bodies as released programs wrote them, one file for each released form: this program reads each
//! of them, and writes it again so that the program before it finds all that it wrote itself.
//!
//! When a form changes, add a file: `RUGDEKKING_NEW_GOLDENS=2 cargo test --test it -- new_goldens --ignored`.

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use rugdekking::store::written_again;
use serde_json::Value;

use crate::support::{db, raw, town::day::of_everything};

/// So many bodies of a table are kept, each of another shape.
const OF_A_TABLE: usize = 4;

type Goldens = BTreeMap<String, Vec<Value>>;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/goldens")
}

fn released() -> Vec<(String, Goldens)> {
    let files = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path());
    let read = |file: PathBuf| {
        let goldens = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        (file.file_name().unwrap().to_string_lossy().into_owned(), goldens)
    };
    files.map(read).collect()
}

/// The path of each thing that was written and is not found again.
fn lost(path: &str, before: &Value, after: &Value) -> Vec<String> {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let field = |(name, value): (&String, &Value)| {
                let path = format!("{path}.{name}");
                after.get(name).map_or_else(|| vec![path.clone()], |it| lost(&path, value, it))
            };
            before.iter().flat_map(field).collect()
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            let each = before.iter().zip(after).enumerate();
            each.flat_map(|(at, (one, other))| lost(&format!("{path}[{at}]"), one, other)).collect()
        }
        _ if before == after => vec![],
        _ => vec![path.to_owned()],
    }
}

#[test]
fn every_released_body_is_read_and_written_as_the_program_before_reads_it() {
    let all = released();
    assert!(!all.is_empty());
    for (file, goldens) in all {
        for (table, bodies) in goldens {
            for body in bodies {
                let again =
                    written_again(&table, &body).unwrap_or_else(|| panic!("{table} is gone"));
                let again = again.unwrap_or_else(|why| panic!("{file}, {table}: {why}: {body}"));
                assert_eq!(lost(&table, &body, &again), Vec::<String>::new(), "{file}: {body}");
            }
        }
    }
}

/// The shape of a body: its fields, and what kind of thing stands in each.
fn shape(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| {
                let says = ["is", "kind", "as"].contains(&name.as_str());
                if says { format!("{name}={value}") } else { format!("{name}:{}", shape(value)) }
            });
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            items.first().map_or_else(|| "[]".into(), |one| format!("[{}]", shape(one)))
        }
        Value::Null => "null".into(),
        Value::String(_) => "text".into(),
        Value::Number(_) => "number".into(),
        Value::Bool(_) => "bool".into(),
    }
}

/// Secrets of a test database are no use to anybody, and look bad in a repository.
fn is_shown(table: &str, key: &str) -> bool {
    table != "settings" || key == "audit"
}

#[tokio::test]
async fn every_stored_body_has_a_golden_example() {
    let newest = released().into_iter().max_by_key(|(form, _)| form.clone()).unwrap().1;
    db::with_sqlite(db::opened(async |db| {
        for table in raw::sealed_tables(&db).await {
            let has_one = newest.get(table).is_some_and(|bodies| !bodies.is_empty());
            assert!(has_one || table == "settings", "{table} has no golden example");
        }
    }))
    .await;
}

#[tokio::test]
#[ignore = "writes the examples of a new form"]
async fn new_goldens() {
    let name = env::var("RUGDEKKING_NEW_GOLDENS").expect("the number of the form");
    db::with_sqlite(db::opened(async |db| {
        let town = of_everything(db).await;
        town.engine.audit().await.unwrap();
        let mut goldens = Goldens::new();
        for table in raw::sealed_tables(&town.db).await {
            let mut of_shape = BTreeMap::new();
            for row in raw::sealed(&town.db, table).await {
                if is_shown(table, &row.key) {
                    of_shape.entry(shape(&row.plain)).or_insert(row.plain);
                }
            }
            goldens.insert(table.into(), of_shape.into_values().take(OF_A_TABLE).collect());
        }
        let file = folder().join(format!("{name}.json"));
        fs::write(file, serde_json::to_string_pretty(&goldens).unwrap() + "\n").unwrap();
    }))
    .await;
}
