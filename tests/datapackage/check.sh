#!/usr/bin/env bash
# Exports the shipped cases as a data package and has Frictionless check the tables against their description. A package
# with a wrong cell must be refused, so that a validator that accepts everything does not pass for one.
#
#   FINEPRINT=path/to/fineprint FRICTIONLESS=path/to/frictionless bash tests/datapackage/check.sh
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$FINEPRINT" --quiet export --as datapackage --output "$folder/whole"
"$FRICTIONLESS" validate "$folder/whole/datapackage.json"

cp -r "$folder/whole" "$folder/spoilt"
printf 'no-such-case,x,imposed,yesterday,much,EUR,,\r\n' >>"$folder/spoilt/ledger.csv"
if "$FRICTIONLESS" validate "$folder/spoilt/datapackage.json" >"$folder/report" 2>&1; then
  echo "tests/datapackage: expected the spoilt package to be refused, found it accepted" >&2
  exit 1
fi
for error in type-error foreign-key; do
  grep -q "$error" "$folder/report" || { echo "tests/datapackage: expected a $error in the spoilt package, found:" >&2; cat "$folder/report" >&2; exit 1; }
done
echo "the whole package is valid, the spoilt one is refused"
