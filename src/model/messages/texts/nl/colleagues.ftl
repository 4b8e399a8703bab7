goes-along = { $who } heeft { $day } om { $time } een afspraak en noemt jou als collega. Ga je mee? Antwoord JA of NEE.
goes-along-yes = Bedankt. Je gaat { $day } om { $time } mee met { $who }. Dan antwoord je hier op onze vragen.
goes-along-no = Begrepen. We geven het door aan { $who }.
goes-not-along = { $who } gaat NIET met je mee naar de afspraak van { $day } { $time }. Pas het bezoek aan als dat nodig is.
colleague-not-along = Een collega gaat NIET mee op het risicobezoek van { $who } ({ $day } { $time }). Bekijk het: { $url }
ended-for-you = { $by } heeft jullie afspraak afgesloten, ook voor jou. Klopt dat niet? Antwoord HULP.
