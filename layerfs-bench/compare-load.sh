#!/usr/bin/env bash
# Loads one image with layerfs, umoci and podman, side by side in one run: compare-load.sh IMAGE [RUNS]
# IMAGE is a directory with oci-gzip (an OCI layout, tag "latest") and docker-archive.tar, as images.sh makes them. Everything happens on a
# fresh ext4 in a loop device over memory, with the sources in memory too, so that the disk of the machine plays no part; layerfs makes what
# it loads durable there, the others do not. Each time is that of a whole process. Needs root, umoci, podman and about 12 GB of memory for a
# 1.2 GB image. Prints every time and the medians.
set -euo pipefail
image=${1:?usage: compare-load.sh IMAGE [RUNS]}
runs=${2:-5}
here=$(cd "$(dirname "$0")/.." && pwd)
memory=$(mktemp -d /dev/shm/layerfs-compare.XXXXXX)
mount=$(mktemp -d)
cleanup() {
  umount -l "$mount" 2>/dev/null || true
  rm -rf "$memory" "$mount"
}
trap cleanup EXIT

cp -r "$image/oci-gzip" "$image/docker-archive.tar" "$memory/"
truncate -s 10G "$memory/disk"
mkfs.ext4 -q -E lazy_itable_init=0,lazy_journal_init=0 "$memory/disk"
mount -o loop "$memory/disk" "$mount"
"$here/examples/layerfs" --version >/dev/null

declare -A times
measure() { # name, command
  local name=$1 start end
  shift
  sync -f "$mount"
  start=$(date +%s.%N)
  "$@" >/dev/null 2>"$memory/err" || { cat "$memory/err" >&2; exit 1; }
  end=$(date +%s.%N)
  times[$name]+="$(awk "BEGIN {printf \"%.2f\", $end - $start}") "
}

for ((run = 0; run < runs; run++)); do
  measure "layerfs load, OCI layout gzip" "$here/examples/layerfs" --store "$mount/store" load "$memory/oci-gzip"
  rm -rf "$mount/store"
  measure "layerfs load, docker-archive" "$here/examples/layerfs" --store "$mount/store" load "$memory/docker-archive.tar"
  rm -rf "$mount/store"
  measure "umoci unpack, OCI layout gzip" umoci unpack --image "$memory/oci-gzip:latest" "$mount/bundle"
  rm -rf "$mount/bundle"
  measure "podman load, docker-archive" podman --root "$mount/cs" --runroot "$memory/run" --storage-driver overlay load -i "$memory/docker-archive.tar"
  podman --root "$mount/cs" --runroot "$memory/run" system reset -f >/dev/null 2>&1 || true
  umount -l "$mount/cs/overlay" 2>/dev/null || true
  rm -rf "$mount/cs"
done

for name in "${!times[@]}"; do
  sorted=$(tr ' ' '\n' <<<"${times[$name]}" | grep . | sort -n)
  median=$(sed -n "$(((runs + 1) / 2))p" <<<"$sorted")
  printf '%-32s median %6s s   (%s)\n' "$name" "$median" "$(tr '\n' ' ' <<<"$sorted")"
done | sort
