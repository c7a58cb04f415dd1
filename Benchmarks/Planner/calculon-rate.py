"""Rate of Calculon on a like search: every legal split of GPT-3 175B over 64 devices, in its own space.

usage: python3 calculon-rate.py CLONE [SECONDS]

CLONE is a checkout of github.com/calculon-ai/calculon; nothing of it is copied here. Plans are tried in the
order of its own search until the time is over; a plan counts where Calculon gives a time.
"""

import json
import logging
import sys
import time

clone = sys.argv[1]
limit = float(sys.argv[2]) if len(sys.argv) > 2 else 30
sys.path.insert(0, clone)

import calculon  # noqa: E402
from calculon.llm.llm import Llm  # noqa: E402
from calculon.llm.optimal_execution import OptimalExecution  # noqa: E402

for quiet in (False, True):
    logger = logging.Logger("calculon", logging.WARNING if quiet else logging.DEBUG)
    logger.addHandler(logging.NullHandler())
    app = Llm.Application(json.load(open(f"{clone}/models/gpt3-175B.json")))
    system = calculon.System(json.load(open(f"{clone}/systems/h100_80g_nvl8.json")))
    tried = feasible = 0
    start = time.perf_counter()
    execution = json.load(open(f"{clone}/examples/3072_t4_p64_d12_mbs4_full.json"))
    while time.perf_counter() - start < limit:
        for tensor in (1, 2, 4, 8):
            for pipeline in (1, 2, 4, 8, 16):
                data = 64 // tensor // pipeline
                if data < 2 or tensor * pipeline * data != 64:
                    continue
                for micro in (1, 2, 4):
                    execution.update(
                        num_procs=64, tensor_par=tensor, pipeline_par=pipeline, data_par=data,
                        batch_size=64 * 48, microbatch_size=micro, pipeline_interleaving=1)
                    tried += 1
                    model = Llm(app, logger)
                    try:
                        model.compile(system, Llm.Execution.from_json(execution))
                        model.run(system)
                        feasible += 1
                    except Llm.Error:
                        pass
    took = time.perf_counter() - start
    name = "logger silenced" if quiet else "as shipped"
    print(f"Calculon, {name}: {tried / took:.1f} plans tried a second, {feasible / took:.1f} with a time")
