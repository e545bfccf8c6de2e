#!/usr/bin/env bash
# Takes the pictures of README.md and docs/ anew. Needs chromium, and for fair times a machine that does nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -q -B -pl examples -am test -Dtest=ScreenshotsTest -Dsurefire.failIfNoSpecifiedTests=false \
  -Dlayerfs.screenshots="$PWD/docs"
