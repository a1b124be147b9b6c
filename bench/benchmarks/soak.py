"""Mixed load on the real program for --minutes, then everything back to where it was.

Takes with typed words whose sockets are cut and resumed, readers of their events over SSE, and
plain requests. What the server holds is told before, during and after; every take checks its
events.
"""

import http.client
import random
import threading
import time

from common import programs, report, talk, watch

TALKERS = 8
SEED = 20
PATHS = ["/health", "/api/v1/director/sessions?limit=20", "/api/v1/identity/me", "/metrics",
         "/openapi.json"]


class Counts:
    """What the load did, counted over all threads."""

    def __init__(self):
        self.lock = threading.Lock()
        self.numbers = {"takes": 0, "sentences": 0, "cuts": 0, "resumed": 0, "snapshots": 0,
                        "streams": 0, "requests": 0, "holes": 0, "faults": 0}
        self.last_fault = ""

    def add(self, name, amount=1):
        with self.lock:
            self.numbers[name] += amount

    def fault(self, error):
        self.add("faults")
        self.last_fault = repr(error)


def talk_once(server, counts, dice):
    take = talk.Take(server)
    take.connect()
    counts.add("takes")
    for _ in range(dice.randint(3, 12)):
        take.say(dice.choice(talk.SENTENCES))
        counts.add("sentences")
        if dice.random() < 0.3:
            take.cut()
            counts.add("cuts")
            counts.add("resumed" if take.connect() else "snapshots")
        else:
            take.wait_for("timeline")
    if dice.random() < 0.2:
        follow(server, take.id, counts)
    take.end()
    take.cut()
    counts.add("holes", take.holes)


def follow(server, session, counts):
    """Reads the beginning of a take's events over SSE, then goes."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=15)
    connection.request("GET", f"/api/v1/director/sessions/{session}/events",
                       headers={"Authorization": f"Bearer {server.token}"})
    answer = connection.getresponse()
    if answer.status != 200 or not answer.read(20):
        counts.fault(f"SSE: {answer.status}")
    connection.close()
    counts.add("streams")


def ask_once(server, counts, dice):
    server.call("GET", dice.choice(PATHS))
    counts.add("requests")
    time.sleep(0.01)


def repeat(action, server, counts, seed, stop):
    dice = random.Random(seed)
    while not stop.is_set():
        try:
            action(server, counts, dice)
        except Exception as error:  # whatever it was, it is counted and told
            counts.fault(error)
            time.sleep(0.1)


def load_for(server, seconds, counts, on_minute):
    stop = threading.Event()
    jobs = [talk_once] * TALKERS + [ask_once] * 2
    threads = [threading.Thread(target=repeat, args=(job, server, counts, SEED + i, stop))
               for i, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    start = time.monotonic()
    while time.monotonic() < start + seconds:
        time.sleep(min(60, max(0.1, start + seconds - time.monotonic())))
        on_minute((time.monotonic() - start) / 60, watch.holdings(server))
    stop.set()
    for thread in threads:
        thread.join()


def run(options):
    counts = Counts()
    result = report.Result(["when", "processes", "files", "threads", "MiB", "takes so far"])

    def row(when, holds):
        result.add(when, *holds.values(), counts.numbers["takes"])

    with programs.running(programs.whole_server) as server:
        load_for(server, 30, Counts(), lambda *_: None)  # what is made once is made
        before = watch.settled(server)
        row("before", before)
        load_for(server, options.minutes * 60, counts,
                 lambda minutes, holds: row(f"{minutes:.0f} min", holds))
        after = watch.settled(server)
        row("after", after)
        open_connections = server.call("GET", "/health")["openConnections"]
    for name, number in counts.numbers.items():
        result.figure(name, number, "0" if name in ("holes", "faults", "snapshots") else "reported")
    if counts.last_fault:
        result.figure("last fault", counts.last_fault, "none")
    result.figure("files more than before", after["files"] - before["files"], "0")
    result.figure("MiB more than before", after["mib"] - before["mib"], "about 0")
    result.figure("connections open", open_connections, "0 or the asker's own")
    return result
