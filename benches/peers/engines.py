"""The engines of the race. Each builds from the same rows, and answers a question in two steps: `ask` does the work and is
timed, `shape` puts what came back into the common form (total, ids, facets, rows) and is not."""

import datetime
import json
import os
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

from questions import FACETS, MANY

# Stands between two pieces of a case's text, so that no phrase runs from one into the next.
BETWEEN = " zzzzzz "
CE = datetime.date(1, 1, 1).toordinal() - 1


def rows(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def span(years):
    """First and last day of some years, in days of the common era."""
    first, last = years
    return datetime.date(first, 1, 1).toordinal() - CE, datetime.date(last, 12, 31).toordinal() - CE


def folder_bytes(path):
    path = Path(path)
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def clauses(where, leave=None):
    return {name: value for name, value in where.items() if name != leave}


class Pipe:
    """A command that answers each line of JSON with one."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args[0]} stopped at {question}")
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    def memory(self):
        """Kilobytes of its own, and with mapped files."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        kb = {line.split(":")[0]: int(line.split()[1]) for line in status.splitlines() if line.startswith("Rss")}
        return {"own_kb": kb["RssAnon"], "mapped_kb": kb["RssFile"]}


class Fineprint:
    name = "fineprint"
    file_only = True

    def __init__(self, bench, work):
        self.bench, self.dir = bench, work / "fineprint"

    def build(self, cases, _rows):
        said = subprocess.run([self.bench, "index", cases, self.dir], check=True, capture_output=True, text=True).stdout
        return json.loads(said)

    def size(self):
        return folder_bytes(self.dir)

    def open(self):
        self.pipe = Pipe(self.bench, "answer", str(self.dir))

    def close(self):
        self.pipe.close()

    def can(self, question):
        return True

    @staticmethod
    def query(question):
        words = list(question.words)
        if question.op == "phrase":
            words = ['"' + " ".join(words) + '"']
        elif question.op == "prefix":
            words = [word + "*" for word in words]
        elif question.op == "or":
            words = [" OR ".join(words)]
        for name, value in question.where.items():
            if name == "decided":
                words.append(f"decided:{value[0]}..{value[1]}")
            elif name == "fine":
                words.append(f"fine:>={value}")
            else:
                words.append(f"{name}:{value}")
        if question.sort:
            words.append(f"sort:-{question.sort}")
        return " ".join(words)

    def ask(self, question):
        return self.pipe.ask({
            "query": self.query(question),
            "facets": question.facets,
            "limit": question.limit,
            "snippets": question.snippets,
            "by": question.by,
            "median": question.median,
        })

    def seconds(self, raw, _seconds):
        return raw["ns"] / 1e9

    def shape(self, _question, raw):
        # The others leave out groups without a known fine.
        groups = {key: row for key, row in raw["rows"].items() if row[0]}
        return {"total": raw["total"], "ids": raw["ids"], "facets": raw["facets"], "rows": groups}


class Peer:
    """What the others have in common: they are timed from outside."""

    def seconds(self, _raw, seconds):
        return seconds

    def can(self, question):
        return True


class Sql(Peer):
    """A question as a condition in SQL."""

    def conditions(self, where, leave=None):
        sql, values = [], []
        for name, value in clauses(where, leave).items():
            if name == "decided":
                first, last = span(value)
                sql.append(f"c.first_day <= {self.mark} AND c.last_day >= {self.mark}")
                values += [last, first]
            elif name == "fine":
                sql.append(f"c.fine >= {self.mark}")
                values.append(value * 100)
            elif name in MANY:
                sql.append(self.has(name))
                values.append(value)
            else:
                sql.append(f"c.{name} = {self.mark}")
                values.append(value)
        return sql, values

    @staticmethod
    def shape(question, raw):
        shaped = {"total": None, "ids": [], "facets": {}, "rows": {}}
        if question.by:
            for key, n, total, *median in raw["rows"]:
                shaped["rows"][key or ""] = [n, total, median[0] if median else None]
            return shaped
        shaped["total"] = raw.get("total")
        shaped["ids"] = [row[0] for row in raw.get("hits", [])]
        for name, value, count in raw.get("facets", []):
            if value is not None:
                shaped["facets"].setdefault(name, {})[value] = count
        return shaped


class Sqlite(Sql):
    """SQLite FTS5 with tables of facets, as Datasette would have it, every column that is asked for indexed."""

    name = "SQLite FTS5"
    mark = "?"

    def __init__(self, work):
        self.path = work / "sqlite.db"

    def build(self, _cases, source):
        self.path.unlink(missing_ok=True)
        start = time.perf_counter()
        db = sqlite3.connect(self.path)
        db.executescript("""
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;
            CREATE TABLE cases(n INTEGER PRIMARY KEY, id TEXT, authority TEXT, country TEXT, year TEXT, status TEXT,
                               fine INTEGER, first_day INTEGER, last_day INTEGER);
            CREATE TABLE texts(n INTEGER PRIMARY KEY, text TEXT);
            CREATE VIRTUAL TABLE words USING fts5(text, content = 'texts', content_rowid = 'n', tokenize = 'porter unicode61');
            CREATE TABLE article(value TEXT, n INTEGER, PRIMARY KEY(value, n)) WITHOUT ROWID;
            CREATE TABLE violation(value TEXT, n INTEGER, PRIMARY KEY(value, n)) WITHOUT ROWID;
            CREATE TABLE sector(value TEXT, n INTEGER, PRIMARY KEY(value, n)) WITHOUT ROWID;
        """)
        for n, row in enumerate(rows(source)):
            db.execute("INSERT INTO cases VALUES(?,?,?,?,?,?,?,?,?)", (
                n, row["id"], row["authority"], row["country"], row["year"], row["status"], row["fine"],
                row["first_day"], row["last_day"]))
            text = BETWEEN.join(row["text"])
            db.execute("INSERT INTO texts VALUES(?,?)", (n, text))
            db.execute("INSERT INTO words(rowid, text) VALUES(?,?)", (n, text))
            for name in MANY:
                db.executemany(f"INSERT INTO {name} VALUES(?,?)", [(value, n) for value in row[name]])
        db.executescript("""
            INSERT INTO words(words) VALUES('optimize');
            CREATE INDEX by_authority ON cases(authority); CREATE INDEX by_country ON cases(country);
            CREATE INDEX by_year ON cases(year, fine); CREATE INDEX by_status ON cases(status);
            CREATE INDEX by_fine ON cases(fine, id); CREATE INDEX by_day ON cases(first_day);
            CREATE INDEX article_of ON article(n, value); CREATE INDEX violation_of ON violation(n, value);
            CREATE INDEX sector_of ON sector(n, value);
            ANALYZE;
        """)
        db.commit()
        db.close()
        return {"seconds": time.perf_counter() - start}

    def size(self):
        return folder_bytes(self.path)

    def open(self):
        self.db = sqlite3.connect(self.path)
        self.db.executescript("PRAGMA cache_size = -200000; PRAGMA mmap_size = 8000000000; PRAGMA temp_store = MEMORY;")
        for table in ["m", "others"]:
            self.db.execute(f"CREATE TEMP TABLE {table}(n INTEGER PRIMARY KEY)")

    def close(self):
        self.db.close()

    def has(self, name):
        return f"c.n IN (SELECT n FROM {name} WHERE value = ?)"

    @staticmethod
    def match(question):
        words = question.words
        if question.op == "phrase":
            return '"' + " ".join(words) + '"'
        if question.op == "prefix":
            return " ".join(word + "*" for word in words)
        return (" OR " if question.op == "or" else " ").join(words)

    def found(self, question, leave=None):
        """FROM and WHERE of the cases that match."""
        sql, values = self.conditions(question.where, leave)
        if question.words:
            tables = "words JOIN cases c ON c.n = words.rowid" if sql else "words"
            sql.insert(0, "words MATCH ?")
            values.insert(0, self.match(question))
        else:
            tables = "cases c"
        return f"FROM {tables}" + (" WHERE " + " AND ".join(sql) if sql else ""), values

    def count(self, name, table):
        if name in MANY:
            return f"SELECT '{name}', f.value, count(*) FROM {table} JOIN {name} f ON f.n = {table}.n GROUP BY 2"
        return f"SELECT '{name}', c.{name}, count(*) FROM {table} JOIN cases c ON c.n = {table}.n GROUP BY 2"

    def ask(self, question):
        run = lambda sql, values=(): self.db.execute(sql, values).fetchall()
        if question.by:
            return {"rows": self.statistics(question, run)}
        raw = {}
        source, values = self.found(question)
        if question.facets and not question.words and not question.where:
            raw["facets"] = []
            for name in FACETS:
                column, table = ("value", name) if name in MANY else (name, "cases")
                raw["facets"] += run(f"SELECT '{name}', {column}, count(*) FROM {table} GROUP BY 2")
            raw["total"] = run("SELECT count(*) FROM cases")[0][0]
            return raw
        n = "words.rowid" if question.words else "c.n"
        if question.facets:
            run("DELETE FROM m")
            run(f"INSERT INTO m SELECT {n} {source}", values)
            raw["total"] = run("SELECT count(*) FROM m")[0][0]
            raw["facets"] = []
            for name in FACETS:
                table = "m"
                if name in question.where:
                    table = "others"
                    run("DELETE FROM others")
                    wider, wider_values = self.found(question, name)
                    run(f"INSERT INTO others SELECT {n} {wider}", wider_values)
                raw["facets"] += run(self.count(name, table))
        elif question.total:
            raw["total"] = run(f"SELECT count(*) {source}", values)[0][0]
        if question.limit:
            if question.words and "JOIN" not in source:
                source = source.replace("FROM words", "FROM words JOIN cases c ON c.n = words.rowid")
            columns = "c.id, snippet(words, 0, '<b>', '</b>', '...', 30)" if question.snippets else "c.id"
            order = "c.fine DESC NULLS LAST, c.id" if question.sort else "words.rank" if question.words else "c.first_day DESC"
            if question.sort and not question.words:
                # As the index has it; the order of equal fines is put right in what is shown.
                order = "c.fine DESC"
            raw["hits"] = run(f"SELECT {columns} {source} ORDER BY {order} LIMIT {question.limit}", values)
        return raw

    def statistics(self, question, run):
        source, values = self.found(question)
        if "cases" not in source:
            source = source.replace("FROM words", "FROM words JOIN cases c ON c.n = words.rowid")
        source += " AND" if "WHERE" in source else " WHERE"
        source += " c.fine IS NOT NULL"
        if not question.median:
            return run(f"SELECT c.{question.by}, count(*), sum(c.fine) {source} GROUP BY 1", values)
        return run(f"""
            WITH ranked AS (SELECT c.{question.by} AS k, c.fine AS fine, row_number() OVER w AS place, count(*) OVER (PARTITION BY c.{question.by}) AS n
                            {source} WINDOW w AS (PARTITION BY c.{question.by} ORDER BY c.fine))
            SELECT k, count(*), sum(fine), avg(fine) FILTER (WHERE place IN ((n + 1) / 2, (n + 2) / 2)) FROM ranked GROUP BY k
        """, values)


class Postgres(Sql):
    """PostgreSQL full text: GIN indexes over words and arrays, B-trees over the rest. Started on loopback, thrown away after."""

    name = "PostgreSQL"
    mark = "%s"

    def __init__(self, work):
        self.data, self.port, self.user = work / "postgres", 54329, None
        self.bin = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]

    def run(self, *command):
        command = [str(part) for part in command]
        if self.user:
            command = ["runuser", "-u", self.user, "--", *command]
        return subprocess.run(command, check=True, capture_output=True, text=True)

    def start(self):
        if os.getuid() == 0:
            # The server refuses to run as root.
            self.user = "postgres"
        if not (self.data / "PG_VERSION").exists():
            shutil.rmtree(self.data, ignore_errors=True)
            self.data.mkdir(parents=True)
            if self.user:
                shutil.chown(self.data, self.user, self.user)
            self.run(self.bin / "initdb", "-D", self.data, "-U", "bench", "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8")
        options = (f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c shared_buffers=512MB "
                   "-c work_mem=128MB -c maintenance_work_mem=512MB -c fsync=off -c jit=off -c max_wal_size=4GB")
        self.run(self.bin / "pg_ctl", "-D", self.data, "-w", "-l", self.data / "log", "-o", options, "start")

    def connect(self):
        import psycopg

        self.db = psycopg.connect(f"host=127.0.0.1 port={self.port} user=bench dbname=postgres", autocommit=True)

    def build(self, _cases, source):
        shutil.rmtree(self.data, ignore_errors=True)
        self.start()
        self.connect()
        start = time.perf_counter()
        run = self.db.execute
        run("""CREATE UNLOGGED TABLE cases(n int, id text, authority text, country text, year text, status text, fine bigint, first_day int,
               last_day int, article text[], violation text[], sector text[], text text,
               words tsvector GENERATED ALWAYS AS (to_tsvector('english', text)) STORED)""")
        columns = "n, id, authority, country, year, status, fine, first_day, last_day, article, violation, sector, text"
        with self.db.cursor().copy(f"COPY cases({columns}) FROM STDIN") as copy:
            for n, row in enumerate(rows(source)):
                copy.write_row((n, row["id"], row["authority"], row["country"], row["year"], row["status"], row["fine"],
                                row["first_day"], row["last_day"], row["article"], row["violation"], row["sector"],
                                BETWEEN.join(row["text"])))
        for name in ["words", *sorted(MANY)]:
            run(f"CREATE INDEX ON cases USING gin({name})")
        for columns in ["authority", "country", "year, fine", "status", "fine DESC NULLS LAST, id", "first_day"]:
            run(f"CREATE INDEX ON cases({columns})")
        run("VACUUM ANALYZE cases")
        seconds = time.perf_counter() - start
        self.bytes = run("SELECT pg_total_relation_size('cases')").fetchone()[0]
        self.close()
        return {"seconds": seconds}

    def size(self):
        return self.bytes

    def open(self):
        self.start()
        self.connect()

    def close(self):
        self.db.close()
        self.run(self.bin / "pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")

    def has(self, name):
        return f"c.{name} @> ARRAY[%s]"

    @staticmethod
    def tsquery(question):
        words = question.words
        if question.op == "prefix":
            return "to_tsquery('english', %s)", words[0] + ":*"
        joiner = {"and": " & ", "or": " | ", "phrase": " <-> "}[question.op]
        return "to_tsquery('english', %s)", joiner.join(words)

    def found(self, question, leave=None):
        sql, values = self.conditions(question.where, leave)
        source = "FROM cases c"
        if question.words:
            call, text = self.tsquery(question)
            source += f", {call} q"
            sql.insert(0, "c.words @@ q")
            values.insert(0, text)
        return source + (" WHERE " + " AND ".join(sql) if sql else ""), values

    def ask(self, question):
        run = lambda sql, values=(): self.db.execute(sql, values).fetchall()
        source, values = self.found(question)
        if question.by:
            median = ", percentile_cont(0.5) WITHIN GROUP (ORDER BY c.fine)" if question.median else ""
            source += (" AND" if "WHERE" in source else " WHERE") + " c.fine IS NOT NULL"
            return {"rows": run(f"SELECT c.{question.by}, count(*), sum(c.fine)::bigint{median} {source} GROUP BY 1", values)}
        raw = {}
        if question.facets:
            raw["facets"] = []
            own = [name for name in FACETS if name in question.where]
            parts = [self.count(name) for name in FACETS if name not in own]
            parts.append("SELECT '', '', count(*) FROM m")
            raw["facets"] += run(f"WITH m AS MATERIALIZED (SELECT c.* {source}) " + " UNION ALL ".join(parts), values)
            raw["total"] = raw["facets"].pop()[2]
            for name in own:
                wider, wider_values = self.found(question, name)
                raw["facets"] += run(f"WITH m AS (SELECT c.* {wider}) {self.count(name)}", wider_values)
        elif question.total:
            raw["total"] = run(f"SELECT count(*) {source}", values)[0][0]
        if question.limit:
            order = "c.first_day DESC NULLS LAST"
            if question.sort:
                order = "c.fine DESC NULLS LAST, c.id"
            elif question.words:
                order = "ts_rank(c.words, q) DESC"
            hits = f"SELECT c.id, c.text {source} ORDER BY {order} LIMIT {question.limit}"
            if question.snippets:
                call, text = self.tsquery(question)
                raw["hits"] = run(f"SELECT id, ts_headline('english', text, {call}) FROM ({hits}) h", [text, *values])
            else:
                raw["hits"] = run(hits.replace("c.id, c.text", "c.id"), values)
        return raw

    @staticmethod
    def count(name):
        if name in MANY:
            return f"SELECT '{name}', v, count(*) FROM m, unnest({name}) v GROUP BY 2"
        return f"SELECT '{name}', {name}, count(*) FROM m GROUP BY 2"


