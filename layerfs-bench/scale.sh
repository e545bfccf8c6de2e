#!/usr/bin/env bash
# Measures how time, memory and disk grow, and prints the exponents: scale.sh FILE [layers=500] [files=1000000] [containers=10000] [threads=64]
# [images=1000]. Without a choice all experiments run, in some 10 minutes, and take up to 8 GB in -Dlayerfs.bench.dir (default /var/tmp). FILE gets
# the values, for report.sh. As root mounts are measured, too. Each experiment has a JVM of its own, since heap and compiled code of one
# would change the next.
set -euo pipefail
file=${1:?usage: scale.sh FILE [EXPERIMENT=LARGEST…]}
shift
(($#)) || set -- layers=500 files=1000000 containers=10000 threads=64 images=1000
: >"$file"
for experiment; do
  "$(dirname "$0")/java.sh" -Xmx4g dev.layerfs.bench.scale.Scale "$file" "$experiment"
done
