watchdog-text-alarm = ALARM { $organisation }: Rugdekking has been down since { $time }. Visits are NOT watched now. Phone the colleagues who are out.
watchdog-text-recovered = { $organisation }: Rugdekking works again. It was down from { $time }. See whether any alarms are open.
watchdog-call = Alarm from { $organisation }. Rugdekking has been down since { $time }. Visits are not watched now. Phone the colleagues who are out.
