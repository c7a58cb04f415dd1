#!/bin/bash
# Does a sweep under mpirun survive the death of a rank? Kills one of two ranks in the middle, resumes with
# two, and compares the file with that of one process: ./mpi.sh PROGRAM
# The program must be built with STEELYARD_MPI=1.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
steelyard=$(realpath "${1:?Name the program.}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
run() {
  mpirun -n 2 --oversubscribe --bind-to none "$steelyard" sweep "$here/scenario.yaml" --shards 8 \
    --threads 1 --quiet --output "$folder/sweep.csv" "$@"
}
done_shards() { find "$folder" -name 'sweep.*-of-8.csv' | wc -l; }

run > "$folder/log" 2>&1 &
launcher=$!
until (($(done_shards) >= 2)); do
  kill -0 "$launcher" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
  sleep 0.02
done
kill -9 "$(pgrep --parent "$launcher" | tail -1)"
if wait "$launcher"; then
  echo "The sweep was over before the rank was killed." >&2
  exit 1
fi
before=$(done_shards)
run --resume
"$steelyard" sweep "$here/scenario.yaml" --output "$folder/unbroken.csv" --quiet
cmp "$folder/sweep.csv" "$folder/unbroken.csv"
echo "the same bytes after a rank was killed with $before of 8 shards done"
