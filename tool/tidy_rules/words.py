"""Words that have no place in the project (tool/words.txt)."""

import re

from .tree import CPP, lines_matching

TABLE = "tool/words.txt"
EXEMPT = (TABLE, "tool/tidy_test.py", "LICENSE")


def banned(tree):
    """(pattern, only in C++, why) of each row `pattern  ->  why`."""
    if not tree.exists(TABLE):
        return
    for line in tree.text(TABLE).splitlines():
        if line and not line.startswith("#"):
            pattern, _, why = line.partition("  ->  ")
            cpp_only = pattern.startswith("C++ ")
            yield re.compile(pattern.removeprefix("C++ ").strip()), cpp_only, why.strip()


def check(tree):
    table = list(banned(tree))
    for path in tree.files:
        if path in EXEMPT:
            continue
        for pattern, cpp_only, why in table:
            if cpp_only and not path.endswith(CPP):
                continue
            for line, match in lines_matching(tree.text(path), pattern):
                yield path, line, f"{match.group().strip()}: {why}"
