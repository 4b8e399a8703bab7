//! Words by their key, in the language of who reads or hears them. They stand beside this file, in a
//! folder for each language, in Fluent (projectfluent.org).

use std::{borrow::Cow, fmt::Display, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

use crate::model::messages::language::Language;

type Bundle = FluentBundle<FluentResource>;

macro_rules! folder {
    ($language:literal: $($file:literal)+) => {
        bundle($language, &[$(include_str!(concat!($language, "/", $file, ".ftl"))),+])
    };
    ($language:literal) => {
        folder!($language: "account" "alarm" "audit" "calendar" "carrier-test" "channel-test"
            "colleagues" "incident" "letter" "links" "outage" "overview" "promise" "push" "report" "starting"
            "timeline" "watch" "watchdog")
    };
}

static NL: LazyLock<Bundle> = LazyLock::new(|| folder!("nl"));
static EN: LazyLock<Bundle> = LazyLock::new(|| folder!("en"));

/// `tests/it/messages/texts_catalogue.rs` sees to it that each file can be read, and that no key is missing.
fn bundle(language: &str, files: &[&str]) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![language.parse().unwrap_or_default()]);
    // Marks around what is filled in would count as letters of a text, and show on old phones.
    bundle.set_use_isolating(false);
    for file in files {
        let resource = FluentResource::try_new((*file).to_owned());
        let _ = bundle.add_resource(resource.unwrap_or_else(|(readable, _)| readable));
    }
    bundle
}

fn find(
    language: Language,
    key: &str,
    filled_in: Option<&FluentArgs<'_>>,
) -> Option<Cow<'static, str>> {
    let bundle: &'static Bundle = match language {
        Language::Nl => &NL,
        Language::En => &EN,
    };
    let pattern = bundle.get_message(key)?.value()?;
    Some(bundle.format_pattern(pattern, filled_in, &mut vec![]))
}

/// A text in which nothing is filled in.
pub(crate) fn fixed(language: Language, key: &'static str) -> &'static str {
    match find(language, key, None) {
        Some(Cow::Borrowed(text)) => text,
        _ => key,
    }
}

/// A text in which something is filled in, each under its name: what [`text`] stands for.
pub(crate) fn fill_in(
    language: Language,
    key: &str,
    values: &[(&'static str, &dyn Display)],
) -> String {
    let values = values.iter().map(|(name, value)| (*name, FluentValue::from(value.to_string())));
    let text = find(language, key, Some(&FluentArgs::from_iter(values)));
    text.map_or_else(|| key.to_owned(), Cow::into_owned)
}

/// A text by its key, with what is filled in: `text!(language, "reminder", time, link)`.
macro_rules! text {
    (@value $name:ident) => { &$name };
    (@value $name:ident = $value:expr) => { &$value };
    ($language:expr, $key:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {
        $crate::model::messages::texts::catalogue::fill_in(
            $language,
            $key,
            &[$((
                stringify!($name),
                $crate::model::messages::texts::catalogue::text!(@value $name $(= $value)?)
                    as &dyn std::fmt::Display,
            )),*],
        )
    };
}
pub(crate) use text;
