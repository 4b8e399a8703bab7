//! Reads Rust just well enough to see which words are code and which are comment or text.

/// A piece of source that can matter to a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A name or keyword.
    Word(String),
    /// The double colon of a path.
    Path,
    /// The inside of a string literal.
    Text(String),
    /// Any other single character.
    Mark(char),
}

impl Token {
    /// Whether it is this name or keyword.
    pub fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(w) if w == word)
    }
}

/// Cuts source into tokens, without comments, blanks, lifetimes and character literals.
pub fn tokens(source: &str) -> Vec<Token> {
    let mut rest: &str = source;
    let mut found = Vec::new();
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            '"' => text(rest, 0, &mut found),
            'r' | 'b' | 'c' if raw_text(rest).is_some() => {
                let (prefix, hashes) = raw_text(rest).unwrap_or_default();
                prefix + raw_body(&rest[prefix..], hashes, &mut found)
            }
            '\'' => quote(rest),
            ':' if rest.starts_with("::") => {
                found.push(Token::Path);
                2
            }
            c if c.is_alphanumeric() || c == '_' => {
                let word = |c: char| !(c.is_alphanumeric() || c == '_');
                let end = rest.find(word).unwrap_or(rest.len());
                found.push(Token::Word(rest[..end].to_owned()));
                end
            }
            c => {
                if !c.is_whitespace() {
                    found.push(Token::Mark(c));
                }
                c.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    found
}

/// Block comments nest in Rust.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// A plain literal, whose opening quote stands at `open`.
fn text(rest: &str, open: usize, found: &mut Vec<Token>) -> usize {
    let body = &rest[open + 1..];
    let mut escaped = false;
    let end = body.find(|c: char| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    });
    let end = end.unwrap_or(body.len());
    found.push(Token::Text(body[..end].to_owned()));
    (open + 1 + end + 1).min(rest.len())
}

/// Whether a prefixed literal starts here (`r"`, `r#"`, `b"`, `br"`, `c"` …): how long its prefix
/// is, and with how many `#` it closes (none at all for one with escapes).
fn raw_text(rest: &str) -> Option<(usize, Option<usize>)> {
    let letters = rest.find(|c| !matches!(c, 'r' | 'b' | 'c'))?;
    let raw = rest[..letters].contains('r');
    let hashes = rest[letters..].find(|c| c != '#')?;
    let opens = rest[letters + hashes..].starts_with('"');
    (letters <= 2 && opens && (raw || hashes == 0))
        .then_some((letters + hashes, raw.then_some(hashes)))
}

fn raw_body(rest: &str, hashes: Option<usize>, found: &mut Vec<Token>) -> usize {
    let Some(hashes) = hashes else { return text(rest, 0, found) };
    let close = format!("\"{}", "#".repeat(hashes));
    let end = rest[1..].find(&close).unwrap_or(rest.len() - 1);
    found.push(Token::Text(rest[1..1 + end].to_owned()));
    (1 + end + close.len()).min(rest.len())
}

/// Either a character (`'x'`, `'\''`, `'\u{2026}'`) or a lifetime (`'a`).
fn quote(rest: &str) -> usize {
    let body = &rest[1..];
    if let Some(escape) = body.strip_prefix('\\') {
        let skip = escape.chars().next().map_or(0, char::len_utf8);
        return escape[skip..].find('\'').map_or(rest.len(), |end| 2 + skip + end + 1);
    }
    let width = body.chars().next().map_or(0, char::len_utf8);
    if body[width..].starts_with('\'') { 1 + width + 1 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<String> {
        let word = |t| if let Token::Word(w) = t { Some(w) } else { None };
        tokens(source).into_iter().filter_map(word).collect()
    }

    #[test]
    fn comments_are_not_code() {
        assert_eq!(words("a // b\n/* c /* d */ e */ f"), ["a", "f"]);
    }

    #[test]
    fn literals_are_not_code() {
        let source = r####"a "b \" c" r#"d " e"# b"f" br"g" 'h' '\'' '\u{2026}' '"' i::<'j>"####;
        assert_eq!(words(source), ["a", "i", "j"]);
    }

    #[test]
    fn names_that_start_like_a_raw_literal_are_names() {
        assert_eq!(words("crate r br rust c"), ["crate", "r", "br", "rust", "c"]);
    }

    #[test]
    fn texts_are_kept_as_texts() {
        let texts = tokens(r##"f("one", r#"two"#)"##);
        assert!(texts.contains(&Token::Text("one".into())));
        assert!(texts.contains(&Token::Text("two".into())));
    }
}