class Xapian(Peer):
    """Xapian: stemmed words with positions, a term for every facet value, a slot for every facet and column."""

    name = "Xapian"
    PREFIX = {name: "X" + name[:2].upper() for name in FACETS}
    SLOT = {name: at for at, name in enumerate([*FACETS, "fine", "first_day", "last_day"])}

    def __init__(self, work):
        self.dir = work / "xapian"

    def build(self, _cases, source):
        import xapian

        shutil.rmtree(self.dir, ignore_errors=True)
        # Written out seldom, which is how Xapian builds fastest.
        os.environ["XAPIAN_FLUSH_THRESHOLD"] = "100000"
        start = time.perf_counter()
        db = xapian.WritableDatabase(str(self.dir), xapian.DB_CREATE_OR_OVERWRITE)
        generator = xapian.TermGenerator()
        generator.set_stemmer(xapian.Stem("english"))
        for row in rows(source):
            document = xapian.Document()
            generator.set_document(document)
            generator.set_termpos(0)
            for text in row["text"]:
                generator.index_text(text)
                generator.increase_termpos()
            document.set_data(json.dumps({"id": row["id"], "text": BETWEEN.join(row["text"])}))
            for name in FACETS:
                values = row[name] if name in MANY else [row[name]] if row[name] else []
                for value in values:
                    document.add_boolean_term(self.PREFIX[name] + value)
                if values:
                    document.add_value(self.SLOT[name], "\n".join(values))
            for name in ["fine", "first_day", "last_day"]:
                if row[name] is not None:
                    document.add_value(self.SLOT[name], xapian.sortable_serialise(row[name]))
            db.add_document(document)
        db.commit()
        db.close()
        compacted = self.dir.with_name("xapian.compact")
        shutil.rmtree(compacted, ignore_errors=True)
        whole = xapian.Database(str(self.dir))
        whole.compact(str(compacted))
        whole.close()
        shutil.rmtree(self.dir)
        compacted.rename(self.dir)
        return {"seconds": time.perf_counter() - start}

    def size(self):
        return folder_bytes(self.dir)

    def open(self):
        import xapian

        self.x = xapian
        self.db = xapian.Database(str(self.dir))
        self.stem = xapian.Stem("english")

    def close(self):
        self.db.close()

    def can(self, question):
        return not question.by

    def query(self, question, leave=None):
        x, words, parts = self.x, question.words, []
        if words:
            if question.op == "phrase":
                parts.append(x.Query(x.Query.OP_PHRASE, words))
            elif question.op == "prefix":
                # The binding takes such a query from the parser only.
                parser = x.QueryParser()
                parser.set_database(self.db)
                parts.append(parser.parse_query(words[0] + "*", x.QueryParser.FLAG_WILDCARD))
            else:
                stems = [b"Z" + self.stem(word.encode()) for word in words]
                parts.append(x.Query(x.Query.OP_OR if question.op == "or" else x.Query.OP_AND, stems))
        filters = []
        for name, value in clauses(question.where, leave).items():
            if name == "decided":
                first, last = span(value)
                filters.append(x.Query(x.Query.OP_VALUE_LE, self.SLOT["first_day"], x.sortable_serialise(last)))
                filters.append(x.Query(x.Query.OP_VALUE_GE, self.SLOT["last_day"], x.sortable_serialise(first)))
            elif name == "fine":
                filters.append(x.Query(x.Query.OP_VALUE_GE, self.SLOT["fine"], x.sortable_serialise(value * 100)))
            else:
                filters.append(x.Query(self.PREFIX[name] + value))
        query = parts[0] if parts else x.Query("")
        if filters:
            query = x.Query(x.Query.OP_FILTER, query, x.Query(x.Query.OP_AND, filters))
        return query

    def ask(self, question):
        x, count = self.x, self.db.get_doccount()
        raw = {"facets": []}
        enquire = x.Enquire(self.db)
        enquire.set_query(self.query(question))
        if question.sort:
            enquire.set_weighting_scheme(x.BoolWeight())
            enquire.set_sort_by_value(self.SLOT["fine"], True)
        elif not question.words:
            enquire.set_weighting_scheme(x.BoolWeight())
            enquire.set_sort_by_value(self.SLOT["first_day"], True)
        own = [name for name in FACETS if question.facets and name in question.where]
        spies = {}
        if question.facets:
            for name in FACETS:
                if name not in own:
                    spies[name] = x.ValueCountMatchSpy(self.SLOT[name])
                    enquire.add_matchspy(spies[name])
        mset = enquire.get_mset(0, question.limit, count if question.total or question.facets else 0)
        raw["total"] = mset.get_matches_estimated()
        for name in own:
            other = x.Enquire(self.db)
            other.set_weighting_scheme(x.BoolWeight())
            other.set_query(self.query(question, name))
            spies[name] = x.ValueCountMatchSpy(self.SLOT[name])
            other.add_matchspy(spies[name])
            other.get_mset(0, 0, count)
        raw["facets"] = [(name, [(each.term.decode(), each.termfreq) for each in spy.values()]) for name, spy in spies.items()]
        raw["hits"] = [json.loads(match.document.get_data()) for match in mset]
        if question.snippets:
            raw["snippets"] = [mset.snippet(hit["text"], 200, self.stem) for hit in raw["hits"]]
        return raw

    def shape(self, _question, raw):
        facets = {}
        for name, counts in raw["facets"]:
            facet = facets.setdefault(name, {})
            for values, n in counts:
                for value in values.split("\n"):
                    facet[value] = facet.get(value, 0) + n
        return {"total": raw["total"], "ids": [hit["id"] for hit in raw["hits"]], "facets": facets, "rows": {}}


