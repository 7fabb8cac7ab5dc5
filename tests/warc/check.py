"""Reads an archive made by `fineprint fetch` with another tool and checks that it finds what was fetched."""

import json
import sys
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator


def main(folder: Path) -> None:
    index = [json.loads(line) for line in (folder / "index.jsonl").read_text().splitlines()]
    expected = {"response": "response", "same-payload": "revisit", "not-modified": "revisit"}
    wanted = [(line["file"], line["offset"], expected[line["kind"]], line["url"]) for line in index]
    found, bodies = [], {}
    for path in sorted((folder / "warc").glob("*.warc.gz")):
        with path.open("rb") as stream:
            records = ArchiveIterator(stream, check_digests="raise")
            for record in records:
                if record.rec_type == "warcinfo":
                    continue
                url = record.rec_headers.get_header("WARC-Target-URI")
                body = record.content_stream().read()
                found.append((path.name, records.get_record_offset(), record.rec_type, url))
                if record.rec_type == "response":
                    bodies[record.rec_headers.get_header("WARC-Payload-Digest")] = len(body)
    if found != wanted:
        sys.exit(f"the index and the files differ:\n{wanted}\n{found}")
    kinds = {line["kind"] for line in index}
    if kinds != set(expected):
        sys.exit(f"expected every kind of record, found {sorted(kinds)}")
    for line in index:
        if line["kind"] == "response" and bodies[f"sha256:{line['sha256']}"] != line["size"]:
            sys.exit(f"{line['url']}: expected {line['size']} bytes, found {bodies[line['sha256']]}")
    print(f"{len(found)} records read by another tool")


main(Path(sys.argv[1]))
