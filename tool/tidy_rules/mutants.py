"""Each row of the mutation table (test/mutants.txt) still finds the line that it takes away."""

from mutant_table import TABLE, parse_table


def check(tree):
    rows, faults = parse_table(tree.text(TABLE)) if tree.exists(TABLE) else ([], [])
    for line, text in faults:
        yield TABLE, line, text
    for row in rows:
        count = tree.text(row.file).count(row.take) if tree.exists(row.file) else 0
        if count != 1:
            yield TABLE, row.line, f"{row.id}: its text is {count} times in {row.file}, not once"
