# The manager's page

manage-title = Hall manager
to-parking = Car parks
to-template = Ticket template
figures = The hall at a glance

## Figures

figure-waiting = Waiting now
figure-longest = Longest wait
figure-open = Windows open
figure-wait = 95 % wait less than
figure-left = Served today
figure-parking = Free bays
figure-devices = Devices in trouble
unit-windows = of { $all }
unit-served = visits
unit-bays = of { $all }
unit-devices = of { $all }
note-per-window = { $count } for each open window
note-windows = { $busy } serving · { $idle } idle · { $paused } paused
note-mean = mean { $mean } · { $count } in 30 min
note-left = { $left } left ({ $percent } %) · { $issued } tickets
note-95 = 95 % less than { $wait }
note-lots = { $count ->
    [one] { $count } car park
   *[other] { $count } car parks
}
note-lot-full = { $count ->
    [1] Full: { $lot }
   *[other] { $count } full: { $lot } and others
}
note-lot-soon = Full at about { $time }: { $lot }
note-device = { $name } needs a hand
nobody-waits = Nobody waits
nobody-called = No calls in 30 min
devices-well = All well
devices-unknown = State of devices unknown
level-good = Good
level-watch = Watch
level-act = Act
trend = { $change } in { $minutes } min

limits-waiting = Watch from { $watch } people for each open window, act from { $act }.
limits-longest = Watch from { $watch } minutes of the longest wait, act from { $act }.
limits-open = Watch from { $watch } % of windows paused, act from { $act } %; act at once where people wait and no window is open.
limits-wait = Watch from { $watch } minutes, act from { $act }. Counts first calls of the last 30 minutes.
limits-left = Watch from { $watch } % of tickets leaving the queue, act from { $act } %.
limits-parking = Watch from { $watch } % of the ordinary bays taken, act from { $act } %; watch, too, where the number is not reliable.
limits-devices = Watch what is degraded, act on what is gone.

## Tables

zones = Zones
zones-all = All zones
zone = Zone
services = Longest waits
services-of = { $zone }: longest waits
service = Service
waiting = Waiting
longest = Longest
windows-open = Windows
estimate = Estimate

## The crowd coming

crowd-title = The crowd coming
crowd-open = { $windows ->
    [one] Open 1 more window before { $time }
   *[other] Open { $windows } more windows before { $time }
}
crowd-pause = { $windows ->
    [one] 1 window may pause from { $time }
   *[other] { $windows } windows may pause from { $time }
}
crowd-enough = Enough windows are open
crowd-unknown = Not known yet
crowd-unknown-why = A day has to be on record first; until then nothing is advised.
crowd-open-why = Up to { $peak } people come in five minutes and the { $open } open windows can serve { $can }. Without more, about { $waiting } wait in 40 minutes.
crowd-pause-why = Up to { $peak } people come in five minutes and the { $open } open windows can serve { $can }; about { $waiting } wait in 40 minutes.
crowd-enough-why = { $open } windows are open and { $waiting } people wait; in 40 minutes about { $later }. They are worked off within a quarter of an hour.
crowd-cars = { $cars } cars came in within 15 minutes; what is usual is not known yet
crowd-cars-usual = { $cars } cars came in within 15 minutes, usually { $usual }
crowd-expected = People in five minutes
crowd-interval = Eight of ten times
crowd-can-serve = Windows can serve
crowd-waiting = Waiting then
crowd-caption = The next 40 minutes: who comes and what the windows can serve, by five minutes
as-figures = As figures

## Car parks

lot-off-by = Off by
lot-soon = Expected
lot-full-at = full at about { $time }

## Details

advice-open = { $closed } windows that can serve this are closed: opening one shortens the wait of these { $waiting }.
advice-none = No window is open and { $waiting } wait. { $closed } windows can serve this; open one.
advice-unserved = For { $count } services people wait and no window is open. Open one.
issued-today = Tickets today
served-today = Served today
left-today = Left
no-windows = No such windows
device-printer = Printer
device-reader = Reader
device-sign = Sign
device-scanner = Scanner
device-pads = Call pads
device-lane = Lane
device-gate = Gate
device-lamp = Lamp
device-camera = Camera
device-speaker = Speaker
device-kiosk = Kiosk
device-board = Board
device-state-ready = ready
device-state-degraded = degraded
device-state-gone = gone
trouble-paper-near-end = paper is low
trouble-paper-out = out of paper
trouble-cover-open = cover open
trouble-cutter = cutter fault
trouble-overheated = overheated
trouble-fault = fault
trouble-off-line = off line
trouble-no-answer = no answer
trouble-restarted = has restarted
trouble-refused = refused
trouble-garbled = noise on the line
trouble-loop-stuck = loop stuck
trouble-jammed = does not move
trouble-blocked = something stands in the way
trouble-storage-full = storage full
advice-paper-near-end = Have a new roll ready; it still prints a few metres.
advice-paper-out = Put in a new roll and close the cover. It goes on by itself, and no old ticket comes out.
advice-cover-open = Close the cover until it clicks. It goes on by itself.
advice-cutter = Open the cover and take out the paper at the cutter, close it again. If it stays, switch the printer off and on.
advice-overheated = Leave it alone: it goes on when it has cooled down. If it happens often, make room around it.
advice-fault = Switch it off, wait ten seconds, switch it on. If it stays, call the maker's service.
advice-off-line = Nobody may hold its feed button, and its panel must say “on line”. If it stays, switch it off and on.
advice-no-answer = Look at its power and its cable. A device in the network must not be in use by another machine.
advice-restarted = It lost its power for a moment. Look at the plug; ask whose ticket was under way.
advice-refused = What was sent cannot be shown or printed. Tell whoever looks after the settings.
advice-garbled = Look at cable, plugs and the rate in the settings.
advice-loop-stuck = See whether a vehicle stands on the loop; else switch the detector off and on.
advice-jammed = See what holds the gate; open it by hand if vehicles wait.
advice-blocked = Clear the way of the gate and look at its safety sensor.
advice-storage-full = Make room on the disk of the machine; a power cut now loses what waits.
