watchdog-text-alarm = ALARM { $organisation }: Rugdekking werkt niet sinds { $time }. Huisbezoeken worden nu NIET bewaakt. Bel de collega's die op pad zijn.
watchdog-text-recovered = { $organisation }: Rugdekking werkt weer. De storing begon om { $time }. Kijk of er nog alarmen open staan.
watchdog-call = Alarm van { $organisation }. Rugdekking werkt niet sinds { $time }. Huisbezoeken worden nu niet bewaakt. Bel de collega's die op pad zijn.
