# The car parks

parking-title = Car parks
to-manage = Hall manager
why-offline = The connection is down: nothing can be done now
list-comma = ,{ " " }
looking = Loading…
no-lots = This hall has no car parks. They stand in the settings of the hall under [[lots]].
actions = What can be done
done = Done
never = never

## All car parks

lots-title = Free spaces
doubts-count = { $count ->
    [one] { $count } doubt
   *[other] { $count } doubts
}

## One car park

count-do = Count by hand
close-lot = Close the car park
open-lot = Open the car park
close-short = Close
open-short = Open
sign-says = The sign says
sign-divert = Use { $lot }
by-count = By the count
off-by = May be off by
corrected = Last counted
inside = By plates
stay = Mean stay
soon = Expected
soon-full-at = Full at about { $time }

## Doubts

doubts = Why the number is doubted
doubt-none = Nothing is doubted: the number can be believed.
doubt-never-counted = Nobody ever counted, so signs show no number. Count once.
doubt-below-nothing = The count is below nothing: cars came in that were not seen. Count.
doubt-above-capacity = The count is above the number of bays: cars left unseen, or stand beside the bays. Count.
doubt-blind = { $lane } sees nothing since { $since }; what passed since then is not counted. Look at its devices, and count when they are back.
doubt-silent = Nothing passed { $lane } since { $since }, where usually about { $vehicles } do. Go and have a look.
doubt-silent-over = Nothing passed { $lane } from { $since } to { $until }; about { $vehicles } may be missing.
doubt-passages = { $vehicles } passages since the last count, and the devices were not sure of { $doubtful }.

## Bays

counts = Bays
bays = Bays
short-ordinary = Ordinary
short-disabled = Accessible
short-charging = Charging
short-visitor = Appointment
short-staff = Staff
is-said = Shown
count-short = Count
why-lot-closed = Open the car park first

## Lanes

lanes = Lanes
lane = Lane
lane-seen = Last passage
lane-sources = Seen by
lane-in = In today
lane-out = Out today
lane-doubtful = Unsure
lane-closed = closed
lane-blind = blind since { $time }
direction-in = In
direction-out = Out
direction-both = Both ways
source-loops = loops
source-camera = camera
source-gate = gate
source-http = other

## Counting

count-title = Count by hand
count-what = What was counted
count-all = All cars
count-all-means = All cars inside. Those that are not on bays of a class of their own count as ordinary.
count-number = Cars that stand there now
count-hint = { $occupied } by the count, { $capacity } bays
count-reason = Reason
count-save = Save
count-done = Noted: { $name }
reason-round = On a round
reason-wrong = Not what is there
reason-fault = After a fault
reason-start = Counting begins
reason-night = End of the day
why-number = Enter a number such as 128
fault-most = At most { $most }
fault-fewer = { $others } cars stand on bays of other classes by the count, so all cars cannot be fewer; count those first
why-reason = Choose a reason
off-none = The count was right.
off-more = { $count ->
    [one] One car more than counted stood there; corrected.
   *[other] { $count } cars more than counted stood there; corrected.
}
off-fewer = { $count ->
    [one] One car fewer than counted stood there; corrected.
   *[other] { $count } cars fewer than counted stood there; corrected.
}
off-within = That is within the ± { $bound } that was expected.
off-over = That is more than the ± { $bound } that was expected: look at the devices of the lanes.

## Opening and closing

close-title = Close { $name }?
open-title = Open { $name }?
close-means-lot = Signs, boards, kiosks and phones say “Closed” at once, and signs send cars elsewhere. Cars that pass are still counted.
close-means-level = The level says “Closed”, and its bays do not count as free. Cars that pass are still counted.
close-means-lane = The lane is marked as closed: it is no surprise when nothing passes. What signs say stays; a car that passes is still counted.
open-means-lot = Signs, boards, kiosks and phones show free spaces again.
open-means-level = The level shows free spaces again, and its bays count as free.
open-means-lane = The lane is marked as open: you will be told when nothing passes for long.
did-close = Closed: { $name }
did-open = Open: { $name }

## Corrections

corrections = Corrections
corrections-none = Nothing was corrected yet.
correction-at = When
correction-counted = Counted
correction-off = Off by
correction-first = first
correction-bound = Expected
correction-reason = Reason
correction-by = By
by-itself = by itself
sizes = { $count ->
    [one] { $count } correction
   *[other] { $count } corrections
}, the largest by { $largest }, { $over } above what was expected

## Where a car is

find-car = Where is my car?
find-plate = Number plate
find-do = Find
find-hint = The plate is used for this search alone and not kept; the answer goes after a minute.
found-car = In { $lot } since { $time }.
found-none = Not found: the plate was not read, or the car has left.
found-forget = Clear
