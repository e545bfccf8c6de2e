#!/usr/bin/env bash
# Runs the JMH benchmarks: jmh.sh [BENCHMARK…] [JMH OPTIONS…]. Builds first if needed. JAVA_HOME must name a JDK 25.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -f layerfs-bench/target/classpath ] || mvn -q -DskipTests package dependency:build-classpath -pl layerfs-bench -am \
  -Dmdep.outputFile="$PWD/layerfs-bench/target/classpath"
exec "${JAVA_HOME:-/usr/lib/jvm/temurin-25-jdk-amd64}/bin/java" --enable-native-access=ALL-UNNAMED \
  -cp "layerfs-bench/target/classes:layerfs-overlay/target/classes:layerfs-core/target/classes:$(cat layerfs-bench/target/classpath)" org.openjdk.jmh.Main "$@"
