account-code = Uw code voor Rugdekking is { $code }. Hij werkt 10 minuten. Geef hem aan niemand anders.
account-no-account = U bent aangemeld, maar u hebt nog geen account bij Rugdekking. Vraag de beheerder van uw organisatie om toegang.
account-sign-in-failed = Aanmelden is niet gelukt. Probeer het opnieuw.
account-no-extra-check = De extra controle is niet gedaan. U blijft aangemeld zoals u was. Lukt het niet? Vraag de beheerder van uw organisatie.
account-sign-in-unavailable = Aanmelden kan nu even niet. Bezoeken die al lopen, worden gewoon bewaakt. Probeer het over een minuut opnieuw.
account-try-again = Opnieuw aanmelden
