"""/health and a JSON route of 1 KiB with all checks on, beside nginx and Fastify with the same
bytes and headers: two workers each, 64 kept connections, no pipelining, access logs off."""

import contextlib

from common import http_peers, load, programs, report

AIMS = {
    ("/health", "nginx"): "at least 0.7",
    ("/document", "nginx"): "at least 0.5",
    ("/health", "fastify"): "at least 3",
    ("/document", "fastify"): "at least 3",
}


def run(options):
    seconds = 3 if options.quick else 6
    result = report.Result(
        ["server", "route", "requests per CPU s", "requests/s", "p50 ms", "p99 ms"],
        options.rounds,
    )
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(programs.running(programs.bench_server, cores=2))
        health, headers, content_type = http_peers.sample(ours, "/health")
        document, _, _ = http_peers.sample(ours, "/api/v1/bench/document")
        same = {"health": health, "document": document, "headers": headers}
        peers = {
            "antiphon": ours,
            "nginx": stack.enter_context(
                programs.running(http_peers.nginx, content_type=content_type, **same)
            ),
            "fastify": stack.enter_context(programs.running(http_peers.fastify, **same)),
        }
        token = f"Authorization: Bearer {ours.token}"
        for path in ("/health", "/document"):
            def measure(side):
                if side == "antiphon" and path == "/document":
                    return load.requests(ours, "/api/v1/bench/document", seconds, headers=[token])
                return load.requests(peers[side], path, seconds)

            sides = report.alternate(peers, options.rounds, measure)
            for side, told in sides.items():
                result.add(side, path, told["perCpuSecond"], told["perSecond"], told["p50Ms"],
                           told["p99Ms"])
            for peer in ("nginx", "fastify"):
                ratio = sides["antiphon"]["perCpuSecond"] / sides[peer]["perCpuSecond"]
                result.figure(f"{path}, times {peer}", ratio, AIMS[path, peer])
    return result
