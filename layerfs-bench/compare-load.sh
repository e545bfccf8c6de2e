#!/usr/bin/env bash
# Loads one image with layerfs and with other tools, side by side in one run: compare-load.sh IMAGE [RUNS [DIR]]
# IMAGE is a directory with oci-gzip (an OCI layout, tag "latest") and docker-archive.tar, as images.sh makes them. The sources lie in memory
# (/dev/shm), the stores in a fresh directory below DIR (default /var/tmp): use a real disk. Each time is that of a whole process, after which the
# image is ready to use. layerfs makes what it loads durable, the others do not. In parentheses: what any loader must do at least, to inflate and
# hash the same layers on all cores, and GNU tar with pigz. Needs root, umoci, podman, skopeo, pigz; ctr and containerd if they are there.
set -euo pipefail
image=${1:?usage: compare-load.sh IMAGE [RUNS [DIR]]}
runs=${2:-5}
disk=$(mktemp -d "${3:-/var/tmp}/layerfs-compare.XXXXXX")
memory=$(mktemp -d /dev/shm/layerfs-compare.XXXXXX)
source "$(dirname "$0")/compare-lib.sh"
trap clean_up EXIT
need umoci podman skopeo pigz jq
layerfs=("$here/examples/layerfs" --store "$disk/store")
podman=(podman --root "$disk/podman" --runroot "$memory/run" --storage-driver overlay)

cp -r "$image/oci-gzip" "$image/docker-archive.tar" "$memory/"
"${layerfs[@]}" --version >/dev/null

layers() { # prints the files of the layers, the lowest first
  local manifest
  manifest=$(jq -r '.manifests[0].digest' "$memory/oci-gzip/index.json")
  jq -r '.layers[].digest' "$memory/oci-gzip/blobs/${manifest/://}" | sed "s|sha256:|$memory/oci-gzip/blobs/sha256/|"
}
inflate_and_hash() {
  layers | xargs -P "$(nproc)" -I{} bash -c 'pigz -dc "$1" | sha256sum; sha256sum "$1"' - {}
}
untar() {
  local layer
  mkdir "$disk/tree"
  while read -r layer; do pigz -dc "$layer" | tar -x -C "$disk/tree" --numeric-owner -f -; done < <(layers)
}
skopeo_copy() { skopeo --insecure-policy copy -q "oci:$memory/oci-gzip:latest" "containers-storage:[overlay@$disk/skopeo+$memory/skopeo]compare:1"; }
if start_containerd; then tar -C "$memory/oci-gzip" -cf "$memory/oci.tar" .; fi

for ((run = 0; run < runs; run++)); do
  measure "load: layerfs" "${layerfs[@]}" load "$memory/oci-gzip"
  rm -rf "$disk/store"
  measure "load, uncompressed archive: layerfs" "${layerfs[@]}" load "$memory/docker-archive.tar"
  rm -rf "$disk/store"
  measure "load: umoci unpack" umoci unpack --image "$memory/oci-gzip:latest" "$disk/bundle"
  rm -rf "$disk/bundle"
  measure "load: skopeo, containers-storage" skopeo_copy
  umount -l "$disk/skopeo/overlay" 2>/dev/null || true
  rm -rf "$disk/skopeo" "$memory/skopeo"
  measure "load, uncompressed archive: podman" "${podman[@]}" load -i "$memory/docker-archive.tar"
  "${podman[@]}" rmi -a -f >/dev/null
  if [ -f "$memory/oci.tar" ]; then
    measure "load: ctr image import" ctr image import --base-name compare "$memory/oci.tar"
    ctr image rm --sync $(ctr image ls -q) >/dev/null
  fi
  measure "(load: inflating and hashing, all cores)" inflate_and_hash
  measure "(load: pigz and GNU tar)" untar
  rm -rf "$disk/tree"
done
medians ms
