//! Turns words into sound: by a speech program when there is one, else by sentences that were
//! recorded beforehand. A call always has something to say.

use std::{
    collections::{HashMap, VecDeque},
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use audio_codec_algorithms::decode_alaw;
use sha2::{Digest as _, Sha256};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::Command,
    time::timeout,
};

use super::sound;
use crate::model::messages::{
    Message, Script,
    calls_in::{CallIn, CallInStep, CallSubject},
    language::Language,
};

/// So long may a speech program take; somebody holds the phone to their ear meanwhile.
const LIMIT: Duration = Duration::from_secs(5);
/// More than any call says.
const MOST_OCTETS: u64 = 16 * 1024 * 1024;
/// So many sentences are remembered, about as many as a day has.
const REMEMBERED: usize = 200;

/// When something is said: it chooses the recorded sentence that stands in for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Is all well? Of a worker.
    Question,
    /// Who takes this alarm? Of a manager.
    Alarm,
    /// Something to know.
    Notice,
    /// Keys were taken, and more are needed, or others.
    Again,
    /// Keys were taken.
    Taken,
    /// Keys could not be taken.
    NotTaken,
    /// Somebody calls who is on no visit.
    Menu,
    /// Somebody calls for whom nobody is warned.
    Nobody,
}

impl Occasion {
    /// Why a message calls.
    pub fn opening(message: &Message, listens: bool) -> Self {
        match (message.alarm, listens) {
            (Some(_), true) => Self::Alarm,
            (None, true) => Self::Question,
            (_, false) => Self::Notice,
        }
    }

    /// What follows on keys.
    pub fn after_keys(message: &Message, taken: Option<&Script>) -> Self {
        match taken {
            None => Self::NotTaken,
            Some(Script { listens: true, .. }) if message.alarm.is_some() => Self::Alarm,
            Some(Script { listens: true, .. }) => Self::Again,
            Some(_) => Self::Taken,
        }
    }

    /// What is said to who calls us.
    pub fn of_call_in(step: &CallInStep, call: &CallIn) -> Self {
        match (step.about, step.script.listens) {
            (None, _) => Self::NotTaken,
            (Some(CallSubject::Nobody), _) => Self::Nobody,
            (Some(_), false) => Self::Taken,
            (Some(CallSubject::Alarm(_)), true) => Self::Alarm,
            (Some(CallSubject::NoVisit), true) => Self::Menu,
            (Some(CallSubject::Visits(_)), true) if call.pressed.is_none() => Self::Question,
            (Some(CallSubject::Visits(_)), true) => Self::Again,
        }
    }

    fn recorded(self, language: Language) -> &'static [u8] {
        macro_rules! prompt {
            ($name:literal) => {
                match language {
                    Language::Nl => include_bytes!(concat!("prompts/", $name, ".nl.al")).as_slice(),
                    Language::En => include_bytes!(concat!("prompts/", $name, ".en.al")).as_slice(),
                }
            };
        }
        match self {
            Self::Question => prompt!("question"),
            Self::Alarm => prompt!("alarm"),
            Self::Notice => prompt!("notice"),
            Self::Again => prompt!("again"),
            Self::Taken => prompt!("taken"),
            Self::NotTaken => prompt!("not-taken"),
            Self::Menu => prompt!("menu"),
            Self::Nobody => prompt!("nobody"),
        }
    }
}

/// Who speaks on calls.
#[derive(Debug, Default)]
pub struct Voice {
    /// The speech program with its arguments; `{language}` stands for `nl` or `en`.
    command: Vec<String>,
    spoken: Mutex<Spoken>,
}

type PromptKey = [u8; 32];

#[derive(Debug, Default)]
struct Spoken {
    sounds: HashMap<PromptKey, Arc<[i16]>>,
    oldest: VecDeque<PromptKey>,
}

impl Voice {
    /// A voice by this program; by nothing but recorded sentences when the command is empty.
    pub fn new(command: Vec<String>) -> Self {
        Self { command, spoken: Mutex::default() }
    }

    /// Says a sentence in each language, and what went wrong with it, so that it is known before
    /// somebody is called.
    ///
    /// # Errors
    /// What is wrong with the program.
    pub async fn try_out(&self) -> Result<(), String> {
        for (language, words) in [(Language::Nl, "Dit is een test."), (Language::En, "A test.")] {
            if !self.command.is_empty() {
                self.speak(words, language).await?;
            }
        }
        Ok(())
    }

    /// The sound of it.
    pub(super) async fn sound(&self, said: &Script, occasion: Occasion) -> Arc<[i16]> {
        let recorded = || {
            let octets = occasion.recorded(said.language);
            octets.iter().map(|octet| decode_alaw(*octet)).collect()
        };
        if self.command.is_empty() {
            return recorded();
        }
        let key = Sha256::digest(format!("{}/{}", code(said.language), said.words)).into();
        if let Some(sound) = self.remembered(&key) {
            return sound;
        }
        match self.speak(&said.words, said.language).await {
            Ok(sound) => self.remember(key, sound.into()),
            Err(why) => {
                tracing::error!(%why, "the speech program failed; a recorded sentence is said");
                recorded()
            }
        }
    }

    fn remembered(&self, key: &PromptKey) -> Option<Arc<[i16]>> {
        self.spoken.lock().unwrap_or_else(PoisonError::into_inner).sounds.get(key).cloned()
    }

