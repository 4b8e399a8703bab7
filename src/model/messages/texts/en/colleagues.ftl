goes-along = { $who } has an appointment { $day } at { $time } and names you as a colleague. Do you come along? Answer YES or NO.
goes-along-yes = Thank you. You come along with { $who } { $day } at { $time }. Answer our questions from this phone then.
goes-along-no = Understood. We tell { $who }.
goes-not-along = { $who } does NOT come along to the appointment { $day } { $time }. Change the visit if needed.
colleague-not-along = A colleague does NOT come along on the risky visit of { $who } ({ $day } { $time }). See { $url }
ended-for-you = { $by } closed your appointment, for you as well. Is that wrong? Answer HELP.
