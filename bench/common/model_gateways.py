"""Ways to a model: the model server itself, nginx that only forwards, Portkey's gateway, ours."""

import json
import os
import pathlib
import re
import subprocess
import time
import urllib.request

from .http_peers import run_nginx
from .programs import BUILD, NODE, PEERS, Antiphon, CannotRun, Program, free_port, need

UPSTREAM_KEY = "sk-upstream"
IDLE_SECONDS_MAX = 180

FORWARD = """
  upstream models {{
    server 127.0.0.1:{upstream};
    keepalive 512;
    keepalive_requests 100000000;
  }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{
      proxy_pass http://models;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }}
  }}
"""

# All that is counted is on: a price, budgets of the tenant and of the key, a limit of calls.
SETTINGS = """
[[gateway.groups]]
name = "default"
members = [{members}]

[[gateway.prices]]
model = "small"
input = 0.15
output = 0.60

[[gateway.budgets]]
hard = 1000000
"""

INSTANCE = """
[[providers]]
name = "model-{number}"
kind = "openai"
url = "http://127.0.0.1:{upstream}/v1"
api_key = "{key}"

[[gateway.instances]]
name = "model-{number}"
models = ["small"]
concurrency_max = {concurrency_max}
"""


class ModelServer(Program):
    """`antiphon testing model-server`: gives the user's text back, a word a piece."""

    key, headers = UPSTREAM_KEY, ()

    def __init__(self, folder):
        program = need(BUILD / "antiphon", "make bench builds it")
        port = free_port()
        command = [program, "testing", "model-server", "--listen", f"127.0.0.1:{port}"]
        super().__init__("model-server", command, port, folder)

    def play(self, **behaviour):
        """From now on every call is answered like this; calls are counted anew."""
        self._ask("PUT", "/script", {"otherwise": behaviour, "keys": [UPSTREAM_KEY]})
        self._ask("DELETE", "/ledger")

    def take_calls(self):
        """Chats since this was asked last."""
        lines = self._ask("GET", "/ledger")["lines"]
        self._ask("DELETE", "/ledger")
        return sum(line["started"] for line in lines if line["api"] == "openai.chat")

    def _ask(self, method, path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None


def forwarding_nginx(folder, upstream):
    port = free_port()
    nginx = run_nginx(folder, FORWARD.format(upstream=upstream.port, port=port), port)
    nginx.key, nginx.headers = UPSTREAM_KEY, ()
    return nginx


def portkey(folder, upstream):
    port = free_port()
    script = PEERS / "node_modules" / "@portkey-ai" / "gateway" / "build" / "start-server.js"
    command = [need(NODE, "tool/setup bench installs it"),
               need(script, "tool/setup bench installs the peers"), "--headless", f"--port={port}"]
    environment = {**os.environ, "NODE_ENV": "production", "NODE_NO_WARNINGS": "1"}
    gateway = Program("portkey", command, port, folder, env=environment)
    gateway.key = UPSTREAM_KEY
    gateway.headers = ("x-portkey-provider: openai",
                       f"x-portkey-custom-host: http://127.0.0.1:{upstream.port}/v1")
    return gateway


def antiphon(folder, upstream, instances=1, concurrency_max=512, cores=2):
    """The whole program with a provider for each instance, and a key with a budget of its own."""
    places = range(1, instances + 1)
    members = ", ".join(f'"model-{number}"' for number in places)
    settings = SETTINGS.format(members=members) + "".join(
        INSTANCE.format(number=number, upstream=upstream.port, key=UPSTREAM_KEY,
                        concurrency_max=concurrency_max)
        for number in places
    )
    path = pathlib.Path(folder) / "antiphon.toml"
    path.write_text(settings)
    server = Antiphon(folder, BUILD / "antiphon", cores, ("--config", str(path)))
    try:
        server.key, server.headers = make_key(server), ()
        wait_until_idle(server)
    except CannotRun:
        server.stop()
        raise
    return server


def make_key(server):
    command = [BUILD / "antiphon", "key", "create", "--name", "bench", "--budget", "100000",
               "--data", server.data]
    ran = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    found = re.search(r"apk_\S+", ran.stdout)
    if not found:
        raise CannotRun(f"antiphon key create: {ran.stderr or ran.stdout}")
    return found.group()


def wait_until_idle(server):
    """Until what a first start does besides, with films and speech, is done."""
    deadline = time.monotonic() + IDLE_SECONDS_MAX
    while time.monotonic() < deadline:
        before = server.cpu_seconds()
        time.sleep(1)
        if server.cpu_seconds() - before <= 0.01:
            return
    raise CannotRun(f"{server.name} is still busy with itself after {IDLE_SECONDS_MAX} s")
