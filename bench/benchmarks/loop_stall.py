"""How late the event loops come to what is due while ffmpeg, search and backup run.

The server itself watches its loops every 20 ms (antiphon_event_loop_late_seconds), so the figure is
the upper bound of the bucket in which the p99 lies. ffmpeg runs niced at 10, as the server runs it.
"""

import contextlib
import shutil
import sqlite3
import subprocess
import threading
import time

from common import programs, report, talk, watch

FFMPEG = ["ffmpeg", "-v", "error", "-nostdin", "-re", "-f", "lavfi", "-i", "testsrc2=size=640x360",
          "-c:v", "libx264", "-preset", "veryfast", "-f", "null", "-"]


def search_on(server, stop):
    """Typed sentences: each is analysed and searched."""
    take = talk.Take(server)
    take.connect()
    for turn in range(10**9):
        if stop.is_set():
            return take.end()
        take.say(talk.SENTENCES[turn % len(talk.SENTENCES)])
        take.wait_for("timeline")


def back_up_on(server, stop):
    """Copies the database by SQLite's online backup, over and over."""
    while not stop.is_set():
        source = sqlite3.connect(server.data / "antiphon.sqlite")
        target = sqlite3.connect(server.folder / "copy.sqlite")
        with contextlib.closing(source), contextlib.closing(target):
            source.backup(target, pages=256, sleep=0.001)


@contextlib.contextmanager
def ffmpeg_running():
    if not shutil.which("ffmpeg"):
        raise programs.CannotRun("ffmpeg is not there: tool/setup installs it")
    child = subprocess.Popen(["nice", "-n10", *FFMPEG], stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        child.terminate()
        child.wait()


@contextlib.contextmanager
def working(server):
    stop = threading.Event()
    work = [search_on, search_on, back_up_on]
    threads = [threading.Thread(target=each, args=(server, stop)) for each in work]
    for thread in threads:
        thread.start()
    with ffmpeg_running():
        yield
    stop.set()
    for thread in threads:
        thread.join()


def run(options):
    seconds = 10 if options.quick else 60
    result = report.Result(["loops are", "samples", "p50 ms", "p99 ms", "p99.9 ms"])
    with programs.running(programs.whole_server) as server:
        for state, during in (("idle", contextlib.nullcontext()), ("working", working(server))):
            with during:
                time.sleep(2)
                before = watch.loop_buckets(server)
                time.sleep(seconds)
                after = watch.loop_buckets(server)
            late = [watch.lateness_ms(before, after, part) for part in (0.5, 0.99, 0.999)]
            result.add(state, after[float("inf")] - before[float("inf")], *late)
    result.figure("p99 ms of lateness, at most", late[1], "under 5")
    return result
