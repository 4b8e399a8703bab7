push-prompt = Gaat het goed? Afspraak van { $time }.
push-alarm = { $head } { $time }. Open om te zien wat er is.
push-open-button = Open
push-sending = Je antwoord wordt verstuurd…
push-unsent = Niet verstuurd — open de app.
push-confirmed = Bevestigd { $time }
