#!/usr/bin/env bash
# Pulls and pushes one image with layerfs, skopeo and, if it is there, containerd, side by side in one run: compare-registry.sh IMAGE [RUNS [DIR]]
# IMAGE is a directory with oci-gzip (an OCI layout, tag "latest"), as images.sh makes them. The registry is Debian's docker-registry on the loopback
# interface, its data in memory (/dev/shm) like the layouts; stores are in a fresh directory below DIR (default /var/tmp): use a real disk. Each time is
# that of a whole process. After a pull the image is ready to use: layerfs has converted it and made it durable, skopeo and ctr have unpacked it.
# What the registry has in another repository is mounted by skopeo whenever it remembers that (its cache below /var/lib/containers), and by layerfs if
# the image has a name there; so there are pushes in which everything is sent, to which the cache is hidden, and pushes in which everything is mounted.
# Lines in parentheses are what nobody can do without: fetching and hashing all blobs, and inflating them and hashing that. Needs root,
# docker-registry, skopeo, curl, jq, pigz. containerd and
# ctr are those in $CONTAINERD_BIN (a directory, for example after apt-get download containerd; dpkg -x containerd_*.deb DIR: DIR/usr/bin), or else
# on the path; without them their line is left out. Prints every time
# as it comes, then medians, also of processor time (user and system; what ctr has containerd do does not count).
set -euo pipefail
image=${1:?usage: compare-registry.sh IMAGE [RUNS [DIR]]}
runs=${2:-5}
disk=$(mktemp -d "${3:-/var/tmp}/layerfs-compare.XXXXXX")
memory=$(mktemp -d /dev/shm/layerfs-compare.XXXXXX)
here=$(cd "$(dirname "$0")/.." && pwd)
port=$((20000 + RANDOM % 20000))
host=localhost:$port
containers="containers-storage:[overlay@$disk/containers+$memory/run]$host/app:1"
started=()
cleanup() {
  for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
  wait 2>/dev/null || true
  umount -l "$disk/containers/overlay" 2>/dev/null || true
  rm -rf "$memory" "$disk"
}
trap cleanup EXIT

cat >"$memory/config.yml" <<YML
version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: $memory/data}, delete: {enabled: true}}
http: {addr: 127.0.0.1:$port}
YML
docker-registry serve "$memory/config.yml" >"$memory/log" 2>&1 &
started+=($!)
until curl -sf "http://$host/v2/" >/dev/null; do kill -0 "${started[0]}"; done
cp -r "$image/oci-gzip" "$memory/"
skopeo --insecure-policy copy -q --dest-tls-verify=false "oci:$memory/oci-gzip:latest" "docker://$host/app:1"
"$here/examples/layerfs" --version >/dev/null
"$here/examples/layerfs" --store "$disk/source" load "$memory/oci-gzip" --ref source:1 >/dev/null 2>&1

export PATH=${CONTAINERD_BIN:+$CONTAINERD_BIN:}$PATH
containerd=false
if command -v ctr >/dev/null && command -v containerd >/dev/null; then
  containerd --root "$disk/containerd" --state "$memory/containerd" --address "$memory/containerd.sock" >"$memory/containerd.log" 2>&1 &
  started+=($!)
  until ctr -a "$memory/containerd.sock" version >/dev/null 2>&1; do kill -0 "${started[1]}"; done
  containerd=true
fi

fetch_and_hash() {
  jq -r '.config.digest, .layers[].digest' "$memory/manifest" |
    xargs -P "$(nproc)" -I{} bash -c 'curl -sf "http://$1/v2/app/blobs/$2" | sha256sum' - "$host" {}
}
# Nobody's image is ready to use before that is done.
fetch_inflate_and_hash() {
  jq -r '.layers[].digest' "$memory/manifest" |
    xargs -P "$(nproc)" -I{} bash -c 'curl -sf "http://$1/v2/app/blobs/$2" | tee >(sha256sum) | pigz -dc | sha256sum' - "$host" {}
}
curl -sf -H 'Accept: application/vnd.oci.image.manifest.v1+json' "http://$host/v2/app/manifests/1" >"$memory/manifest"

# Runs skopeo without what it remembers of where blobs are.
forgetful_skopeo() {
  mkdir -p /var/lib/containers/cache
  unshare --mount bash -c 'mount -t tmpfs tmpfs /var/lib/containers/cache && exec skopeo "$@"' - "$@"
}

declare -A times processor
TIMEFORMAT='%R %U %S'
measure() { # name, command
  local name=$1 real user system
  shift
  sync -f "$disk"
  if ! { time "$@" >/dev/null 2>"$memory/err"; } 2>"$memory/time"; then # not every tool can unpack every image
    echo "$name fails: $(tail -n 1 "$memory/err")" >&2
    [[ $name == *layerfs* ]] && exit 1
    return 0
  fi
  read -r real user system <"$memory/time"
  times[$name]+="$real "
  processor[$name]+="$(awk "BEGIN {print $user + $system}") "
  echo "$name: $real s" >&2
}

layerfs=("$here/examples/layerfs" --store "$disk/source")
copy=(--insecure-policy copy --dest-tls-verify=false "oci:$memory/oci-gzip:latest")
for ((run = 0; run < runs; run++)); do
  measure "pull: layerfs" "$here/examples/layerfs" --store "$disk/store" pull --plain-http "$host/app:1"
  rm -rf "$disk/store"
  measure "pull: skopeo, containers-storage" skopeo --insecure-policy copy --src-tls-verify=false "docker://$host/app:1" "$containers"
  umount -l "$disk/containers/overlay" 2>/dev/null || true
  rm -rf "$disk/containers" "$memory/run"
  if $containerd; then
    measure "pull: ctr, unpacked" ctr -a "$memory/containerd.sock" image pull --plain-http "$host/app:1"
    ctr -a "$memory/containerd.sock" image rm --sync "$host/app:1" >/dev/null
  fi
  measure "(pull: curl and sha256sum)" fetch_and_hash
  measure "(pull: curl, pigz, both sha256sum)" fetch_inflate_and_hash
  measure "push: layerfs" "${layerfs[@]}" push --plain-http source:1 "$host/layerfs$run:1"
  measure "push: skopeo, OCI layout" forgetful_skopeo "${copy[@]}" "docker://$host/skopeo$run:1"
  measure "push, all mounted: layerfs" "${layerfs[@]}" push --plain-http --mount-from app source:1 "$host/mounted$run:1"
  measure "push, all mounted: skopeo" skopeo "${copy[@]}" "docker://$host/known$run:1"
  measure "push, all there: layerfs" "${layerfs[@]}" push --plain-http source:1 "$host/layerfs$run:1"
  measure "push, all there: skopeo" skopeo "${copy[@]}" "docker://$host/skopeo$run:1"
done

sorted() { tr ' ' '\n' <<<"$1" | grep . | sort -n; }
median() { sorted "$1" | sed -n "$((($(sorted "$1" | wc -l) + 1) / 2))p"; }
for name in "${!times[@]}"; do
  printf '%-34s median %6.2f s, processor %6.2f s   (%s)\n' "$name" "$(median "${times[$name]}")" "$(median "${processor[$name]}")" \
    "$(sorted "${times[$name]}" | tr '\n' ' ' | sed 's/ $//')"
done | sort
