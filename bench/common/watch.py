"""What a server's processes hold, and how late its event loops were."""

import contextlib
import os
import re
import resource
import time

from .programs import process_tree, stat_fields


def holdings(server):
    """Open files, threads and resident MiB of a server and its children."""
    files = threads = pages = 0
    for pid in process_tree(server.pid):
        with contextlib.suppress(OSError):
            files += len(os.listdir(f"/proc/{pid}/fd"))
            fields = stat_fields(pid)
            threads += int(fields[17])
            pages += int(fields[21])
    return {"files": files, "threads": threads,
            "rssMib": pages * resource.getpagesize() / 2**20}


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
