#!/usr/bin/env bash
# Everything beside other tools, in one run, with a table at the end: compare.sh IMAGE [RUNS [DIR [RESULTS]]]
# IMAGE is a directory as images.sh makes it; RUNS (default 5) is how often each is measured; the stores are in fresh directories below DIR (default
# /var/tmp): use a real disk. Loads, pulls, pushes, makes, mounts, commits, lists changes, saves and removes, each by the compare-*.sh, which say
# what exactly is measured and can be run by themselves. If containerd is not installed, Debian's is unpacked to a scratch directory and run from
# there. The table is also written to the file RESULTS, for report.sh. Needs root and what the parts need; docker-registry for the registry.
set -euo pipefail
image=${1:?usage: compare.sh IMAGE [RUNS [DIR [RESULTS]]]}
runs=${2:-5}
where=${3:-/var/tmp}
results=${4:-/dev/null}
parts=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d "$where/layerfs-compare.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

if ! command -v ctr containerd >/dev/null; then
  (cd "$scratch" && apt-get download -qq containerd runc && for package in *.deb; do dpkg -x "$package" .; done) >/dev/null 2>&1 ||
    echo "compare.sh: containerd is not installed and can't be fetched, so it is left out" >&2
  export PATH=$scratch/usr/bin:$scratch/usr/sbin:$PATH
fi

for part in load registry store mount commit; do
  echo "== $part" >&2
  "$parts/compare-$part.sh" "$image" "$runs" "$where" | tee -a "$scratch/lines" >&2 || echo "compare.sh: compare-$part.sh failed" >&2
done

# One line for each, "OPERATION<TAB>TOOL<TAB>UNIT<TAB>MEDIAN<TAB>ALL", times in ms. compare-commit.sh names the tool first, and lists changes, too.
sed -nE 's/^(.*[^ ]) +median +([0-9.]+) ([a-zA-Z]+)(, processor[^(]*)? +\((.*)\)$/\1\t\3\t\2\t\5/p' "$scratch/lines" |
  sed -E '/^layerfs diff\t/d; s/^(layerfs|buildah) commit\t/commit: \1\t/; s/^umoci repack/commit: umoci/; s/^\((tar [^\t]*)\)/commit: (\1)/' |
  sed -E 's/^\((layerfs --version)\)/start: (\1)/; s/^\(([a-z ]+): ([^\t]*)\)\t/\1: (\2)\t/; s/^([^:\t]+): /\1\t/' |
  awk -F'\t' -v OFS='\t' 'NF == 5 && $3 == "s" {$3 = "ms"; $4 *= 1000; n = split($5, runs, " "); $5 = ""; for (i = 1; i <= n; i++) $5 = $5 (i > 1 ? " " : "") runs[i] * 1000} NF == 5' >"$scratch/table"
[ "$results" = /dev/null ] || cp "$scratch/table" "$results"
column -t -s $'\t' -N operation,tool,unit,median,'all runs' "$scratch/table"
