"""Memory and time of Enformer at full length, 196,608 bp: random weights, each pass in a process of its own."""

from __future__ import annotations

import multiprocessing
import resource
import signal
import time
from collections.abc import Iterator
from itertools import product

import numpy as np

from benchmarks import Row
from regard.errors import RegardError

LENGTH = 196_608
LIMIT = 600  # processor seconds for one pass; a pass that takes longer is given up and has no figure
PASSES = {
    "attention": "attention from the TSS, 11 layers × 8 heads",
    "gradient": "gradient × input, activations computed again",
}


def run(
    passes: tuple[str, ...] = tuple(PASSES), limit: int = LIMIT, lengths: tuple[int, ...] = (LENGTH,)
) -> Iterator[Row]:
    for length, name in product(lengths, passes):
        receive, send = multiprocessing.get_context("spawn").Pipe(duplex=False)
        process = multiprocessing.get_context("spawn").Process(target=measure, args=(name, length, send, limit))
        process.start()
        send.close()
        try:
            parameters, built, seconds, processor, peak = receive.recv()
        except EOFError:
            process.join()
            if process.exitcode != -signal.SIGXCPU:
                raise RegardError(f"the pass {name!r} ended without figures; is there memory for it?") from None
            parameters, built, seconds, processor, peak = (np.nan,) * 5
        finally:
            process.terminate()
            process.join()
        case = f"{length:,} bp, random weights"
        if name == passes[0]:
            yield Row(case, "architecture", "parameters (M)", parameters, seconds=built)
        yield Row(case, PASSES[name], "processor seconds", processor, seconds=seconds)
        yield Row(case, PASSES[name], "peak memory (GB)", peak, seconds=seconds)


def measure(name: str, length: int, send, limit: int) -> None:
    """One pass in this process.

    Sends parameters (M), seconds to build, seconds of the pass, those of all processors together, and the peak of
    resident memory (GB).
    """
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 10))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import torch

    from regard.attribute.contributions import attention_from_tss, gradient_by_bin
    from regard.models.enformer import model as enformer

    started = time.monotonic()
    module = enformer.architecture(sequence_length=length, target_length=min(896, length // 128))
    model = enformer.genomic(module)
    parameters = sum(p.numel() for p in module.parameters()) / 1e6
    built = time.monotonic() - started
    tokens = torch.from_numpy(np.random.default_rng(0).integers(0, 4, (1, model.length)))
    started, before = time.monotonic(), time.process_time()
    (attention_from_tss if name == "attention" else gradient_by_bin)(model, tokens)
    seconds, processor = time.monotonic() - started, time.process_time() - before
    send.send((parameters, built, seconds, processor, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6))
