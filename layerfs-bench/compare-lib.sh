# Shared by the compare-*.sh: sourced, with $disk a directory on the disk that is measured and $memory one in memory.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
declare -A times
started=()

# Fails unless all programs are there; "Needs" at the head of a script says which package has them.
need() {
  local program
  for program; do
    command -v "$program" >/dev/null || { echo "$(basename "$0"): needs $program" >&2; exit 1; }
  done
}

# Measures a command, "OPERATION: TOOL" or "(OPERATION: WHAT NO TOOL CAN DO WITHOUT)", in milliseconds. If ours fails that is an error; others
# can't do everything with every image.
measure() { # name, command
  local name=$1 start end
  shift
  sync -f "$disk"
  start=$(date +%s%N)
  if ! "$@" >/dev/null 2>"$memory/err"; then
    echo "$name fails: $(tail -n 1 "$memory/err")" >&2
    [[ $name == *layerfs* ]] && exit 1
    return 0
  fi
  end=$(date +%s%N)
  times[$name]+="$(awk "BEGIN {printf \"%.1f\", ($end - $start) / 1e6}") "
}

# Notes what a directory takes on disk, in MB.
footprint() { # name, directory
  times[$1]="$(du -s --block-size=1000 "$2" | awk '{printf "%.1f", $1 / 1000}') "
}

# Prints the median and all values of everything that was measured, in the unit.
medians() { # unit
  local name sorted count
  for name in "${!times[@]}"; do
    sorted=$(tr ' ' '\n' <<<"${times[$name]}" | grep . | sort -n)
    count=$(wc -l <<<"$sorted")
    printf '%-44s median %9s %s   (%s)\n' "$name" "$(sed -n "$(((count + 1) / 2))p" <<<"$sorted")" "$1" "$(tr '\n' ' ' <<<"$sorted" | sed 's/ $//')"
  done | sort
  times=()
}

# Starts a containerd of our own, if it is installed; ctr() talks to it.
start_containerd() {
  command -v ctr containerd >/dev/null || return 1
  containerd --root "$disk/containerd" --state "$memory/containerd" --address "$memory/containerd.sock" >"$memory/containerd.log" 2>&1 &
  started+=($!)
  until ctr version >/dev/null 2>&1; do kill -0 "${started[-1]}"; done
}
ctr() { command ctr -a "$memory/containerd.sock" "$@"; }

# Ends what was started and deletes what was written.
clean_up() {
  local process
  for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
  wait 2>/dev/null || true
  umount -l "$disk"/*/overlay 2>/dev/null || true
  rm -rf "$memory" "$disk"
}

# Prints the chain id of the image in an OCI layout: what containerd names its snapshot by.
chain_id() { # layout
  local chain= diff
  while read -r diff; do
    if [ -z "$chain" ]; then chain=$diff; else chain=sha256:$(printf '%s %s' "$chain" "$diff" | sha256sum | cut -d' ' -f1); fi
  done < <(skopeo inspect --config --raw "oci:$1:latest" | jq -r '.rootfs.diff_ids[]')
  echo "$chain"
}
