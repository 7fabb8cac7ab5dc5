"""The report: tables of ratios, and a plot of the cost as the collection grows."""

import math
import re

PEERS = ["SQLite FTS5", "PostgreSQL", "Xapian", "DuckDB"]
# How many times faster than each peer a question of each group is meant to be.
GOALS = {
    "text": {"SQLite FTS5": 30, "PostgreSQL": 30, "Xapian": 4},
    "phrase": {"SQLite FTS5": 10, "PostgreSQL": 30, "Xapian": 4},
    "filter": {"SQLite FTS5": 30, "PostgreSQL": 30, "Xapian": 4},
    "facets": {"SQLite FTS5": 30, "PostgreSQL": 30, "Xapian": 20, "DuckDB": 1.5},
    "sort": {"SQLite FTS5": 1},
    "statistics": {"DuckDB": 1.5},
}
BARE = 8
BEGIN, END = "<!-- searching: written by benches/peers/run.py -->", "<!-- end of searching -->"


def number(value):
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def of_queries(result):
    lines = [
        "| question | " + " | ".join(PEERS) + " | bare count |",
        "|---|" + "---:|" * (len(PEERS) + 1),
    ]
    short = 0
    for name, times in result["times"].items():
        goals = GOALS[result["groups"][name]]
        cells = []
        for peer in PEERS:
            if peer not in times:
                cells.append("")
                continue
            ratio = times[peer] / times["fineprint"]
            goal = goals.get(peer)
            missed = goal is not None and ratio < goal
            short += missed
            cells.append(f"**{number(ratio)}** of {goal}" if missed else number(ratio))
        least = result["bare"].get(name)
        if least is None:
            cells.append("")
        elif least > BARE:
            short += 1
            cells.append(f"**{number(least)}** of {BARE}")
        else:
            cells.append(number(least) if least >= 0.05 else "below 0.1")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines, short


def of_building(results):
    lines = ["| cases | JSON | " + " | ".join(f"{peer}, time" for peer in PEERS) + " | size to JSON | " + " | ".join(f"{peer}, size" for peer in PEERS) + " |"]
    lines.append("|---:|---:|" + "---:|" * (2 * len(PEERS) + 1))
    for result in results:
        ours = result["built"]["fineprint"]
        others = [result["built"].get(peer) for peer in PEERS]
        cells = [f"{result['size']:,}", f"{result['json_bytes'] / 1e6:,.0f} MB"]
        cells += [number(other["seconds"] / ours["seconds"]) if other else "" for other in others]
        cells.append(f"{ours['bytes'] / result['json_bytes']:.2f}")
        cells += [number(other["bytes"] / ours["bytes"]) if other else "" for other in others]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def of_first_times(results):
    """Questions over everything, asked for the first time: how many times longer the others take."""
    peers = ["SQLite FTS5", "PostgreSQL", "Xapian", "DuckDB"]
    lines = ["| cases | question | " + " | ".join(peers) + " |", "|---:|---|" + "---:|" * len(peers)]
    for result in results:
        for name, ours in result["first"].items():
            times = result["times"][name]
            cells = [number(times[peer] / ours) if peer in times else "" for peer in peers]
            lines.append(f"| {result['size']:,} | {name} | " + " | ".join(cells) + " |")
    return lines


def of_one_command(results):
    lines = ["| cases | time, as a multiple of a program that does nothing | read from the disk where nothing is in memory |", "|---:|---:|---:|"]
    for result in results:
        read = result["once"]["cold_bytes"]
        read = "not counted here" if read is None else f"{read / 1e6:.1f} MB"
        lines.append(f"| {result['size']:,} | {number(result['once']['warm'])} | {read} |")
    return lines


def mean(result, group, engine):
    """Geometric mean of an engine's times over the questions of a group."""
    times = [times[engine] for name, times in result["times"].items() if result["groups"][name] == group and engine in times]
    return math.exp(sum(map(math.log, times)) / len(times)) if times else None


