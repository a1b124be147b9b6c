"""The files of the project as the rules see them."""

import functools
import pathlib
import re
import subprocess

CPP = (".h", ".cpp")
SCRIPT = (".ts", ".tsx", ".mjs", ".js")
BINARY = (".png", ".jpg", ".wav", ".mp4", ".woff2", ".ico", ".bin", ".gz", ".db", ".sqlite")

# Comments and literals, in the order in which they may begin.
NOT_CODE = re.compile(
    r"""//[^\n]*
      | /\*.*?\*/
      | R"(?P<mark>\w*)\(.*?\)(?P=mark)"
      | "(?:\\.|[^"\\\n])*"
      | (?<![0-9A-Za-z])'(?:\\.|[^'\\\n])+'""",
    re.DOTALL | re.VERBOSE,
)


def blank(match):
    """As much white space as was matched, on as many lines."""
    return re.sub(r"[^\n]", " ", match.group())


class Tree:
    """The project's own files: tracked ones, and new ones that git does not ignore."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.files = sorted(path for path in self._list() if (self.root / path).is_file())

    def _list(self):
        if not (self.root / ".git").exists():
            found = [path for path in self.root.rglob("*") if path.is_file()]
            return [path.relative_to(self.root).as_posix() for path in found]
        command = ["git", "-C", str(self.root), "ls-files", "-co", "--exclude-standard", "-z"]
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return [name for name in listed.split("\0") if name]

    def ending(self, *endings):
        return [path for path in self.files if path.endswith(endings)]

    def folders(self, parent):
        """The names of the folders right under `parent` that hold files."""
        depth = parent.count("/") + 1
        inside = [path for path in self.files if path.startswith(parent + "/")]
        return sorted({p.split("/")[depth] for p in inside if p.count("/") > depth})

    @functools.lru_cache(maxsize=None)
    def text(self, path):
        """The text of a file; empty for one that is no UTF-8 text."""
        if path.endswith(BINARY):
            return ""
        try:
            return (self.root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            return ""

    @functools.lru_cache(maxsize=None)
    def code(self, path):
        """The text of a C++ file with comments and literals blanked out, line for line."""
        return NOT_CODE.sub(blank, self.text(path))

    def exists(self, path):
        return (self.root / path).exists()


def is_test(path):
    return path.startswith("test/") or "_test." in path or "/test/" in path


def lines_matching(text, pattern):
    """(line number, match) of every match in `text`."""
    for match in pattern.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match
