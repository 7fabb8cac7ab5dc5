#!/usr/bin/env python3
"""The race: fineprint against what people would use instead, over the same generated cases.

    python3 benches/peers/run.py [--runs N] [--only NAME] [--keep] SIZE...

Installs what it lacks by package name, builds every engine once per size, stops unless all answer the same, times them in
alternation (medians), and writes docs/performance.md and its plot. Ratios only: the machine may be shared.
"""

import argparse
import importlib.util
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "target" / "race"
ENVIRONMENT = WORK / "python"


def install():
    """Goes on in an environment that has every peer."""
    root = [] if os.getuid() == 0 else ["sudo"]
    debian = []
    if not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        debian.append("postgresql")
    system = "import importlib.util, sys; sys.exit(importlib.util.find_spec('xapian') is None)"
    if subprocess.run(["/usr/bin/python3", "-c", system]).returncode:
        debian.append("python3-xapian")
    if debian:
        if not shutil.which("apt-get"):
            sys.exit(f"expected {' and '.join(debian)} to be installed; this machine has no apt-get")
        subprocess.run([*root, "apt-get", "install", "-y", "-qq", *debian, "python3-venv"], check=True)
    if not (ENVIRONMENT / "bin" / "python").exists():
        # Debian's Xapian belongs to Debian's Python.
        subprocess.run(["/usr/bin/python3", "-m", "venv", "--system-site-packages", ENVIRONMENT], check=True)
    wanted = ENVIRONMENT / "requirements"
    if not wanted.exists():
        subprocess.run([ENVIRONMENT / "bin" / "pip", "install", "-q", "-r", HERE / "requirements.txt"], check=True)
        wanted.touch()
    python = ENVIRONMENT / "bin" / "python"
    os.execv(python, [str(python), __file__, *sys.argv[1:]])


def build_programs():
    subprocess.run(["cargo", "build", "--release", "-q", "-p", "fineprint-bench"], cwd=ROOT, check=True)
    return ROOT / "target" / "release" / "fineprint-bench"


def near(one, other):
    return one is other or (one is not None and other is not None and abs(float(one) - float(other)) <= 0.011)


def differences(question, ours, theirs):
    """What two answers differ in; nothing where they agree."""
    if question.by:
        if ours["rows"].keys() != theirs["rows"].keys():
            return f"groups {sorted(ours['rows'])} and {sorted(theirs['rows'])}"
        for key, (n, total, median) in ours["rows"].items():
            n2, total2, median2 = theirs["rows"][key]
            if n != n2 or not near(total, total2 / 100) or (question.median and not near(median, float(median2) / 100)):
                return f"`{key}`: {(n, total, median)} and {(n2, total2, median2)}"
        return None
    if question.total and ours["total"] != theirs["total"]:
        return f"totals {ours['total']} and {theirs['total']}"
    if question.sort and ours["ids"] != theirs["ids"]:
        return f"hits {ours['ids']} and {theirs['ids']}"
    if question.facets and ours["facets"] != theirs["facets"]:
        for name, counts in ours["facets"].items():
            other = theirs["facets"].get(name, {})
            wrong = [(v, counts.get(v), other.get(v)) for v in sorted({*counts, *other}) if counts.get(v) != other.get(v)]
            if wrong:
                return f"{name}: {wrong[:5]}"
    if question.limit and len(ours["ids"]) != len(theirs["ids"]):
        return f"{len(ours['ids'])} and {len(theirs['ids'])} hits"
    return None


def check(questions, engines):
    """Every engine answers every question it can, and all the same."""
    failed = 0
    for question in questions:
        shaped = {engine.name: engine.shape(question, engine.ask(question)) for engine in engines if engine.can(question)}
        ours = shaped.pop("fineprint")
        if not question.by and question.total and ours["total"] == 0:
            print(f"  {question.name}: nothing is found, which proves nothing")
            failed += 1
        for name, theirs in shaped.items():
            wrong = differences(question, ours, theirs)
            if wrong:
                print(f"  {question.name}: fineprint and {name} differ: {wrong}")
                failed += 1
    if failed:
        sys.exit(f"{failed} answers differ; nothing was timed")
    print(f"  {len(questions)} questions, the same answers from {', '.join(engine.name for engine in engines)}")


def race(questions, engines, runs):
    """Medians in seconds by question and engine, the engines one after the other in each round."""
    times = {}
    for question in questions:
        each = {engine.name: [] for engine in engines if engine.can(question)}
        for turn in range(runs + 1):
            for engine in engines:
                if not engine.can(question):
                    continue
                start = time.perf_counter()
                raw = engine.ask(question)
                seconds = engine.seconds(raw, time.perf_counter() - start)
                if turn:  # The first round warms up.
                    each[engine.name].append(seconds)
        times[question.name] = {name: statistics.median(seconds) for name, seconds in each.items()}
        ours = times[question.name]["fineprint"]
        others = ", ".join(f"{name} x{seconds / ours:.1f}" for name, seconds in times[question.name].items() if name != "fineprint")
        print(f"  {question.name} [{ours * 1e3:.2f}]: {others}", flush=True)
    return times


