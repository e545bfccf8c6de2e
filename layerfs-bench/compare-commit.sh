#!/usr/bin/env bash
# Commits 100 changed files with layerfs, buildah and umoci, side by side in one run: compare-commit.sh IMAGE [RUNS [DIR]]
# IMAGE is a directory with oci-gzip (an OCI layout, tag "latest"), as images.sh makes it. Everything is in a fresh directory below DIR (default
# /var/tmp): use a real disk. Each time is that of a whole process, for layerfs with the start of its JVM. layerfs writes the compressed blob and makes
# it durable; buildah only copies files into its own store; umoci compares the whole tree and writes the blob. The last line, tar and gzip of the
# files that changed, is what any commit must do at least. What is measured in a JVM that runs is the same container in the same store, after 150 warm-ups.
# Needs root, buildah, umoci, python3, and a JDK 25. STORAGE_DRIVER is buildah's; default overlay. Prints every time as it comes, then medians, also of processor time
# (user and system).
set -euo pipefail
image=${1:?usage: compare-commit.sh IMAGE [RUNS [DIR]]}
runs=${2:-5}
disk=${3:-/var/tmp}/layerfs-compare.$$ # buildah takes no upper-case letters
mkdir "$disk"
here=$(cd "$(dirname "$0")/.." && pwd)
layerfs=("$here/examples/layerfs" --store "$disk/store")
buildah=(buildah --root "$disk/buildah" --runroot "$disk/run" --storage-driver "${STORAGE_DRIVER:-overlay}")
cleanup() {
  "${buildah[@]}" rm -a >/dev/null 2>&1 || true
  umount -l "$disk/buildah/overlay" 2>/dev/null || true
  rm -rf "$disk"
}
trap cleanup EXIT

cp -r "$image/oci-gzip" "$disk/layout"
umoci unpack --image "$disk/layout:latest" "$disk/bundle" >/dev/null 2>&1
# A hundred files of up to 64 KiB, spread over the image.
(cd "$disk/bundle/rootfs" && find . -type f -size -64k -links 1 | LC_ALL=C sort) >"$disk/all"
awk -v n="$(wc -l <"$disk/all")" 'int(NR * 100 / n) != int((NR - 1) * 100 / n)' "$disk/all" | sed 's/^\.//' >"$disk/files"
change() { while read -r file; do echo changed >>"$1$file"; done <"$disk/files"; }

"${layerfs[@]}" load "$disk/layout" --ref image:1 >/dev/null
container=$("${layerfs[@]}" create image:1)
python3 - "$disk/files" <<'PY' | "${layerfs[@]}" ops "$container" | { ! grep -v '"ok"' >&2; }
import json, sys
for handle, file in enumerate(open(sys.argv[1]).read().splitlines(), 3):
    print(json.dumps(["open", file, ["O_WRONLY", "O_APPEND"], "0644"]))
    print(json.dumps(["write", handle, "Y2hhbmdlZAo="]))
    print(json.dumps(["close", handle]))
PY
cp -a "$disk/store/layerfs/containers/$container/upper" "$disk/upper"
change "$disk/bundle/rootfs"
working=$("${buildah[@]}" from "oci:$disk/layout:latest")
change "$("${buildah[@]}" mount "$working")"

declare -A times processor
TIMEFORMAT='%R %U %S'
measure() { # name, command
  local name=$1 real user system
  shift
  sync -f "$disk"
  { time "$@" >/dev/null 2>"$disk/err"; } 2>"$disk/time" || { cat "$disk/err" >&2; exit 1; }
  read -r real user system <"$disk/time"
  times[$name]+="$real "
  processor[$name]+="$(awk "BEGIN {print $user + $system}") "
  echo "$name: $real s" >&2
}
compress() { tar -C "$disk/upper" -c . | gzip >"$disk/upper.tar.gz"; }

for ((run = 0; run < runs; run++)); do
  measure "layerfs commit" "${layerfs[@]}" commit "$container" "next:$run"
  measure "layerfs diff" "${layerfs[@]}" diff "$container"
  measure "(layerfs --version)" "${layerfs[@]}" --version
  measure "buildah commit" "${buildah[@]}" commit -q "$working" "next:$run"
  measure "umoci repack" umoci repack --image "$disk/layout:next$run" "$disk/bundle"
  measure "(tar | gzip of the changed files)" compress
done

while IFS=$'\t' read -r name seconds; do
  times[$name]+="$seconds "
done < <("$here/layerfs-bench/java.sh" dev.layerfs.bench.CommitOften "$disk/store" "$container" "$runs")

sorted() { tr ' ' '\n' <<<"$1" | grep . | sort -n; }
median() { sorted "$1" | sed -n "$(((runs + 1) / 2))p"; }
for name in "${!times[@]}"; do
  printf '%-34s median %9.5f s, processor %7.3f s   (%s)\n' "$name" "$(median "${times[$name]}")" "$(median "${processor[$name]:-}")" \
    "$(sorted "${times[$name]}" | tr '\n' ' ' | sed 's/ $//')"
done | sort
