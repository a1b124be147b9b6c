"""Each limit that the code names stands in docs/limits.md, or in tool/bounds.txt with a reason."""

import re

from .documents import is_known, test_names
from .tree import is_test, lines_matching

PAGE = "docs/limits.md"
BOUNDS = "tool/bounds.txt"
# What a program of its own is, or what only a test runs, meets nobody.
PASSED_OVER = ("engine/simulate/", "engine/standin/", "engine/testing/")
# Rooms whose limits stand under further names than the room's own.
PREFIXES = {
    "schema": ("schema", "json"),
    "store": ("store", "jobs", "blobs"),
    "speech": ("speech", "media"),
    "server": ("server", "take_over"),
}
NOT_YET = "none yet"

LIMIT = r"(\w+_(?:max|timeout))"
CONSTANT = re.compile(r"\bconstexpr\b[^;=(){}]*?\b" + LIMIT + r"\s*[={]")
TYPE = r"[\w:]+(?:<[^;{}]*>)?(?:\s+\w+)?"
MEMBER = re.compile(r"^  +" + TYPE + r"\s+" + LIMIT + r"\s*(?:=(?!=)|\{)[^()]*;", re.MULTILINE)
ROW = re.compile(r"^\| `([\w.]+)` \|[^|\n]*\|[^|\n]*\|([^|\n]*)\|$", re.MULTILINE)
BOUND = re.compile(r"^(\S+) (\w+): (\S.*)$", re.MULTILINE)
TICKED = re.compile(r"`([^`]+)`")


def prefixes_of(path):
    """By which names a room's limits begin in the table."""
    parts = path.split("/")
    room = parts[1] if parts[0] in ("engine", "apps") else parts[0]
    return PREFIXES.get(room, (room,))


def declared(tree):
    """(path, line, name) of each limit that the code declares."""
    for path in tree.ending(".h", ".cpp"):
        if is_test(path) or path.startswith(PASSED_OVER) or "/fuzz/" in path or "/bench/" in path:
            continue
        if not path.startswith(("engine/", "apps/", "server/", "speech/", "example/")):
            continue
        code = tree.code(path)
        found = list(lines_matching(code, CONSTANT))
        if path.endswith(".h"):
            found += lines_matching(code, MEMBER)
        for line, match in found:
            yield path, line, match.group(1)


def check(tree):
    if not tree.exists(PAGE):
        return
    rows = {(name.split(".")[0], name.split(".")[-1]) for name, _ in ROW.findall(tree.text(PAGE))}
    bounds = {(path, name) for path, name, _ in BOUND.findall(tree.text(BOUNDS))}
    seen = set()
    for path, line, name in declared(tree):
        seen.add((path, name))
        is_row = any((prefix, name) in rows for prefix in prefixes_of(path))
        if not is_row and (path, name) not in bounds:
            yield path, line, f"{name} is no row of {PAGE}, and {BOUNDS} does not say why"
    for line, match in lines_matching(tree.text(BOUNDS), BOUND):
        if match.groups()[:2] not in seen:
            yield BOUNDS, line, f"{match.group(1)} declares no {match.group(2)}"
    names = test_names(tree)
    for line, match in lines_matching(tree.text(PAGE), ROW):
        cited = TICKED.findall(match.group(2))
        if match.group(2).strip() == NOT_YET:
            continue
        if not cited:
            yield PAGE, line, f"{match.group(1)} names no test that reaches it, nor `none yet`"
        for name in cited:
            if not is_known(tree, PAGE, name, names):
                yield PAGE, line, f"{match.group(1)} is reached by {name}, which is no test"
