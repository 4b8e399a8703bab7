//! Where settings come from: a TOML file, and the environment, which goes before it.

use std::{fs, path::Path};

use toml::{Table, Value};

use super::names;
use crate::model::input::settings::{ConfigFault, GivenSetting, GivenSettings, RawValue};

const PREFIX: &str = "RUGDEKKING_";

/// Gathers the settings of both sources; what cannot be read, or is unknown, becomes a fault.
pub fn gather(
    file: Option<&Path>,
    env: impl Iterator<Item = (String, String)>,
    faults: &mut Vec<ConfigFault>,
) -> GivenSettings {
    let mut given = GivenSettings::new();
    if let Some(table) = file.and_then(|path| read(path, faults)) {
        flatten("", table, &mut given);
    }
    given.retain(|name, _| {
        let known = names::all().any(|n| n == *name);
        if !known {
            faults.push(unknown(name, name));
        }
        known
    });
    for (variable, value) in env {
        let Some(bare) = variable.strip_prefix(PREFIX) else { continue };
        if value.is_empty() || names::is_not_a_setting(bare) {
            continue;
        }
        match names::of_variable(bare) {
            Some(name) => override_with(&mut given, name, variable, value, faults),
            None => faults.push(unknown(&variable, bare)),
        }
    }
    given
}

fn read(path: &Path, faults: &mut Vec<ConfigFault>) -> Option<Table> {
    let shown = path.display().to_string();
    let fault = |problem: String| ConfigFault::new(&shown, problem, "see docs/configuration.md");
    let text = fs::read_to_string(path)
        .map_err(|e| faults.push(fault(format!("cannot be read ({e})"))))
        .ok()?;
    // Only the message and the line: the parser's own words quote the text, which may hold secrets.
    let told = |e: toml::de::Error| {
        let line = e.span().map_or(1, |span| text[..span.start].lines().count().max(1));
        fault(format!("is not valid TOML, at line {line} ({})", e.message()))
    };
    text.parse::<Table>().map_err(|e| faults.push(told(e))).ok()
}

fn flatten(above: &str, table: Table, given: &mut GivenSettings) {
    for (key, value) in table {
        let name = if above.is_empty() { key } else { format!("{above}.{key}") };
        let value = match value {
            Value::Table(below) => {
                flatten(&name, below, given);
                continue;
            }
            Value::String(text) => RawValue::Text(text),
            Value::Integer(_) | Value::Float(_) | Value::Boolean(_) => {
                RawValue::Text(value.to_string())
            }
            Value::Array(items) => items
                .into_iter()
                .map(|item| if let Value::String(text) = item { Some(text) } else { None })
                .collect::<Option<_>>()
                .map_or(RawValue::Other, RawValue::List),
            Value::Datetime(_) => RawValue::Other,
        };
        given.insert(name.clone(), GivenSetting { called: name, value });
    }
}

/// The environment goes before the file, also when one gives a secret and the other its file.
fn override_with(
    given: &mut GivenSettings,
    name: String,
    variable: String,
    value: String,
    faults: &mut Vec<ConfigFault>,
) {
    let twin = match name.strip_suffix("_file") {
        Some(secret) => secret.to_owned(),
        None => format!("{name}_file"),
    };
    given.retain(|other, it| *other != twin || it.called.starts_with(PREFIX));
    let before =
        given.insert(name, GivenSetting { called: variable.clone(), value: RawValue::Text(value) });
    if let Some(twice) = before.filter(|it| it.called.starts_with(PREFIX)) {
        let problem = format!("is given twice, also as {}", twice.called);
        faults.push(ConfigFault::new(variable, problem, "give it once"));
    }
}

fn unknown(called: &str, name: &str) -> ConfigFault {
    let remedy = match names::nearest(name) {
        Some(near) => format!("did you mean {near}?"),
        None => "remove it; docs/configuration.md lists all settings".into(),
    };
    ConfigFault::new(called, "is not a setting", remedy)
}
