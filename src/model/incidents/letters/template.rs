//! A template: a document with `{{placeholders}}`, the house's own or a municipality's.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    ops::Range,
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::{
    document::{self, Story},
    markup,
    parts::{Part, Parts},
};
use crate::model::{input::faults::Fault, messages::language::Language, register::Measure};

/// A template that can be filled.
#[derive(Clone)]
pub struct Template {
    bytes: Arc<[u8]>,
    stories: Vec<(String, Story)>,
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template({} bytes)", self.bytes.len())
    }
}

/// A letter that was written: the document, and its text for a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub document: Vec<u8>,
    pub paragraphs: Vec<LetterParagraph>,
}

/// A paragraph of a letter, for a screen or a printer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LetterParagraph {
    pub heading: bool,
    /// Lines end in a line feed.
    pub text: String,
}

fn fault(code: &str, message: impl Into<String>) -> Fault {
    Fault::new("template", code, message)
}

impl Template {
    /// The template that comes with the house.
    ///
    /// # Errors
    /// Never: a test reads all of them.
    pub fn built_in(measure: Measure, language: Language) -> Result<Self, Vec<Fault>> {
        let bytes = markup::document(markup::text(measure, language), language);
        Self::read(&bytes.map_err(|why| vec![fault("unreadable", why)])?, measure)
    }

    /// Reads a template.
    ///
    /// # Errors
    /// Everything that is wrong with it: placeholders that are unknown, missing, broken, or where
    /// they cannot be filled.
    pub fn read(bytes: &[u8], measure: Measure) -> Result<Self, Vec<Fault>> {
        let stories = document::open(bytes).map_err(|why| vec![fault("unreadable", why)])?;
        let (mut faults, mut found) = (vec![], BTreeSet::new());
        for (name, story) in &stories {
            for paragraph in &story.paragraphs {
                let text = story.text_of(paragraph);
                for placeholder in placeholders(&text) {
                    match placeholder {
                        Ok((_, part)) => drop(found.insert(part)),
                        Err(text) => faults.push(fault("unknown-placeholder", text)),
                    }
                }
            }
            if story.elsewhere.iter().any(|text| text.contains("{{")) {
                let why = format!("{name} holds a placeholder outside its paragraphs");
                faults.push(fault("misplaced-placeholder", why));
            }
        }
        let needed = Part::ALL.iter().filter(|part| part.needs_a_place(measure));
        for part in needed.filter(|part| !found.contains(part)) {
            let why = format!("{{{{{}}}}} is missing", part.name());
            faults.push(fault("missing-placeholder", why));
        }
        if faults.is_empty() { Ok(Self { bytes: bytes.into(), stories }) } else { Err(faults) }
    }

    /// Writes a letter. A paragraph that held nothing but what is missing is left out.
    ///
    /// # Errors
    /// When the document cannot be packed.
    pub fn fill(&self, parts: &Parts) -> Result<Written, Fault> {
        let (mut files, mut paragraphs) = (vec![], vec![]);
        for (name, story) in &self.stories {
            let mut story = story.clone();
            for at in 0..story.paragraphs.len() {
                fill(&mut story, at, parts);
            }
            if name == "word/document.xml" {
                let kept = story.paragraphs.iter().filter(|p| !p.dropped);
                let line = |p| LetterParagraph { heading: false, text: story.text_of(p) };
                paragraphs =
                    kept.map(|p| LetterParagraph { heading: p.heading, ..line(p) }).collect();
            }
            let xml = story.write().map_err(|why| fault("unreadable", why.to_string()))?;
            files.push((name.clone(), xml));
        }
        let document = document::with(&self.bytes, &files);
        let document = document.map_err(|why| fault("unreadable", why))?;
        Ok(Written { document, paragraphs })
    }
}

/// Where the placeholders of a text are, each with its part; what is none, in words.
fn placeholders(text: &str) -> Vec<Result<(Range<usize>, Part), String>> {
    let (mut found, mut from) = (vec![], 0);
    while let Some(begin) = text[from..].find("{{").map(|at| from + at) {
        let Some(end) = text[begin..].find("}}").map(|at| begin + at) else {
            found.push(Err("a placeholder is not closed with }}".to_owned()));
            break;
        };
        let name = text[begin + 2..end].trim();
        let unknown = || format!("{{{{{}}}}} is no placeholder", name.replace('{', ""));
        let part = Part::from_name(name).ok_or_else(unknown);
        found.push(part.map(|part| (begin..end + 2, part)));
        from = end + 2;
    }
    found
}

/// Fills one paragraph. A word processor may have cut a placeholder over several texts: what takes
/// its place goes into the text in which it begins, so that it looks as that does.
fn fill(story: &mut Story, at: usize, parts: &Parts) {
    let owners = story.paragraphs[at].texts.clone();
    let whole = story.text_of(&story.paragraphs[at]);
    let found: Vec<_> = placeholders(&whole).into_iter().flatten().collect();
    if found.is_empty() {
        return;
    }
    let mut ends = vec![];
    for owner in &owners {
        ends.push(ends.last().copied().unwrap_or(0) + story.texts[*owner].len());
    }
    let mut filled = vec![String::new(); owners.len()];
    let mut rest = String::new();
    for (byte, character) in whole.char_indices() {
        let own = ends.partition_point(|end| *end <= byte);
        match found.iter().find(|(range, _)| range.contains(&byte)) {
            Some((range, part)) if range.start == byte => filled[own] += parts.text(*part),
            Some(_) => {}
            None => {
                filled[own].push(character);
                rest.push(character);
            }
        }
    }
    let empty = filled.iter().all(|text| text.trim().is_empty());
    for (owner, text) in owners.into_iter().zip(filled) {
        story.texts[owner] = text;
    }
    if empty && rest.trim().is_empty() {
        story.drop(at);
    }
}

/// The templates of a municipality: its own where it has them, ours where it has not.
#[derive(Clone, Debug, Default)]
pub struct Templates(BTreeMap<String, Result<Template, Vec<Fault>>>);

impl Templates {
    /// The names under which a municipality keeps its own.
    pub fn names() -> impl Iterator<Item = (String, Measure)> {
        [Measure::WarningLetter, Measure::ContactBan].into_iter().flat_map(|measure| {
            [Language::Nl, Language::En].map(|language| (name(measure, language), measure))
        })
    }

    /// Takes one of a municipality's own in; one with faults stands in the way of its letters,
    /// for nobody should be sent another text than the municipality's.
    pub fn add(&mut self, name: String, template: Result<Template, Vec<Fault>>) {
        self.0.insert(name, template);
    }

    /// The template for such a letter.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn get(&self, measure: Measure, language: Language) -> Result<Template, Vec<Fault>> {
        match self.0.get(&name(measure, language)) {
            Some(own) => own.clone(),
            None => Template::built_in(measure, language),
        }
    }
}

fn name(measure: Measure, language: Language) -> String {
    let kind = match measure {
        Measure::WarningLetter => "warning-letter",
        Measure::ContactBan => "contact-ban",
    };
    let language = match language {
        Language::Nl => "nl",
        Language::En => "en",
    };
    format!("{kind}.{language}.docx")
}
