//! The words about an account: the code that proves a number, and who may not come in.

use super::catalogue::{fixed, text};
use crate::model::messages::language::Language;

/// The text with the code that proves that a number is somebody's own.
pub fn code(language: Language, code: &str) -> String {
    text!(language, "account-code", code)
}

/// What somebody reads who signed in but has no account here.
pub fn no_account(language: Language) -> &'static str {
    fixed(language, "account-no-account")
}

/// What somebody reads whose sign-in could not be finished.
pub fn sign_in_failed(language: Language) -> &'static str {
    fixed(language, "account-sign-in-failed")
}

/// What somebody reads who went for an extra check and came back without it.
pub fn no_extra_check(language: Language) -> &'static str {
    fixed(language, "account-no-extra-check")
}

/// What somebody reads when nobody can sign in at the moment.
pub fn sign_in_unavailable(language: Language) -> &'static str {
    fixed(language, "account-sign-in-unavailable")
}

/// The link back to the start of signing in.
pub fn try_again(language: Language) -> &'static str {
    fixed(language, "account-try-again")
}
