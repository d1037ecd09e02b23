# The touch page of a kiosk

kiosk-title = Take a number

## First screen

welcome = Lay your ID card here
welcome-detail = Put the card flat on the reader and leave it there
welcome-no-reader = The card reader does not work now
welcome-no-reader-detail = Press “No ID card”, or ask at the reception desk
card-reading = Reading: please leave the card where it is
welcome-scan = Have a ticket? Hold its QR code to the scanner to see your place in the queue
take-card-away = Take the last card away first, then lay down yours
key-no-card = No ID card
key-no-card-note = For matters without real name
key-appointment = Appointment
key-appointment-note = Booked online

## Tools

tool-large = Large text
tool-plain = Plain text
tool-language = 中文
tool-low = Low reach
tool-high = Usual place
tool-contrast = Contrast
tool-no-contrast = Usual colours
tool-help = Ask a person
back = Back
finish = Done
quit = Leave

## Card

card-moved = Not read: lay the card flat and do not move it
card-unknown-card = This card cannot be read: use a resident identity card
card-not-trusted = Not read: take the card up and lay it down again
card-garbled = Not read: take the card up and lay it down again
person-last4 = ends in { $last4 }
person-expired = This card has expired; you can still take a number

## Scanning

code-looking = Looking it up…
code-done = OK
visit-waiting = Still waiting
visit-waiting-detail = The screens and the loudspeaker call your number
visit-called = You are being called
visit-called-detail = Please go now, the window is waiting for you
visit-serving = Being served
visit-serving-detail = Please go back to the window that serves you
visit-parked = On hold
visit-parked-detail = Tell the window once you have what was missing; no new number is needed
visit-done = Finished
visit-done-detail = Thank you
visit-missed = Missed
visit-missed-detail = Ask at this window or at the reception desk to be called again; no new number is needed
visit-left = Left the queue
visit-left-detail = This number is not called any more. Take a new one if you need it
visit-window = Window { $window }
visit-zone = Zone: { $zone }
code-unreadable = Not read
code-unreadable-detail = Hold the code to the scanner again, and keep still for a moment
code-nothing = This code says nothing to this hall
code-nothing-detail = The QR code on a ticket of today shows its place in the queue
code-no-visit = There is no such number today
code-no-visit-detail = A number is valid on its own day only. Take a new one, or ask at the reception desk
code-appointment = Appointments are not taken here yet
code-appointment-detail = Please take a number, or bring the booking message to the reception desk
code-not-connected = Digital cards are not taken here yet
code-not-connected-detail = This hall cannot look up social security or medical insurance codes. Use your ID card, or take a number at the reception desk
code-unknown = This digital card was not found
code-unknown-detail = Refresh the code on your phone and scan it again, or use your ID card
code-away = It cannot be looked up now
code-away-detail = The hall’s system cannot be reached. Scan it again in a moment, or ask at the reception desk

## Choosing

choose-service = What do you come for?
tab-often = Most asked
tab-departments = Departments
tab-search = By letters
in-department = { $name }
matters = { $count ->
    [one] 1 matter
   *[other] { $count } matters
}
waiting-people = { $count ->
    [one] 1 waiting
   *[other] { $count } waiting
}
nobody-waits = Nobody waiting
wait-about = { $low }–{ $high } min
wait-below = under { $high } min
wait-unknown = wait not known yet
no-window-open = No window open now
needs-card = ID card needed
open-hours = Open { $opens }–{ $closes }
page-of = { $page } / { $pages }
page-before = Previous
page-after = Next
search-hint = Press the first letters of the words, such as C R for “Company registration”
search-none = Nothing found: delete a letter, or look under Departments
search-typed = Typed { $letters }
search-delete = Delete
search-clear = Clear

## Confirming

confirm-title = Take a number for this?
confirm-where = Where
confirm-waiting = Ahead of you
confirm-wait = Estimated wait
confirm-people = { $count ->
    [one] 1 person
   *[other] { $count } people
}
take-number = Take a number
take-offline = Reconnecting…
elder-title = Priority for people of 70 and over
elder-on-key = Use priority
elder-off-key = No priority
place-zone = Zone { $zone }, { $name }
place-windows = Windows { $windows }
place-unknown = See the screens in the hall

