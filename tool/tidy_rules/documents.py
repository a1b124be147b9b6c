"""Links in Markdown resolve, and each row of a promise table names a test that exists."""

import fnmatch
import posixpath
import re

from .tree import is_test, lines_matching

LINK = re.compile(r"(?<!\!)\[[^\]\n]*\]\(([^)\s]+)\)|!\[[^\]\n]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
OUTSIDE = ("http://", "https://", "mailto:", "#")

ROW = re.compile(r"^\|\s*([A-Z]-\d+)[^|]*\|(.*)\|([^|]*)\|[ \t]*$", re.MULTILINE)
TICKED = re.compile(r"`([^`]+)`")
INSTANCE = re.compile(r"^INSTANTIATE_TEST_SUITE_P\(\s*(\w+)\s*,\s*(\w+)", re.MULTILINE)
TEST = re.compile(r"^\s*(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)", re.MULTILINE)


def beside(path, target):
    """`target` as a path from the root, seen from the document `path`."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def check_links(tree, path):
    prose = FENCE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), tree.text(path))
    for line, match in lines_matching(prose, LINK):
        target = (match.group(1) or match.group(2)).split("#")[0]
        if target and not target.startswith(OUTSIDE) and not tree.exists(beside(path, target)):
            yield path, line, f"the link to {target} leads nowhere"


def test_names(tree):
    """All by which a test may be cited: Suite.name, name, Suite, http_test, a file's name."""
    names = set()
    for path in tree.files:
        if is_test(path) or "/fuzz/" in path:
            name = path.rpartition("/")[2]
            names |= {path, name, name.partition(".")[0]}
        if path.endswith("_test.cpp"):
            names |= {f"{path.split('/')[-2]}_test"}
            for suite, test in TEST.findall(tree.text(path)):
                names |= {f"{suite}.{test}", test, suite}
            for prefix, suite in INSTANCE.findall(tree.text(path)):
                names.add(f"{prefix}/{suite}")
    return names


def is_known(tree, path, cited, names):
    cited = cited.strip().removesuffix(".*")
    if "*" in cited and fnmatch.filter(names, cited):
        return True
    return cited in names or tree.exists(cited) or tree.exists(beside(path, cited))


def check_promises(tree, path, names):
    for line, match in lines_matching(tree.text(path), ROW):
        promise, shown_by = match.group(1), match.group(3)
        cited = TICKED.findall(shown_by)
        if not cited:
            yield path, line, f"{promise} names no test: put it in `backticks` in the last column"
        for name in cited:
            if not is_known(tree, path, name, names):
                yield path, line, f"{promise} is shown by {name}, which is no test and no file"


def check(tree):
    names = test_names(tree)
    for path in tree.ending(".md"):
        yield from check_links(tree, path)
        if path.endswith("README.md"):
            yield from check_promises(tree, path, names)
