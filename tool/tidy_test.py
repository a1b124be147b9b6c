#!/usr/bin/env python3
"""Plants each violation in a small tree of its own and sees the tidy test find it."""

import importlib.machinery
import importlib.util
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
LOADER = importlib.machinery.SourceFileLoader("tidy", str(HERE / "tidy"))
tidy = importlib.util.module_from_spec(importlib.util.spec_from_loader("tidy", LOADER))
LOADER.exec_module(tidy)

# A tree without a violation: two rooms, an app, the server.
CLEAN = {
    "tool/edges.txt": "# rooms\nbase:\nhttp: base\nasync: base\ntesting: base http\n",
    "tool/words.txt": (HERE / "words.txt").read_text(),
    "engine/base/README.md": "# base\n[http](../http/README.md)\n",
    "engine/base/CMakeLists.txt": "antiphon_room(base)\n",
    "engine/base/ids.h": "#pragma once\nint next_id();\n",
    "engine/base/ids.cpp": '#include "engine/base/ids.h"\nint next_id() { return 1; }\n',
    "engine/http/README.md": (
        "# http\n| E-10 | answers | `Http.answers`, `Http.ans*`, `http_test.cpp` |\n"
    ),
    "engine/http/CMakeLists.txt": "antiphon_room(http)\n",
    "engine/http/http_test.cpp": '#include "engine/base/ids.h"\nTEST(Http, answers) {}\n',
    "engine/async/README.md": "# async\n",
    "engine/async/CMakeLists.txt": "antiphon_room(async)\n",
    "engine/testing/README.md": "# testing\n",
    "engine/testing/CMakeLists.txt": "antiphon_room(testing)\n",
    "engine/testing/flow.h": '#pragma once\n#include "engine/base/ids.h"\n',
    "apps/echo/README.md": "# echo\n",
    "apps/echo/CMakeLists.txt": "antiphon_app(echo)\n",
    "apps/echo/echo.h": "#pragma once\n",
    "apps/echo/echo.cpp": '#include "apps/echo/echo.h"\n#include "engine/base/ids.h"\n',
    "apps/echo/take/take.h": "#pragma once\n",
    "apps/echo/test/echo_test.cpp": '#include "engine/testing/flow.h"\n',
    "apps/echo/migrations/0001_takes.sql": "CREATE TABLE takes (id TEXT);\n",
    "server/main.cpp": '#include "apps/echo/echo.h"\nint main() {}\n',
    "test/mutants.txt": (
        "id: ids\nguarantee: ids grow\nfile: engine/base/ids.cpp\n"
        "take: return 1;\ntest: base_test\n"
    ),
}