    fn remember(&self, key: PromptKey, sound: Arc<[i16]>) -> Arc<[i16]> {
        let mut spoken = self.spoken.lock().unwrap_or_else(PoisonError::into_inner);
        if spoken.sounds.insert(key, sound.clone()).is_none() {
            spoken.oldest.push_back(key);
        }
        if spoken.oldest.len() > REMEMBERED
            && let Some(oldest) = spoken.oldest.pop_front()
        {
            spoken.sounds.remove(&oldest);
        }
        sound
    }

    /// The words go in by standard input and never through a shell, so they are never a command.
    async fn speak(&self, words: &str, language: Language) -> Result<Vec<i16>, String> {
        let mut parts = self.command.iter().map(|part| part.replace("{language}", code(language)));
        let program = parts.next().ok_or("there is no program")?;
        let mut child = Command::new(&program)
            .args(parts)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|why| format!("{program} does not start ({why})"))?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (mut stdin, stdout) = stdin.zip(stdout).ok_or("it has no input or output")?;
        let line = format!("{}\n", words.replace(char::is_control, " "));
        let work = async {
            let tell = async {
                // A program that ends early says why by how it ends.
                let _ = stdin.write_all(line.as_bytes()).await;
                drop(stdin);
            };
            let mut octets = vec![];
            let mut limited = stdout.take(MOST_OCTETS);
            let ((), heard) = tokio::join!(tell, limited.read_to_end(&mut octets));
            heard.map_err(|why| why.to_string())?;
            drop(limited);
            let ended = child.wait().await.map_err(|why| why.to_string())?;
            if !ended.success() {
                return Err(format!("{program} ended with {ended}"));
            }
            sound::read(&octets).map_err(|why| format!("what {program} says: {why}"))
        };
        timeout(LIMIT, work).await.unwrap_or_else(|_| Err("it takes too long".into()))
    }
}

fn code(language: Language) -> &'static str {
    match language {
        Language::Nl => "nl",
        Language::En => "en",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(words: &str, language: Language) -> Script {
        Script { words: words.into(), language, listens: true, waits: false }
    }

    fn shell(script: &str) -> Voice {
        Voice::new(["sh", "-c", script, "voice", "{language}"].map(str::to_owned).to_vec())
    }

    async fn length(voice: &Voice, said: &Script) -> usize {
        voice.sound(said, Occasion::Question).await.len()
    }

    #[tokio::test]
    async fn every_recorded_sentence_is_there_in_both_languages() {
        let voice = Voice::new(vec![]);
        for occasion in [
            Occasion::Question,
            Occasion::Alarm,
            Occasion::Notice,
            Occasion::Again,
            Occasion::Taken,
            Occasion::NotTaken,
            Occasion::Menu,
            Occasion::Nobody,
        ] {
            let nl = voice.sound(&says("x", Language::Nl), occasion).await;
            let en = voice.sound(&says("x", Language::En), occasion).await;
            for sound in [&nl, &en] {
                let loud = sound.iter().filter(|sample| sample.unsigned_abs() > 1000).count();
                assert!((8_000..160_000).contains(&sound.len()), "{occasion:?}");
                assert!(loud > sound.len() / 10, "{occasion:?} can hardly be heard");
            }
            assert_ne!(nl, en, "{occasion:?}");
        }
    }

    #[tokio::test]
    async fn words_become_what_the_program_makes_of_them_and_only_once() {
        let home = tempfile::tempdir().unwrap();
        let count = home.path().join("count");
        let script = format!("echo >> {}; [ $1 = nl ] && cat && cat /dev/null", count.display());
        let voice = shell(&script);
        let said = says("1234567890123456789", Language::Nl);
        assert_eq!(length(&voice, &said).await, 10);
        assert_eq!(length(&voice, &said).await, 10);
        assert_eq!(std::fs::read_to_string(&count).unwrap().lines().count(), 1);
        let other = says("; rm -rf / $(id) `id` \"", Language::Nl);
        assert_eq!(length(&voice, &other).await, other.words.len().div_ceil(2), "never a command");
    }

    #[tokio::test]
    async fn whatever_the_program_does_something_is_said() {
        let said = says("Hallo", Language::En);
        let recorded = length(&Voice::new(vec![]), &said).await;
        for script in ["exit 1", "cat; exit 1", "true", "printf RIFF", "head -c 9000 /dev/zero"] {
            let voice = shell(script);
            assert_eq!(length(&voice, &said).await, recorded, "{script}");
            assert!(voice.try_out().await.is_err(), "{script}");
        }
        let missing = Voice::new(vec!["/nowhere/to/be/found".into()]);
        assert_eq!(length(&missing, &said).await, recorded);
    }

    #[tokio::test]
    async fn a_program_that_hangs_is_not_waited_for() {
        let began = std::time::Instant::now();
        let voice = shell("exec sleep 60");
        assert!(length(&voice, &says("Hallo", Language::Nl)).await > 8_000);
        assert!(began.elapsed() < LIMIT * 2);
    }

    #[tokio::test]
    async fn what_is_remembered_has_a_limit() {
        let voice = Voice::new(vec!["true".into()]);
        for nth in 0..REMEMBERED + 50 {
            let mut key = [0; 32];
            key[..8].copy_from_slice(&nth.to_be_bytes());
            voice.remember(key, Arc::new([1]));
        }
        let spoken = voice.spoken.lock().unwrap();
        assert_eq!((spoken.sounds.len(), spoken.oldest.len()), (REMEMBERED, REMEMBERED));
    }
}
