"""Prepare one data set many times, and print the seconds that each took, as JSON.

``benchmarks.startup`` runs this file by its path, with ``python -P`` and outside the source tree:
so it times the datamaestro that is installed, in a process that has done nothing else.
"""

from __future__ import annotations

import json
import sys
import time

from datamaestro import Context


def main() -> None:
    """Time ``prepare``: the first, which imports what it needs, and as many repeats as told."""
    dataset, repeats = sys.argv[1], int(sys.argv[2])
    context = Context()
    times = []
    for _ in range(1 + repeats):
        started = time.perf_counter()
        context.prepare(dataset)
        times.append(time.perf_counter() - started)
    print(json.dumps(times))


if __name__ == "__main__":
    main()
