# The hold model of this benchmark in SimPy: events a second by law and number of pending events.
#
# usage: python3 simpy-hold.py     (a Python that has simpy; run.sh looks for one)

import math
import statistics
import time

import simpy

EVENTS = 50_000
RUNS = 3


def quantile(law, part):
    if law == "uniform":
        return part * 1e6
    if law == "exponential":
        return -math.log(1 - part) * 1e6
    if law == "bimodal":
        return part * 16 / 15 * 65536 if part < 15 / 16 else (part * 16 - 15) * 67108864
    if law == "pareto":
        return 1e4 * (1 - part) ** (-1 / 1.1)
    return 1e6


SPREAD = {"uniform": 1023, "exponential": 1023, "bimodal": 63, "pareto": 1023, "simultaneous": 0}


def draw(law, count):
    """Delays as the other sides draw them, drawn beforehand: they are no part of the time."""
    quantiles = [int(quantile(law, (index + 0.5) / 1024)) for index in range(1024)]
    state = 88172645463325252
    delays = []
    for _ in range(count):
        state ^= state << 13 & 0xFFFFFFFFFFFFFFFF
        state ^= state >> 7
        state ^= state << 17 & 0xFFFFFFFFFFFFFFFF
        delays.append(quantiles[state >> 54] + (state & SPREAD[law]))
    return delays


def hold(pending, delays):
    environment = simpy.Environment()
    nodes = [0] * 1024
    left = iter(delays)

    def schedule(node):
        environment.timeout(next(left), node).callbacks.append(taken)

    def taken(event):
        node = event.value
        nodes[node] = nodes[node] * 31 + environment.now & 0xFFFFFFFFFFFFFFFF
        schedule(nodes[node] & 1023)

    for index in range(pending):
        schedule(index & 1023)
    start = time.thread_time()
    for _ in range(EVENTS):
        environment.step()
    return EVENTS / (time.thread_time() - start)


print("delays        pending   SimPy M/s")
for law in SPREAD:
    for pending in (64, 1024, 16_384, 262_144):
        delays = draw(law, pending + EVENTS)
        rate = statistics.median(hold(pending, delays) for _ in range(RUNS))
        print(f"{law:12} {pending:8} {rate * 1e-6:11.2f}")
