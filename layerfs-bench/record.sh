#!/usr/bin/env bash
# A recorded run: record.sh IMAGE [DIR]. Describes the machine, runs the benchmarks, the scale runs and the comparisons with IMAGE (a directory as
# images.sh makes it), and makes the report, all in DIR (default docs/performance). Some 25 minutes on an idle machine; root, for the mounts.
set -euo pipefail
image=${1:?usage: record.sh IMAGE [DIR]}
here=$(cd "$(dirname "$0")" && pwd)
results=$(mkdir -p "${2:-$here/../docs/performance}" && cd "${2:-$here/../docs/performance}" && pwd)
export LAYERFS_BENCH_DIR=${LAYERFS_BENCH_DIR:-/var/tmp}

describe() {
  printf 'date\t%s\n' "$(date -u +%F)"
  printf 'processor\t%s\n' "$(lscpu | awk -F': +' '/^Model name/ {print $2}'), $(nproc) cores"
  printf 'memory\t%s\n' "$(free -g | awk '/^Mem:/ {print $2}') GiB"
  printf 'kernel\t%s\n' "$(uname -sr)"
  printf 'file system\t%s\n' "$(stat -f -c %T "$LAYERFS_BENCH_DIR")"
  printf 'JDK\t%s\n' "$("${JAVA_HOME:-/usr/lib/jvm/temurin-25-jdk-amd64}/bin/java" --version | head -n 1)"
  printf 'image compared\t%s\n' "$(basename "$image"), $(du -sm --apparent-size "$image/oci-gzip" | cut -f1) MiB gzip"
  local tool
  for tool in umoci skopeo podman buildah fuse-overlayfs; do
    printf '%s\t%s\n' "$tool" "$("$tool" --version 2>/dev/null | grep -om1 '[0-9][0-9.]*[0-9]' || echo none)"
  done
}
describe >"$results/machine.tsv"

jmh() { # name of the result, options
  local name=$1
  shift
  "$here/jmh.sh" "$@" -f 1 -prof gc -rf json -rff "$results/jmh-$name.json" >"$results/jmh-$name.log" 2>&1 || cat "$results/jmh-$name.log" >&2
  rm -f "$results/jmh-$name.log"
}
jmh read ReadBenchmark -p layers=1,100 -wi 3 -i 3 -w 1 -r 1
jmh write FirstWriteBenchmark RewriteBenchmark -p layers=100 -wi 2 -i 5 -w 1 -r 1
jmh large LargeFileBenchmark LargeCopyUpBenchmark -p mebibytes=1024 -p implementation=VIEW,OVERLAY_MOUNT,FUSE_OVERLAYFS,DIRECTORY -wi 2 -i 5 -w 1 -r 1
jmh containers ContainerBenchmark.open CommitBenchmark ForkBenchmark MountBenchmark -p layers=100 -p files=10000 \
  -p implementation=VIEW -wi 3 -i 3 -w 1 -r 1
jmh life ContainerBenchmark.life -p layers=1,100 -p implementation=VIEW,VIEW_ON_JIMFS,OVERLAY_MOUNT,FUSE_OVERLAYFS -wi 2 -i 3 -w 1 -r 1
"$here/scale.sh" "$results/scale.tsv" >&2
"$here/compare.sh" "$image" 3 "$LAYERFS_BENCH_DIR" "$results/compare.tsv"
"$here/report.sh" "$results"
