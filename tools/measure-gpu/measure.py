"""Measures the kernels of MoE training on one accelerator, and writes a table of training kernels.

Needs PyTorch alone. The backend is the one that torch offers: CUDA or ROCm (torch.cuda), Ascend
(torch_npu), MUSA (torch_musa), else the CPU.

    python measure.py --device nvidia-h100-sxm --output kernels.csv
    steelyard validate --measurements kernels.csv
"""

import argparse
import csv
import importlib
import random
import statistics
import sys
import time

import torch

COLUMNS = [
    "device", "precision", "kernel", "pass_", "groups", "m", "n", "k", "batch", "seq", "heads",
    "kv_heads", "qk_head_dim", "v_head_dim", "bytes", "time_us", "q1_us", "q3_us", "repeats",
]
LAYER_COLUMNS = [
    "device", "part", "pass", "batch", "sequence_length", "hidden", "heads", "kv_heads", "head_dim",
    "experts", "top_k", "width", "shared_width", "vocabulary", "layers", "routing", "time_us",
    "q1_us", "q3_us", "repeats",
]


def backend():
    """The accelerator's torch device and the module that waits for it; the CPU where there is none."""
    for package in ("torch_npu", "torch_musa"):
        try:
            importlib.import_module(package)
        except ImportError:
            continue
    for name in ("cuda", "npu", "musa"):
        module = getattr(torch, name, None)
        if module is not None and module.is_available():
            return torch.device(name), module
    return torch.device("cpu"), None


class Clock:
    """Times a piece of work: warm-up, then runs until the quartiles are near or time is out."""

    def __init__(self, module, seconds):
        self.module, self.seconds = module, seconds

    def wait(self):
        if self.module is not None:
            self.module.synchronize()

    def __call__(self, work):
        for _ in range(2):
            work()
        self.wait()
        times, start = [], time.perf_counter()
        while len(times) < 5 or (len(times) < 50 and time.perf_counter() - start < self.seconds):
            begin = time.perf_counter()
            work()
            self.wait()
            times.append(1e6 * (time.perf_counter() - begin))
            low, _, high = statistics.quantiles(times, n=4) if len(times) > 1 else (0, 0, 1e9)
            if len(times) >= 5 and (high - low) / statistics.median(times) < 0.02:
                break
        low, middle, high = statistics.quantiles(times, n=4)
        return {"time_us": f"{middle:.3f}", "q1_us": f"{low:.3f}", "q3_us": f"{high:.3f}",
                "repeats": len(times)}


