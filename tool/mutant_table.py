"""The mutation table (test/mutants.txt) as values; tool/mutants runs it, the tidy test reads it.

A row is a block of `key: value` lines; blocks are parted by an empty line; `#` begins a comment.
A key given again adds a line to its value. Leading spaces after the first one belong to the value.
"""

import dataclasses

TABLE = "test/mutants.txt"
KEYS = ("id", "guarantee", "file", "take", "give", "build", "test")
OPTIONAL = ("give", "build")  # nothing in its place; build what `test` names


@dataclasses.dataclass
class Mutant:
    line: int  # where the row begins in the table
    id: str
    guarantee: str  # what the line gives, in words
    file: str
    take: str  # exact text, once in the file
    give: str  # what stands there instead
    build: str  # build targets
    test: str  # a name that ctest knows, then optionally a GoogleTest filter

    @property
    def test_name(self):
        return self.test.split()[0]

    @property
    def filter(self):
        return (self.test.split() + ["*"])[1]


def parse_block(number, lines):
    """(Mutant, None) or (None, what is wrong with the block)."""
    values = {}
    for line in lines:
        key, colon, value = line.partition(":")
        if not colon or key not in KEYS:
            return None, f"`{line}` is none of {', '.join(KEYS)}"
        value = value.removeprefix(" ")
        values[key] = f"{values[key]}\n{value}" if key in values else value
    missing = [key for key in KEYS if key not in OPTIONAL and not values.get(key)]
    if missing:
        return None, f"the row lacks {', '.join(missing)}"
    values.setdefault("give", "")
    values.setdefault("build", values["test"].split()[0])
    return Mutant(line=number, **values), None


def parse_table(text):
    """(rows, [(line, fault)])."""
    rows, faults, block, first = [], [], [], 1
    for number, line in enumerate(text.splitlines() + [""], 1):
        if line.startswith("#"):
            continue
        if line:
            first = first if block else number
            block.append(line)
        elif block:
            row, fault = parse_block(first, block)
            rows += [row] if row else []
            faults += [(first, fault)] if fault else []
            block = []
    known = [row.id for row in rows]
    faults += [(r.line, f"the id {r.id} is given twice") for r in rows if known.count(r.id) > 1]
    return rows, faults
