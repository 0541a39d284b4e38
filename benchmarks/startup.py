"""CPU time of `textgov --help` (target: under 0.3 s), and of the first imports of other commands. usage: startup.py"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
from pathlib import Path

ROUNDS = 9
TARGET = 0.3
PROGRAM = Path(sys.executable).with_name("textgov")


def cpu(*arguments: str) -> float:
    """Processor seconds, user and system, of one run; raises if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([PROGRAM, *arguments], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Print medians and the greatest of some runs."""
    missed = False
    for arguments in (("--help",), ("search", "--help"), ("annotate", "--help")):
        times = [cpu(*arguments) for _ in range(ROUNDS)]
        missed |= max(times) >= TARGET
        line = " ".join(arguments)
        print(
            f"textgov {line:<18} median {statistics.median(times):.3f} s, greatest {max(times):.3f} s of CPU"
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
