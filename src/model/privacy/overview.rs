//! All that is held on a person as one file: readable by people, with the same content as JSON for
//! programs. It stands on its own: no script, nothing from elsewhere.

use maud::{DOCTYPE, PreEscaped, html};
use serde::Serialize;

use crate::model::messages::language::Language;

/// How the file looks, on a screen and on paper.
const STYLE: &str = include_str!("overview/style.css");

/// A part of the overview.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Section {
    /// What it is about.
    pub title: String,
    /// What is held, each under its label.
    pub rows: Vec<HeldRow>,
}

/// Something that is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldRow {
    /// What it is.
    pub label: String,
    /// The value; lines end in a line feed.
    pub value: String,
}

impl Section {
    /// An empty section.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), rows: vec![] }
    }

    /// Adds a value, unless it is empty.
    #[must_use]
    pub fn with(mut self, label: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.trim().is_empty() {
            self.rows.push(HeldRow { label: label.to_owned(), value });
        }
        self
    }

    /// Adds a value when there is one.
    #[must_use]
    pub fn maybe(self, label: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(label, value),
            None => self,
        }
    }
}

/// Takes the names of employees out of what is handed to a resident.
#[derive(Clone, Debug)]
pub struct Veil {
    names: Vec<String>,
    instead: String,
}

impl Veil {
    /// Puts `instead` in the place of these names, but for the name of the person it is about.
    pub fn new(names: Vec<String>, person: &str, instead: &str) -> Self {
        let mut names: Vec<_> = names.into_iter().filter(|name| name != person).collect();
        // The longest first: of two names one may begin as the other.
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        Self { names, instead: instead.to_owned() }
    }

    /// The section without those names.
    #[must_use]
    pub fn over(&self, mut section: Section) -> Section {
        for row in &mut section.rows {
            for name in self.names.iter().filter(|name| !name.is_empty()) {
                row.value = row.value.replace(name.as_str(), &self.instead);
            }
        }
        section
    }
}

pub fn file(language: Language, title: &str, data: &str, sections: &[Section]) -> String {
    let language = match language {
        Language::Nl => "nl",
        Language::En => "en",
    };
    let json = serde_json::to_string_pretty(sections).unwrap_or_default();
    let page = html! {
        (DOCTYPE)
        html lang=(language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) }
                @for section in sections {
                    section {
                        h2 { (section.title) }
                        dl { @for row in &section.rows { dt { (row.label) } dd { (row.value) } } }
                    }
                }
                details { summary { (data) } pre #data { (json) } }
            }
        }
    };
    page.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_employees_are_veiled_and_the_persons_own_is_not() {
        let names = vec!["Jan".into(), "Jan Bakker".into(), "J. de Wit".into(), String::new()];
        let veil = Veil::new(names, "J. de Wit", "[medewerker]");
        let section = Section::new("x").with("y", "J. de Wit riep naar Jan Bakker en Jan.");
        let row = &veil.over(section).rows[0];
        assert_eq!(row.value, "J. de Wit riep naar [medewerker] en [medewerker].");
    }

    #[test]
    fn nothing_in_it_is_markup_but_our_own() {
        let section = Section::new("<b>").with("&", "<script>alert(1)</script>\nx").with("z", " ");
        let page = file(Language::Nl, "A & B", "data", &[section]);
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
        assert!(page.contains("<dd>&lt;script&gt;alert(1)&lt;/script&gt;\nx</dd>"), "{page}");
        assert!(page.contains("<title>A &amp; B</title>") && !page.contains("<dt>z"), "{page}");
    }
}
