# The doorway

doorway-lead = Queues and calls
demo-lead = A hall for show: every page is reached from here
part-visitors = What visitors see
part-staff = What staff use
door-kiosk = Ticket kiosk
door-kiosk-text = Lay a card, choose a service, take a number
door-board = Boards
door-board-text = Shown and spoken, zone by zone
door-phone = On the phone
door-phone-text = The page of the last ticket
door-phone-none = Take a ticket, and its page is reached from here
door-hall = Live hall
door-hall-text = Every window and queue on one screen
door-desk = Window 12
door-desk-text = A clerk calls, with one key
door-reception = Reception
door-reception-text = Tickets without a card, copies, lost numbers
door-manage = Hall manager
door-manage-text = First figures, zones, longest waits
door-demo = Devices
door-demo-text = Lay cards, see tickets, pull plugs
door-signin = Staff sign-in
door-signin-text = Windows, reception, hall manager
enter-as = Enter as { $name }
one-person = One browser has one person signed in at a time; use a private window to see two side by side.
passwords = Users of the demo and their passwords
