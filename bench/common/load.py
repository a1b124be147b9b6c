"""Puts load on a server: bench_load for sockets, wrk for HTTP."""

import json
import re
import shutil
import subprocess

from .programs import BUILD, Antiphon, CannotRun, need

CONNECTIONS_PER_GUEST = 45


def run_to_end(command):
    ran = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if ran.returncode != 0:
        raise CannotRun(f"{command[0]}: {ran.stderr.strip() or ran.stdout.strip()}")
    return ran.stdout


def sockets(server, mode, connections, *arguments):
    """What bench_load tells of a run against `server`."""
    command = [need(BUILD / "bench" / "bench_load", "make bench builds it"), mode]
    command += ["--port", server.port, "--server", server.pid]
    if isinstance(server, Antiphon):
        tokens = server.guest_tokens(connections // CONNECTIONS_PER_GUEST + 1)
        command += ["--native", "--path", "/ws/bench", "--tokens", tokens]
    else:
        command += ["--path", "/ws/s{i}/c{i}"]
    return json.loads(run_to_end([*command, *arguments]))


def converse(server, connections, *arguments):
    return sockets(server, "converse", connections, "--connections", connections, *arguments)


def check_answers(told, quiet=True):
    """A run counts only if every frame was right and, with `quiet`, nothing else came."""
    faults = {key: told[key] for key in ("wrong", "unanswered", "ended") if told[key]}
    if quiet and told["other"]:
        faults["other"] = told["other"]
    if faults:
        raise CannotRun(f"wrong answers: {faults}")
    return told


def calls(server, *arguments):
    """What bench_load tells of calls of a model over `server`, whose callers have `server.key`."""
    keys = server.folder / "keys"
    keys.write_text(server.key + "\n")
    command = [need(BUILD / "bench" / "bench_load", "make bench builds it"), "calls"]
    command += ["--port", server.port, "--tokens", keys]
    command += [part for header in server.headers for part in ("--header", header)]
    try:
        return json.loads(run_to_end([*command, *arguments]))
    except CannotRun as error:
        raise CannotRun(f"{server.name}: {error}") from error


WRK_LATENCY = re.compile(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s)\s*$", re.MULTILINE)
# Slow answers, which wrk counts as timeouts, are an outcome and no fault.
SOCKET_ERROR = re.compile(r"Socket errors: (?!connect 0, read 0, write 0)")
UNIT_MS = {"us": 0.001, "ms": 1, "s": 1000}


def requests(server, path, seconds, connections=64, headers=(), script=None):
    """Requests by wrk over kept connections, and the CPU time they cost the server."""
    if not shutil.which("wrk"):
        raise CannotRun("wrk is not there: tool/setup bench installs it")
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    command += [f"-H{header}" for header in headers] + (["-s", script] if script else [])
    before = server.cpu_seconds()
    text = run_to_end([*command, f"http://127.0.0.1:{server.port}{path}"])
    cpu = server.cpu_seconds() - before
    if "Non-2xx" in text or SOCKET_ERROR.search(text):
        raise CannotRun(f"{server.name} {path}: {text}")
    count = int(re.search(r"(\d+) requests in", text).group(1))
    if count == 0:
        raise CannotRun(f"{server.name} {path}: no answer came")
    latency = {rank: float(time) * UNIT_MS[unit] for rank, time, unit in WRK_LATENCY.findall(text)}
    return {
        "perCpuSecond": count / max(cpu, 0.01),
        "perSecond": float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)),
        "count": count,
        "p50Ms": latency["50"],
        "p99Ms": latency["99"],
    }
