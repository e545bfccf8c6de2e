#!/usr/bin/env bash
# Fuzzes every parser of untrusted input, one after the other: fuzz.sh [SECONDS [TARGET...]], by default 60 seconds for each *FuzzTest of layerfs-core.
# What it has learned stays in layerfs-bench/target/fuzz/TARGET, where the next run goes on. Prints what each run came to: executions, coverage (edges
# and features), inputs kept. A finding ends its target's run, and its input is in layerfs-bench/target/fuzz; the exit status is then 1.
# An input that takes a minute is one, too; less may be the fault of other programs, which go first.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
classes=layerfs-bench/target/test-classpath-core
work=layerfs-bench/target/fuzz
mkdir -p "$work"
mvn -q -pl layerfs-core test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile="$PWD/$classes"
if (($# == 0)); then
  mapfile -t found < <(cd layerfs-core/src/test/java && find . -name '*FuzzTest.java' | sort)
  set -- "${found[@]}"
fi
failed=0
for target in "$@"; do
  class=$(tr / . <<<"${target#./}")
  class=${class%.java}
  name=${class##*.}
  mkdir -p "$work/$name"
  nice -n 19 "${JAVA_HOME:-/usr/lib/jvm/temurin-25-jdk-amd64}/bin/java" -Xmx1g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
    -cp "layerfs-core/target/test-classes:layerfs-core/target/classes:$(cat "$classes")" \
    com.code_intelligence.jazzer.Jazzer --target_class="$class" '--instrumentation_includes=dev.layerfs.**' \
    -max_total_time="$seconds" -timeout=60 -report_slow_units=60 -rss_limit_mb=0 -artifact_prefix="$work/$name-" "$work/$name" >"$work/$name.log" 2>&1 || failed=1
  grep -hE '^== Java|Test unit written|DONE|^Done' "$work/$name.log" | sed "s/^/$name: /"
  if grep -q 'Test unit written' "$work/$name.log"; then failed=1; fi
done
exit $failed
