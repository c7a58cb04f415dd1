"""Rate of SimuMax on a like task: estimates of DeepSeek-V2 on 3,840 devices under splits of its own.

usage: python3 simumax-rate.py CLONE [SECONDS]

CLONE is a checkout of github.com/MooreThreads/SimuMax; nothing of it is copied here.
"""

import contextlib
import io
import logging
import sys
import time

clone = sys.argv[1]
limit = float(sys.argv[2]) if len(sys.argv) > 2 else 30
sys.path.insert(0, clone)
logging.disable(logging.CRITICAL)

from simumax.core.config import ModelConfig, StrategyConfig, SystemConfig  # noqa: E402
from simumax.core.perf_llm import PerfLLM  # noqa: E402

configs = f"{clone}/configs"
tried = feasible = 0
start = time.perf_counter()
while time.perf_counter() - start < limit:
    for expert in (8, 16, 32, 64):
        for pipeline in (2, 4, 6, 10, 12):
            strategy = StrategyConfig.init_from_config_file(
                f"{configs}/strategy/ep4_pp2_dp4_mbs1.json")
            strategy.world_size, strategy.ep_size, strategy.pp_size = 3840, expert, pipeline
            tried += 1
            with contextlib.redirect_stdout(io.StringIO()):
                try:
                    model = PerfLLM()
                    model.configure(
                        strategy_config=strategy,
                        model_config=ModelConfig.init_from_config_file(
                            f"{configs}/models/deepseekv2.json"),
                        system_config=SystemConfig.init_from_config_file(
                            f"{configs}/system/a100_pcie.json"))
                    model.run_estimate()
                    model.analysis_cost()
                    model.analysis_mem()
                    feasible += 1
                except Exception as error:  # a refused split, in any of its ways
                    last = error
took = time.perf_counter() - start
print(f"SimuMax: {tried / took:.1f} plans tried a second, {feasible / took:.1f} estimated")
if feasible == 0:
    print("none was estimated; the last was refused with:", repr(last))
