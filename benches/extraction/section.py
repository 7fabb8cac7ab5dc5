"""Writes the section "Reading notices" of docs/performance.md from what the race measured, and prints it.

    section.py FINEPRINT.json PYTHON.json COST.json DOCUMENT
"""

import json
import os
import re
import sys

BEGIN, END = "<!-- reading notices: written by benches/extraction/run -->", "<!-- end of reading notices -->"
GOAL = 20


def main():
    fineprint, python, cost = (json.load(open(path)) for path in sys.argv[1:4])
    speed = fineprint["speed"]
    if speed["bytes"] != python["bytes"]:
        sys.exit(f"expected both to read the same bytes, found {speed['bytes']} and {python['bytes']}")
    ratio = python["seconds"] / speed["seconds"]
    lines = [
        BEGIN,
        "## Reading notices",
        "",
        f"From the bytes of an HTML page to a draft record, against BeautifulSoup and recognizers-text (currencies and dates only) on the "
        f"same {python['pages']} pages ({python['bytes']} bytes) in one run on {os.cpu_count()} cores: **{ratio:.0f} times as fast** (goal: {GOAL}).",
        "",
        "Cost of a byte by size of the text, as a multiple of the cost at the smallest:",
        "",
        "| bytes | cost of a byte |",
        "|---|---|",
        *(f"| {row['bytes']} | {row['ratio']:.2f} |" for row in cost),
        END,
    ]
    section = "\n".join(lines)
    path = sys.argv[4]
    text = open(path).read() if os.path.exists(path) else "# Performance\n\nEvery section is written by the command it names; ratios, not times.\n"
    if BEGIN in text:
        text = re.sub(re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: section, text, flags=re.S)
    else:
        text = text.rstrip("\n") + "\n\n" + section + "\n"
    with open(path, "w") as document:
        document.write(text)
    print(section)


if __name__ == "__main__":
    main()
