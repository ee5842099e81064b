"""Processor time of whole process trees, as the kernel counts it: it hardly changes with neighbours, as waiting does."""

import os
from collections.abc import Mapping
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def spent(pids: Mapping[str, int]) -> dict[str, float]:
    """Seconds of processor that each process, with all that it has started, has used until now."""
    parents: dict[int, int] = {}
    seconds: dict[int, float] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            values = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended: its parent has its time
            continue
        parents[int(folder.name)] = int(values[1])
        seconds[int(folder.name)] = sum(int(ticks) for ticks in values[11:15]) / _TICKS
    found = dict.fromkeys(pids, 0.0)
    names = {pid: name for name, pid in pids.items()}
    for pid, used in seconds.items():
        above = pid
        while above and above not in names:
            above = parents.get(above, 0)
        if above:
            found[names[above]] += used
    return found