def bare(questions, bench, source, engines, runs):
    """How many times the bare count of the same values our counting takes, in alternation."""
    from engines import Pipe

    ours = next(engine for engine in engines if engine.name == "fineprint")
    pipe = Pipe(str(bench), "histogram", str(source))
    ratios = {}
    for question in questions:
        if not question.facets or question.where:
            continue
        pairs = []
        for _ in range(runs + 1):
            least = pipe.ask({"words": question.words, "repeat": 3})["ns"]
            pairs.append((ours.ask(question)["ns"], least))
        ratios[question.name] = statistics.median(mine for mine, _ in pairs[1:]) / statistics.median(least for _, least in pairs[1:])
        print(f"  {question.name}: {ratios[question.name]:.1f} times the bare count")
    pipe.close()
    return ratios


def first_times(questions, bench, index, runs):
    """Seconds of each question over everything, asked of an index just opened: nothing is kept of it yet."""
    from engines import Fineprint, Pipe

    times = {}
    for question in questions:
        if question.words or question.where:
            continue
        each = []
        for _ in range(runs):
            pipe = Pipe(str(bench), "answer", str(index))
            fineprint = Fineprint(str(bench), index.parent)
            fineprint.pipe = pipe
            each.append(fineprint.ask(question)["ns"] / 1e9)
            pipe.close()
        times[question.name] = statistics.median(each)
    return times


def forget(paths):
    """Asks the system to drop what it holds of files in memory."""
    for path in paths:
        with open(path, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def one_shot(bench, index, word, runs):
    """A command that opens the index, asks once and ends, against a program that does nothing: seconds of both while the files
    are in memory, and bytes read from the disk where none is (`None` where the system does not count them)."""

    def run(*command):
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{command[0]} {command[1]} ended with {process.returncode}")
        return time.perf_counter() - start, usage.ru_inblock * 512

    ask = (str(bench), "once", str(index), word)
    warm = [(run(*ask)[0], run(str(bench.with_name("nothing")))[0]) for _ in range(3 * runs)]
    files = [path for path in index.rglob("*") if path.is_file()]
    cold = []
    for _ in range(runs):
        forget(files)
        cold.append(run(*ask)[1])
    read = statistics.median(cold)
    found = {"warm": statistics.median(a for a, _ in warm) / statistics.median(b for _, b in warm), "cold_bytes": read or None}
    print(f"  one command: {found}")
    return found


def measure(size, bench, options):
    from engines import Duckdb, Fineprint, Postgres, Sqlite, Xapian
    from questions import questions

    work = WORK / str(size)
    if not options.keep:
        # What an interrupted run left was built by who knows what.
        shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    cases, source = work / "cases.jsonl", work / "rows.jsonl"
    print(f"{size} cases")
    if not source.exists():
        subprocess.run([bench, "generate", str(size), cases], cwd=ROOT, check=True)
        subprocess.run([bench, "rows", cases, source], cwd=ROOT, check=True)
    engines = [Fineprint(str(bench), work), Sqlite(work), Postgres(work), Xapian(work), Duckdb(work)]
    if options.only:
        engines = [engine for engine in engines if engine.name in ["fineprint", *options.only]]
    kept = work / "built.json"
    built = json.loads(kept.read_text()) if kept.exists() else {}
    for engine in engines:
        if engine.name not in built or (engine.name == "fineprint" and options.rebuild):
            built[engine.name] = engine.build(str(cases), str(source))
            built[engine.name]["bytes"] = engine.size()
            kept.write_text(json.dumps(built))
        print(f"  built {engine.name}: {built[engine.name]}", flush=True)
    ranks = [8, 20, 30, 45, 1030, 3000]
    said = subprocess.run([bench, "word", *map(str, ranks)], check=True, capture_output=True, text=True).stdout.split()
    asked = questions(dict(zip(ranks, said)))
    if options.question:
        asked = [question for question in asked if any(part in question.name for part in options.question)]
    for engine in engines:
        engine.open()
    try:
        check(asked, engines)
        result = {
            "size": size,
            "json_bytes": cases.stat().st_size,
            "built": built,
            "groups": {question.name: question.group for question in asked},
            "times": race(asked, engines, options.runs),
            "bare": bare(asked, bench, source, engines, options.runs),
            "memory": engines[0].pipe.memory(),
            "first": first_times(asked, bench, engines[0].dir, options.runs),
            "once": one_shot(bench, engines[0].dir, said[1], options.runs),
        }
    finally:
        for engine in engines:
            engine.close()
    print(f"  memory of the answering process: {result['memory']}")
    if not options.keep:
        shutil.rmtree(work)
    return result


def machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB of memory"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="+", type=int, metavar="SIZE", help="numbers of cases, as in 10000 100000 1000000")
    parser.add_argument("--runs", type=int, default=7, help="rounds that count (7)")
    parser.add_argument("--only", action="append", help="race this peer only; writes no report")
    parser.add_argument("--question", action="append", help="ask only what has this in its name; writes no report")
    parser.add_argument("--keep", action="store_true", help="keep cases and peers for the next time")
    parser.add_argument("--rebuild", action="store_true", help="build fineprint's index anew where peers were kept")
    options = parser.parse_args()
    if Path(sys.prefix).resolve() != ENVIRONMENT.resolve() or not (ENVIRONMENT / "requirements").exists():
        install()
    bench = build_programs()
    results = [measure(size, bench, options) for size in sorted(set(options.sizes))]
    if not options.only and not options.question:
        from report import write

        write(ROOT / "docs", results, machine(), options.runs)


if __name__ == "__main__":
    main()
