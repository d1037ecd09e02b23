# The visitor's phone

phone-title = My number · Paihao
loading = Loading…
go-to = Go to window { $window }
ahead = Ahead of you
wait = Expected wait
zone = Zone
issued = Taken
updated = Updated

phase-waiting = In the queue
phase-near = Nearly your turn
phase-called = It is your turn
phase-serving = Being served
phase-parked = Put aside for now
phase-missed = You were missed
phase-done = Done
phase-left = Out of the queue
phase-closed = The hall has closed

advice-waiting = Take a seat; this page tells you when it is your turn.
advice-near = Please wait near { $zone } and watch the boards.
advice-called = Please go now; the window waits for you.
advice-held = The window waits for you for about { $minutes } min. Please go now.
advice-held-over = The time is over. Please go to the window at once and say so.
advice-serving = You are at window { $window }.
advice-parked = Service is interrupted. Tell window { $window } when your papers are complete; you need no new ticket.
advice-missed = You did not come when called. Go to window { $window } or to reception: you can be called again without a new ticket.
advice-done = Thank you.
advice-left = This number is not called any more. To come back, take a new ticket.
advice-closed = Service is over for today. Ask at reception, or take a new ticket on the next working day.

unknown-title = This number is not found
unknown-text = The link is good on the day of the ticket only. Check the address, or ask at reception.

leave = Leave the queue
leave-title = Take { $number } out of the queue?
leave-text = You will not be called, and it cannot be undone; you would have to take a new ticket.
stay = Keep waiting
leave-do = Leave the queue

## Parking

parking-now = Free spaces in the car parks now
soon-unknown = In half an hour: not known yet
