"""Writes the section "Reading notices" of docs/performance.md from what the race measured, and prints it.

    section.py FINEPRINT.json PYTHON.json COST.json WHOLE.json DOCUMENT
"""

import json
import os
import re
import sys

BEGIN, END = "<!-- reading notices: written by benches/extraction/run -->", "<!-- end of reading notices -->"
# Times as fast as Python, megabytes a second on two cores, and how much more a byte of a long text may cost.
GOAL, GOAL_SPEED, GOAL_COST = 20, 20, 1.5


def judged(value, is_met, digits=0):
    """A figure, bold where it falls short."""
    text = f"{value:.{digits}f}"
    return text if is_met else f"**{text}**"


def main():
    fineprint, python, cost, whole = (json.load(open(path)) for path in sys.argv[1:5])
    speed = fineprint["speed"]
    if speed["bytes"] != python["bytes"]:
        sys.exit(f"expected both to read the same bytes, found {speed['bytes']} and {python['bytes']}")
    ratio = python["seconds"] / speed["seconds"]

    def speed_of(what):
        found = whole["bytes"] / 1e6 / whole[f"{what}_seconds"]
        return judged(found, found >= GOAL_SPEED, 1)

    lines = [
        BEGIN,
        "## Reading notices",
        "",
        f"From the bytes of an HTML page to a draft record, against BeautifulSoup and recognizers-text (currencies and dates only) on the "
        f"same {python['pages']} pages ({python['bytes']} bytes) in one run, each on one core: {judged(ratio, ratio >= GOAL)} times as fast (goal: {GOAL}).",
        "",
        f"All {whole['pages']} pages ({whole['bytes'] / 1e6:.0f} MB) on {os.cpu_count()} cores: {speed_of('drafts')} MB/s to drafts, {speed_of('records')} MB/s to records that "
        f"are safe on the disk (goal: {GOAL_SPEED} on two cores; it depends on the machine, and on what else it does).",
        "",
        f"Cost of a byte by size of the text, as a multiple of the cost at the smallest (goal: at most {GOAL_COST}); bold falls short:",
        "",
        "| bytes | cost of a byte |",
        "|---|---|",
        *(f"| {row['bytes']} | {judged(row['ratio'], row['ratio'] <= GOAL_COST, 2)} |" for row in cost),
        END,
    ]
    section = "\n".join(lines)
    path = sys.argv[5]
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
