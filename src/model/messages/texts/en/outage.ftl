outage-began = ATTENTION: Rugdekking cannot { $what } since { $time }. Warnings go by other ways now. Call the provider, and keep an eye on the board.
outage-over = Rugdekking can { $what } again. The outage began at { $time }.
outage-text = send texts
outage-call = make calls
outage-mail = send mail
outage-push = send notifications
