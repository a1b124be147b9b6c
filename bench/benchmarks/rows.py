"""POST that creates a row, durable before it is answered, beside Fastify with node:sqlite.

The same sync mode (WAL, synchronous=FULL), 64 connections. And the syncs for each acknowledged
commit with 256 writers, counted in the kernel.
"""

import re
import shutil
import subprocess

from common import http_peers, load, programs, report

NOTE = "x" * 200
SCRIPT = """
wrk.method = "POST"
wrk.body = '{"text":"%s"}'
wrk.headers["Content-Type"] = "application/json"
"""
COUNTED = "syscalls:sys_enter_fdatasync,syscalls:sys_enter_fsync"


def fastify(folder, workers):
    return http_peers.fastify(folder, workers=workers, database="notes.sqlite")


SIDES = {
    "antiphon": (programs.bench_server, 2),
    "fastify, 1 worker": (fastify, 1),
    "fastify, 2 workers": (fastify, 2),
}


def post(server, seconds, connections=64):
    script = server.folder / "post.lua"
    script.write_text(SCRIPT % NOTE)
    is_ours = isinstance(server, programs.Antiphon)
    path = "/api/v1/bench/notes" if is_ours else "/notes"
    headers = [f"Authorization: Bearer {server.token}"] if is_ours else []
    return load.requests(server, path, seconds, connections, headers, script)


def measure(side, seconds):
    make, count = SIDES[side]
    with programs.running(make, count) as server:
        post(server, 1)
        return post(server, seconds)


def syncs_per_commit(seconds):
    """Nothing where the kernel's tracepoints cannot be read."""
    if not shutil.which("perf"):
        return None
    with programs.running(programs.bench_server, 2) as server:
        post(server, 1, 256)
        command = ["perf", "stat", "-x,", "-e", COUNTED, "-p", str(server.pid)]
        counter = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        told = post(server, seconds, 256)
        counter.send_signal(2)
        counts = re.findall(r"^(\d+),", counter.communicate()[1], re.MULTILINE)
    return sum(map(int, counts)) / told["count"] if counts else None


def run(options):
    seconds = 3 if options.quick else 6
    columns = ["server", "rows/s", "rows per CPU s", "p50 ms", "p99 ms"]
    result = report.Result(columns, options.rounds)
    sides = report.alternate(SIDES, options.rounds, lambda side: measure(side, seconds))
    for side, told in sides.items():
        result.add(side, told["perSecond"], told["perCpuSecond"], told["p50Ms"], told["p99Ms"])
    ours = sides.pop("antiphon")
    for key, name in (("perSecond", "rows/s"), ("perCpuSecond", "rows per CPU s")):
        best = max(told[key] for told in sides.values())
        result.figure(f"{name}, times the better Fastify", ours[key] / best, "at least 5")
    syncs = syncs_per_commit(seconds)
    if syncs is not None:
        result.figure("syncs per acknowledged commit, 256 writers", syncs, "at most 0.05")
    return result
