# Reception

reception-title = Reception
why-offline = No connection to the server: nothing can be done now. It comes back by itself.

## A new ticket

new-title = Ticket without a card
department = Department
department-all = All departments
service = Service
service-hint = Name or pinyin initials
service-nothing = No such service
service-wait = { $waiting } waiting · { $eta }
class = Class
reason = Why before others (required, kept with the ticket)
reason-hint = Write the reason
reason-age = Over 60
reason-card = Showed disability card
reason-seen = Seen on the spot
reason-papers = Showed papers
reason-booked = Booked
reason-urgent = Urgent matter
reason-project = Key project
reason-leader = Agreed by the duty leader
document = Document number (optional; hidden, kept encrypted)
document-wanted = Document number (this service needs it; hidden, kept encrypted)
document-hint = Hidden as you type, cleared once sent
printer = Print at
why-no-printer = No kiosk is in touch with the server: nothing can be printed now.
printer-name = Kiosk { $name }
printer-none = No paper, QR code only
issue = Issue ticket
why-no-service = Choose a service first
why-no-reason = Write why before others
why-no-document = This service needs a document number
did-issue = { $number } issued
did-reprint = { $number } is printed again at { $printer }, marked as a copy
did-leave = { $number } has left the queue

## Where is my number

find-title = Where is my number?
find-number = Number
find-document = or document number
find = Find
found = Tickets found
found-nothing = There is no such ticket today. Please check.

## The card

card = Ticket { $number }
card-qr = Scan to follow it on a phone
card-where = Where
card-windows = Window { $windows }
card-windows-more = { $windows } … of { $count } windows
card-no-window = No window is open for it
list-comma = ,{ " " }
card-ahead = Ahead
card-wait = Expected wait
card-print = Paper
card-close = Done
print-none = Not printed
print-printing = Printing
print-printed = Printed
print-failed = Failed: print it again
print-unknown = Not known: look, then print again
reprint = Print again
leave = Leave queue
leave-title = Take { $number } out of the queue?
leave-text = It will not be called any more. To come back, a new ticket is needed.

## Queues

overview-title = Queues
waiting = Waiting
longest = Longest
open-windows = Windows
estimate = Estimate
