"""1,000 readers of one session, of whom 100 stop reading for 60 s."""

from common import load, programs, report

READERS = 1000
STALLED = 100


def measure(before, stall):
    with programs.running(programs.bench_server) as server:
        times = ("--before", before, "--stall", stall)
        return load.sockets(
            server, "readers", READERS, "--readers", READERS, "--stalled", STALLED, *times
        )


def run(options):
    before, stall = (5, 20) if options.quick else (20, 60)
    rounds = min(options.rounds, 3)
    told = report.medians([measure(before, stall) for _ in range(rounds)])
    result = report.Result(["what", "value"], rounds)
    for key, value in told.items():
        result.add(key, value if isinstance(value, (int, float)) else str(value))
    result.figure("KiB of a stalled reader", told["kibPerStalled"], "at most 64")
    result.figure("others' p99, times that before", told["p99DuringMs"] / told["p99BeforeMs"],
                  "at most 1.2")
    result.figure("readers with every final", told["complete"], f"{READERS}")
    result.figure("holes", told["holes"], "0")
    return result
