promise-alarm = Er is alarm: we waarschuwen mensen tot iemand het oppakt.
promise-ahead-at = We bewaken je vanaf { $start }.
promise-ahead = We bewaken je zodra je start.
promise-next = Om { $at } bellen we je.
promise-under-way = Rugdekking is aan.
promise-ended = Veilig afgesloten.
promise-cancelled = Geannuleerd.
