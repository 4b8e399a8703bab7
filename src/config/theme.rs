//! A municipality's own colours: read from its file, and refused when people could not read them.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use crate::model::input::settings::ConfigFault;

/// The app's own tokens; what a theme leaves out stays as it is there.
const OWN: &str = include_str!("../../web/src/styles/tokens.css");
/// What a theme may colour. What means a state (safe, warn, alarm, unsent) is the same everywhere.
const COLOURS: [&str; 11] = [
    "accent",
    "on-accent",
    "accent-soft",
    "paper",
    "surface",
    "sunk",
    "ink",
    "ink-muted",
    "line",
    "line-strong",
    "focus",
];
/// What stands on what, and how much it must differ from it at least (WCAG 2.2, 1.4.3 and 1.4.11).
const PAIRS: [(&str, &str, f64); 12] = [
    ("ink", "paper", 4.5),
    ("ink", "surface", 4.5),
    ("ink", "sunk", 4.5),
    ("ink", "accent-soft", 4.5),
    ("ink-muted", "paper", 4.5),
    ("ink-muted", "surface", 4.5),
    ("on-accent", "accent", 4.5),
    ("accent", "surface", 4.5),
    ("accent", "paper", 4.5),
    ("line-strong", "surface", 3.0),
    ("line-strong", "paper", 3.0),
    ("focus", "surface", 3.0),
];

type Colours = BTreeMap<String, String>;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenTheme {
    #[serde(default)]
    light: Colours,
    #[serde(default)]
    dark: Colours,
}

/// The style sheet that a theme file amounts to; without a file an empty one.
///
/// # Errors
/// Everything that is wrong with the file, at once.
pub fn style_sheet(file: Option<&Path>) -> Result<String, Vec<ConfigFault>> {
    let Some(file) = file else { return Ok(String::new()) };
    let refuse = |problem: &str| ConfigFault::new("theme", problem, "see docs/configuration.md");
    let text =
        fs::read_to_string(file).map_err(|_| vec![refuse("names a file that cannot be read")])?;
    from_toml(&text).map_err(|faults| faults.iter().map(|fault| refuse(fault)).collect())
}

fn from_toml(text: &str) -> Result<String, Vec<String>> {
    let given: GivenTheme =
        toml::from_str(text).map_err(|e| vec![format!("is not a theme: {}", e.message())])?;
    let mut own = OWN.split("prefers-color-scheme: dark");
    let defaults = [own.next(), own.next()].map(|part| own_colours(part.unwrap_or_default()));
    let mut faults = Vec::new();
    for ((mode, colours), own) in
        [("light", &given.light), ("dark", &given.dark)].into_iter().zip(defaults)
    {
        faults.extend(unknown(mode, colours));
        faults.extend(unreadable(mode, &own.into_iter().chain(colours.clone()).collect()));
    }
    if faults.is_empty() { Ok(sheet(&given)) } else { Err(faults) }
}

fn own_colours(css: &str) -> Colours {
    let declarations =
        css.lines().filter_map(|line| line.trim().strip_prefix("--rd-")?.strip_suffix(';'));
    let pairs = declarations.filter_map(|d| d.split_once(": "));
    pairs
        .filter(|(name, _)| COLOURS.contains(name))
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .collect()
}

fn unknown(mode: &str, colours: &Colours) -> Vec<String> {
    let name = |name: &String| {
        (!COLOURS.contains(&name.as_str()))
            .then(|| format!("has no colour '{name}' to set in [{mode}]"))
    };
    let value = |(name, value): (&String, &String)| {
        luminance(value).is_none().then(|| format!("needs a colour like #12466b for {mode}.{name}"))
    };
    colours.keys().filter_map(name).chain(colours.iter().filter_map(value)).collect()
}

fn unreadable(mode: &str, colours: &Colours) -> Vec<String> {
    let seen = |name: &str| colours.get(name).and_then(|value| luminance(value));
    let too_alike = PAIRS.iter().filter_map(|(on, under, least)| {
        let contrast = contrast(seen(on)?, seen(under)?);
        (contrast < *least).then(|| {
            format!(
                "has {mode}.{on} on {mode}.{under} at {contrast:.1}:1, where {least}:1 is needed"
            )
        })
    });
    too_alike.collect()
}

/// How much light a colour gives, from 0 to 1 (WCAG 2.2, relative luminance).
fn luminance(colour: &str) -> Option<f64> {
    let digits = colour
        .strip_prefix('#')
        .filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let part = |at: usize| {
        let value =
            f64::from(u8::from_str_radix(&digits[at..at + 2], 16).unwrap_or_default()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    Some(0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4))
}

fn contrast(one: f64, other: f64) -> f64 {
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn sheet(given: &GivenTheme) -> String {
    let block = |colours: &Colours| {
        colours.iter().fold(String::new(), |mut css, (name, value)| {
            let _ = write!(css, "--rd-{name}:{value};");
            css
        })
    };
    let (light, dark) = (block(&given.light), block(&given.dark));
    format!(":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_colours_can_be_read() {
        assert_eq!(from_toml("").unwrap(), ":root{}@media (prefers-color-scheme:dark){:root{}}");
        assert_eq!(
            own_colours(OWN.split("prefers-color-scheme: dark").next().unwrap()).len(),
            COLOURS.len()
        );
    }

    #[test]
    fn a_theme_sets_what_it_names() {
        let css = from_toml("[light]\naccent = '#004699'\n[dark]\naccent = '#9fc8ff'").unwrap();
        assert!(css.starts_with(":root{--rd-accent:#004699;}"), "{css}");
        assert!(css.contains("dark){:root{--rd-accent:#9fc8ff;}}"), "{css}");
    }

    #[test]
    fn what_cannot_be_read_is_refused_all_at_once() {
        let faults =
            from_toml("[light]\naccent = '#ffdd00'\nalarm = '#00ff00'\nink = 'red; } body {'")
                .unwrap_err();
        let told = |part: &str| faults.iter().any(|fault| fault.contains(part));
        assert!(told("light.on-accent on light.accent"), "{faults:?}");
        assert!(told("no colour 'alarm'"), "{faults:?}");
        assert!(told("light.ink"), "{faults:?}");
    }

    #[test]
    fn contrast_is_measured_as_the_guideline_says() {
        let of = |one, other| contrast(luminance(one).unwrap(), luminance(other).unwrap());
        assert!((of("#000000", "#ffffff") - 21.0).abs() < 0.01);
        assert!((of("#767676", "#ffffff") - 4.54).abs() < 0.01);
    }
}
