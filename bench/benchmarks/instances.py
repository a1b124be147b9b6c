"""Calls of a model through ours: over kept connections and over new ones, each question asked by
itself and shared by all who ask the same, to one, two and three instances that take eight calls at
a time. The model server gives the question back after 20 ms."""

import contextlib

from common import load, model_gateways, programs, report

CALLERS = 24
CALLS_OF_AN_INSTANCE = 8
ANSWER_MS = 20
WIDE = 512  # calls at a time where no instance shall be full


def measure(server, upstream, seconds, arguments):
    load.calls(server, "--connections", CALLERS, "--seconds", 1, *arguments)
    upstream.take_calls()
    before = server.cpu_seconds()
    told = load.calls(server, "--connections", CALLERS, "--seconds", seconds, *arguments)
    return {
        "cpuUs": 1e6 * (server.cpu_seconds() - before) / told["calls"],
        "perSecond": told["calls"] / told["seconds"],
        "p50": told["wholeMs"]["p50"],
        "p99": told["wholeMs"]["p99"],
        "upstream": upstream.take_calls() / told["calls"],
        "rssMib": server.rss_kib() / 1024,
    }


def sides():
    """{name: (settings of ours, behaviour of the model server, arguments of the load)}"""
    wide, slow = {"concurrency_max": WIDE}, {"delayHeadMs": ANSWER_MS}
    narrow = {"concurrency_max": CALLS_OF_AN_INSTANCE}
    return {
        "kept connections": (wide, slow, ()),
        "a connection for each call": (wide, {**slow, "headers": {"Connection": "close"}}, ()),
        "all ask the same, shared": (wide, slow, ("--same",)),
        **{
            f"{count} of 8 calls": ({**narrow, "instances": count}, slow, ())
            for count in (1, 2, 3)
        },
    }


def run(options):
    seconds = 3 if options.quick else 6
    result = report.Result(
        ["way", "CPU us a call", "calls/s", "p50 ms", "p99 ms", "calls upstream a call", "RSS MiB"],
        options.rounds,
    )
    with contextlib.ExitStack() as stack:
        upstream = stack.enter_context(programs.running(model_gateways.ModelServer))

        def measure_side(side):
            settings, behaviour, arguments = sides()[side]
            upstream.play(**behaviour)
            with programs.running(model_gateways.antiphon, upstream, **settings) as server:
                return measure(server, upstream, seconds, arguments)

        measured = report.alternate(sides(), options.rounds, measure_side)
    for side, told in measured.items():
        result.add(side, *told.values())
    result.figure("p50 of one instance, times that of three",
                  measured["1 of 8 calls"]["p50"] / measured["3 of 8 calls"]["p50"], "about 3")
    return result
