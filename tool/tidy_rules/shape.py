"""The shape of a room and of an app (ARCHITECTURE.md)."""

import re

from .tree import CPP

ROOM_FILES = ("README.md", "CMakeLists.txt")
ROOM_FOLDERS = ("fuzz", "bench")  # the only folders of a room that may hold C++
MIGRATION = re.compile(r"^\d{4}_[a-z0-9_]+\.sql$")


def missing(tree, folder, names):
    for name in names:
        if f"{folder}/{name}" not in tree.files:
            yield f"{folder}/{name}", 1, f"is missing: every folder like {folder}/ has one"


def check_room(tree, room):
    folder = f"engine/{room}"
    yield from missing(tree, folder, ROOM_FILES)
    for path in tree.ending(*CPP):
        if path.startswith(folder + "/"):
            parts = path.split("/")[2:]
            if len(parts) > 1 and parts[0] not in ROOM_FOLDERS:
                yield path, 1, f"a room is flat: C++ stands in {folder}/ itself"


def check_app(tree, app):
    folder = f"apps/{app}"
    yield from missing(tree, folder, ROOM_FILES + (f"{app}.h", f"{app}.cpp"))
    if not any(path.startswith(folder + "/test/") for path in tree.files):
        yield f"{folder}/test", 1, "is missing: an app has tests of its own"
    for path in tree.ending(*CPP):
        if path.startswith(folder + "/"):
            parts = path.split("/")[2:]
            if len(parts) == 1 and parts[0] not in (f"{app}.h", f"{app}.cpp", "settings.h"):
                yield path, 1, f"belongs to a noun: {folder}/<noun>/{parts[0]}"


def check(tree):
    for room in tree.folders("engine"):
        yield from check_room(tree, room)
    for app in tree.folders("apps"):
        yield from check_app(tree, app)
    for path in tree.ending(".sql"):
        folder, _, name = path.rpartition("/")
        if folder.endswith("migrations") and not MIGRATION.match(name):
            yield path, 1, "a migration is named 0001_what_it_does.sql"
