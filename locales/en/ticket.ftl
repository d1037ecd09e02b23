# What stands on a ticket

your-number = Your number
reprint-mark = REPRINT
reprint-note = Copy { $copy }, { $time }
place-zone = Zone { $zone }, { $name }
place-windows = Windows { $windows }
ahead = { $count ->
    [0] Nobody ahead of you
    [one] 1 person ahead of you
   *[other] { $count } people ahead of you
}
wait-interval = Estimated wait { $low }–{ $high } min
wait-below = Estimated wait under { $high } min
wait-unknown = Wait cannot be estimated yet
class-appointment = Appointment
class-elder = Priority: aged 70 or over
class-disabled = Priority: disabled
class-pregnant = Priority: pregnant
class-soldier = Priority: armed forces
class-green = Green channel
issued = Issued { $date } { $time }
scan = Scan to follow your place
missed-rule = Missed your call? Ask at the reception desk: it can be called again today.
valid-today = Valid today only
elder-reason = Aged 70 or over by identity card
