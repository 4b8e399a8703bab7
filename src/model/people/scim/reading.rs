//! Reads filters and paths from their texts.

use std::collections::VecDeque;

use serde_json::Value;

use super::{
    RefusalKind, ScimRefused,
    filter::{AttributePath, Filter, Operator, Path},
};

/// Longer or deeper ones are nobody's in earnest.
const MOST_LETTERS: usize = 2000;
const MOST_DEPTH: usize = 20;

/// What a text is made of.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Mark(char),
}

impl Filter {
    /// Reads a filter on resources of this schema.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(text: &str, schema: &str) -> Result<Self, ScimRefused> {
        let refused = || ScimRefused::new(RefusalKind::InvalidFilter, "The filter cannot be read.");
        ReadingReader::whole(text, schema, |read| read.or(0)).ok_or_else(refused)
    }
}

impl Path {
    /// Reads the path of a change to a resource of this schema.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(text: &str, schema: &str) -> Result<Self, ScimRefused> {
        let refused = || ScimRefused::new(RefusalKind::InvalidPath, "The path cannot be read.");
        ReadingReader::whole(text, schema, ReadingReader::path).ok_or_else(refused)
    }
}

/// Reads from the front of what is left.
struct ReadingReader<'s> {
    left: VecDeque<Token>,
    schema: &'s str,
}

impl<'s> ReadingReader<'s> {
    /// What is read from a whole text.
    fn whole<T>(
        text: &str,
        schema: &'s str,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let left = (text.len() <= MOST_LETTERS).then(|| tokens(text))??;
        let mut reader = Self { left: left.into(), schema };
        read(&mut reader).filter(|_| reader.left.is_empty())
    }

    fn mark(&mut self, mark: char) -> Option<()> {
        (self.left.pop_front()? == Token::Mark(mark)).then_some(())
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.left.front(), Some(Token::Word(next)) if next.eq_ignore_ascii_case(word))
    }

    /// Things of which one is enough.
    fn or(&mut self, depth: usize) -> Option<Filter> {
        let mut filter = self.and(depth)?;
        while self.is_word("or") {
            self.left.pop_front();
            filter = Filter::Or(Box::new(filter), Box::new(self.and(depth)?));
        }
        Some(filter)
    }

    fn and(&mut self, depth: usize) -> Option<Filter> {
        let mut filter = self.one(depth)?;
        while self.is_word("and") {
            self.left.pop_front();
            filter = Filter::And(Box::new(filter), Box::new(self.one(depth)?));
        }
        Some(filter)
    }

    fn one(&mut self, depth: usize) -> Option<Filter> {
        if depth > MOST_DEPTH {
            return None;
        }
        let negated = self.is_word("not");
        if negated {
            self.left.pop_front();
        }
        if negated || self.left.front() == Some(&Token::Mark('(')) {
            self.mark('(')?;
            let filter = self.or(depth + 1)?;
            self.mark(')')?;
            return Some(if negated { Filter::Not(Box::new(filter)) } else { filter });
        }
        let path = self.attribute()?;
        if self.left.front() == Some(&Token::Mark('[')) {
            self.mark('[')?;
            let filter = self.or(depth + 1)?;
            self.mark(']')?;
            return Some(Filter::Some(path, Box::new(filter)));
        }
        let Token::Word(word) = self.left.pop_front()? else { return None };
        if word.eq_ignore_ascii_case("pr") {
            return Some(Filter::Present(path));
        }
        let value = match self.left.pop_front()? {
            Token::Text(text) => Value::String(text),
            // Some write True, which is no JSON.
            Token::Word(word) => serde_json::from_str(&word.to_ascii_lowercase()).ok()?,
            Token::Mark(_) => return None,
        };
        Some(Filter::Compares(path, Operator::of(&word)?, value))
    }

    /// An attribute with a part of it, below the schema's name or not.
    fn attribute(&mut self) -> Option<AttributePath> {
        let Token::Word(word) = self.left.pop_front()? else { return None };
        let word = below(&word, self.schema).to_owned();
        let mut parts = word.split('.');
        let (name, sub) = (parts.next()?, parts.next());
        let well = parts.next().is_none() && is_name(name) && sub.is_none_or(is_name);
        well.then(|| AttributePath { name: name.to_owned(), sub: sub.map(str::to_owned) })
    }

    /// The path of a change.
    fn path(&mut self) -> Option<Path> {
        let AttributePath { name, sub } = self.attribute()?;
        if sub.is_some() || self.left.is_empty() {
            return Some(Path { name, filter: None, sub });
        }
        self.mark('[')?;
        let filter = Some(self.or(0)?);
        self.mark(']')?;
        let sub = match self.left.pop_front() {
            None => None,
            Some(Token::Word(word)) => {
                Some(word.strip_prefix('.').filter(|name| is_name(name))?.to_owned())
            }
            Some(_) => return None,
        };
        Some(Path { name, filter, sub })
    }
}

/// The word without the name of its own schema.
fn below<'w>(word: &'w str, schema: &str) -> &'w str {
    let own = word.get(..schema.len()).is_some_and(|start| start.eq_ignore_ascii_case(schema));
    own.then(|| word[schema.len()..].strip_prefix(':')).flatten().unwrap_or(word)
}

fn is_name(name: &str) -> bool {
    let rest = name.strip_prefix('$').unwrap_or(name);
    rest.starts_with(|c: char| c.is_ascii_alphabetic())
        && rest.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let (mut tokens, mut left) = (vec![], text.trim_start());
    while let Some(first) = left.chars().next() {
        let length = match first {
            '(' | ')' | '[' | ']' => {
                tokens.push(Token::Mark(first));
                1
            }
            '"' => {
                let mut read = serde_json::Deserializer::from_str(left).into_iter::<String>();
                tokens.push(Token::Text(read.next()?.ok()?));
                read.byte_offset()
            }
            _ => {
                let ends = |c: char| c.is_whitespace() || "()[]\"".contains(c);
                let length = left.find(ends).unwrap_or(left.len());
                tokens.push(Token::Word(left[..length].to_owned()));
                length
            }
        };
        left = left[length..].trim_start();
    }
    Some(tokens)
}