## Issuing

issuing = Getting your number…
issuing-slow = The hall’s system is slow, please wait
issuing-slow-detail = Your ticket prints as soon as the number is there. Press “Stop waiting” to leave
give-up = Stop waiting
printing = Printing your ticket…
your-number = Your number

## Done

done = Please take your ticket
done-card = And do not forget your ID card
done-seconds = Done ({ $seconds })
done-restored = This kiosk has just restarted. Your number is still valid
slip-ahead = { $count ->
    [one] 1 person ahead of you
   *[other] { $count } people ahead of you
}
slip-next = You are next
reprint-mark = Reprint

## No paper

asking = Did your ticket come out?
asking-detail = The printer did not confirm it. Your number is valid
came-out-yes = Yes, I have it
came-out-no = No ticket
number-only = Please remember this number
number-only-detail = It is valid. Ask at the reception desk for a reprint
number-only-scan = Scan it to follow your place on your phone
print-again = Print it now
already = You have a number for this already
already-detail = No need to queue again. A lost ticket can be reprinted
reprint-key = Reprint ticket
choose-other = Something else

trouble-paper-out = The printer is out of paper
trouble-paper-near-end = The printer is low on paper
trouble-cover-open = The printer cover is open
trouble-cutter = The paper cutter is stuck
trouble-overheated = The printer is too hot
trouble-fault = The printer has a fault
trouble-off-line = The printer is paused
trouble-no-answer = The printer does not answer
trouble-restarted = The printer was restarted
trouble-refused = The printer cannot print this ticket
trouble-garbled = The line to the printer is disturbed
trouble-loop-stuck = The printer has a fault
trouble-jammed = The printer has a fault
trouble-blocked = The printer has a fault
trouble-storage-full = The printer has a fault

## No number

sorry-service-closed = No numbers at this hour
sorry-service-closed-detail = Open { $opens }–{ $closes }
sorry-server-away = No number was issued
sorry-server-away-detail = The hall’s system cannot be reached. Please take a number at the reception desk
sorry-unknown-service = This matter has just been closed
sorry-unknown-service-detail = Choose another one, or ask at the reception desk
sorry-kiosk-trouble = This kiosk has a problem
sorry-kiosk-trouble-detail = No number was issued. Please ask at the reception desk
sorry-refused = No number was issued
sorry-refused-detail = Please go to the reception desk, somebody will help you
sorry-not-reprinted = The ticket was not reprinted
sorry-not-reprinted-detail = Your number is as valid as before. Ask at the reception desk for a reprint
need-card = An ID card is needed for this
need-card-detail = Please lay your ID card on the reader
need-card-other = No ID card with you? Household register, residence permit, driving licence or social security card: take a number at the reception desk

## Out of service

closed-starting = Starting
closed-starting-detail = One moment, please
closed-printer = Out of service
closed-printer-detail = This kiosk cannot print. Please use the next one, or ask at the reception desk
closed-server = No numbers for the moment
closed-server-detail = The hall’s system cannot be reached; it is being looked for. Please ask at the reception desk
closed-hours = No numbers at this hour
closed-hours-detail = Open { $opens }–{ $closes }
closed-nearby = Nearest kiosk: { $place }
offline-banner = The hall’s system cannot be reached; it is being looked for

## Help

help = Somebody helps at the reception desk
help-detail = It is at the entrance of the hall. They help if you find it hard to walk or to read, or have no card with you
appointment = Appointment
appointment-detail = Bring your ID card and the booking message to the reception desk to check in

## Still there

idle-title = Are you still there?
idle-detail = This visit is cleared in { $seconds ->
    [one] 1 second
   *[other] { $seconds } seconds
}
idle-stay = Go on
idle-end = End

lost-program = This kiosk is restarting
lost-program-detail = One moment, please. A number that was issued is shown again
