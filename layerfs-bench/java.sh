#!/usr/bin/env bash
# Runs a class of this module: java.sh [JVM OPTIONS…] CLASS [ARGUMENTS…]. Builds first if needed. JAVA_HOME must name a JDK 25.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
classpath=$here/layerfs-bench/target/classpath
if [ ! -f "$classpath" ] || [ -n "$(find "$here"/layerfs-*/pom.xml "$here"/layerfs-*/src/main -newer "$classpath" -print -quit)" ]; then
  (cd "$here" && mvn -q -Dmaven.test.skip=true -pl layerfs-bench -am package dependency:build-classpath -Dmdep.outputFile="$classpath.new") >&2
  mv "$classpath.new" "$classpath" # not before all modules are built, each of which writes it
fi
exec "${JAVA_HOME:-/usr/lib/jvm/temurin-25-jdk-amd64}/bin/java" --enable-native-access=ALL-UNNAMED -Dlayerfs.bench.dir="${LAYERFS_BENCH_DIR:-/var/tmp}" \
  -cp "$here/layerfs-bench/target/classes:$here/layerfs-overlay/target/classes:$here/layerfs-core/target/classes:$(cat "$classpath")" "$@"
