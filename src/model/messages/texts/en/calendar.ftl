calendar-line-home-visit = Home visit
calendar-line-field-inspection = Field inspection
calendar-line-office-meeting = Office meeting
calendar-subject = Your visit for your calendar
calendar-mail = Your visit is registered. Open the attachment to put it into your calendar.{"\u000A"}Does the visit change? Then change your calendar too. What Rugdekking knows is in the app:{"\u000A"}{ $url }{"\u000A"}{"\u000A"}To switch this mail off: My account, Calendar.
