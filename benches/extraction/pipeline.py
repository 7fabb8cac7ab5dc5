"""The pipeline that is usual in Python: text by BeautifulSoup, values by recognizers-text.

    pipeline.py FILE...        HTML pages; prints one line of JSON

It stops where recognizing stops: no roles, no evidence in the page's text, no record. What it is timed for is
less than what it is compared with.
"""

import json
import sys
import time

from bs4 import BeautifulSoup
from recognizers_number_with_unit import recognize_currency
from recognizers_date_time import recognize_datetime

CULTURE = "en-us"
# Its patterns backtrace: on one long string they take minutes, so that everybody feeds it paragraph by paragraph.
LONGEST = 2000


def paragraphs(html):
    text = BeautifulSoup(html, "html.parser").get_text("\n")
    for line in text.split("\n"):
        line = line.strip()
        for start in range(0, len(line), LONGEST):
            yield line[start : start + LONGEST]


def read(html):
    amounts, dates = 0, 0
    for paragraph in paragraphs(html):
        # Without a digit there is neither for our purpose.
        if any(c.isdigit() for c in paragraph):
            amounts += len(recognize_currency(paragraph, CULTURE))
            dates += len(recognize_datetime(paragraph, CULTURE))
    return amounts, dates


def main():
    pages = [open(path, "rb").read() for path in sys.argv[1:]]
    recognize_currency("20,000 euros", CULTURE)  # patterns are prepared once in a process
    recognize_datetime("4 May 2022", CULTURE)
    amounts = dates = 0
    start = time.perf_counter()
    for html in pages:
        a, d = read(html)
        amounts, dates = amounts + a, dates + d
    seconds = time.perf_counter() - start
    print(json.dumps({"pages": len(pages), "bytes": sum(map(len, pages)), "seconds": round(seconds, 4), "amounts": amounts, "dates": dates}))


if __name__ == "__main__":
    main()
