#!/bin/bash
# Kills a sweep at random moments, goes on with it each time, and compares with an unbroken run:
# ./kill-and-resume.sh [PROGRAM] [BATCHES] [KILLS]
#
# The sweep is 'ling-plus-sweep.yaml' over so many global batches, of 573,440 rows each: 13 batches (7 million
# rows, 2.3 GB for both files) unless told, 175 for 100 million rows (31 GB). Files go to TMPDIR.
set -euo pipefail
cd "$(dirname "$0")"
steelyard=${1:-../../.build/release/steelyard}
batches=${2:-13}
kills=${3:-10}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
sed "s/from: 8192, to: [0-9]*, count: [0-9]*/from: 8192, to: $((8192 * batches)), count: $batches/" \
  ling-plus-sweep.yaml > "$folder/sweep.yaml"
sweep=("$steelyard" sweep "$folder/sweep.yaml" --root ../.. --quiet --output)

start=$(date +%s%N)
"${sweep[@]}" "$folder/whole.csv"
took=$((($(date +%s%N) - start) / 1000000))
echo "unbroken: $((573440 * batches)) rows, $(stat -c %s "$folder/whole.csv") bytes in $took ms"

killed=0
for _ in $(seq "$kills"); do
  # Without a function around it, so that the process to kill is the program and no shell.
  "${sweep[@]}" "$folder/broken.csv" --resume &
  process=$!
  # All of them together end before the sweep does.
  sleep "$(awk -v ms="$took" -v kills="$kills" -v part="$RANDOM" \
    'BEGIN { printf "%.3f", ms * part / 32768 / kills / 1000 }')"
  memory=$(awk '/VmHWM/ { print int($2 / 1024) }' "/proc/$process/status" 2>/dev/null || true)
  kill -9 "$process" 2>/dev/null && killed=$((killed + 1)) &&
    echo "killed: $(stat -c %s "$folder/broken.csv.part" 2>/dev/null || echo 0) bytes on disk, ${memory:-0} MB held"
  wait "$process" 2>/dev/null || true
done
"${sweep[@]}" "$folder/broken.csv" --resume
cmp "$folder/whole.csv" "$folder/broken.csv" && echo "the same bytes after $killed kills"
