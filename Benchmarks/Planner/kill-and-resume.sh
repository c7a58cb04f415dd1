#!/bin/bash
# Kills a sweep at random moments, goes on with it each time, and compares with an unbroken run:
# ./kill-and-resume.sh [PROGRAM] [SHARD] [KILLS]
set -euo pipefail
cd "$(dirname "$0")"
steelyard=${1:-../../.build/release/steelyard}
shard=${2:-1/64}
kills=${3:-10}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
name="${shard%/*}-of-${shard#*/}.csv"
sweep() { "$steelyard" sweep ling-plus-sweep.yaml --shard "$shard" --quiet "$@"; }
start=$(date +%s%N)
sweep --output "$folder/whole.csv"
took=$((($(date +%s%N) - start) / 1000000))
for kill in $(seq "$kills"); do
  sweep --output "$folder/broken.csv" --resume &
  process=$!
  sleep "$(awk -v ms="$took" -v n="$kills" -v seed="$kill$RANDOM" \
    'BEGIN { srand(seed); printf "%.3f", 2 * rand() * ms / n / 1000 }')"
  kill -9 "$process" 2>/dev/null && echo "killed, $(stat -c %s "$folder/broken.$name"* 2>/dev/null | head -1) bytes on disk"
  wait "$process" 2>/dev/null || true
done
sweep --output "$folder/broken.csv" --resume
cmp "$folder/whole.$name" "$folder/broken.$name" && echo "the same bytes after $kills kills"
