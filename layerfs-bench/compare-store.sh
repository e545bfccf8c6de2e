#!/usr/bin/env bash
# What a store does with an image that it has: compare-store.sh IMAGE [RUNS [DIR]]
# Makes and removes containers, lists 100 changes, saves and removes the image, with layerfs, podman, buildah and containerd, side by side in one
# run, and measures what each store takes on disk, also with an uncompressed archive, and of layerfs without the blobs, which it makes again when they
# are needed. IMAGE is a directory with oci-gzip and docker-archive.tar, as images.sh makes them; the stores are in a fresh directory below DIR (default
# /var/tmp): use a real disk. Each time is that of a whole process. In parentheses: what nobody can do
# without. Needs root, podman, buildah, skopeo, umoci, jq; ctr and containerd if they are there.
set -euo pipefail
image=${1:?usage: compare-store.sh IMAGE [RUNS [DIR]]}
runs=${2:-5}
disk=${3:-/var/tmp}/layerfs-compare.$$ # buildah takes no upper-case letters
mkdir "$disk"
memory=$(mktemp -d /dev/shm/layerfs-compare.XXXXXX)
source "$(dirname "$0")/compare-lib.sh"
need podman buildah skopeo umoci jq
layerfs=("$here/examples/layerfs" --store "$disk/store")
podman=(podman --root "$disk/podman" --runroot "$memory/run" --storage-driver overlay)
buildah=(buildah --root "$disk/podman" --runroot "$memory/run" --storage-driver overlay)
end() {
  umount -l "$disk/target" 2>/dev/null || true
  "${buildah[@]}" rm -a >/dev/null 2>&1 || true
  "${podman[@]}" system reset -f >/dev/null 2>&1 || true
  clean_up
}
trap end EXIT
mkdir "$disk/target"
containerd=false

load_layerfs() { "${layerfs[@]}" load "$image/oci-gzip" --ref compare:1 >/dev/null; }
load_podman() { name=$("${podman[@]}" pull -q "oci:$image/oci-gzip:latest"); }
load_ctr() {
  tar -C "$image/oci-gzip" -cf - . | ctr image import --base-name compare - >/dev/null
  ctr_name=$(ctr image ls -q)
}
change() { # a hundred small files, spread over the image; the same in each store
  (cd "$1" && find . -xdev -type f -links 1 -size -64k | LC_ALL=C sort) >"$memory/all"
  awk -v n="$(wc -l <"$memory/all")" 'int(NR * 100 / n) != int((NR - 1) * 100 / n)' "$memory/all" | while read -r file; do echo changed >>"$1/$file"; done
}

load_layerfs
load_podman
footprint "footprint: layerfs" "$disk/store"
footprint "footprint: podman" "$disk/podman"
if start_containerd; then
  containerd=true
  load_ctr
  chain=$(chain_id "$image/oci-gzip")
  footprint "footprint: containerd" "$disk/containerd"
fi

discarding() { # what is left of a source without the blobs, which are made again when they are needed, then runs a command
  local layerfs=("$here/examples/layerfs" --store "$disk/discarded/store") source=$1
  shift
  "${layerfs[@]}" load "$source" --ref compare:1 >/dev/null
  "$@"
  rm -rf "$disk/discarded"
}
left() { # name
  "${layerfs[@]}" discard >/dev/null
  footprint "$1: layerfs" "$disk/discarded/store"
}
archive() { # what an uncompressed archive takes
  local podman=(podman --root "$disk/archive/podman" --runroot "$memory/archive" --storage-driver overlay)
  mkdir "$disk/archive"
  "${podman[@]}" load -q -i "$image/docker-archive.tar" >/dev/null
  footprint "footprint, archive: podman" "$disk/archive/podman"
  "${podman[@]}" system reset -f >/dev/null
  rm -rf "$disk/archive"
}
discarding "$image/oci-gzip" left "footprint, discarded"
discarding "$image/docker-archive.tar" left "footprint, archive"
archive
if $containerd; then
  ctr image rm --sync "$ctr_name" >/dev/null
  ctr image import --base-name archive "$image/docker-archive.tar" >/dev/null
  footprint "footprint, archive: containerd" "$disk/containerd"
  ctr image rm --sync $(ctr image ls -q) >/dev/null
  load_ctr
fi
umoci unpack --image "$image/oci-gzip:latest" "$disk/bundle" >/dev/null 2>&1
footprint "footprint: umoci, unpacked" "$disk/bundle"
footprint "(footprint: the compressed layers)" "$image/oci-gzip"
medians MB

"${layerfs[@]}" create --name changed compare:1 >/dev/null
"${layerfs[@]}" mount changed "$disk/target" >/dev/null
change "$disk/target"
"${layerfs[@]}" umount changed >/dev/null
changed=$("${podman[@]}" create "$name" /bin/true)
change "$("${podman[@]}" mount "$changed")"
if $containerd; then
  ctr snapshot prepare changed "$chain" >/dev/null
  bash -c "$(ctr snapshot mounts "$disk/target" changed)"
  change "$disk/target"
  umount "$disk/target"
fi

by_copy() { cp "$image/docker-archive.tar" "$disk/saved"; }
ctr_diff() { ctr snapshot diff changed; }
for ((run = 0; run < runs; run++)); do
  measure "create: layerfs" "${layerfs[@]}" create --name "c$run" compare:1
  measure "create: podman" "${podman[@]}" create --name "c$run" "$name" /bin/true
  measure "create: buildah" "${buildah[@]}" from --pull-never --name "b$run" "$name"
  measure "remove container: layerfs" "${layerfs[@]}" rm "c$run"
  measure "remove container: podman" "${podman[@]}" rm "c$run"
  measure "remove container: buildah" "${buildah[@]}" rm "b$run"
  measure "diff: layerfs" "${layerfs[@]}" diff changed
  measure "diff: podman" "${podman[@]}" diff "$changed"
  measure "save: layerfs" "${layerfs[@]}" save compare:1 -o "$disk/saved"
  rm "$disk/saved"
  measure "save: podman, uncompressed archive" "${podman[@]}" save -o "$disk/saved" "$name"
  rm -f "$disk/saved"
  measure "(save: cp of the uncompressed archive)" by_copy
  rm "$disk/saved"
  if $containerd; then
    measure "create: ctr" ctr snapshot prepare "c$run" "$chain"
    measure "remove container: ctr" ctr snapshot rm "c$run"
    measure "diff: ctr, as a tar" ctr_diff
    measure "save: ctr" ctr image export "$disk/saved" "$ctr_name"
    rm -f "$disk/saved"
  fi
done

discard_and_save() {
  measure "discard: layerfs" "${layerfs[@]}" discard
  measure "save: layerfs, what was discarded" "${layerfs[@]}" save compare:1 -o "$disk/saved"
  rm -f "$disk/saved"
}
discarding "$image/oci-gzip" discard_and_save

"${layerfs[@]}" rm changed >/dev/null
"${podman[@]}" rm -f "$changed" >/dev/null
if $containerd; then ctr snapshot rm changed; fi
measure "(remove image: rm -rf of the unpacked files)" rm -rf "$disk/bundle"
for ((run = 0; run < runs; run++)); do
  if ((run)); then
    load_layerfs
    load_podman
    if $containerd; then load_ctr; fi
  fi
  measure "remove image: layerfs" "${layerfs[@]}" rmi compare:1
  measure "remove image: podman" "${podman[@]}" rmi -f "$name"
  if $containerd; then measure "remove image: ctr" ctr image rm --sync "$ctr_name"; fi
done
medians ms
