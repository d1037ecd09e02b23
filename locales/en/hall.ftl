# The live hall page

page-title = Live hall
product = Paihao
skip-to-queues = Skip to the queues
other-language = 中文

## Head

hall-open = Open to the public
hall-closed = Closed
hall-clock = Hall time
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

## Figures

figures = The hall at a glance
figure-waiting = Waiting now
figure-longest = Longest wait
figure-issued = Tickets today
figure-served = Served today
figure-left = Left unserved
figure-windows = Windows
unit-people = { $count ->
    [one] person
   *[other] people
}
unit-tickets = { $count ->
    [one] ticket
   *[other] tickets
}
unit-cases = { $count ->
    [one] visit
   *[other] visits
}
windows-total = { $count } in all
no-one-waits = Nobody is waiting
minutes = { $minutes } min
under-a-minute = under 1 min
hours-minutes = { $hours } h { $minutes } min

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

## Calls

calls = Latest calls
call-window = Window { $window }
call-again = { $times }× called
no-calls = No calls yet today

## Queues

queues = Queues
queues-hint = Longest wait first
queue-service = Service
queue-waiting = Waiting
queue-longest = Longest
queue-windows = Open
queue-estimate = Estimate
eta-interval = { $low }–{ $high } min
eta-about = about { $high } min
eta-soon = under 1 min
eta-none = No wait
eta-unknown = Unknown
