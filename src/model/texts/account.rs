//! The words about an account: the code that proves a number, and who may not come in.

use crate::model::language::Language;

/// The text with the code that proves that a number is somebody's own.
pub fn code(language: Language, code: &str) -> String {
    match language {
        Language::Nl => format!(
            "Uw code voor Rugdekking is {code}. Hij werkt 10 minuten. Geef hem aan niemand anders."
        ),
        Language::En => {
            format!("Your code for Rugdekking is {code}. It works for 10 minutes. Do not share it.")
        }
    }
}

/// What somebody reads who signed in but has no account here.
pub fn no_account(language: Language) -> &'static str {
    match language {
        Language::Nl => {
            "U bent aangemeld, maar u hebt nog geen account bij Rugdekking. \
             Vraag de beheerder van uw organisatie om toegang."
        }
        Language::En => {
            "You are signed in, but you have no account with Rugdekking yet. \
             Ask the administrator of your organisation for access."
        }
    }
}

/// What somebody reads whose sign-in could not be finished.
pub fn sign_in_failed(language: Language) -> &'static str {
    match language {
        Language::Nl => "Aanmelden is niet gelukt. Probeer het opnieuw.",
        Language::En => "Signing in did not work. Please try again.",
    }
}

/// What somebody reads who went for an extra check and came back without it.
pub fn no_extra_check(language: Language) -> &'static str {
    match language {
        Language::Nl => {
            "De extra controle is niet gedaan. U blijft aangemeld zoals u was. \
             Lukt het niet? Vraag de beheerder van uw organisatie."
        }
        Language::En => {
            "The extra check was not done. You are still signed in as before. \
             If it does not work, ask the administrator of your organisation."
        }
    }
}

/// What somebody reads when nobody can sign in at the moment.
pub fn sign_in_unavailable(language: Language) -> &'static str {
    match language {
        Language::Nl => {
            "Aanmelden kan nu even niet. Bezoeken die al lopen, worden gewoon bewaakt. \
             Probeer het over een minuut opnieuw."
        }
        Language::En => {
            "Signing in is not possible at the moment. Visits under way are still watched over. \
             Please try again in a minute."
        }
    }
}

/// The link back to the start of signing in.
pub fn try_again(language: Language) -> &'static str {
    match language {
        Language::Nl => "Opnieuw aanmelden",
        Language::En => "Sign in again",
    }
}
