"""Calls of a model through gateways: straight to it, through nginx that only forwards, through
@portkey-ai/gateway, through ours with keys, budgets, prices and limits on. Two workers of nginx,
two cores of ours, Portkey's one process.

The model server gives each question back, a word a piece; every question differs, and every answer
is checked. Streams at 20 ms tell what an event costs, the call that brings a hundred included.
"""

import contextlib
import dataclasses

from common import load, model_gateways, programs, report

INTERVAL_MS = 20


@dataclasses.dataclass(frozen=True)
class Load:
    name: str
    callers: int
    is_streamed: bool = False
    interval_ms: int = 0
    words: int = 100

    def arguments(self, seconds):
        arguments = ["--connections", self.callers, "--words", self.words, "--seconds", seconds]
        if self.is_streamed:
            # Streams that begin together would have their pieces in the same moments.
            spread_ms = min(self.words * self.interval_ms, 1000 * seconds)
            arguments += ["--stream", "--spread", spread_ms]
        return arguments


ONE, MANY, MOST = (Load(f"{count} whole", count) for count in (1, 64, 256))
FAST = Load("64 streams", 64, is_streamed=True)
SHORT = Load("1 stream, 20 ms", 1, is_streamed=True, interval_ms=INTERVAL_MS, words=5)
PACED = Load("256 streams, 20 ms", 256, is_streamed=True, interval_ms=INTERVAL_MS)
LOADS = (ONE, MANY, MOST, FAST, SHORT, PACED)


class Measurement:
    """The ways in turn, and how many calls were made at both ends."""

    def __init__(self, ways, rounds, seconds):
        self.ways, self.rounds, self.seconds = ways, rounds, seconds
        self.upstream = ways["direct"]
        self.calls, self.upstream_calls = 0, 0

    def run(self, plan):
        """The figures of every way under one load."""
        self.upstream.play(intervalMs=plan.interval_ms)
        for server in self.ways.values():
            load.calls(server, *plan.arguments(1))  # what is compiled or connected at first
        return report.alternate(
            self.ways, self.rounds, lambda way: self._measure(self.ways[way], plan)
        )

    def _measure(self, server, plan):
        self.upstream.take_calls()
        before, upstream_before = server.cpu_seconds(), self.upstream.cpu_seconds()
        told = load.calls(server, *plan.arguments(self.seconds))
        cpu_us = 1e6 * (server.cpu_seconds() - before)
        upstream_us = 1e6 * (self.upstream.cpu_seconds() - upstream_before)
        self.calls += told["calls"]
        self.upstream_calls += self.upstream.take_calls()
        pieces = told["calls"] * (plan.words if plan.is_streamed else 1)
        return {
            "cpuUs": cpu_us / pieces,
            "upstreamUs": upstream_us / pieces,
            "perSecond": told["calls"] / told["seconds"],
            "piecesAnEvent": pieces / told["contentEvents"],
            "first": told["firstMs"]["p50"],
            "p50": told["wholeMs"]["p50"],
            "p99": told["wholeMs"]["p99"],
        }


def add_rows(result, plan, sides):
    direct = sides["direct"]
    for side, told in sides.items():
        added = [told[key] - direct[key] for key in ("p50", "p99")]
        first = told["first"] if plan.is_streamed else "-"
        result.add(
            side,
            plan.name,
            "-" if side == "direct" else told["cpuUs"],
            told["upstreamUs"],
            told["perSecond"],
            told["p50"],
            told["p99"],
            *added,
            first,
            told["piecesAnEvent"],
        )


def add_figures(result, measured):
    def cpu(plan, side):
        return max(measured[plan][side]["cpuUs"], 0.01)

    for plan, what, most in ((MANY, "a call", 40), (MOST, "a call", 40), (PACED, "an event", 10)):
        ours = cpu(plan, "antiphon")
        result.figure(f"{plan.name}: CPU us {what}", ours, f"at most {most}")
        result.figure(f"{plan.name}: times nginx", ours / cpu(plan, "nginx"), "at most 2")
        result.figure(f"{plan.name}: Portkey, times ours", cpu(plan, "portkey") / ours,
                      "at least 20")
    short = measured[SHORT]
    result.figure("1 stream: ms added to the first content, p50",
                  short["antiphon"]["first"] - short["direct"]["first"], "under 0.2")


def run(options):
    seconds = 3 if options.quick else 6
    result = report.Result(
        ["way", "load", "CPU us a call or event", "CPU us of the model server", "calls/s", "p50 ms",
         "p99 ms", "added p50", "added p99", "first ms p50", "pieces an event"],
        options.rounds,
    )
    with contextlib.ExitStack() as stack:
        def start(make, *arguments):
            return stack.enter_context(programs.running(make, *arguments))

        upstream = start(model_gateways.ModelServer)
        ways = {
            "direct": upstream,
            "nginx": start(model_gateways.forwarding_nginx, upstream),
            "portkey": start(model_gateways.portkey, upstream),
            "antiphon": start(model_gateways.antiphon, upstream),
        }
        measurement = Measurement(ways, options.rounds, seconds)
        measured = {plan: measurement.run(plan) for plan in LOADS}
    for plan, sides in measured.items():
        add_rows(result, plan, sides)
    add_figures(result, measured)
    result.figure("calls of callers", measurement.calls, "")
    result.figure("calls upstream", measurement.upstream_calls, "the same")
    return result
