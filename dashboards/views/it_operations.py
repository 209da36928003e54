"""What is down, what piles up and when it will be drained, which batches are late, what fails where."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analytics import activity, batches, failures, queues, sla, words
from analytics.activity.rows import TrafficPoint
from dashboards import health, naming, source, tabled
from dashboards.charts import backlog, heatmaps, lines
from dashboards.components import filters, layout, states, tiles
from dashboards.components.appearance import colours, draw
from dashboards.components.questions import ask, ask_now, panel
from dashboards.components.tables import table
from dashboards.components.view import View
from dashboards.text import counted, markdown
from dashboards.views import it_feeds, it_intake, it_jobs, it_pollers
from dashboards.views.it_tiles import numbers

REFRESH = "10s"
_ROWS = 14
_EXPORTER = "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf your-program"


def page() -> None:
    heading = st.container()
    view = filters.choose()
    with heading:
        _title(view)
    _body(view)


@st.fragment(run_every=REFRESH)
def _body(view: View) -> None:
    _numbers(view)
    calls, piles = layout.pair("calls", 1.3, 1)
    with calls:
        _traffic(view)
    with piles:
        _backlogs(view)
    _interfaces(view)
    _matrix(view)
    _open_failures(view)
    _queues(view)
    it_feeds.outlook(view)
    it_pollers.panels(view)
    _batches(view)
    it_feeds.due(view)
    it_feeds.calls(view)
    it_intake.panels(view)
    it_jobs.panels(view)
    _promises_by_day(view)


@st.fragment(run_every=REFRESH)
def _title(view: View) -> None:
    with panel():
        st.title(markdown(health.finding(ask(activity.interfaces, view), ask_now(queues.latest, view))), anchor=False)


def _numbers(view: View) -> None:
    with panel("it_operations_numbers", 190):
        tiles.row(numbers(view))


def _traffic(view: View) -> None:
    with panel("it_operations_traffic", 290):
        points = ask(activity.traffic, view)
        calls, errors = sum(point.spans for point in points), sum(point.errors for point in points)
        found = f"{calls:,} calls in {view.said}, {errors:,} failed"
        st.subheader(found if calls else "Calls", anchor=False)
        if not calls:
            states.empty(f"No call was received in the last {view.said}.", "Point an OpenTelemetry exporter here:", _EXPORTER)
            return
        zone = source.context().configuration.organisation.time_zone
        draw(lines.traffic(points, zone, colours()), key="traffic", alt=f"{calls:,} calls and {errors:,} errors over {view.said}")
        st.caption(f"Calls and failed calls per {_grain(points)}; times in {zone}.")


def _backlogs(view: View) -> None:
    with panel("it_operations_backlogs", 290):
        latest = ask_now(queues.latest, view)
        st.subheader(markdown(health.queues_finding(latest)), anchor=False)
        deepest = [queue.queue for queue in sorted(latest, key=lambda queue: -(queue.depth or 0))[:3]]
        points = ask(queues.history, view)
        if not any(point.queue in deepest for point in points):
            states.empty(f"No queue reported in the last {view.said}.", "Post queue samples to /v1/queues.")
            return
        zone = source.context().configuration.organisation.time_zone
        draw(backlog.strips(points, deepest, zone, colours()), key="backlogs", alt=health.queues_finding(latest))
        st.caption("Messages waiting, deepest queues now; each on its own scale from zero.")


def _interfaces(view: View) -> None:
    with panel("it_operations_interfaces", 380):
        rows = sorted(ask(activity.interfaces, view), key=health.urgency)
        st.subheader("Interfaces, those that need a look first", anchor=False)
        table(
            [tabled.interface(row, source.context().configuration) for row in rows],
            key="interfaces",
            nothing="No interface is configured and none was seen.",
            alt="Health of every interface: status, calls, error share, latency, last seen",
        )


def _matrix(view: View) -> None:
    with panel("it_operations_matrix", 260):
        cells = ask(failures.matrix, view)
        st.subheader("What fails where", anchor=False)
        if not cells:
            states.empty(f"Nothing failed in the last {view.said}.")
            return
        configuration = source.context().configuration
        draw(
            heatmaps.failure_matrix(cells, lambda id: naming.failure_class(configuration, id), colours()),
            key="matrix",
            alt=f"Failures by interface and class: {sum(cell.failures for cell in cells):,} in {len(cells)} pairs",
        )
        st.caption(f"Failures in the last {view.said}; the interface with most on top.")


def _open_failures(view: View) -> None:
    with panel("it_operations_open_failures", 300):
        groups = ask(failures.groups, view, state="open", limit=200)
        st.subheader(f"{counted(len(groups), 'open failure')}, newest first" if groups else "No open failure", anchor=False)
        table(
            [tabled.failure(group, source.context().configuration) for group in groups],
            key="open_failures",
            nothing="No failure is open.",
            alt="Open failures with class, object, interface and owner",
            story=lambda at: next(iter(groups[at].correlation_ids), groups[at].object),
        )


def _queues(view: View) -> None:
    with panel("it_operations_queues", 220):
        latest = sorted(ask_now(queues.latest, view), key=lambda queue: -(queue.oldest_age_seconds or 0))
        st.subheader("Queues, oldest message first", anchor=False)
        table(
            [tabled.queue(queue, source.context().configuration) for queue in latest],
            key="queues",
            nothing="No queue has reported yet.",
            alt="Latest sample of every queue",
        )


def _batches(view: View) -> None:
    with panel("it_operations_batches", 220):
        reported = ask(batches.runs, view, limit=500)
        runs = [run for run in reported if health.needs_a_look(run, source.context().now)]
        found = f"{counted(len(runs), 'batch run')} failed, partial or unfinished"
        st.subheader(found if runs else "No batch run failed" if reported else "Batches", anchor=False)
        table(
            [tabled.batch(run) for run in runs],
            key="batches",
            nothing=f"Every batch of the last {view.said} finished whole."
            if reported
            else f"No batch reported in the last {view.said}.",
            alt="Batch runs that failed, were partial or never finished",
            story=lambda at: runs[at].correlation_id or runs[at].run_id,
        )


def _promises_by_day(view: View) -> None:
    with panel("it_operations_promises_by_day", 320):
        cells = ask(sla.by_day, view.at_least("30d"))
        st.subheader("Promises day by day", anchor=False)
        if not cells:
            states.empty("No promise has been measured yet.", "Promises are configured in slas.yaml.", "supplyscope sla")
            return
        names = heatmaps.troubled(cells, _ROWS)
        rest = len({cell.name for cell in cells}) - len(names)
        draw(
            heatmaps.by_day([cell for cell in cells if cell.name in names], colours()),
            key="promise_days",
            alt="Each service level on each day: met, at risk, breached or no data",
        )
        hidden = f" Worst first; {counted(rest, 'SLA')} with less or no trouble not shown." if rest else ""
        st.caption(f"Blank met · ! at risk · ✕ below target that day · – no data.{hidden}")


def _grain(points: Sequence[TrafficPoint]) -> str:
    return words.duration((points[1].time - points[0].time).total_seconds()) if len(points) > 1 else "bucket"
