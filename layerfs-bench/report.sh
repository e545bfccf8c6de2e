#!/usr/bin/env bash
# Makes index.html, overview.svg and aims.md of the results in a directory: report.sh DIR. The class Report says which files it reads.
set -euo pipefail
: "${1:?usage: report.sh DIR}"
exec "$(dirname "$0")/java.sh" dev.layerfs.bench.report.Report "$@"
