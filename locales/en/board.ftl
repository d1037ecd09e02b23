# Boards and signs

board-title = Calls
board-product = Paihao

## On the board

board-zone = Zone { $code }
board-now = Please go to the window
board-to-window = Window
board-number = Number
board-window = Window
board-again = Called again
board-serving = Being served
board-latest = Calls
board-waiting = Waiting
board-waiting-all = { $count } waiting in this zone
board-nobody = nobody
board-no-window = no window open
board-no-calls = Please watch for your number
board-no-calls-detail = Your number will be shown and announced here
board-open = Open
board-closed = Closed

## Interruption

board-stale = Data interrupted { $time }
board-stale-detail = Please listen to the staff at the windows; we are restoring the display
board-before = Calls before the interruption
board-connecting = Connecting
board-connecting-detail = Please listen to the staff at the windows

## Sound and zones

board-sound = Tap here for spoken announcements
board-unknown = There is no zone “{ $code }”
board-choose = Choose a zone

## Classes (room is short on a board)

class-pregnant = Pregnant
class-green = Green

## LED signs

sign-call = { $number } Window { $window }
sign-call-short = { $number }→{ $window }
sign-serving = { $number } served
sign-welcome = Welcome
sign-paused = Away
sign-closed = Closed
sign-stale = No data

## LED signs of car parks

sign-lot-free = Free { $free }
sign-lot-about = About { $free }
sign-lot-some = Free
sign-lot-full = Full
sign-lot-closed = Closed
sign-lot-unknown = --
sign-lot-divert = Use { $lot }
sign-bays-ordinary = Ordinary
sign-bays-disabled = Disabled
sign-bays-charging = Charging
sign-bays-visitor = Visitors
sign-bays-staff = Staff
