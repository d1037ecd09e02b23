"""python-escpos as the other end. Reads what to do as JSON from standard input.

other_end.py bytes    a page of ours: writes the bytes that python-escpos sends for it
other_end.py print HOST PORT    a ticket as python-escpos users print it
other_end.py status HOST PORT   what the printer says of itself
"""

import json
import sys

from PIL import Image
from escpos.escpos import QR_ECLEVEL_M
from escpos.printer import Dummy, Network


def encode(printer, page):
    """A page in the words of python-escpos; settings are said where they change."""
    chinese = lambda text: printer._raw(text.encode("gb18030"))
    printer.hw("INIT")
    align, size, bold = "left", 1, False

    def setting(to_align, to_size, to_bold):
        nonlocal align, size, bold
        if to_align != align:
            printer.set(align=to_align)
        if to_size != size:
            printer.set(custom_size=True, width=to_size, height=to_size)
            if to_size == 1:
                printer.line_spacing()
            else:
                printer.line_spacing(to_size * 26 + 6, divisor=180)
        if to_bold != bold:
            printer.set(bold=to_bold)
        align, size, bold = to_align, to_size, to_bold

    for line in page["lines"]:
        if line["type"] == "text":
            setting(line.get("align", "left"), line.get("size", 1), line.get("bold", False))
            chinese(line["text"] + "\n")
        elif line["type"] == "qr":
            setting("center", 1, False)
            # Its default feeds nothing around a native code.
            printer.qr(line["data"], ec=QR_ECLEVEL_M, size=line["module"], native=True)
        elif line["type"] == "feed":
            setting("left", 1, False)
            printer.print_and_feed(line["lines"])
    setting("left", 1, False)
    printer.cut(feed=False)


def print_ticket(printer):
    """What others send: code pages, sizes, codes and pictures of every kind."""
    printer.hw("INIT")
    printer.set(align="center", double_width=True, double_height=True, bold=True)
    # Single bytes first: a Chinese printer begins in Chinese mode.
    printer._raw(b"\x1c\x2e")
    printer.textln("A042")
    printer.set_with_default()
    printer.textln("Caf\u00e9 \u2500\u2500 Latin text")
    printer._raw(b"\x1c\x26" + "前面还有 3 位\n".encode("gb18030") + b"\x1c\x2e")
    printer.qr("https://a.invalid/1", ec=QR_ECLEVEL_M, size=6, native=True)
    picture = Image.new("1", (64, 40), 1)
    for at in range(40):
        picture.putpixel((at, at), 0)
    for way in ("bitImageRaster", "graphics", "bitImageColumn"):
        printer.image(picture, impl=way)
    printer.barcode("4006381333931", "EAN13", function_type="B", height=64, width=2)
    printer.cut(mode="PART")


def main():
    what, *where = sys.argv[1:]
    if what == "bytes":
        printer = Dummy()
        encode(printer, json.load(sys.stdin))
        sys.stdout.buffer.write(printer.output)
        return
    printer = Network(where[0], int(where[1]), timeout=5)
    if what == "print":
        print_ticket(printer)
    else:
        print(json.dumps({"online": printer.is_online(), "paper": printer.paper_status()}))
    printer.close()


main()
