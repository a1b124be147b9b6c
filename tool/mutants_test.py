#!/usr/bin/env python3
"""The mutation runner judges rightly, and its table is read rightly."""

import importlib.machinery
import importlib.util
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
LOADER = importlib.machinery.SourceFileLoader("mutants", str(HERE / "mutants"))
mutants = importlib.util.module_from_spec(importlib.util.spec_from_loader("mutants", LOADER))
LOADER.exec_module(mutants)

TABLE = """# a comment
id: bound
guarantee: the box is bounded
file: box.cpp
take:   if (full()) return false;
take:   push();
give:   push();
build: box_test
test: box_test Box.*
"""


class ScriptedCopy(mutants.Copy):
    """A copy whose build and test answer from lists, first for the unchanged tree."""

    def __init__(self, root, builds, tests):
        self.root, self.builds, self.tests = pathlib.Path(root), builds, tests

    def build(self, row):
        return self.builds.pop(0)

    def test(self, row):
        return self.tests.pop(0)


class Table(unittest.TestCase):
    def test_reads_a_row(self):
        (row,), faults = mutants.parse_table(TABLE)
        self.assertEqual(faults, [])
        self.assertEqual(row.take, "  if (full()) return false;\n  push();")
        self.assertEqual((row.line, row.test_name, row.filter), (2, "box_test", "Box.*"))

    def test_names_what_is_wrong(self):
        self.assertEqual(mutants.parse_table("id: a\ncolour: b\n")[1][0][0], 1)
        self.assertIn("lacks", mutants.parse_table("\nid: a\n")[1][0][1])
        self.assertIn("twice", mutants.parse_table(TABLE + "\n" + TABLE)[1][0][1])


class Verdict(unittest.TestCase):
    def judge(self, builds, tests, source="  if (full()) return false;\n  push();\n"):
        (row,), _ = mutants.parse_table(TABLE)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "box.cpp")
            path.write_text(source)
            copy = ScriptedCopy(folder, builds, tests)
            before = mutants.faults_before(copy, [row, row])
            verdict = before[row.build, row.test] or mutants.try_row(copy, row)
            self.assertEqual((copy.builds, copy.tests), ([], []), "all that was wanted was asked")
            self.assertEqual(path.read_text(), source, "the file is put back")
        return verdict

    def test_a_red_test_kills(self):
        self.assertIsNone(self.judge([(0, ""), (0, "")], [(0, ""), (8, "")]))

    def test_a_test_that_hangs_kills(self):
        self.assertIsNone(self.judge([(0, ""), (0, "")], [(0, ""), (None, "")]))

    def test_a_green_test_does_not(self):
        self.assertIn("stays green", self.judge([(0, ""), (0, "")], [(0, ""), (0, "")]))

    def test_what_does_not_build_proves_nothing(self):
        self.assertIn("does not build", self.judge([(0, ""), (1, "")], [(0, "")]))
        self.assertIn("does not build", self.judge([(1, "")], []))

    def test_a_test_that_was_red_before_proves_nothing(self):
        self.assertIn("red without", self.judge([(0, "")], [(8, "")]))

    def test_a_filter_that_selects_nothing_proves_nothing(self):
        self.assertIn("selects no test", self.judge([(0, "")], [(0, "Running 0 tests from")]))

    def test_a_line_that_is_gone_survives(self):
        self.assertIn("0 times", self.judge([(0, "")], [(0, "")], source="push();\n"))


if __name__ == "__main__":
    unittest.main()
