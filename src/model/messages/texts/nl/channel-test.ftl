test-text = Test van Rugdekking: onze sms'jes komen hier aan. Je hoeft niets te doen.
test-call = Dit is een test van Rugdekking. We kunnen je bellen. Je hoeft niets te doen.
test-subject = Test van Rugdekking
test-mail = Onze mail komt hier aan. Je hoeft niets te doen.
test-push = Test: meldingen komen op dit apparaat aan.
