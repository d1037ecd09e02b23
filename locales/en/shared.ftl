# What every page says

## Every page

product = Paihao
other-language = 中文
skip = Skip to the content
hall-open = Open to the public
hall-closed = Closed
signed-in-as = { $name } · { $role }
sign-out = Sign out
other-role-title = This page is for other roles
to-my-page = To my page
elder-on = Large text
elder-off = Normal text
close-dialog = Close
cancel = Cancel
confirm-yes = Yes
key-hint = key { $key }
sending = Sending…

## Roles

role-admin = Administrator
role-security = Security
role-auditor = Auditor
role-manager = Hall manager
role-clerk = Clerk
role-guide = Reception
role-kiosk = Kiosk
role-board = Board
role-bridge = Devices
role-gate = Car park

## The link

link-connecting = Connecting
link-live = Live
link-stale = No news
link-lost = Connection lost
data-age = { $seconds ->
    [0] just now
   *[other] { $seconds } s ago
}
data-age-minutes = { $minutes } min ago
lost-since = Data interrupted since { $time }
lost-detail = What you see is from before; reconnecting by itself
never-connected = Not yet connected to the hall's server
never-connected-detail = Retrying by itself

## Times and numbers

minutes = { $minutes } min
under-a-minute = under 1 min
hours-minutes = { $hours } h { $minutes } min
unit-people = { $count ->
    [one] person
   *[other] people
}
eta-interval = { $low }–{ $high } min
eta-about = about { $high } min
eta-soon = under 1 min
eta-none = No wait
eta-unknown = Unknown

## Windows

windows = Windows
state-busy = Serving
state-called = Calling
state-idle = Idle
state-ready = Ready
state-paused = Paused
state-closed = Closed
kind-general = general
kind-dedicated = dedicated
kind-tide = tide
zone-summary = { $open } / { $all } open
window-line = Window { $window } · { $kind } · { $state }
window-serving = { $number } { $service }
window-since = since { $time }
window-parked = { $count } parked
window-name = Window { $window }

## Classes of tickets

class-normal = Ordinary
class-appointment = Appointment
class-elder = Elderly
class-disabled = Disabled
class-pregnant = Pregnant or with infant
class-soldier = Service member
class-green = Green channel

## Tickets

ticket-waiting = Waiting
ticket-called = Called
ticket-serving = Being served
ticket-parked = Put aside
ticket-done = Done
ticket-missed = Missed
ticket-left = Left

## Parking

parking = Parking
free-spaces = Free spaces
lot-about = about { $free }
lot-about-mark = ~
lot-about-spoken = about
lot-some = Some
lot-full = Full
lot-closed = Closed
lot-unknown = —
lot-not-known = not known
bay-ordinary = Ordinary bays
bay-disabled = Accessible bays
bay-charging = Charging bays
bay-visitor = Bays for appointments
bay-staff = Staff bays
soon-in = { $minutes ->
    [30] In half an hour
    [60] In an hour
   *[other] In { $minutes } minutes
}
soon-full = { $when } probably full
soon-few = { $when } 0–{ $high } free
soon-about = { $when } about { $high } free
soon-between = { $when } about { $low }–{ $high } free

## What goes wrong, and what to do

problem-unreachable = The server does not answer. What you see below is what counts; try again when the connection is back.
problem-timeout = The server is slow to answer. Nothing is lost; look at the state below before you try again.
problem-invalid = The server did not understand this request. Reload the page and try again.
problem-unauthenticated = You are no longer signed in. Sign in again.
problem-not-allowed = Your role may not do this.
problem-not-found = It is not there any more. Reload the page.
problem-unknown-service = This service is not offered any more. Reload the page.
problem-service-closed = The hall is closed for this service at this time.
problem-window-not-open = The window is not open. Open it first.
problem-window-busy = A ticket is still open at this window. Finish it first.
problem-nothing-to-recall = There is no open call to repeat.
problem-ticket-not-here = This ticket is not at this window.
problem-ticket-not-waiting = This ticket does not wait any more: called elsewhere, or gone.
problem-already-waiting = This person already holds a ticket for this service today: { $number }. Print it again instead.
problem-stale = Something changed meanwhile. The state now shown is the right one; decide again.
problem-too-early = Too early: call again or wait a little before you give the number up.
problem-too-large = The request is too large.
problem-key-reused = The same request was sent twice with different content. Try again.
problem-too-many = Too many requests. Wait a moment and try again.
problem-unavailable = The server is starting or overloaded. Try again in a moment.
problem-storage-full = The server's storage is full. Tell the administrator; nothing was changed.
problem-seat-taken = Somebody else sits at this window.
problem-no-seat = You do not sit at this window any more. Take the seat again.
problem-other = It did not work ({ $status }). Try again, or ask the administrator.
