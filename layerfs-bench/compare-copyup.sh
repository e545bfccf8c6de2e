#!/usr/bin/env bash
# First write to files of 1 MiB, 100 MiB and 1 GiB, through the view and through the kernel's overlayfs, on ext4, xfs and btrfs in loop files
# below DIR (default /var/tmp; 6 GB): compare-copyup.sh [DIR]. Needs root, xfsprogs, btrfs-progs.
set -euo pipefail
top=$(mktemp -d "${1:-/var/tmp}/layerfs-copyup.XXXXXX")
here=$(cd "$(dirname "$0")" && pwd)
cleanup() {
  umount -l "$top/mount" 2>/dev/null || true
  rm -rf "$top"
}
trap cleanup EXIT
mkdir "$top/mount"
for type in ext4 xfs btrfs; do
  truncate -s 6G "$top/image"
  "mkfs.$type" -q "$top/image"
  mount -o loop "$top/image" "$top/mount"
  echo "== $type"
  "$here/jmh.sh" LargeCopyUpBenchmark -jvmArgsAppend "-Dlayerfs.bench.dir=$top/mount" | sed -n '/^Benchmark /,$p'
  umount "$top/mount"
  rm "$top/image"
done
