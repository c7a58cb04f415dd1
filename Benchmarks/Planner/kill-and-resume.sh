#!/bin/bash
# Kills a sweep at random moments, goes on with it each time, and compares with an unbroken run:
# ./kill-and-resume.sh [PROGRAM] [SHARD] [KILLS]
set -euo pipefail
cd "$(dirname "$0")"
steelyard=${1:-../../.build/release/steelyard}
shard=${2:-1/2}
kills=${3:-10}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
name="${shard%/*}-of-${shard#*/}.csv"
sweep=("$steelyard" sweep ling-plus-sweep.yaml --shard "$shard" --quiet --output)
start=$(date +%s%N)
"${sweep[@]}" "$folder/whole.csv"
took=$((($(date +%s%N) - start) / 1000000))
killed=0
for _ in $(seq "$kills"); do
  # Without a function around it, so that the process to kill is the program and no shell.
  "${sweep[@]}" "$folder/broken.csv" --resume &
  process=$!
  sleep "$(awk -v ms="$took" -v part="$RANDOM" 'BEGIN { printf "%.3f", ms * part / 32768 / 2000 }')"
  kill -9 "$process" 2>/dev/null && killed=$((killed + 1)) && echo "killed, $(stat -c %s "$folder/broken.$name.part" 2>/dev/null || echo 0) bytes on disk"
  wait "$process" 2>/dev/null || true
done
"${sweep[@]}" "$folder/broken.csv" --resume
cmp "$folder/whole.$name" "$folder/broken.$name" && echo "the same bytes after $killed kills"
