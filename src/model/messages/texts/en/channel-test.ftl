test-text = Test from Rugdekking: our texts arrive here. You need to do nothing.
test-call = This is a test from Rugdekking. We can call you. You need to do nothing.
test-subject = Test from Rugdekking
test-mail = Our mail arrives here. You need to do nothing.
test-push = Test: notifications arrive on this device.
