"""Memory of an idle connection: 5,000 of them, each with a live session, after 10 messages each and
30 s of rest; no TLS, without what the kernel holds."""

from benchmarks.chat import PEERS
from common import load, programs, report

CONNECTIONS = 5000


def measure(side, rest):
    make, *arguments = PEERS[side]
    with programs.running(make, *arguments) as server:
        told = load.converse(
            server, CONNECTIONS, "--warm-up", 0, "--seconds", 5, "--at-most", 10, "--rest", rest
        )
    load.check_answers(told)
    grown = told["rssAfterKib"] - told["rssBeforeKib"]
    silent = told["rssConnectedKib"] - told["rssBeforeKib"]
    return {
        "kib": grown / CONNECTIONS,
        "kibBefore": silent / CONNECTIONS,
        "baseMib": told["rssBeforeKib"] / 1024,
    }


def run(options):
    rest = 3 if options.quick else 30
    rounds = min(options.rounds, 3)  # memory repeats better than time
    result = report.Result(
        ["server", "KiB each", "KiB each before a message", "MiB without any"], rounds
    )
    sides = report.alternate(PEERS, rounds, lambda side: measure(side, rest))
    for side, told in sides.items():
        result.add(side, told["kib"], told["kibBefore"], told["baseMib"])
    result.figure("KiB of an idle connection", sides["antiphon"]["kib"], "at most 4")
    return result
