#!/usr/bin/env bash
# Measures how time, memory and disk grow, and prints the exponents: scale.sh FILE [layers=500] [files=1000000] [containers=10000] [threads=64]
# [images=1000]. Without a choice all experiments run, in some 10 minutes, and take up to 8 GB in -Dlayerfs.bench.dir (default /var/tmp). FILE gets
# the values, for report.sh. As root mounts are measured, too.
set -euo pipefail
: "${1:?usage: scale.sh FILE [EXPERIMENT=LARGEST…]}"
exec "$(dirname "$0")/java.sh" -Xmx4g dev.layerfs.bench.scale.Scale "$@"
