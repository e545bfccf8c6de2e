#!/usr/bin/env bash
# Takes the pictures of docs/cli.md anew. Needs chromium.
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -q -B -pl examples -am test -Dtest=ScreenshotsTest -Dsurefire.failIfNoSpecifiedTests=false \
  -Dlayerfs.screenshots="$PWD/docs"