def found_in(files):
    """What tidy says about a tree of CLEAN with `files` laid over it (None takes a file away)."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in {**CLEAN, **files}.items():
            if text is not None:
                target = pathlib.Path(folder, path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text)
        return tidy.violations(folder)


def function(lines):
    return "int f(int x) {\n" + "  ++x;\n" * (lines - 3) + "  return x;\n}\n"


LIMITS = "| limit | value | then | by |\n| `http.parts_max` | 100 | 400 | `Http.answers` |\n"


def limits(table=LIMITS, bounds="", **files):
    """A tree with a table of limits; `http_h="…"` is engine/http/http.h."""
    named = {f"engine/{name.replace('_h', '')}/{name.replace('_h', '')}.h": text
             for name, text in files.items()}
    return {"docs/limits.md": table, "tool/bounds.txt": bounds,
            "engine/http/parts.h": "#pragma once\nconstexpr int parts_max = 100;\n"} | named


# What is planted: (name, files, where it must be found, a part of what must be said).
PLANTED = [
    ("an edge that is not in the table",
     {"engine/base/ids.cpp": '#include "engine/testing/flow.h"\n'},
     "engine/base/ids.cpp:1", "base -> testing is no edge"),
    ("the engine includes an app", {"engine/http/a.cpp": '\n#include "apps/echo/echo.h"\n'},
     "engine/http/a.cpp:2", "an app is included by itself"),
    ("an app includes another",
     {f"apps/two/{name}": "" for name in ("README.md", "CMakeLists.txt", "two.h", "test/a.flow")}
     | {"apps/two/two.cpp": '#include "apps/echo/echo.h"\n'},
     "apps/two/two.cpp:1", "an app is included by itself"),
    ("the engine includes the server",
     {"server/a.h": "", "engine/http/a.h": '#include "server/a.h"\n'},
     "engine/http/a.h:1", "only server/ includes server/"),
    ("the server looks into an app", {"server/main.cpp": '#include "apps/echo/take/take.h"\n'},
     "server/main.cpp:1", "only apps/echo/echo.h"),
    ("an include not from the root", {"engine/base/ids.cpp": '#include "ids.h"\n'},
     "engine/base/ids.cpp:1", "from the root"),
    ("a heavy header in a header", {"engine/http/a.h": "#include <boost/beast/core.hpp>\n"},
     "engine/http/a.h:1", "in .cpp files only"),
    ("Beast in nine files",
     {f"engine/http/{i}.cpp": "#include <boost/beast/core.hpp>\n" for i in range(9)},
     "engine/http/0.cpp:1", "more than 8 files include Beast"),
    ("a pool outside async", {"engine/http/a.cpp": "asio::thread_pool pool(1);\n"},
     "engine/http/a.cpp:1", "belongs to engine/async"),
    ("a timer outside async", {"engine/http/a.cpp": "asio::steady_timer timer(executor);\n"},
     "engine/http/a.cpp:1", "belongs to engine/async"),
    ("a detached task", {"engine/http/a.cpp": "co_spawn(e, f(), asio::detached);\n"},
     "engine/http/a.cpp:1", "spawn it in a TaskGroup"),
    ("a thread let go", {"engine/http/http_test.cpp": "std::thread(f).detach();\n"},
     "engine/http/http_test.cpp:1", "spawn it in a TaskGroup"),
    ("a program started", {"engine/http/a.cpp": 'auto* f = popen("ls", "r");\n'},
     "engine/http/a.cpp:1", "use spawn()"),
    ("a fork", {"engine/http/a.cpp": "if (::fork() == 0) {}\n"},
     "engine/http/a.cpp:1", "use spawn()"),
    ("a test that sleeps", {"engine/http/http_test.cpp": "std::this_thread::sleep_for(1s);\n"},
     "engine/http/http_test.cpp:1", "wait for a condition"),
    ("a page test that sleeps", {"test/browser/a.mjs": "await page.waitForTimeout(100);\n"},
     "test/browser/a.mjs:1", "wait for a condition"),
    ("a long function", {"engine/http/a.cpp": "\n" + function(71)},
     "engine/http/a.cpp:2", "a function of 71 lines"),
    ("a long member function in a class",
     {"engine/http/a.cpp": "namespace a {\nclass B {\n public:\n" + function(71) + "};\n}\n"},
     "engine/http/a.cpp:4", "a function of 71 lines"),
    ("a limit in no table", limits(http_h="constexpr int a_max = 1;\n"),
     "engine/http/http.h:1", "a_max is no row of docs/limits.md"),
    ("a limit of a struct in no table",
     limits(http_h="struct Limits {\n  std::size_t a_max = 1;\n};\n"),
     "engine/http/http.h:2", "a_max is no row of docs/limits.md"),
    ("a time in no table", limits(http_h="\nconstexpr Duration a_timeout{1};\n"),
     "engine/http/http.h:2", "a_timeout is no row of docs/limits.md"),
    ("a limit that has the name of another room's", limits(base_h="constexpr int parts_max = 1;\n"),
     "engine/base/base.h:1", "parts_max is no row of docs/limits.md"),
    ("a limit without a test", limits(LIMITS.replace("`Http.answers`", "")),
     "docs/limits.md:2", "names no test that reaches it"),
    ("a limit with a test that is none", limits(LIMITS.replace("Http.answers", "Http.asks")),
     "docs/limits.md:2", "reached by Http.asks, which is no test"),
    ("a bound of nothing", limits(bounds="# why\nengine/http/parts.h a_max: ours\n"),
     "tool/bounds.txt:2", "engine/http/parts.h declares no a_max"),
    ("a long Python function", {"tool/a.py": "def f():\n" + "    pass\n" * 70},
     "tool/a.py:1", "a function of 71 lines"),
    ("a long file", {"engine/http/a.cpp": "int a;\n" * 401},
     "engine/http/a.cpp:400", "401 lines, at most 400"),
    ("a long header", {"engine/http/a.h": "int a;\n" * 251},
     "engine/http/a.h:250", "251 lines, at most 250"),
    ("a long test", {"engine/http/http_test.cpp": "TEST(Http, answers) {}\n" * 601},
     "engine/http/http_test.cpp:600", "601 lines, at most 600"),
    ("a wide line", {"engine/http/a.cpp": "// " + "å" * 98 + "\n"},
     "engine/http/a.cpp:1", "101 columns"),
    ("a room without README", {"engine/async/README.md": None},
     "engine/async/README.md:1", "is missing"),
    ("a room that is not flat", {"engine/http/inner/a.cpp": "int a;\n"},
     "engine/http/inner/a.cpp:1", "a room is flat"),
    ("an app without its header", {"apps/echo/echo.h": None, "apps/echo/echo.cpp": "",
                                   "server/main.cpp": ""},
     "apps/echo/echo.h:1", "is missing"),
    ("an app without tests", {"apps/echo/test/echo_test.cpp": None},
     "apps/echo/test:1", "is missing"),
    ("an app's file without a noun", {"apps/echo/take.cpp": "int a;\n"},
     "apps/echo/take.cpp:1", "belongs to a noun"),
    ("a migration without number", {"apps/echo/migrations/takes.sql": ""},
     "apps/echo/migrations/takes.sql:1", "0001_"),
    ("a dead link", {"README.md": "\nsee [this](docs/none.md#top)\n"},
     "README.md:2", "leads nowhere"),
    ("a promise without test", {"engine/http/README.md": "| E-10 | answers | by hand |\n"},
     "engine/http/README.md:1", "names no test"),
    ("a promise with a test that is not there",
     {"engine/http/README.md": "| E-10 | answers | `Http.sings` |\n"},
     "engine/http/README.md:1", "which is no test"),
    ("a promise with a pattern that fits no test",
     {"engine/http/README.md": "| E-10 | answers | `Http.sings_*` |\n"},
     "engine/http/README.md:1", "which is no test"),
    ("a mutant whose line is gone", {"engine/base/ids.cpp": "int next_id() { return 2; }\n"},
     "test/mutants.txt:1", "0 times"),
    ("a mutant row that is no row", {"test/mutants.txt": "id: a\nguarantee: b\n"},
     "test/mutants.txt:1", "the row lacks file, take, test"),
    ("unfinished work", {"engine/http/a.cpp": "// TODO later\n"},
     "engine/http/a.cpp:1", "TODO"),
    ("an excuse", {"web/a.tsx": "<p>Oops!</p>\n"}, "web/a.tsx:1", "Oops"),
    ("a name that says nothing", {"engine/http/a.h": "class SocketManager {};\n"},
     "engine/http/a.h:1", "name it by what it does"),
    ("a path of a machine", {"README.md": "cd /home/ann/antiphon\n"}, "README.md:1", "one machine"),
    ("a fixed temporary name", {"engine/http/http_test.cpp": 'open("/tmp/http.sock");\n'},
     "engine/http/http_test.cpp:1", "a fixed name"),
    ("a registry host", {"web/package-lock.json": '"https://registry.npmjs.org/vite"\n'},
     "web/package-lock.json:1", "a registry host"),
]

# What must be left in peace.
ALLOWED = [
    ("a test uses testing", {"engine/http/http_test.cpp":
                             '#include "engine/testing/flow.h"\nTEST(Http, answers) {}\n'}),
    ("a timer in async", {"engine/async/a.cpp": "asio::steady_timer timer(executor);\n"}),
    ("the log's own thread", {"engine/http/a.cpp": "spdlog::details::thread_pool pool(1, 1);\n"}),
    ("words in comments and literals",
     {"engine/http/a.cpp": '// fork() and detached\nauto a = "sleep_for(1s) {";\n'}),
    ("a function of 70 lines", {"engine/http/a.cpp": function(70)}),
    ("a long file that a program wrote",
     {"web/src/a.ts": "// Made by a program; not to be edited.\n" + "const x = 1\n" * 401
                      + "/" * 101}),
    ("a long table",
     {"engine/http/a.cpp": "const int (*a)[2] = {\n" + "  {1, 2},\n" * 80 + "};\n"}),
    ("a long namespace",
     {"engine/http/a.cpp": "namespace a {\n" + "int f() { return 1; }\n" * 90 + "}\n"}),
    ("a wait that virtual time can pass",
     {"engine/http/http_test.cpp": "TEST(Http, answers) { co_await sleep_for(core, 1s); }\n"}),
    ("a member named like a call", {"engine/http/a.cpp": "process.system();\nrandom->fork();\n"}),
    ("a link inside code",
     {"README.md": "`[a](b.md)`\n```\n[a](b.md)\n```\n[w](https://a.example)\n"}),
    ("a limit in the table, and one with a reason",
     limits(LIMITS.replace("`Http.answers`", "none yet"), "engine/http/http.h a_max: ours\n",
            http_h="constexpr int a_max = 1;\n")),
    ("what is no limit", limits(http_h="int f() {\n  x.y_max = 2;\n  g({.z_max = 3});\n}\n")),
    ("a random temporary name", {"engine/http/a.cpp": 'char name[] = "/tmp/antiphon-XXXXXX";\n'}),
]


class Tidy(unittest.TestCase):
    def test_a_clean_tree_is_clean(self):
        self.assertEqual(found_in({}), [])

    def test_every_planted_violation_is_found_where_it_is(self):
        for name, files, place, said in PLANTED:
            with self.subTest(name):
                found = [line for line in found_in(files) if line.startswith(place + ":")]
                self.assertTrue(any(said in line for line in found), found_in(files))

    def test_what_is_allowed_is_left_in_peace(self):
        for name, files in ALLOWED:
            with self.subTest(name):
                self.assertEqual(found_in(files), [])


if __name__ == "__main__":
    unittest.main()
