#!/usr/bin/env bash
# Has processes use one store at once and kills them again and again: soak.sh [SECONDS [WORKERS]], by default 120 seconds and 8 workers. Each does
# all kinds of things, and a model says what the store has to hold of that. Prints the numbers of operations and kills and every violation; if there
# is one, the store and the logs of those who saw it stay in the directory that the first line names.
set -euo pipefail
cd "$(dirname "$0")/.."
exec mvn -q -pl layerfs-core test-compile surefire:test@default-test -Dtest=SoakTest \
  -Dlayerfs.soak.seconds="${1:-120}" -Dlayerfs.soak.workers="${2:-8}"
