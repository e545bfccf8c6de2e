#!/usr/bin/env bash
# Runs the JMH benchmarks: jmh.sh [BENCHMARK…] [JMH OPTIONS…]. Builds first if needed. JAVA_HOME must name a JDK 25.
# What each measures, and with which options, is in its Javadoc. Implementations that the machine does not have are skipped, with the reason.
set -euo pipefail
exec "$(dirname "$0")/java.sh" dev.layerfs.bench.Benchmarks "$@"
