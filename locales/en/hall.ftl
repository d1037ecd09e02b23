# The live hall page

page-title = Live hall
skip-to-queues = Skip to the queues

## Head

hall-clock = Hall time

## Figures

figures = The hall at a glance
figure-waiting = Waiting now
figure-longest = Longest wait
figure-issued = Tickets today
figure-served = Served today
figure-left = Left unserved
figure-windows = Windows
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
