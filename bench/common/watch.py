"""What a server's processes hold, and how late its event loops were."""

import contextlib
import os
import pathlib
import re
import time

from .programs import process_tree, stat_fields


def holdings(server):
    """Processes, open files, threads and MiB of a server and its children.

    Memory is proportional (PSS): what forked children share is counted once.
    """
    sums = {"processes": 0, "files": 0, "threads": 0, "mib": 0.0}
    for pid in process_tree(server.pid):
        with contextlib.suppress(OSError):
            sums["files"] += len(os.listdir(f"/proc/{pid}/fd"))
            sums["threads"] += int(stat_fields(pid)[17])
            rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
            sums["mib"] += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE).group(1)) / 1024
            sums["processes"] += 1
    return sums


def settled(server, seconds_max=60):
    """Holdings once the number of files has stood still for three seconds, or the time is up."""
    deadline = time.monotonic() + seconds_max
    seen, since = holdings(server), time.monotonic()
    while time.monotonic() < min(since + 3, deadline):
        time.sleep(0.5)
        now = holdings(server)
        if now["files"] != seen["files"]:
            since = time.monotonic()
        seen = now
    return seen


BUCKET = re.compile(
    r'^antiphon_event_loop_late_seconds_bucket\{core="(\d+)",le="([^"]+)"\} (\d+)', re.MULTILINE
)


def loop_buckets(server):
    """{upper bound in seconds: how often a loop was at most that late}, all cores."""
    buckets = {}
    for _, bound, count in BUCKET.findall(server.call("GET", "/metrics")):
        bound = float("inf") if bound == "+Inf" else float(bound)
        buckets[bound] = buckets.get(bound, 0) + int(count)
    return buckets


def lateness_ms(before, after, part):
    """The bucket's upper bound below which `part` of the samples in between lie."""
    grown = {bound: after[bound] - before.get(bound, 0) for bound in sorted(after)}
    for bound, count in grown.items():
        if count >= part * grown[float("inf")]:
            return bound * 1000
    return 0.0
