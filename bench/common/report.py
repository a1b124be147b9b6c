"""Medians, the printed table, the line of JSON, and the machine that figures are read with."""

import datetime
import json
import os
import pathlib
import platform
import statistics
import tempfile
import time


class Result:
    """Rows of a table, and what is compared with the aims.

    figures: name -> (value, aim as text)
    """

    def __init__(self, columns, rounds=1):
        self.columns, self.rounds, self.rows, self.figures = columns, rounds, [], {}

    def add(self, *cells):
        self.rows.append([cell_text(cell) for cell in cells])

    def figure(self, name, value, aim):
        self.figures[name] = (value, aim)


def cell_text(value):
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def medians(rounds):
    """Of a list of flat or nested dictionaries of numbers, each number's median."""
    first = rounds[0]
    if isinstance(first, dict):
        return {key: medians([each[key] for each in rounds]) for key in first}
    return statistics.median(rounds) if isinstance(first, (int, float)) else first


def alternate(sides, rounds, measure):
    """measure(side) of every side in turn, `rounds` times; the medians by side.

    In turn, so that what else the machine does meets all of them alike.
    """
    measured = {side: [] for side in sides}
    for _ in range(rounds):
        for side in sides:
            measured[side].append(measure(side))
    return {side: medians(each) for side, each in measured.items()}


def print_table(columns, rows):
    widths = [max(map(len, column)) for column in zip(columns, *rows)]
    for row in [columns, ["-" * width for width in widths], *rows]:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")


def print_result(name, result):
    of = f"median of {result.rounds}" if result.rounds > 1 else "one round"
    print(f"\n{name}: {of}\n")
    print_table(result.columns, result.rows)
    print()
    for what, (value, aim) in result.figures.items():
        print(f"{what}: {cell_text(value)} (aim: {aim})")
    line = {
        "benchmark": name,
        "rounds": result.rounds,
        "machine": machine(),
        "figures": {what: value for what, (value, _) in result.figures.items()},
        "columns": result.columns,
        "rows": result.rows,
    }
    print(json.dumps(line), flush=True)


def cpu_name():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def sync_ms():
    """Median time of writing 4 KiB and syncing it, where temporary folders are."""
    times = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(100):
            file.write(b"x" * 4096)
            file.flush()
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - start)
    return round(statistics.median(times) * 1000, 3)


def machine():
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "cpu": cpu_name(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "load": round(os.getloadavg()[0], 2),
        "fdatasyncMs": sync_ms(),
    }


def print_machine():
    print(json.dumps(machine(), indent=2))
