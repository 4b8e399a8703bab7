calendar-line-home-visit = Huisbezoek
calendar-line-field-inspection = Controle
calendar-line-office-meeting = Gesprek op kantoor
calendar-subject = Je bezoek voor je agenda
calendar-mail = Je bezoek is aangemeld. Open de bijlage om het in je agenda te zetten.{"\u000A"}Verandert het bezoek? Pas dan ook je agenda aan. Wat Rugdekking weet, staat in de app:{"\u000A"}{ $url }{"\u000A"}{"\u000A"}Deze mail uitzetten: Mijn gegevens, Agenda.
