//! Finding words and phrases of the [lexicon](super::lexicon).

/// Whether a word is in a list of words.
pub(super) fn holds(known: &str, word: &str) -> bool {
    known.split_ascii_whitespace().any(|one| one == word)
}

/// The same, also when it is said louder: `jaaaa`.
pub(super) fn is_one_of(word: &str, known: &str) -> bool {
    holds(known, word) || (1..=2).any(|most| holds(known, &calmed(word, most)))
}

/// The same word, where a letter that stands there three times or more stands there `most` times.
fn calmed(word: &str, most: usize) -> String {
    let letters: Vec<char> = word.chars().collect();
    let runs = letters.chunk_by(|a, b| a == b);
    let calm = |run: &[char]| match run.len() > 2 && !run[0].is_ascii_digit() {
        true => most,
        false => run.len(),
    };
    runs.flat_map(|run| run[..calm(run)].to_vec()).collect()
}

/// The phrases of a list, each as its words.
pub(super) fn phrases(known: &str) -> impl Iterator<Item = Vec<&str>> {
    known.split('|').map(|phrase| phrase.split_ascii_whitespace().collect())
}

/// Where this phrase begins.
pub(super) fn places<'w>(
    words: &'w [String],
    phrase: &'w [&str],
) -> impl Iterator<Item = usize> + 'w {
    let windows = words.windows(phrase.len()).enumerate();
    windows.filter(move |(_, some)| some.iter().eq(phrase)).map(|(at, _)| at)
}
