"""Programs under test as children: ours and the peers, each on a free port."""

import contextlib
import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

BENCH = pathlib.Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
BUILD = ROOT / "build" / "release"
PEERS = BENCH / "peers"
NODE = ROOT / "build" / "node" / "node_modules" / "node" / "bin" / "node"
DEBIAN_PYTHON = "/usr/bin/python3"  # the one that Debian's packages are for
START_SECONDS_MAX = 30
STOP_SECONDS_MAX = 30


class CannotRun(Exception):
    """Something that a benchmark needs is not there or did not work."""


def raise_file_limit():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < 12_000:
        raise CannotRun(f"5,000 connections need `ulimit -n` of 12000 or more, not {hard}")


def need(path, how):
    if not pathlib.Path(path).exists():
        raise CannotRun(f"{path} is not there: {how}")
    return str(path)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise CannotRun(f"{what}: not within {seconds} s")
        time.sleep(0.02)


def answers_on(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def process_tree(pid):
    """A process and all below it."""
    parents = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            parents[int(entry.name)] = int(stat_fields(entry.name)[1])
    tree, grew = {pid}, True
    while grew:
        below = {child for child, parent in parents.items() if parent in tree}
        grew = not below <= tree
        tree |= below
    return tree


def stat_fields(pid):
    """/proc/PID/stat from its third field on: the second may hold blanks (proc(5))."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


class Program:
    """A running server."""

    def __init__(self, name, command, port, folder, **more):
        self.name, self.port, self.folder = name, port, pathlib.Path(folder)
        self.log = open(self.folder / f"{name}.log", "wb")
        self.child = subprocess.Popen(
            command, stdout=self.log, stderr=self.log, process_group=0, **more
        )
        try:
            wait_until(self._is_ready, START_SECONDS_MAX, f"{name} does not listen")
        except CannotRun:
            self.stop()
            raise

    def _is_ready(self):
        if self.child.poll() is not None:
            raise CannotRun(f"{self.name} ended: {self.log_tail()}")
        return answers_on(self.port)

    @property
    def pid(self):
        return self.child.pid

    def cpu_seconds(self):
        """User and system time of all its processes, of those that have ended too."""
        ticks = 0
        for pid in process_tree(self.pid):
            with contextlib.suppress(OSError):
                ticks += sum(map(int, stat_fields(pid)[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def rss_kib(self):
        """Resident memory of the process itself."""
        return int(stat_fields(self.pid)[21]) * resource.getpagesize() // 1024

    def open_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def log_tail(self):
        return (self.folder / f"{self.name}.log").read_text(errors="replace")[-600:]

    def stop(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGTERM)
        try:
            self.child.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self.child.wait()
        self.log.close()


class Antiphon(Program):
    """Ours: `PROGRAM serve` on a data folder of its own."""

    def __init__(self, folder, program, cores, arguments=()):
        self.data = pathlib.Path(folder) / "data"
        command = [need(program, "make bench builds it"), "serve", "--data", str(self.data)]
        command += ["--cores", str(cores), "--log-level", "warning", *arguments]
        port = free_port()
        super().__init__("antiphon", [*command, "--listen", f"127.0.0.1:{port}"], port, folder)

    def _is_ready(self):
        return super()._is_ready() and self._holder().get("token")

    def _holder(self):
        with contextlib.suppress(OSError, ValueError):
            return json.loads((self.data / "server.lock").read_text())
        return {}

    @property
    def token(self):
        """The owner's."""
        return self._holder()["token"]

    def call(self, method, path, body=None, token=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token or self.token}"},
        )
        if body is not None:
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text[:1] in (b"{", b"[") else text.decode()

    def guest_tokens(self, count):
        """A file of tokens: one guest may have 50 connections."""
        path = self.folder / "tokens"
        issue = [self.call("POST", "/api/v1/identity/session-tokens", {}) for _ in range(count)]
        path.write_text("".join(each["token"] + "\n" for each in issue))
        return path


@contextlib.contextmanager
def running(make, *arguments, **named):
    """`make(folder, …)` in a folder that goes with it."""
    folder = tempfile.mkdtemp(prefix="antiphon-bench-")
    program = None
    try:
        program = make(folder, *arguments, **named)
        yield program
    finally:
        if program:
            program.stop()
        shutil.rmtree(folder, ignore_errors=True)


def bench_server(folder, cores=1, arguments=()):
    return Antiphon(folder, BUILD / "bench" / "antiphon-bench", cores, arguments)


def whole_server(folder, cores=2, arguments=()):
    return Antiphon(folder, BUILD / "antiphon", cores, arguments)


def node_peer(folder, name, script, *arguments):
    port = free_port()
    need(PEERS / "node_modules", "tool/setup bench installs the peers")
    command = [need(NODE, "tool/setup bench installs it"), PEERS / script, str(port)]
    environment = {**os.environ, "NODE_ENV": "production", "NODE_NO_WARNINGS": "1"}
    return Program(name, [*command, *map(str, arguments)], port, folder, env=environment)


def fastapi_peer(folder):
    port = free_port()
    command = [DEBIAN_PYTHON, "-m", "uvicorn", "fastapi_chat:app", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1", "--loop", "uvloop", "--http", "httptools"]
    command += ["--no-access-log", "--log-level", "warning", "--backlog", "4096"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return Program("fastapi", command, port, folder, cwd=PEERS, env=environment)
