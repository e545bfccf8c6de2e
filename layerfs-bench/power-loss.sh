#!/usr/bin/env bash
# Records what a store writes to a disk, and tries what power loss could leave of it: power-loss.sh ext4|xfs|btrfs [SUBSETS [SEED [store|sparse]]]
# Every prefix of what was written is a state, and so are SUBSETS (default 2) random subsets of what was written after the last flush of each
# prefix. In each the file system is mounted, the store is opened, and all its content read and compared with what had returned by then. Prints
# the number of states and every violation. Needs root, gcc, libfuse3-dev and the file system's tools; some minutes.
set -euo pipefail
usage="usage: power-loss.sh ext4|xfs|btrfs [SUBSETS [SEED [store|sparse]]]"
type=${1:?$usage}
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d /dev/shm/layerfs-power-loss.XXXXXX)
trap 'rm -rf "$work"' EXIT

cd "$here"
classes=layerfs-bench/target/test-classpath
[ -f "$classes" ] || mvn -q test-compile dependency:build-classpath -pl layerfs-overlay -am -Dmdep.includeScope=test -Dmdep.outputFile="$PWD/$classes"
read -ra fuse <<<"$(pkg-config --cflags --libs fuse3)"
gcc -O2 -Wall -Wextra layerfs-bench/power-loss/recorder.c -o "$work/recorder" "${fuse[@]}"
exec_java=("${JAVA_HOME:-/usr/lib/jvm/temurin-25-jdk-amd64}/bin/java" --enable-native-access=ALL-UNNAMED -Xmx512m -XX:+UseSerialGC)
"${exec_java[@]}" -cp "layerfs-core/target/test-classes:layerfs-core/target/classes:layerfs-overlay/target/classes:$(cat "$classes")" \
  dev.layerfs.store.PowerLossReplay "$type" "$work" "${2:-2}" "${3:-$RANDOM}" "${4:-store}"
