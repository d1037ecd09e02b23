# What the technician reads of `paihao-bridge check`, `probe` and `fault`.

check-title = Check of the devices, { $at }
check-settings-good = Settings { $file } are right: { $count } devices
check-no-bridge = The bridge does not answer at { $socket }: { $why }
check-no-bridge-do = Start it: systemctl start paihao-bridge; what it says: journalctl -u paihao-bridge
check-passed = PASS
check-failed = FAIL
check-watch = WATCH
check-skipped = skipped
check-sum = { $passed } of { $all } passed
check-since = since { $since }
test-ticket = Test ticket
test-ticket-detail = If you can read this, hear the cut and scan the code, the printer works.
test-print = prints a test ticket
test-sign = takes a test text
test-sign-text = Test { $number }
test-card = Lay a card on reader { $name } and leave it there ({ $seconds } s)
test-card-read = reads a card
test-nobody = nothing came within { $seconds } s

kind-printer = printer
kind-reader = card reader
kind-sign = sign
kind-scanner = scanner
kind-pads = call pads
kind-lane = lane
kind-gate = gate
kind-lamp = lamp
kind-camera = plate camera
kind-speaker = speaker
kind-kiosk = kiosk
kind-board = board

state-ready = ready
state-degraded = works badly
state-gone = gone

do-paper-near-end = A few metres of paper are left: have a roll ready
do-paper-out = Put a roll in; it goes on by itself, nothing old comes out
do-cover-open = Close the cover until it clicks
do-cutter = Switch off, take the paper out of the knife, switch on
do-overheated = Wait: it goes on by itself when it has cooled
do-fault = Switch it off and on; if it stays so, have it repaired
do-off-line = Press its feed or on-line button
do-no-answer = Power, cable, name and rate of the port, groups of the user (dialout, lp)
do-restarted = It was switched off and on: check its power supply
do-refused = What was sent cannot be shown: look at the log
do-garbled = Noise: shorter or shielded cable, ends of the line, rate, addresses twice
do-loop-stuck = Look at the lane; then at the loop's detector and its wiring
do-jammed = See what holds it; then its limit contacts and its drive
do-blocked = Clear what stands below the gate; then check its safety input
do-storage-full = Make room on the disk of this machine: what waits for the hall is in memory alone

probe-title = Ports of this machine
probe-none = No port was found
probe-silent = nothing answers
probe-busy = another program has it
probe-failed = cannot be opened: { $why }
probe-answers = answers as { $model } { $detail }
probe-setting = setting: { $setting }
probe-not-asked = not asked

fault-done = { $name }: { $fault }
fault-list = Faults of { $kind }: { $faults }
fault-mended = { $name }: everything is as it should be
