#!/usr/bin/env bash
# Loads one image with layerfs, umoci and podman, side by side in one run: compare-load.sh IMAGE [RUNS [DIR]]
# IMAGE is a directory with oci-gzip (an OCI layout, tag "latest") and docker-archive.tar, as images.sh makes them. The sources lie in memory
# (/dev/shm), the stores in a fresh directory below DIR (default /var/tmp): use a real disk. Each time is that of a whole process. layerfs makes
# what it loads durable, the others do not. The last line, inflating and hashing the same layers with pigz and sha256sum, is what any loader
# must do at least. Needs root, umoci, podman, pigz. Prints every time and the medians.
set -euo pipefail
image=${1:?usage: compare-load.sh IMAGE [RUNS [DIR]]}
runs=${2:-5}
disk=$(mktemp -d "${3:-/var/tmp}/layerfs-compare.XXXXXX")
memory=$(mktemp -d /dev/shm/layerfs-compare.XXXXXX)
here=$(cd "$(dirname "$0")/.." && pwd)
podman=(podman --root "$disk/podman" --runroot "$memory/run" --storage-driver overlay)
cleanup() {
  "${podman[@]}" system reset -f >/dev/null 2>&1 || true
  umount -l "$disk/podman/overlay" 2>/dev/null || true
  rm -rf "$memory" "$disk"
}
trap cleanup EXIT

cp -r "$image/oci-gzip" "$image/docker-archive.tar" "$memory/"
"$here/examples/layerfs" --version >/dev/null

inflate_and_hash() { # every blob that is a layer, one process a core
  find "$memory/oci-gzip/blobs" -type f -size +64k -print0 |
    xargs -0 -P "$(nproc)" -I{} bash -c 'pigz -dc "$1" 2>/dev/null | tee >(sha256sum >&2) >/dev/null; sha256sum "$1"' - {}
}

declare -A times
measure() { # name, command
  local name=$1 start end
  shift
  sync -f "$disk"
  start=$(date +%s.%N)
  "$@" >/dev/null 2>"$memory/err" || { cat "$memory/err" >&2; exit 1; }
  end=$(date +%s.%N)
  times[$name]+="$(awk "BEGIN {printf \"%.2f\", $end - $start}") "
}

for ((run = 0; run < runs; run++)); do
  measure "layerfs load, OCI layout gzip" "$here/examples/layerfs" --store "$disk/store" load "$memory/oci-gzip"
  rm -rf "$disk/store"
  measure "layerfs load, docker-archive" "$here/examples/layerfs" --store "$disk/store" load "$memory/docker-archive.tar"
  rm -rf "$disk/store"
  measure "umoci unpack, OCI layout gzip" umoci unpack --image "$memory/oci-gzip:latest" "$disk/bundle"
  rm -rf "$disk/bundle"
  measure "podman load, docker-archive" "${podman[@]}" load -i "$memory/docker-archive.tar"
  "${podman[@]}" rmi -a -f >/dev/null
  measure "(inflate and hash, gzip layers)" inflate_and_hash
done

for name in "${!times[@]}"; do
  sorted=$(tr ' ' '\n' <<<"${times[$name]}" | grep . | sort -n)
  median=$(sed -n "$(((runs + 1) / 2))p" <<<"$sorted")
  printf '%-32s median %6s s   (%s)\n' "$name" "$median" "$(tr '\n' ' ' <<<"$sorted" | sed 's/ $//')"
done | sort
