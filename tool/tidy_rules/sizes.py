"""Sizes of files, functions and lines (STYLE.md)."""

import ast
import re

from .tree import CPP, SCRIPT, is_test

FUNCTION_LINES_MAX = 70
COLUMNS_MAX = 100
TEST_LINES_MAX = 600
FILE_LINES_MAX = {
    ".h": 250, ".cpp": 400, ".ts": 400, ".tsx": 400, ".mjs": 400, ".py": 400, ".css": 400,
}
WRAPPED = CPP + SCRIPT + (".py", ".css", ".cmake", "CMakeLists.txt", ".sql")

CONTAINER = re.compile(
    r"^(template\s*<.*>\s*)?((inline|export|typedef|static)\s+)*"
    r"(namespace|class|struct|union|enum|extern)\b"
)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)


def cpp_functions(code):
    """(first line, last line) of the functions in blanked C++ code.

    A scan of braces: outside a function, a brace after a `)` that opens neither a type, a namespace
    nor a table opens a function, and what stands in it is not looked at. Good enough for formatted
    code; a macro that hides a brace would fool it.
    """
    code = DIRECTIVE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), code)
    open_braces, start, line = [], 0, 1
    for at, char in enumerate(code):
        line += char == "\n"
        if char == "{":
            is_function = opens_function(code[start:at]) and not any(f for f, _ in open_braces)
            open_braces.append((is_function, line))
        elif char == "}" and open_braces:
            was_function, first = open_braces.pop()
            if was_function:
                yield first, line
        if char in "{};":
            start = at + 1


def opens_function(before):
    before = re.sub(r"\b(public|private|protected)\s*:", "", before).strip()
    return "(" in before and not before.endswith("=") and not CONTAINER.match(before)


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno


def functions(tree, path):
    if path.endswith(CPP):
        return cpp_functions(tree.code(path))
    if path.endswith(".py") or tree.text(path).startswith("#!/usr/bin/env python3"):
        return python_functions(tree.text(path))
    return []


def file_lines_max(path):
    ending = "." + path.rpartition(".")[2]
    limit = FILE_LINES_MAX.get(ending)
    return max(limit, TEST_LINES_MAX) if limit and is_test(path) and ending != ".h" else limit


def is_generated(lines):
    """Whether a program wrote it, which its first line says; nobody reads it from end to end."""
    return bool(lines) and "not to be edited" in lines[0]


def check_lines(path, lines):
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS_MAX:
            yield path, number, f"{len(line)} columns, at most {COLUMNS_MAX}"


def check(tree):
    for path in tree.files:
        lines = tree.text(path).splitlines()
        limit = file_lines_max(path)
        if limit and len(lines) > limit and not is_generated(lines):
            yield path, limit, f"{len(lines)} lines, at most {limit}: split by what it is about"
        if path.endswith(WRAPPED) and not is_generated(lines):
            yield from check_lines(path, lines)
        for first, last in functions(tree, path):
            if last - first + 1 > FUNCTION_LINES_MAX:
                length = last - first + 1
                yield path, first, f"a function of {length} lines, at most {FUNCTION_LINES_MAX}"
