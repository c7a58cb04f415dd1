#!/bin/bash
# Plans of Ling-Plus priced in a second, and those of two peers beside them: ./rate.sh [PROGRAM] [SHARD]
#
#   CALCULON=../calculon SIMUMAX=../SimuMax ./rate.sh
#
# First in memory on one core, every plan of 'ling-plus-space.yaml' once; then as rows of a CSV file on one
# core and on all. SHARD is the part of the 14.9 million rows of 'ling-plus-sweep.yaml' to run, 1/8 unless
# told. A plan counts where it has a step time and a peak memory; refused ones do not, ours nor a peer's.
# CALCULON and SIMUMAX are clones of the peers; without them only our rates are told.
set -euo pipefail
cd "$(dirname "$0")"
steelyard=${1:-../../.build/release/steelyard}
shard=${2:-1/8}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
space=$("$steelyard" plan ling-plus-space.yaml --every --format csv)
echo "$space"
ours=$(echo "$space" | awk -F, '
  NR == 1 { for (i = 1; i <= NF; i++) if ($i == "plans_per_second") column = i }
  NR == 2 { print $column }')
for threads in 1 "$(nproc)"; do
  out=$folder/threads-$threads.csv
  # The thread that writes would find a core of its own.
  cores=0-$((threads - 1))
  start=$(date +%s.%N)
  taskset -c "$cores" "$steelyard" sweep ling-plus-sweep.yaml --output "$out" --shard "$shard" --threads "$threads" --quiet
  end=$(date +%s.%N)
  number=${shard%/*} count=${shard#*/}
  awk -F, -v seconds="$(echo "$end - $start" | bc)" -v threads="$threads" '
    NR > 1 { rows++ } NR > 1 && $0 !~ /,refused,/ { plans++ }
    END { printf "%d threads: %d rows, %d plans in %.2f s: %d plans a second\n",
          threads, rows, plans, seconds, plans / seconds }' "${out%.csv}.$number-of-$count.csv"
done

# A peer's line ends in its plans with a time: how many of ours come on one of those.
beside() {
  local line
  python3 "$1" "$2" | while read -r line; do
    echo "$line" | awk -v ours="$ours" '
      { print } match($0, /, [0-9.]+ (with a time|estimated)/) {
        split(substr($0, RSTART + 2), words, " ")
        if (words[1] > 0) printf "  %.0f of our plans for each of these\n", ours / words[1] }'
  done
}
if [[ -n "${CALCULON:-}" ]]; then beside calculon-rate.py "$CALCULON"; fi
if [[ -n "${SIMUMAX:-}" ]]; then beside simumax-rate.py "$SIMUMAX"; fi
