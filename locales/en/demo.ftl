# The devices of the demo

demo-title = Devices of the demo
demo-text = Lay cards, see tickets, pull plugs: every device is virtual, every byte is real
to-doorway = Doorway
bridge-down = The bridge does not run. Start it, and the reader, printers and signs appear here.

programs = Programs
program-running = running
program-down = down

reader = Reader { $name }
reader-choice = Choose a reader
card-fault = What goes wrong with the card
fault-none = Nothing goes wrong
fault-taken-away = Taken away in mid-read
fault-taken-away-silent = Taken away, and the reader is silent
fault-bad-checksum = Bad checksum
fault-split = Bytes in pieces
fault-garbage = Noise in between
fault-slow = Very slow
fault-not-trusted = Not trusted
fault-unknown-card = No identity card
card-lies = The card of { $name } lies on the reader
card-none = No card on the reader: press one to lay it there
card-lay = Lay
card-take = Take

printers = Printers
printer = Printer { $name }
printed = { $count } printed
paper = Paper
paper-ok = Plenty of paper
paper-near-end = Paper is low
paper-out = Out of paper
plug-cover = Cover
plug-power = Power
plug-line = Cable
plug-cutter = Cutter
plug-self-test = Self-test
plug-clean = Clean line
out-in-mid-ticket = Run out in mid-ticket
hanging = Still hangs in the printer, not cut
printer-faults = { $count } places in its bytes the printer did not understand

papers = Printed tickets
papers-hint = Newest first; press one to see it large
no-papers = No ticket yet: lay a card, then choose a service at the kiosk.
paper-of = Ticket of printer { $name }
paper-reprint = copy
paper-void = void
paper-broken = broken
open-phone = Open its phone page
scan-paper = Hold it to the scanner of kiosk { $name }

sign = Sign { $name }
sign-alt = What the sign { $name } shows now
deck-resident = Resident identity card
deck-ends-in-x = Number ends in X
deck-elder-over-70 = Over 70, valid for ever
deck-expired = Expired
deck-rare-character = Rare character
deck-long-name = Long name
deck-elder-over-60 = Over 60
deck-of-age-lately = Of age since lately
deck-residence-permit = Residence permit, Hong Kong
deck-foreigner-2017 = Foreigner, card of 2017
deck-foreigner-2023 = Foreigner, card of 2023
