#!/usr/bin/env bash
# Mounts and unmounts a container of one image with layerfs, podman and mount(8), side by side: compare-mount.sh IMAGE [RUNS [DIR]]
# IMAGE is a directory with docker-archive.tar, as images.sh makes them; the stores are in a fresh directory below DIR (default /var/tmp). Each
# time is that of whole processes: one that mounts, one that unmounts. "overlay, mount(8)" is an overlay of two plain directories, the least that
# any tool has to do; "java" is a JVM that does nothing. What it costs within a JVM that runs: jmh.sh MountBenchmark. Needs root, podman.
set -euo pipefail
image=${1:?usage: compare-mount.sh IMAGE [RUNS [DIR]]}
runs=${2:-9}
disk=$(mktemp -d "${3:-/var/tmp}/layerfs-compare.XXXXXX")
here=$(cd "$(dirname "$0")/.." && pwd)
layerfs=("$here/examples/layerfs" --store "$disk/store")
podman=(podman --root "$disk/podman" --runroot "$disk/run" --storage-driver overlay)
cleanup() {
  "${layerfs[@]}" umount web >/dev/null 2>&1 || true
  "${podman[@]}" system reset -f >/dev/null 2>&1 || true
  umount -l "$disk/podman/overlay" 2>/dev/null || true
  rm -rf "$disk"
}
trap cleanup EXIT

mkdir "$disk"/{target,lower,upper,work}
"${layerfs[@]}" load "$image/docker-archive.tar" --ref compare:1 >/dev/null
"${layerfs[@]}" create --name web compare:1 >/dev/null
"${podman[@]}" load -q -i "$image/docker-archive.tar" >/dev/null
container=$("${podman[@]}" create "$("${podman[@]}" images -q | head -n 1)" /bin/true)
java=$(dirname "$(readlink -f "$(command -v java)")")/java

by_layerfs() { "${layerfs[@]}" mount web "$disk/target" && "${layerfs[@]}" umount web; }
by_podman() { "${podman[@]}" mount "$container" && "${podman[@]}" umount "$container"; }
by_mount() {
  mount -t overlay -o "lowerdir=$disk/lower,upperdir=$disk/upper,workdir=$disk/work" overlay "$disk/target" && umount "$disk/target"
}
nothing() { "$java" -XX:+UseSerialGC -version 2>/dev/null && "$java" -XX:+UseSerialGC -version 2>/dev/null; }

declare -A times
measure() { # name, command
  local start end
  start=$(date +%s.%N)
  "$2" >/dev/null
  end=$(date +%s.%N)
  times[$1]+="$(awk "BEGIN {printf \"%.0f\", ($end - $start) * 1000}") "
}
for ((run = 0; run < runs; run++)); do
  measure "layerfs mount, umount" by_layerfs
  measure "podman mount, umount" by_podman
  measure "overlay, mount(8)" by_mount
  measure "(java, twice)" nothing
done
for name in "${!times[@]}"; do
  sorted=$(tr ' ' '\n' <<<"${times[$name]}" | grep . | sort -n)
  printf '%-24s median %5s ms   (%s)\n' "$name" "$(sed -n "$(((runs + 1) / 2))p" <<<"$sorted")" "$(tr '\n' ' ' <<<"$sorted" | sed 's/ $//')"
done | sort
