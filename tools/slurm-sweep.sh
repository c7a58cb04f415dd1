#!/bin/bash
# One sweep as a Slurm job array: each task answers one shard, and one that is requeued after a node
# failure goes on where its shard was.
#
#   sbatch --array=1-64 tools/slurm-sweep.sh scenarios/mine.yaml /shared/mine.csv
#
# When all tasks are done: steelyard merge /shared/mine.csv --shards 64
#SBATCH --job-name=steelyard-sweep
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail

scenario=${1:?Name a scenario file with a sweep block.}
output=${2:?Name a CSV file in a folder that all nodes share.}
: "${SLURM_ARRAY_TASK_ID:?Submit with --array=1-N.}" "${SLURM_ARRAY_TASK_COUNT:?}"

exec "${STEELYARD:-steelyard}" sweep "$scenario" --output "$output" --resume --yes --quiet \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" ${SLURM_CPUS_PER_TASK:+--threads "$SLURM_CPUS_PER_TASK"}
