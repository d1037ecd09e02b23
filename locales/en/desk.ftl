# The clerk's desk

desk-title = Window { $window } · { $zone }
desk-short = Window { $window }
desk-hint = Space or Enter is the one key: calls, and finishes with the next call
loading = Loading…
no-such-window = The hall has no window { $window }. Please check the address.
time-running = Time running
title-called = { $number } called
title-waiting = { $count } waiting

## The ticket at the window

now-closed = Window closed
now-closed-hint = The one key opens it
now-idle = Idle
now-idle-hint = The one key calls the next visitor
now-ready = Ready for the next
now-ready-hint = Whoever takes a ticket is called here at once
now-paused = Paused
now-paused-hint = The one key goes on
now-busy = Serving
now-busy-hint = One moment
calls-so-far = { $calls ->
    [one] called once
   *[other] called { $calls } times
}
had-waited = waited { $wait }

## Deeds

deeds = What you can do
one-open = Open the window
one-continue = Go on
one-call = Call the next
one-finish-call = Finish and call the next
action-next = The one key (call / finish and call)
action-recall = Call again
action-start = Start
action-miss = No-show
action-pause = Pause
action-transfer = Transfer
action-park = Put aside
action-resume = Call back
action-finish = Finish only
action-return = Back to queue

why-offline = No connection to the server: nothing can be done now. The buttons come back by themselves.
why-no-seat = You do not sit at this window. Take the seat first.
why-sending = Your last action is still on its way.
why-no-ticket = There is no ticket at this window.
why-busy = Finish the present ticket first.
why-started = Its service has already begun.
why-nothing-parked = Nothing is put aside.
why-closed = The window is closed. Open it first.
why-paused = The window is paused already.

did-call = { $number } called
did-ready = Nobody waits; the next visitor is called here at once
did-open = The window is open
did-pause = Paused: { $reason }
did-close = The window is closed
did-recall = { $number } called again
did-start = { $number } started
did-miss = { $number } marked as no-show; it can be called again from the list
did-park = { $number } put aside; call it back at any time
did-finish = { $number } finished
did-return = { $number } is back in its place in the queue
did-transfer = { $number } transferred

## Beside it

side = Who waits
waiting-for-me = Waiting for me
longest-wait = Longest wait
next = Next
nobody-next = Nobody waits
parked = Put aside
nothing-parked = Nothing is put aside
resume-it = Call back
missed = No-shows
nothing-missed = None today
call-again = Call again
by-number = Call by number
by-number-do = Call
by-number-hint = Enter a ticket number, such as A012
my-services = My services
service = Service
waiting = Waiting
longest = Longest

## Dialogs

miss-title = { $number } did not come?
miss-text = { $calls ->
    [one] Called once.
   *[other] Called { $calls } times.
} It leaves the boards; should the visitor come, call it again from the no-shows.
miss-do = Mark as no-show
pause-title = Pause
pause-short = Back in a moment
pause-water = Short break
pause-consult = In consultation
pause-fault = Equipment fault
pause-meal = Meal
return-title = Put { $number } back in the queue
return-mistake = Called by mistake
return-papers = Papers missing, comes back later
return-wrong-window = Not for this window
own-reason = Another reason
own-reason-hint = Write the reason first
resume-title = Which one to call back?
leave-title = Close and leave
leave-text = The window is closed, the seat given up, and you are signed out.
leave-busy = { $number } is not finished yet. Finish or transfer it first.
leave-do = Close and sign out
leave-desk = Close and leave
transfer-title = Send { $number } to …
transfer-service = Another service
transfer-service-hint = Name or pinyin initials
transfer-window = One window
transfer-window-hint = Number or zone
transfer-text = { $number } goes to “{ $to }” and keeps the time it has waited.
transfer-back = Choose again
transfer-closed = That window is not open. Choose another one.
transfer-do = Transfer
choice-queue = { $waiting } waiting · { $open } open
nothing-found = Nothing found
keys-edit = Keys
keys-title = Keys
keys-layout = Layout
keys-functions = Function keys F1–F10
keys-numpad = Number pad
keys-own = Your own
keys-hint = Press a key's button, then the new key. This browser remembers it. Space and Enter always are the one key.
keys-press = Press a key…
keys-change = change
keys-done = Done
remind-me = Notify me when somebody waits

## The seat

seat-taken-title = Somebody sits at window { $window }
seat-taken-text = { $name }, since { $time }. If you take over, their page is told at once and can do nothing more.
seat-lost-title = Window { $window } was taken over
seat-lost-text = { $name } took this window over at { $time }. You can do nothing more here.
seat-ended-title = You have left window { $window }
seat-ended-text = The seat is free. Take it again to go on working.
seat-refused-title = You cannot sit at window { $window }
seat-take-over = Take over
seat-take = Take the seat again
seat-own-window = To my own window
