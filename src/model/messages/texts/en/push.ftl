push-prompt = Is all well? Appointment at { $time }.
push-alarm = { $head } { $time }. Open to see what is the matter.
push-open-button = Open
push-sending = Sending your answer…
push-unsent = Not sent — open the app.
push-confirmed = Confirmed { $time }
