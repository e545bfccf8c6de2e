#!/usr/bin/env bash
# Mounts and unmounts a container of one image with layerfs and other tools, side by side: compare-mount.sh IMAGE [RUNS [DIR]]
# IMAGE is a directory with oci-gzip and docker-archive.tar, as images.sh makes them; the stores are in a fresh directory below DIR (default
# /var/tmp). Each time is that of whole processes: one that mounts, one that unmounts. In parentheses: an overlay of two plain directories by
# mount(8), the least that any tool has to do, and two JVMs that do nothing. What it costs within a JVM that runs: jmh.sh MountBenchmark. Needs
# root, podman, buildah, skopeo, jq; ctr and containerd if they are there.
set -euo pipefail
image=${1:?usage: compare-mount.sh IMAGE [RUNS [DIR]]}
runs=${2:-9}
disk=${3:-/var/tmp}/layerfs-compare.$$ # buildah takes no upper-case letters
mkdir "$disk"
memory=$(mktemp -d /dev/shm/layerfs-compare.XXXXXX)
source "$(dirname "$0")/compare-lib.sh"
need podman buildah skopeo jq
layerfs=("$here/examples/layerfs" --store "$disk/store")
podman=(podman --root "$disk/podman" --runroot "$memory/run" --storage-driver overlay)
buildah=(buildah --root "$disk/podman" --runroot "$memory/run" --storage-driver overlay)
unmount_all() {
  "${layerfs[@]}" umount web >/dev/null 2>&1 || true
  umount -l "$disk/target" 2>/dev/null || true
  "${buildah[@]}" rm -a >/dev/null 2>&1 || true
  "${podman[@]}" system reset -f >/dev/null 2>&1 || true
  clean_up
}
trap unmount_all EXIT

mkdir "$disk"/{target,lower,upper,work}
"${layerfs[@]}" load "$image/docker-archive.tar" --ref compare:1 >/dev/null
"${layerfs[@]}" create --name web compare:1 >/dev/null
"${podman[@]}" load -q -i "$image/docker-archive.tar" >/dev/null
name=$("${podman[@]}" images -q | head -n 1)
container=$("${podman[@]}" create "$name" /bin/true)
working=$("${buildah[@]}" from --pull-never "$name")
java=$(dirname "$(readlink -f "$(command -v java)")")/java
if start_containerd; then
  tar -C "$image/oci-gzip" -cf - . | ctr image import --base-name compare - >/dev/null
  ctr snapshot prepare web "$(chain_id "$image/oci-gzip")" >/dev/null
fi

by_layerfs() { "${layerfs[@]}" mount web "$disk/target" && "${layerfs[@]}" umount web; }
by_podman() { "${podman[@]}" mount "$container" && "${podman[@]}" umount "$container"; }
by_buildah() { "${buildah[@]}" mount "$working" && "${buildah[@]}" umount "$working"; }
by_ctr() { bash -c "$(ctr snapshot mounts "$disk/target" web)" && umount "$disk/target"; }
by_mount() {
  mount -t overlay -o "lowerdir=$disk/lower,upperdir=$disk/upper,workdir=$disk/work" overlay "$disk/target" && umount "$disk/target"
}
nothing() { "$java" -XX:+UseSerialGC -version && "$java" -XX:+UseSerialGC -version; }

for ((run = 0; run < runs; run++)); do
  measure "mount: layerfs" by_layerfs
  measure "mount: podman" by_podman
  measure "mount: buildah" by_buildah
  if ((${#started[@]})); then measure "mount: ctr" by_ctr; fi
  measure "(mount: mount(8) of plain directories)" by_mount
  measure "(mount: java, twice)" nothing
done
medians ms
