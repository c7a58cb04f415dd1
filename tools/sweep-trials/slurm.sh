#!/bin/bash
# Does a sweep survive the loss of a node under Slurm? Starts a Slurm of one node, runs an array of shards,
# requeues one in the middle as Slurm does when a node fails, joins the shards, and compares the file with
# that of an unbroken run: ./slurm.sh PROGRAM
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export STEELYARD
STEELYARD=$(realpath "${1:?Name the program.}")
folder=$(mktemp -d)
stop() {
  "$here/one-node-slurm.sh" stop "$folder/slurm" && sleep 1
  rm -rf "$folder"
}
trap stop EXIT
"$here/one-node-slurm.sh" start "$folder/slurm"
export SLURM_CONF="$folder/slurm/slurm.conf"

# Tasks end in any order, and a requeued one waits two minutes unless it is told to start.
await() {
  for _ in {1..600}; do
    scontrol update jobid="$job" starttime=now 2>/dev/null || true
    if eval "$1"; then return; fi
    sleep 0.2
  done
  echo "The array did not get on: $1" >&2
  squeue >&2
  exit 1
}
half_done() { [[ -s "$folder/sweep.1-of-3.csv.part" && $(wc -l < "$folder/sweep.1-of-3.csv.journal") -ge 3 ]]; }

job=$(sbatch --parsable --array=1-3 --output="$folder/log.%a" \
  "$here/../slurm-sweep.sh" "$here/scenario.yaml" "$folder/sweep.csv" 3)
await half_done
scontrol requeue "${job}_1"
rows=$(wc -l < "$folder/sweep.1-of-3.csv.part")
await '[[ -z "$(squeue --noheader)" ]]'
grep --quiet REQUEUE "$folder/log.1"
"$STEELYARD" merge "$folder/sweep.csv" --shards 3
"$STEELYARD" sweep "$here/scenario.yaml" --output "$folder/unbroken.csv" --quiet
cmp "$folder/sweep.csv" "$folder/unbroken.csv"
echo "the same bytes after a requeue at row $rows of the first shard"
