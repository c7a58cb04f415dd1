#!/bin/bash
# One sweep as a Slurm job array: each task answers one shard, and one that is requeued after a node
# failure goes on where its shard was.
#
#   sbatch --array=1-64 --cpus-per-task=32 tools/slurm-sweep.sh scenarios/mine.yaml /shared/mine.csv 64
#
# The last word is the number of shards, so that some of the tasks can be run again: --array=3,7. Without
# --cpus-per-task Slurm gives a task one core. When all tasks are done: steelyard merge /shared/mine.csv --shards 64
#SBATCH --job-name=steelyard-sweep
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail

scenario=${1:?Name a scenario file with a sweep block.}
output=${2:?Name a CSV file in a folder that all nodes share.}
shards=${3:?Say how many shards there are: as many as the array has tasks from 1 on.}
: "${SLURM_ARRAY_TASK_ID:?Submit with --array=1-$shards.}"
if ((SLURM_ARRAY_TASK_MIN < 1 || SLURM_ARRAY_TASK_MAX > shards)); then
  echo "Tasks $SLURM_ARRAY_TASK_MIN to $SLURM_ARRAY_TASK_MAX are not shards 1 to $shards. Submit with --array=1-$shards." >&2
  exit 2
fi

# Threads are as many as the cores that Slurm gave, not as the node has.
exec "${STEELYARD:-steelyard}" sweep "$scenario" --output "$output" --resume --yes --quiet \
  --shard "$SLURM_ARRAY_TASK_ID/$shards" \
  --threads "${SLURM_CPUS_PER_TASK:-${SLURM_CPUS_ON_NODE:-1}}"