def plot(results):
    groups = ["text", "filter", "facets", "statistics"]
    colours = {"fineprint": "#0b6e4f", "SQLite FTS5": "#b5562b", "PostgreSQL": "#2f5d8a", "Xapian": "#7a4b94", "DuckDB": "#8a7a1f"}
    width, height, left, top = 230, 220, 46, 46
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + len(groups) * width} {top + height + 70}" font-family="sans-serif" font-size="12" role="img">',
        "<title>Cost of a question as the collection grows</title>",
        "<desc>Geometric mean per group of questions, as a multiple of fineprint's at the smallest size; both axes logarithmic.</desc>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    sizes = [result["size"] for result in results]
    span = math.log10(sizes[-1] / sizes[0]) or 1
    highest = 5
    for at, group in enumerate(groups):
        base = mean(results[0], group, "fineprint")
        x0 = left + at * width
        out.append(f'<text x="{x0 + (width - 50) / 2}" y="{top - 20}" text-anchor="middle" fill="#222">{group}</text>')
        place_y = lambda ratio: top + height * (1 - (math.log10(max(ratio, 0.1)) + 1) / (highest + 1))
        for power in range(-1, highest + 1):
            y = place_y(10**power)
            out.append(f'<line x1="{x0}" x2="{x0 + width - 50}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
            if at == 0:
                out.append(f'<text x="{x0 - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#444">{f"{10**power:,}" if power >= 0 else "0.1"}</text>')
        place_x = lambda size: x0 + 8 + (width - 66) * (math.log10(size / sizes[0]) / span if len(sizes) > 1 else 0.5)
        for size in sizes:
            label = f"{size // 1000}k" if size < 1_000_000 else f"{size // 1_000_000}M"
            out.append(f'<text x="{place_x(size):.1f}" y="{top + height + 18}" text-anchor="middle" fill="#444">{label}</text>')
        for engine, colour in colours.items():
            points = [(place_x(r["size"]), place_y(mean(r, group, engine) / base)) for r in results if mean(r, group, engine)]
            if points:
                line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
                out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
                out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
    for at, (engine, colour) in enumerate(colours.items()):
        x, y = left + at * 150, top + height + 46
        out.append(f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{colour}"/><text x="{x + 18}" y="{y}" fill="#222">{engine}</text>')
    out.append("</svg>")
    return "\n".join(out) + "\n"


def growth(results):
    """Each engine's cost as a multiple of fineprint's at the smallest size."""
    lines = ["| questions | engine | " + " | ".join(f"{result['size']:,}" for result in results) + " |", "|---|---|" + "---:|" * len(results)]
    for group in ["text", "phrase", "filter", "facets", "sort", "statistics"]:
        base = mean(results[0], group, "fineprint")
        for engine in ["fineprint", *PEERS]:
            means = [mean(result, group, engine) for result in results]
            if any(means):
                lines.append(f"| {group} | {engine} | " + " | ".join(number(each / base) if each else "" for each in means) + " |")
    return lines


def write(docs, results, machine, runs):
    """Writes the section "Searching" of performance.md, and performance.svg."""
    latest = results[-1]
    ours = latest["built"]["fineprint"]
    lines = [
        BEGIN,
        "## Searching",
        "",
        "How many times longer the same question takes with what people would use instead, over the same generated cases. Measured in one run on a",
        f"machine with {machine}, which others were using too: only the ratios mean something. Medians of {runs} rounds in which the engines took",
        "turns, after every engine had been checked to give the same numbers of hits, counts of facets, order and statistics. The peers are called from",
        "Python, in the process itself except for PostgreSQL, which answers on loopback; fineprint's time runs from the text of the query to",
        "the complete answer. The peers index less: only our own words of a case, where fineprint also finds names of laws and terms in several languages.",
        "",
        "A bold number falls short of the goal behind it. *Bare count*: fineprint's time as a multiple of what it takes to add up the same values from plain arrays,",
        "the matching cases already known. What everything comes to is counted once for each open index and kept: see *the first time* below.",
    ]
    for result in reversed(results):
        table, short = of_queries(result)
        lines += ["", f"### {result['size']:,} cases", "", *table, "", f"Goals missed: {short}."]
    lines += [
        "", "### As the collection grows", "",
        "Geometric mean of each group of questions, as a multiple of fineprint's at the smallest size.", "",
        "![Cost of a question as the collection grows](performance.svg)", "", *growth(results),
        "", "### The first time", "",
        "Questions over everything, asked of an index just opened, of which nothing is kept yet: how many times longer the others take, which are warm.", "",
        *of_first_times(results),
        "", "### One command", "",
        "A process that opens the index, asks for one frequent word and ends. Goals: 3 times, 2 MB.", "", *of_one_command(results),
        "", "### Building", "",
        "Time and size of the others as multiples of fineprint's; fineprint's index as a share of the JSON it holds, records included.", "",
        *of_building(results), "",
        f"fineprint's build of {latest['size']:,} cases took {ours['peak_kb'] / 1024:,.0f} MB of memory at most, mapped files included; the process that answered",
        f"the questions had {latest['memory']['own_kb'] / 1024:,.0f} MB of its own.",
        "",
        "Measured again by `just bench-peers` (10,000, 30,000 and 100,000 cases; or any other sizes), a million by `just bench-peers-million`.",
        END,
    ]
    section = "\n".join(lines)
    document = docs / "performance.md"
    text = document.read_text(encoding="utf-8") if document.exists() else "# Performance\n\nEvery section is written by the command it names; ratios, not times.\n"
    if BEGIN in text:
        text = re.sub(re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: section, text, flags=re.S)
    else:
        text = text.rstrip("\n") + "\n\n" + section + "\n"
    document.write_text(text, encoding="utf-8")
    (docs / "performance.svg").write_text(plot(results), encoding="utf-8")
    print(f"wrote {docs / 'performance.md'}")