class Duckdb(Sql):
    """DuckDB: columns and lists, both processors. It has no full text of its own: only questions without words."""

    name = "DuckDB"
    mark = "?"

    def __init__(self, work):
        self.path = work / "duck.db"

    def build(self, _cases, source):
        import duckdb

        self.path.unlink(missing_ok=True)
        start = time.perf_counter()
        db = duckdb.connect(str(self.path))
        db.execute(f"""CREATE TABLE cases AS SELECT row_number() OVER () AS n, id, authority, country, year, status, fine, first_day, last_day,
            article, violation, sector, text FROM read_json('{source}', format = 'newline_delimited', columns = {{
            id: 'VARCHAR', authority: 'VARCHAR', country: 'VARCHAR', year: 'VARCHAR', status: 'VARCHAR', fine: 'BIGINT', first_day: 'INTEGER',
            last_day: 'INTEGER', article: 'VARCHAR[]', violation: 'VARCHAR[]', sector: 'VARCHAR[]', text: 'VARCHAR[]'}})""")
        db.execute("CHECKPOINT")
        db.close()
        return {"seconds": time.perf_counter() - start}

    def size(self):
        return folder_bytes(self.path)

    def open(self):
        import duckdb

        self.db = duckdb.connect(str(self.path), read_only=True)

    def close(self):
        self.db.close()

    def can(self, question):
        return not question.words

    def has(self, name):
        return f"list_contains(c.{name}, ?)"

    def found(self, question, leave=None):
        sql, values = self.conditions(question.where, leave)
        return "FROM cases c" + (" WHERE " + " AND ".join(sql) if sql else ""), values

    def ask(self, question):
        run = lambda sql, values=(): self.db.execute(sql, list(values)).fetchall()
        source, values = self.found(question)
        if question.by:
            median = ", median(c.fine)" if question.median else ""
            source += (" AND" if "WHERE" in source else " WHERE") + " c.fine IS NOT NULL"
            return {"rows": run(f"SELECT c.{question.by}, count(*), sum(c.fine)::BIGINT{median} {source} GROUP BY 1", values)}
        raw = {}
        if question.facets:
            parts, all_values = [f"SELECT '', '', count(*) {source}"], list(values)
            for name in FACETS:
                wider, wider_values = self.found(question, name)
                all_values += wider_values
                value = f"unnest(c.{name})" if name in MANY else f"c.{name}"
                parts.append(f"SELECT '{name}', v, count(*) FROM (SELECT {value} AS v {wider}) GROUP BY v")
            counts = run(" UNION ALL ".join(parts), all_values)
            raw["total"] = next(count for name, _, count in counts if not name)
            raw["facets"] = [row for row in counts if row[0]]
        elif question.total:
            raw["total"] = run(f"SELECT count(*) {source}", values)[0][0]
        if question.limit:
            order = "c.fine DESC NULLS LAST, c.id" if question.sort else "c.first_day DESC NULLS LAST"
            raw["hits"] = run(f"SELECT c.id {source} ORDER BY {order} LIMIT {question.limit}", values)
        return raw
