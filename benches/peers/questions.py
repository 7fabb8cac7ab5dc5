"""What is asked. A question says what is wanted; each engine puts it in its own words.

words   what must be found: all of them, any of them, as a phrase, or as the beginning of a word (op: and, or, phrase, prefix)
where   conditions: article, country, sector (a value); decided (first and last year); fine (least, in euro)
facets  whether the seven facets are counted; a facet that has a condition is counted without it
sort    by relevance (None) or by fine, largest first
total   whether the number of all matches is wanted
by      statistics by this facet instead of hits: number and sum of the known fines, and their exact median
"""

from dataclasses import dataclass, field

FACETS = ["authority", "country", "year", "status", "article", "violation", "sector"]
MANY = {"article", "violation", "sector"}  # those of which a case can have several


@dataclass
class Question:
    name: str
    group: str
    words: list = field(default_factory=list)
    op: str = "and"
    where: dict = field(default_factory=dict)
    facets: bool = False
    limit: int = 10
    sort: str | None = None
    total: bool = True
    snippets: bool = False
    by: str | None = None
    median: bool = False


def questions(word):
    """The questions; `word` gives the generated language's word of a rank."""
    common, second, third, rare = word[8], word[20], word[45], word[3000]
    some = {"article": "gdpr/32", "decided": (2020, 2022)}
    return [
        Question("one frequent word", "text", [common]),
        Question("one rare word", "text", [rare]),
        Question("three words, all of them", "text", [common, second, third]),
        Question("three words, any of them", "text", [second, third, rare], op="or"),
        Question("phrase", "phrase", [word[30], word[1030]], op="phrase"),
        Question("beginning of a word", "text", [common[:4]], op="prefix"),
        Question("ten snippets", "text", [common, second], snippets=True),
        Question("word, article, years", "filter", [second], where=some),
        Question("article, country, least fine", "filter", where={"article": "gdpr/5", "country": "fr", "fine": 100_000}),
        Question("word, seven facets", "facets", [second], facets=True),
        Question("three words, seven facets", "facets", [common, second, third], facets=True),
        Question("article, seven facets", "facets", where={"article": "gdpr/32"}, facets=True),
        Question("word, two selections, seven facets", "facets", [second], where={"article": "gdpr/32", "country": "fr"}, facets=True),
        Question("seven facets over everything", "facets", facets=True, limit=0),
        Question("word, largest fines", "sort", [second], sort="fine"),
        Question("largest fines of all", "sort", sort="fine", total=False),
        Question("number and sum by year", "statistics", by="year"),
        Question("with the exact median", "statistics", by="year", median=True),
        Question("median by authority, of a word", "statistics", [second], by="authority", median=True),
        Question("median by country, of an article", "statistics", where={"article": "gdpr/32"}, by="country", median=True),
    ]
