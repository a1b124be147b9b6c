"""Who may include whom (tool/edges.txt), and which headers stay out of headers."""

import re

from .tree import CPP, is_test, lines_matching

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(?:"([^"\n]+)"|<([^>\n]+)>)', re.MULTILINE)

# Slow to parse, so in .cpp files only: engine headers show plain types.
HEAVY = (
    "boost/beast", "boost/asio/ssl", "libpq-fe.h", "sqlite3.h", "hnswlib/", "pango/", "cairo",
    "spdlog/", "prometheus/",
)
BEAST_FILES_MAX = 8
WHOLE_PROGRAM = ("server", "test", "bench")  # may name every app
TOP_ROOMS = WHOLE_PROGRAM + ("speech", "example")


def edges(tree):
    """tool/edges.txt as {room: rooms it may include}."""
    table = {}
    for line in tree.text("tool/edges.txt").splitlines():
        room, colon, names = line.partition(":")
        if colon and not line.startswith("#"):
            table[room.strip()] = set(names.split())
    return table


def room_of(path):
    """("engine", "http"), ("apps", "director"), ("server", "")."""
    parts = path.split("/")
    inner = parts[1] if parts[0] in ("engine", "apps") and len(parts) > 1 else ""
    return parts[0], inner


def refusal(path, target, table):
    """Why `path` may not include `target`, or None."""
    (top, room), (target_top, target_room) = room_of(path), room_of(target)
    if top in WHOLE_PROGRAM:
        return None
    if target_top in TOP_ROOMS:
        # The example is a program of its own: it has a main() like server/.
        may = top == target_top or (top == "example" and target_top == "server")
        return None if may else f"only {target_top}/ includes {target_top}/"
    if target_top == "apps":
        allowed = top == "apps" and room == target_room
        return None if allowed else "an app is included by itself and by server/ only"
    if top != "engine" or room == target_room:
        return None
    if target_room == "testing" and (is_test(path) or "/fuzz/" in path):
        return None
    if target_room not in table.get(room, set()):
        return f"{room} -> {target_room} is no edge of tool/edges.txt"
    return None


def app_door_refusal(path, target):
    """server/ sees two headers of an app: apps/X/X.h and apps/X/settings.h."""
    top, app = room_of(target)
    doors = (f"apps/{app}/{app}.h", f"apps/{app}/settings.h")
    if room_of(path)[0] == "server" and top == "apps" and target not in doors:
        return f"from outside an app only apps/{app}/{app}.h is included"
    return None


def check_own(tree, path, line, target, table):
    if not tree.exists(target):
        yield path, line, f'"{target}" is not there: includes are written from the root'
    why = refusal(path, target, table) or app_door_refusal(path, target)
    if why:
        yield path, line, f'forbidden include "{target}": {why}'


def check(tree):
    table = edges(tree)
    beast = set()
    for path in tree.ending(*CPP):
        for line, match in lines_matching(tree.text(path), INCLUDE):
            own, foreign = match.groups()
            if own:
                yield from check_own(tree, path, line, own, table)
            elif path.endswith(".h") and foreign.startswith(HEAVY):
                yield path, line, f"<{foreign}> is slow to parse: include it in .cpp files only"
            elif foreign.startswith("boost/beast") and not is_test(path):
                beast.add(path)
    if len(beast) > BEAST_FILES_MAX:
        names = ", ".join(sorted(beast))
        yield names.split(",")[0], 1, f"more than {BEAST_FILES_MAX} files include Beast: {names}"
