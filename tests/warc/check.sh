#!/usr/bin/env bash
# An archive of fetched pages, checked by another tool: digests, record types, places, bodies. PYTHON is one with
# tests/warc/requirements.txt installed.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cargo run --quiet --locked -p fineprint-fetch --example loopback -- "$folder"
"$(dirname "$PYTHON")/warcio" check "$folder"/warc/*.warc.gz
"$PYTHON" tests/warc/check.py "$folder"

# One letter of one body changed: a tool that accepts that checks nothing.
for file in "$folder"/warc/*.warc.gz; do
  "$PYTHON" -c 'import gzip, sys; sys.stdout.buffer.write(gzip.compress(gzip.decompress(open(sys.argv[1], "rb").read()).replace(b"fined", b"fimed", 1)))' "$file" >"$folder/spoilt.warc.gz"
done
if "$(dirname "$PYTHON")/warcio" check "$folder/spoilt.warc.gz" >/dev/null; then
  echo "tests/warc: expected the spoilt archive to be refused, found it accepted" >&2
  exit 1
fi
echo "the spoilt archive is refused"
