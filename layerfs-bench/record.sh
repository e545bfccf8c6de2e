#!/usr/bin/env bash
# A recorded run: record.sh IMAGE [RUNS [PARTS [DIR]]]. Describes the machine, measures, and makes the report in DIR (default docs/performance).
# IMAGE, a directory as images.sh makes it, is what is compared with other tools, RUNS times each (default 5). PARTS are some of "jmh scale compare"
# (default all); results of the other parts stay as they are. On an idle machine of 2 cores jmh takes some 15 minutes, scale 6, and compare 4 and
# another 4 for each run with the image of a JDK. Everything is done below LAYERFS_BENCH_DIR (default /var/tmp; 12 GB), which should be on a file
# system as people have it: an ext4 without a journal, as some virtual machines have, is no such one. Needs root, for the mounts.
set -euo pipefail
image=${1:?usage: record.sh IMAGE [RUNS [PARTS [DIR]]]}
runs=${2:-5}
parts=${3:-jmh scale compare}
here=$(cd "$(dirname "$0")" && pwd)
results=${4:-$here/../docs/performance}
mkdir -p "$results"
results=$(cd "$results" && pwd)
export LAYERFS_BENCH_DIR=${LAYERFS_BENCH_DIR:-/var/tmp}

# Without a journal ext4 passes over inodes that were deleted in the last minutes, one by one, whenever it makes one: all that makes files is slow there.
file_system() {
  local device remarks=
  device=$(basename "$(findmnt -no SOURCE -T "$LAYERFS_BENCH_DIR")")
  [[ $device != loop* ]] || remarks=", on a loop device"
  [[ $(cat "/sys/fs/ext4/$device/journal_task" 2>/dev/null) != "<none>" ]] || remarks+=", no journal"
  echo "$(findmnt -no FSTYPE -T "$LAYERFS_BENCH_DIR")$remarks"
}

describe() {
  printf 'date\t%s\n' "$(date -u +%F)"
  printf 'commit\t%s\n' "$(git -C "$here" rev-parse --short HEAD 2>/dev/null || echo unknown)"
  printf 'processor\t%s, %s cores\n' "$(lscpu | awk -F': +' '/^Model name/ {print $2}')" "$(nproc)"
  printf 'memory\t%s GiB\n' "$(free -g | awk '/^Mem:/ {print $2}')"
  printf 'load when it began\t%s\n' "$(cut -d' ' -f1 /proc/loadavg)"
  printf 'kernel\t%s\n' "$(uname -sr)"
  printf 'file system\t%s\n' "$(file_system)"
  printf 'JDK\t%s\n' "$("${JAVA_HOME:-/usr/lib/jvm/temurin-25-jdk-amd64}/bin/java" --version | head -n 1)"
  printf 'image compared\t%s, %s MiB gzip, %s runs\n' "$(basename "$image")" "$(du -sm --apparent-size "$image/oci-gzip" | cut -f1)" "$runs"
  local tool
  for tool in umoci skopeo podman buildah fuse-overlayfs; do
    printf '%s\t%s\n' "$tool" "$("$tool" --version 2>/dev/null | sed -nE "s/.*$tool:? version ([0-9.]+).*/\\1/p" | grep . || echo none)"
  done
}

jmh() { # name of the result, options
  local name=$1
  shift
  echo "== jmh, $name" >&2
  "$here/jmh.sh" "$@" -f "${forks:-1}" -w 1 -r 1 -prof gc -rf json -rff "$results/jmh-$name.json" >"$results/jmh-$name.log" 2>&1 || tail -n 20 "$results/jmh-$name.log" >&2
  grep -E -A 8 '^skipped|<failure>' "$results/jmh-$name.log" >&2 || true
  rm -f "$results/jmh-$name.log"
}

run_jmh() {
  rm -f "$results"/jmh*.json
  jmh read 'ReadBenchmark.(stat|lookupMiss|read4k|walk)' -p layers=100 -wi 4 -i 3
  jmh read-1 'ReadBenchmark.(stat|lookupMiss|read4k|walk)' -p layers=1 -p implementation=VIEW -wi 4 -i 3
  jmh write FirstWriteBenchmark -p layers=100 -p implementation=VIEW,DIRECTORY -wi 20 -i 5
  jmh write-mounted FirstWriteBenchmark -p layers=100 -p implementation=OVERLAY_MOUNT,FUSE_OVERLAYFS -wi 2 -i 3
  forks=3 jmh rewrite RewriteBenchmark -p layers=100 -p implementation=VIEW,DIRECTORY -wi 8 -i 5 # differs between JVMs by a tenth
  jmh rewrite-mounted RewriteBenchmark -p layers=100 -p implementation=OVERLAY_MOUNT,FUSE_OVERLAYFS -wi 4 -i 5
  jmh large LargeFileBenchmark -p mebibytes=1024 -p implementation=VIEW,OVERLAY_MOUNT,DIRECTORY -wi 3 -i 7
  jmh large-first-view LargeCopyUpBenchmark -p mebibytes=1024 -p implementation=VIEW -wi 200 -i 21
  jmh large-first LargeCopyUpBenchmark -p mebibytes=1024 -p implementation=OVERLAY_MOUNT,DIRECTORY -wi 2 -i 5
  jmh life ContainerBenchmark.life -p layers=100 -p implementation=VIEW,VIEW_ON_JIMFS,OVERLAY_MOUNT,FUSE_OVERLAYFS -wi 2 -i 3
  jmh store ContainerBenchmark.open CommitBenchmark ForkBenchmark MountBenchmark -p layers=100 -p files=10000 -p implementation=VIEW -wi 3 -i 3
  jmh threads ConcurrencyBenchmark -t 2 -p layers=100 -p implementation=VIEW,OVERLAY_MOUNT,DIRECTORY -wi 2 -i 3
}

describe >"$results/machine.tsv"
for part in $parts; do
  case $part in
    jmh) run_jmh ;;
    scale) "$here/scale.sh" "$results/scale.tsv" >&2 ;;
    compare) "$here/compare.sh" "$image" "$runs" "$LAYERFS_BENCH_DIR" "$results/compare.tsv" ;;
    *) echo "record.sh: no part $part" >&2 && exit 2 ;;
  esac
done
"$here/report.sh" "$results"
