# The manager's page

manage-title = Hall manager
to-template = Ticket template
figures = The hall at a glance

## Figures

figure-waiting = Waiting now
figure-longest = Longest wait
figure-open = Windows open
figure-wait = 95 % wait less than
figure-left = Served today
figure-devices = Devices in trouble
unit-windows = of { $all }
unit-served = visits
unit-devices = of { $all }
note-per-window = { $count } for each open window
note-windows = { $busy } serving · { $idle } idle · { $paused } paused
note-mean = mean { $mean } · { $count } in 30 min
note-left = { $left } left ({ $percent } %) · { $issued } tickets
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
trouble-blocked = something stands in the way
