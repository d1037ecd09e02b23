# The page on which the template of tickets is written

template-title = Ticket template
template-back = ← Hall manager
template-general = The whole ticket
template-header = Heading (empty: the hall's name)
template-notice = Notice of this hall
template-in-chinese = { $what }: Chinese
template-in-english = { $what }: English
template-languages = Languages
template-languages-zh-en = Chinese, then English
template-languages-en-zh = English, then Chinese
template-languages-zh = Chinese only
template-languages-en = English only
template-date = Date
template-date-iso = 2026-11-23
template-date-chinese = 2026年11月23日
template-date-day-first = 23/11/2026
template-papers = Paper in this hall
template-paper = { $mm } mm · { $columns } columns
template-lines = From top to bottom
template-add-part = Another part
template-add = Add at the end
template-again = Start again
template-of-line = { $what } of line { $line }, { $part }
template-up = Move up
template-down = Move down
template-remove = Take out
template-text = Text
template-feed = Empty lines
template-feeds = { $count ->
    [one] 1 empty line
   *[other] { $count } empty lines
}
template-size = Size
template-size-own = Usual size
template-sizes = Size { $size }
template-align = Side
template-align-own = Usual side
template-align-left = Left
template-align-center = Middle
template-align-right = Right
template-bold = Weight
template-bold-own = Usual weight
template-bold-yes = Bold
template-bold-no = Not bold
template-preview = The widest ticket of this hall, as it is printed
template-all-fits = Every text fits its row.
template-notes = What gives way
template-code = Code of the visitor's page
template-refused = A hall file with this template would be refused.
template-file = Into force
template-not-in-force = Nothing written here is in force, or kept: put this section into the hall file in place of its [ticket], then have the file checked and imported. Kiosks take it up at once.
template-commands = paihao hall check HALL.toml
    paihao hall import --data DIR HALL.toml
template-copy = Copy the section
template-show = Show the section
template-copied = Copied
template-not-copied = It could not be copied: open the section below and copy it by hand.

## Parts

part-header = Heading
part-reprint = Reprint mark
part-your-number = “Your number”
part-number = Number
part-service = Service
part-class = Priority
part-place = Zone and windows
part-ahead = People ahead
part-wait = Expected wait
part-qr = QR code
part-notice = Notice of this hall
part-missed-rule = If the call is missed
part-time = Time of issue
part-valid-today = Valid today only
part-text = Text of your own
part-rule = Line across
part-feed = Empty lines

## What gives way

note-wrapped = takes { $rows } rows; the first ends after “{ $at }”
note-parted = takes { $rows } rows, and a word is cut in two; the first ends after “{ $at }”
note-shrunk = { $at } is printed at size { $rows }: no larger one fits
note-qr-too-long = is left out: the address is too long for a code
note-too-long = does not fit: a printer takes { $rows } rows

## Why a template is refused

refusal-lines = A ticket has 1 to 40 parts.
refusal-number-once = The number must stand on it exactly once.
refusal-qr-once = One QR code at most.
refusal-languages = Choose a language.
refusal-columns = Choose the paper of this hall.
refusal-text = A text needs 1 to 120 letters in both languages.
refusal-text-of = A text of your own needs its text.
refusal-no-notice = The notice has no text yet.
refusal-notice-unused = There is a notice, but no part prints it: add “Notice of this hall”.
refusal-size = A size is 1 to 8.
refusal-unstyled = This part takes no size, side or weight.
refusal-feed = 1 to 10 empty lines.
refusal-number-wide = At this size the number is wider than the paper.
