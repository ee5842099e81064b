"""Prometheus: how long requests took in this process and its siblings, and `/metrics` for whoever may ask.

What is in the database (queues, jobs, payments) is read when asked for, see `portal.metrics_fleet`: it is the same from
every process. Requests are counted where they happen. With METRICS_FOLDER the processes of a machine put their counts
into files there, and each answers for all; without it a process answers for itself.

No request carries the gmina as a label: 2,479 gminas times routes times buckets would be millions of series. The route's
name stands for the path, which may carry the token of a mailed link.
"""

import fcntl
import hmac
import os
import time
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound

from kernel import tenancy
from kernel.telemetry import name_tenant

if settings.METRICS_FOLDER:  # the library looks for its own variable when it is imported
    Path(settings.METRICS_FOLDER).mkdir(parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = settings.METRICS_FOLDER

from prometheus_client import CollectorRegistry, Histogram, values
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from portal.metrics_fleet import FleetCollector

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
PATH = "/metrics"


class Seat:
    """A number for this process, the lowest that no living process of the machine has.

    A web server replaces its processes all the time; with their ids in the names, the files of the dead would fill the disk.
    A seat that was left is taken by the next process, which goes on counting there.
    """

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._process = 0
        self._name = ""
        self._file: Any = None

    def __call__(self) -> str:
        """The seat's name; a process that was forked takes one of its own."""
        if self._process != os.getpid():
            self._take()
        return self._name

    def _take(self) -> None:
        number = 0
        while True:
            file = (self._folder / f"seat-{number}.lock").open("w")
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # of the process, and not inherited
            except OSError:
                file.close()
                number += 1
                continue
            self._file, self._name, self._process = file, f"seat{number}", os.getpid()
            return


REGISTRY = CollectorRegistry()
if settings.METRICS_FOLDER:
    values.ValueClass = values.MultiProcessValue(process_identifier=Seat(settings.METRICS_FOLDER))  # type: ignore[no-untyped-call]
REQUESTS = Histogram(
    "skarbnik_request_seconds",
    "Seconds from the request to the answer, by route, method and kind of status.",
    ["route", "method", "status"],
    buckets=BUCKETS,
    registry=REGISTRY,
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class MetricsMiddleware:
    """Measures every request, names its gmina to error reports and traces, and answers `/metrics`.

    It stands behind ProxyMiddleware: the address that decides is the client's and not the proxy's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve, and measure."""
        if request.path == PATH and _is_ours(request):
            return metrics() if _is_allowed(request) else HttpResponseNotFound()
        begun = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        route = (match.view_name or match.route) if match else "unmatched"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(route, method, f"{response.status_code // 100}xx").observe(
            time.perf_counter() - begun
        )
        return response

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        """Here the gmina of the host is open; a report of what fails later is made outside of it."""
        name_tenant()


def metrics() -> HttpResponse:
    """All metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    if settings.METRICS_FOLDER:
        MultiProcessCollector(registry, path=settings.METRICS_FOLDER)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)  # a registry is a collector
    with tenancy.public():
        registry.register(FleetCollector(settings.METRICS_GMINAS))
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _is_ours(request: HttpRequest) -> bool:
    """Whether the console is meant, or, by its bare address, one process group: Prometheus asks each pod by itself."""
    host = request.get_host().rsplit(":", 1)[0].lower().strip("[].")
    return host == settings.CONSOLE_HOST or _address(host) is not None


def _is_allowed(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    brought = request.headers.get("Authorization", "")
    if token and hmac.compare_digest(brought.encode(), f"Bearer {token}".encode()):
        return True
    client = _address(request.META.get("REMOTE_ADDR", ""))
    return client is not None and any(client in network for network in settings.METRICS_NETWORKS)


def _address(text: str) -> Any:
    try:
        return ip_address(text)
    except ValueError:
        return None
