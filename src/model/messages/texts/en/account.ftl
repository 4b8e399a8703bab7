account-code = Your code for Rugdekking is { $code }. It works for 10 minutes. Do not share it.
account-no-account = You are signed in, but you have no account with Rugdekking yet. Ask the administrator of your organisation for access.
account-sign-in-failed = Signing in did not work. Please try again.
account-no-extra-check = The extra check was not done. You are still signed in as before. If it does not work, ask the administrator of your organisation.
account-sign-in-unavailable = Signing in is not possible at the moment. Visits under way are still watched over. Please try again in a minute.
account-try-again = Sign in again
