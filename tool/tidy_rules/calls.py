"""Names that belong to one room: Asio's machinery, child programs, waiting."""

import re

from .tree import CPP, SCRIPT, is_test, lines_matching

ASIO = re.compile(
    r"\b(steady_timer|system_timer|basic_waitable_timer|asio::thread_pool|signal_set"
    r"|tcp::(socket|acceptor|resolver)|udp::socket|stream_protocol::(socket|acceptor)"
    r"|basic_stream_socket|stream_descriptor|seq_packet_protocol)\b"
)
DETACHED = re.compile(r"\bdetached\b|\.detach\(\)")
CHILD = re.compile(r"(?<![\w.>])(v?fork|exec[lv]p?e?|popen|system|posix_spawnp?)\s*\(")
SLEEP = re.compile(r"\bthis_thread::sleep_(for|until)\b|(?<![\w.>])u?sleep\s*\(|\bnanosleep\b")
PAGE_SLEEP = re.compile(r"\bwaitForTimeout\b")

# The starter library's generator is a tool of the build: it stands outside the engine.
STARTS_PROGRAMS = ("engine/async/", "speech/", "apps/director/sample/clips/")

# (pattern, folders where it belongs, whether tests may use it, what is wrong with it elsewhere)
RULES = [
    (ASIO, ("engine/async/",), True, "belongs to engine/async, else time cannot be virtual"),
    (DETACHED, ("engine/async/",), False, "leaves work nobody awaits: spawn it in a TaskGroup"),
    (CHILD, STARTS_PROGRAMS, False, "starts a program: use spawn() of engine/async"),
    (SLEEP, (), False, "waits for time: wait for a condition with a deadline"),
]


def check(tree):
    for path in tree.ending(*CPP):
        for pattern, folders, tests_may, text in RULES:
            if path.startswith(folders) or (tests_may and is_test(path)):
                continue
            for line, match in lines_matching(tree.code(path), pattern):
                yield path, line, f"{match.group().strip(' (')} {text}"
    for path in tree.ending(*SCRIPT):
        for line, match in lines_matching(tree.text(path), PAGE_SLEEP):
            yield path, line, f"{match.group()} waits for time: wait for a condition"
