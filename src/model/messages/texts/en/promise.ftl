promise-alarm = There is an alarm: we tell people until somebody takes it.
promise-ahead-at = We watch over you from { $start }.
promise-ahead = We watch over you once you start.
promise-next = We call you at { $at }.
promise-under-way = Rugdekking is on.
promise-ended = Ended safely.
promise-cancelled = Cancelled.