class Bench:
    def __init__(self, arguments):
        self.place, module = backend()
        self.clock = Clock(module, arguments.seconds)
        self.device = arguments.device
        self.type = torch.float32 if self.place.type == "cpu" else torch.bfloat16
        self.precision = "fp32" if self.type == torch.float32 else "bf16"
        self.random = random.Random(arguments.seed)
        self.points, self.small = arguments.points, arguments.small
        self.rows, self.layers = [], []

    def tensor(self, *shape, grad=False):
        return (torch.randn(*shape, device=self.place, dtype=torch.float32) * 0.05).to(
            self.type).requires_grad_(grad)

    def add(self, kernel, pass_, work, precision=None, **fields):
        row = {"device": self.device, "precision": precision or self.precision, "kernel": kernel,
               "pass_": pass_, **fields, **self.clock(work)}
        self.rows.append(row)
        print(f"{kernel} {pass_} {row['time_us']} us", file=sys.stderr)

    def size(self, low, high, step=128):
        """A size drawn evenly in its logarithm; small ones on request."""
        if self.small:
            low, high = max(16, low // 8), max(32, high // 32)
            step = 16
        return max(step, round(low * (high / low) ** self.random.random() / step) * step)

    def products(self):
        for _ in range(self.points):
            m, n, k = self.size(256, 16384), self.size(256, 16384), self.size(256, 16384)
            x, w, dy = self.tensor(m, k), self.tensor(k, n), self.tensor(m, n)
            gradient = torch.zeros(k, n, device=self.place, dtype=torch.float32)
            self.add("gemm", "forward", lambda: x @ w, groups=1, m=m, n=n, k=k)
            self.add("gemm", "dgrad", lambda: dy @ w.T, groups=1, m=m, n=k, k=n)
            self.add("gemm", "wgrad", lambda: gradient.add_(x.T @ dy), groups=1, m=k, n=n, k=m)
            self.eight_bit(x, w, m, n, k)

    def eight_bit(self, x, w, m, n, k):
        """FP8 with one scale a tensor, where torch and the device have it."""
        if self.place.type == "cpu" or not hasattr(torch, "_scaled_mm"):
            return
        try:
            a = x.to(torch.float8_e4m3fn)
            b = w.T.contiguous().to(torch.float8_e4m3fn).T
            one = torch.ones((), device=self.place)
            work = lambda: torch._scaled_mm(a, b, one, one, out_dtype=self.type)
            work()
        except (RuntimeError, AttributeError, TypeError) as error:
            print(f"no FP8 product here: {error}", file=sys.stderr)
            return
        self.add("gemm", "forward", work, precision="fp8", groups=1, m=m, n=n, k=k)

    def grouped(self):
        for _ in range(self.points):
            experts = self.random.choice([4, 8] if self.small else [8, 16, 32, 64])
            rows, n, k = self.size(64, 4096), self.size(512, 4096), self.size(512, 8192)
            xs = [self.tensor(rows, k) for _ in range(experts)]
            ws = [self.tensor(k, n) for _ in range(experts)]
            ys = [self.tensor(rows, n) for _ in range(experts)]
            sums = [torch.zeros(k, n, device=self.place) for _ in range(experts)]
            shape = {"groups": experts, "m": rows, "n": n, "k": k}
            self.add("grouped_gemm", "forward", lambda: [x @ w for x, w in zip(xs, ws)], **shape)
            self.add("grouped_gemm", "dgrad", lambda: [y @ w.T for y, w in zip(ys, ws)], **shape)
            self.add("grouped_gemm", "wgrad",
                     lambda: [s.add_(x.T @ y) for s, x, y in zip(sums, xs, ys)], **shape)

    def attention(self):
        for _ in range(self.points):
            batch, sequence = self.random.choice([1, 2, 4]), self.size(512, 16384)
            groups, width = self.random.choice([2, 4, 8]), self.random.choice([64, 128])
            heads = groups * self.random.choice([1, 4])
            q = self.tensor(batch, heads, sequence, width, grad=True)
            k = self.tensor(batch, groups, sequence, width, grad=True)
            v = self.tensor(batch, groups, sequence, width, grad=True)
            wide = lambda x: x.repeat_interleave(heads // groups, dim=1)
            attend = lambda: torch.nn.functional.scaled_dot_product_attention(
                q, wide(k), wide(v), is_causal=True)
            shape = {"batch": batch, "seq": sequence, "heads": heads, "kv_heads": groups,
                     "qk_head_dim": width, "v_head_dim": width}
            with torch.no_grad():
                self.add("attention", "forward", attend, **shape)
            result = attend()
            slope = torch.ones_like(result)
            self.add("attention", "backward", lambda: torch.autograd.grad(
                result, (q, k, v), slope, retain_graph=True), **shape)

    def memory(self):
        for _ in range(self.points):
            rows, width = self.size(1024, 32768), self.size(512, 8192)
            x, y = self.tensor(rows, width), self.tensor(rows, width)
            plane = x.numel() * x.element_size()
            order = torch.randperm(rows, device=self.place)
            gate = self.tensor(rows, 2 * width)
            self.add("residual", "forward", lambda: x.add_(y), bytes=3 * plane)
            self.add("permute", "forward", lambda: x[order], bytes=2 * plane)
            self.add("feed_forward_norm", "forward",
                     lambda: torch.nn.functional.rms_norm(x, (width,)), bytes=2 * plane)
            self.add("activation", "forward",
                     lambda: torch.nn.functional.silu(gate[:, :width]) * gate[:, width:],
                     bytes=3 * plane)

    def whole_layers(self):
        for _ in range(max(1, self.points // 4)):
            for skew in (0.0, 1.0):
                self.whole_layer(skew)

    def whole_layer(self, skew):
        """A layer with experts, forward and backward; loads even or by Zipf's law."""
        experts, k = (4, 2) if self.small else (32, 4)
        tokens, hidden, width = self.size(2048, 16384), self.size(1024, 4096), self.size(512, 2048)
        shares = torch.tensor([1 / (1 + i) ** skew for i in range(experts)])
        choice = torch.multinomial(shares.repeat(tokens, 1), k).to(self.place)
        up = self.tensor(experts, hidden, 2 * width, grad=True)
        down = self.tensor(experts, width, hidden, grad=True)
        router = self.tensor(hidden, experts, grad=True)
        x = self.tensor(tokens, hidden, grad=True)

        def forward():
            y = torch.nn.functional.rms_norm(x, (hidden,))
            weights = torch.softmax((y @ router).float(), dim=-1).gather(1, choice).to(self.type)
            order = choice.flatten().argsort(stable=True)
            counts = torch.bincount(choice.flatten(), minlength=experts).tolist()
            rows, parts, start = y[order // k], [], 0
            for expert, count in enumerate(counts):
                gate, value = (rows[start:start + count] @ up[expert]).chunk(2, dim=-1)
                parts.append((torch.nn.functional.silu(gate) * value) @ down[expert])
                start += count
            scaled = torch.cat(parts) * weights.flatten()[order].unsqueeze(1)
            return x + torch.zeros_like(x).index_add(0, order // k, scaled)

        fields = {"device": self.device, "part": "experts", "batch": 1,
                  "sequence_length": tokens, "hidden": hidden, "heads": 0, "kv_heads": 0,
                  "head_dim": 0, "experts": experts, "top_k": k, "width": width,
                  "shared_width": 0, "vocabulary": 0, "layers": 0,
                  "routing": f"zipf {skew:g}" if skew else "balanced"}
        with torch.no_grad():
            self.layers.append({**fields, "pass": "forward", **self.clock(forward)})
        result = forward()
        slope = torch.ones_like(result)
        self.layers.append({**fields, "pass": "backward", **self.clock(
            lambda: torch.autograd.grad(result, (x, up, down, router), slope, retain_graph=True))})


def save(path, columns, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", required=True, help="name of the device's profile")
    parser.add_argument("--output", default="kernels.csv", help="table of kernels")
    parser.add_argument("--layers", default="layers.csv", help="table of whole layers")
    parser.add_argument("--points", type=int, default=24, help="shapes of each family")
    parser.add_argument("--seconds", type=float, default=1.0, help="longest time for one kernel")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--small", action="store_true", help="small shapes, to try the script")
    bench = Bench(parser.parse_args())
    torch.manual_seed(1)
    print(f"torch {torch.__version__} on {bench.place}, {bench.precision}", file=sys.stderr)
    arguments = parser.parse_args()
    for family in (bench.products, bench.grouped, bench.attention, bench.memory,
                   bench.whole_layers):
        family()
        save(arguments.output, COLUMNS, bench.rows)
        save(arguments.layers, LAYER_COLUMNS, bench.layers)


if __name__ == "__main__":
    main()
