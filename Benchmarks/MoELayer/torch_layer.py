"""The layer of the benchmark in PyTorch on the CPU, for a comparison side by side.

The same shape, the same operations: norm, router, top-k, permute, experts one by one, weighted
combine, residual, balance and z-loss, forward and backward. Prints the median time of a step, and the
rate beside that of one large product of PyTorch's own.
"""
import statistics
import time

import torch
import torch.nn.functional as functional

TOKENS, HIDDEN, EXPERTS, TOP_K, WIDTH = 4096, 1024, 64, 4, 768
SIDE, ROUNDS = 3072, 5


def weights():
    generator = torch.Generator().manual_seed(1)

    def draw(*shape):
        return torch.nn.Parameter(0.02 * torch.randn(*shape, generator=generator))

    return {
        "gain": torch.nn.Parameter(torch.ones(HIDDEN)),
        "router": draw(HIDDEN, EXPERTS),
        "gate_up": [draw(HIDDEN, 2 * WIDTH) for _ in range(EXPERTS)],
        "down": [draw(WIDTH, HIDDEN) for _ in range(EXPERTS)],
    }


def layer(x, w):
    normed = functional.rms_norm(x, (HIDDEN,), w["gain"], eps=1e-6)
    logits = normed @ w["router"]
    scores = torch.softmax(logits, dim=1)
    top, chosen = torch.topk(scores, TOP_K, dim=1)
    flat = chosen.flatten()
    order = torch.argsort(flat, stable=True)
    rows = order // TOP_K
    loads = torch.bincount(flat, minlength=EXPERTS)
    parts = []
    for expert, piece in enumerate(torch.split(normed[rows], loads.tolist())):
        gate, up = (piece @ w["gate_up"][expert]).chunk(2, dim=1)
        parts.append((functional.silu(gate) * up) @ w["down"][expert])
    results = torch.cat(parts) * top.flatten()[order].unsqueeze(1)
    output = x.index_add(0, rows, results)
    balance = 0.01 * EXPERTS * (loads / (TOKENS * TOP_K) * scores.mean(0)).sum()
    return output, balance + 0.001 * logits.logsumexp(1).square().mean()


def step(x, gradient, w):
    output, losses = layer(x, w)
    torch.autograd.backward([output, losses], [gradient, torch.ones(())])


def timed(body):
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


def main():
    torch.manual_seed(2)
    x = torch.randn(TOKENS, HIDDEN, requires_grad=True)
    gradient = torch.randn(TOKENS, HIDDEN)
    w = weights()
    a, b = torch.randn(SIDE, SIDE), torch.randn(SIDE, SIDE)
    step(x, gradient, w)
    products, steps = [], []
    for _ in range(ROUNDS):
        products.append(timed(lambda: a @ b))
        steps.append(timed(lambda: step(x, gradient, w)))
    work = 3 * 2 * TOKENS * (TOP_K * HIDDEN * 3 * WIDTH + HIDDEN * EXPERTS)
    large = 2 * SIDE**3 / statistics.median(products)
    rate = work / statistics.median(steps)
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    print(f"whole step {1000 * statistics.median(steps):.0f} ms, {rate / 1e9:.1f} GFLOP/s")
    print(f"least {1000 * min(steps):.0f} ms, most {1000 * max(steps):.0f} ms")
    print(f"one product, side {SIDE}: {large / 1e9:.1f} GFLOP/s")


main()
