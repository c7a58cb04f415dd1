#!/bin/sh
# The event queues beside a C++ priority queue and, where there is one, SimPy.
#
# usage: ./run.sh                     (a Swift toolchain and g++)
#        PYTHON=.../bin/python ./run.sh   (a Python that has simpy; python3 unless told)
set -e
cd "$(dirname "$0")"
swift run -c release EventQueueBenchmark
python="${PYTHON:-python3}"
if "$python" -c 'import simpy' 2>/dev/null; then
  "$python" simpy-hold.py
else
  echo "SimPy left out: $python does not have it."
fi
