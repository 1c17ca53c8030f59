"""The server's figures as Prometheus reads them. Importing this blocks for some 100 ms."""

from __future__ import annotations

import math
import platform
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Metric,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.registry import Collector

from server.observe import BUCKETS_S, NO_STATUS, Series
from server.storage.engine import Load
from server.storage.figures import Counts


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is told, read at one moment."""

    version: str
    series: dict[tuple[str, str], Series]
    refused: dict[int, int]
    in_flight: int
    load: Load
    counts: Counts
    disk_free_bytes: int


def exposition(figures: Figures) -> tuple[bytes, str]:
    """(text, media type)."""

    class Own(Collector):
        def collect(self) -> Iterator[Metric]:
            yield from _requests(figures)
            yield from _gauges(figures)

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Own())
    ProcessCollector(registry=registry)
    return generate_latest(registry), CONTENT_TYPE_LATEST


def _requests(figures: Figures) -> Iterator[Metric]:
    requests = CounterMetricFamily(
        "interview_http_requests", "Requests answered.", labels=("method", "route", "status")
    )
    durations = HistogramMetricFamily(
        "interview_http_request_duration_seconds",
        "From the end of a request's head to the end of its answer.",
        labels=("method", "route"),
    )
    for labels, series in sorted(figures.series.items()):
        for hundreds, count in enumerate(series.by_class):
            if count:
                status = "none" if hundreds == NO_STATUS else f"{hundreds}xx"
                requests.add_metric([*labels, status], count)
        durations.add_metric(list(labels), _cumulated(series.buckets), series.seconds)
    yield requests
    yield durations
    refused = CounterMetricFamily(
        "interview_http_refused", "What was refused before any route saw it.", labels=("status",)
    )
    for code, count in sorted(figures.refused.items()):
        refused.add_metric([str(code)], count)
    yield refused


def _cumulated(buckets: list[int]) -> list[tuple[str, float]]:
    total = 0
    cumulated: list[tuple[str, float]] = []
    for end, count in zip((*BUCKETS_S, math.inf), buckets, strict=True):
        total += count
        cumulated.append(("+Inf" if math.isinf(end) else repr(end), total))
    return cumulated


def _gauges(figures: Figures) -> Iterator[Metric]:
    load, counts = figures.load, figures.counts
    for name, told, value in (
        ("http_requests_in_flight", "Requests being answered, this one included.",
         figures.in_flight),
        ("calls_live", "Calls that were reported and have not ended.", counts.calls_live),
        ("disk_free_bytes", "Room on the disk of the data folder.", figures.disk_free_bytes),
    ):  # fmt: skip
        yield GaugeMetricFamily(f"interview_{name}", told, value)
    waiting = GaugeMetricFamily(
        "interview_database_waiting", "Queries that wait for a connection.", labels=("pool",)
    )
    waiting.add_metric(["read"], load.reads_waiting)
    waiting.add_metric(["write"], load.writes_waiting)
    yield waiting
    busy = GaugeMetricFamily(
        "interview_database_busy", "Connections that run a query.", labels=("pool",)
    )
    busy.add_metric(["read"], load.reads_running)
    busy.add_metric(["write"], load.writes_running)
    yield busy
    queue = GaugeMetricFamily("interview_jobs", "Jobs by status.", labels=("status",))
    for status, count in counts.jobs.items():
        queue.add_metric([status], count)
    yield queue
    yield InfoMetricFamily(
        "interview_build",
        "What runs.",
        {"version": figures.version, "python": platform.python_version()},
    )
