"""Chat: ten frames of about 125 bytes for each message, from an in-process cache.

One process each; ours keeps its event log. Closed loop over 100, 1,000 and 5,000 connections, and
400 messages a second over 1,000, where latency counts from the time a message was due.
"""

from common import load, programs, report

PEERS = {
    "antiphon": (programs.bench_server,),
    "ws": (programs.node_peer, "ws", "ws_chat.mjs"),
    "fastify": (programs.node_peer, "fastify", "fastify_chat.mjs"),
    "fastapi": (programs.fastapi_peer,),
}


def measure(side, connections, seconds, rate):
    make, *arguments = PEERS[side]
    with programs.running(make, *arguments) as server:
        more = ("--rate", rate) if rate else ()
        told = load.converse(server, connections, "--seconds", seconds, "--warm-up", 2, *more)
    load.check_answers(told)
    return {
        "perCpuSecond": told["answers"] / max(told["serverCpuSeconds"], 0.01),
        "perSecond": told["answers"] / told["seconds"],
        "frameBytes": told["frameBytes"],
        "lastMs": told["lastMs"],
        "rssMib": told["rssAfterKib"] / 1024,
    }


def add_rows(result, sides, connections, load_name):
    for side, told in sides.items():
        result.add(
            side,
            connections,
            load_name,
            told["perCpuSecond"],
            told["perSecond"],
            told["lastMs"]["p50"],
            told["lastMs"]["p99"],
            told["frameBytes"],
            told["rssMib"],
        )


def run(options):
    seconds = 3 if options.quick else 6
    result = report.Result(
        ["server", "connections", "load", "messages per CPU s", "messages/s", "p50 ms", "p99 ms",
         "bytes a frame", "RSS MiB"],
        options.rounds,
    )
    for connections in (100, 1000, 5000):
        sides = report.alternate(
            PEERS, options.rounds, lambda side: measure(side, connections, seconds, 0)
        )
        add_rows(result, sides, connections, "closed loop")
        ours = sides["antiphon"]["perCpuSecond"]
        aims = {"ws": "at least 5", "fastify": "", "fastapi": "at least 10"}
        for peer, aim in aims.items():
            aim = "reported" if connections == 100 or not aim else aim
            result.figure(f"times {peer}, {connections}", ours / sides[peer]["perCpuSecond"], aim)
    sides = report.alternate(PEERS, options.rounds, lambda side: measure(side, 1000, seconds, 400))
    add_rows(result, sides, 1000, "400/s")
    result.figure("paced p99 ms", sides["antiphon"]["lastMs"]["p99"], "under 1")
    return result
