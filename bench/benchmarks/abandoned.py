"""1,000 takes that were begun and left.

A sentence, some sound, then the connection is cut and nobody comes back. Nothing may go on working
for them, and what they hold may not grow.
"""

import time

from common import programs, report, talk, watch

TAKES = 1000
SOUND_SAMPLES = 320


def abandon(server, count):
    for number in range(count):
        take = talk.Take(server)
        take.connect()
        take.say(talk.SENTENCES[number % len(talk.SENTENCES)])
        take.speak(SOUND_SAMPLES)
        take.cut()


def run(options):
    seconds = 10 if options.quick else 60
    result = report.Result(["when", "processes", "files", "threads", "MiB", "CPU s"])

    def row(when, holds, cpu=0.0):
        result.add(when, *holds.values(), cpu)

    with programs.running(programs.whole_server) as server:
        abandon(server, 20)  # what is made once is made
        before = watch.settled(server)
        row("before", before)
        abandon(server, TAKES)
        left = watch.settled(server)
        row("left", left)
        cpu = server.cpu_seconds()
        time.sleep(seconds)
        cpu = server.cpu_seconds() - cpu
        after = watch.holdings(server)
        row(f"{seconds} s later", after, cpu)
    result.figure("CPU of all that is left, % of a core", 100 * cpu / seconds, "none busy")
    result.figure("files more than before", after["files"] - before["files"], "0")
    result.figure("MiB more while left", after["mib"] - left["mib"], "flat")
    result.figure("KiB of an abandoned take", 1024 * (left["mib"] - before["mib"]) / TAKES,
                  "reported")
    return result
