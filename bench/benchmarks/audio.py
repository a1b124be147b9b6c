"""1,000 sessions that speak at once: 20 ms frames on schedule, one event answered for each; latency
from the time a frame was to be sent. Two event loops, as on any machine of two cores."""

from common import load, programs, report

SESSIONS = 1000
FRAMES_PER_SECOND = 50


def measure(seconds):
    with programs.running(programs.bench_server, cores=2) as server:
        told = load.converse(
            server, SESSIONS, "--speak", "--frames", 1, "--rate", SESSIONS * FRAMES_PER_SECOND,
            "--warm-up", 3, "--seconds", seconds,
        )
    return load.check_answers(told, quiet=False)


def run(options):
    seconds = 5 if options.quick else 60
    rounds = min(options.rounds, 3)
    told = report.medians([measure(seconds) for _ in range(rounds)])
    result = report.Result(["sessions", "events", "p50 ms", "p99 ms", "p99.9 ms", "server CPU s",
                            "client CPU s"], rounds)
    result.add(SESSIONS, told["answers"], told["lastMs"]["p50"], told["lastMs"]["p99"],
               told["lastMs"]["p999"], told["serverCpuSeconds"], told["loadCpuSeconds"])
    result.figure("added p99 ms", told["lastMs"]["p99"], "at most 20")
    return result
