#!/bin/bash
# Plans of Ling-Plus priced in a second: ./rate.sh [PROGRAM] [SHARD]
#
# First in memory on one core, every plan of 'ling-plus-space.yaml' once; then as rows of a CSV file on one
# core and on all. SHARD is the part of the 14.9 million rows of 'ling-plus-sweep.yaml' to run, 1/8 unless
# told. A plan counts where it has a step time and a peak memory; refused ones do not.
set -euo pipefail
cd "$(dirname "$0")"
steelyard=${1:-../../.build/release/steelyard}
shard=${2:-1/8}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
"$steelyard" plan ling-plus-space.yaml --every
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
