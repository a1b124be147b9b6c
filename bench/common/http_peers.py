"""nginx and Fastify that give the same bytes and headers as ours."""

import json
import pathlib
import shutil
import urllib.request

from .programs import CannotRun, Program, free_port, node_peer

# What every HTTP server makes for itself.
OWN_HEADERS = {"date", "content-length", "content-type", "connection", "keep-alive", "server"}

# The frame of nginx for measuring: no logs, all files in a folder that goes.
NGINX = """
worker_processes {workers};
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log warn;
user root;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_requests 100000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
{http}
}}
"""

ANSWERS = """
  default_type "{content_type}";
  server {{
    listen 127.0.0.1:{port} backlog=4096;
{headers}
    location = /health {{ return 200 '{health}'; }}
    location = /document {{ return 200 '{document}'; }}
  }}
"""


def sample(server, path):
    """Body and headers of an answer of ours."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}{path}",
        headers={"Authorization": f"Bearer {server.token}"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        headers = {
            name: value for name, value in answer.headers.items()
            if name.lower() not in OWN_HEADERS | {"etag", "x-request-id", "traceparent"}
        }
        return answer.read().decode(), headers, answer.headers["Content-Type"]


def run_nginx(folder, http, port, workers=2):
    """nginx with what its block `http` says besides, listening on `port`."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not program:
        raise CannotRun("nginx is not there: tool/setup bench installs it")
    path = pathlib.Path(folder) / "nginx.conf"
    path.write_text(NGINX.format(workers=workers, folder=folder, http=http))
    return Program("nginx", [program, "-c", str(path), "-p", folder], port, folder)


def nginx(folder, health, document, headers, content_type, workers=2):
    port = free_port()
    lines = "\n".join(f'    add_header {name} "{value}";' for name, value in headers.items())
    answers = ANSWERS.format(
        port=port, headers=lines, health=health, document=document, content_type=content_type
    )
    return run_nginx(folder, answers, port, workers)


def fastify(folder, health="{}", document="{}", headers=None, workers=2, database=None):
    setup = {
        "health": json.loads(health),
        "document": json.loads(document),
        "headers": headers or {},
        "database": database and str(pathlib.Path(folder) / database),
    }
    path = pathlib.Path(folder) / "setup.json"
    path.write_text(json.dumps(setup))
    return node_peer(folder, "fastify", "fastify_http.mjs", workers, path)
