outage-began = LET OP: Rugdekking kan sinds { $time } niet { $what }. Waarschuwingen gaan nu langs andere wegen. Bel de provider, en houd het bord in de gaten.
outage-over = Rugdekking kan weer { $what }. De storing begon om { $time }.
outage-text = sms'en
outage-call = bellen
outage-mail = mailen
outage-push = meldingen sturen
