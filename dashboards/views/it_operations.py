"""What is down, what piles up and when it will be drained, which batches are late, what fails where."""

from __future__ import annotations

import streamlit as st

from analytics import activity, batches, failures, queues, sla, words
from analytics.activity.rows import InterfaceHealth
from analytics.batches.rows import BatchRun
from analytics.failures.rows import FailureGroup
from analytics.queues.rows import QueueState
from dashboards import naming, source
from dashboards.charts import backlog, heatmaps, lines
from dashboards.components import filters, states, tiles
from dashboards.components.appearance import colours, draw
from dashboards.components.questions import ask, ask_now, panel
from dashboards.components.tables import Row, table
from dashboards.components.tiles import Tile
from dashboards.components.view import View
from dashboards.text import counted, markdown, signed

REFRESH = "10s"
WORSE = 1.5
NOTABLE = 0.01


def page() -> None:
    heading = st.container()
    view = filters.choose()
    with heading:
        _title(view)
    _numbers(view)
    calls, piles = st.columns([1.3, 1], gap="medium")
    with calls:
        _traffic(view)
    with piles:
        _backlogs(view)
    _interfaces(view)
    _matrix(view)
    _open_failures(view)
    _queues(view)
    _batches(view)
    _promises_by_day(view)


@st.fragment(run_every=REFRESH)
def _title(view: View) -> None:
    with panel():
        st.title(markdown(finding(ask(activity.interfaces, view), ask_now(queues.latest, view))), anchor=False)


@st.fragment(run_every=REFRESH)
def _numbers(view: View) -> None:
    with panel():
        tiles.row([_error_tile(view), _waiting_tile(view), _batch_tile(view), _failure_tile(view)])


@st.fragment(run_every=REFRESH)
def _traffic(view: View) -> None:
    with panel():
        points = ask(activity.traffic, view)
        calls, errors = sum(point.spans for point in points), sum(point.errors for point in points)
        st.subheader(f"{calls:,} calls in {view.said}, {errors:,} failed", anchor=False)
        if not calls:
            states.empty(f"No call was received in the last {view.said}.", "Point an OpenTelemetry exporter here:", _exporter())
            return
        zone = source.context().configuration.organisation.time_zone
        draw(lines.traffic(points, zone, colours()), key="traffic", alt=f"{calls:,} calls and {errors:,} errors over {view.said}")
        st.caption(f"Calls and failed calls per {_grain(points)}; times in {zone}.")


@st.fragment(run_every=REFRESH)
def _backlogs(view: View) -> None:
    with panel():
        latest = ask_now(queues.latest, view)
        st.subheader(markdown(queues_finding(latest)), anchor=False)
        deepest = [queue.queue for queue in sorted(latest, key=lambda queue: -(queue.depth or 0))[:3]]
        points = ask(queues.history, view)
        if not any(point.queue in deepest for point in points):
            states.empty(f"No queue reported in the last {view.said}.", "Post queue samples to /v1/queues.")
            return
        zone = source.context().configuration.organisation.time_zone
        draw(backlog.strips(points, deepest, zone, colours()), key="backlogs", alt=queues_finding(latest))
        st.caption("Messages waiting, deepest queues now; each on its own scale from zero.")


@st.fragment(run_every=REFRESH)
def _interfaces(view: View) -> None:
    with panel():
        rows = sorted(ask(activity.interfaces, view), key=_urgency)
        st.subheader("Interfaces, those that need a look first", anchor=False)
        table(
            [_interface(row) for row in rows],
            key="interfaces",
            nothing="No interface is configured and none was seen.",
            alt="Health of every interface: status, calls, error share, latency, last seen",
        )


@st.fragment(run_every=REFRESH)
def _matrix(view: View) -> None:
    with panel():
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


@st.fragment(run_every=REFRESH)
def _open_failures(view: View) -> None:
    with panel():
        groups = ask(failures.groups, view, state="open", limit=200)
        st.subheader(f"{counted(len(groups), 'open failure')}, newest first", anchor=False)
        table(
            [_failure(group) for group in groups],
            key="open_failures",
            nothing="No failure is open.",
            alt="Open failures with class, object, interface and owner",
            story=lambda at: next(iter(groups[at].correlation_ids), groups[at].object),
        )


@st.fragment(run_every=REFRESH)
def _queues(view: View) -> None:
    with panel():
        latest = sorted(ask_now(queues.latest, view), key=lambda queue: -(queue.oldest_age_seconds or 0))
        st.subheader("Queues, oldest message first", anchor=False)
        table(
            [_queue(queue) for queue in latest],
            key="queues",
            nothing="No queue has reported yet.",
            alt="Latest sample of every queue",
        )


@st.fragment(run_every=REFRESH)
def _batches(view: View) -> None:
    with panel():
        runs = [run for run in ask(batches.runs, view, limit=500) if run.status in ("failed", "partial") or _late(run)]
        st.subheader(f"{counted(len(runs), 'batch run')} failed, partial or unfinished", anchor=False)
        table(
            [_batch(run) for run in runs],
            key="batches",
            nothing=f"Every batch of the last {view.said} finished whole.",
            alt="Batch runs that failed, were partial or never finished",
            story=lambda at: runs[at].correlation_id or runs[at].run_id,
        )


@st.fragment(run_every=REFRESH)
def _promises_by_day(view: View) -> None:
    with panel():
        cells = ask(sla.by_day, view.at_least("30d"))
        st.subheader("Promises day by day", anchor=False)
        if not cells:
            states.empty("No promise has been measured yet.", "Promises are configured in slas.yaml.", "supplyscope sla")
            return
        draw(
            heatmaps.by_day(cells, colours()),
            key="promise_days",
            alt="Each service level on each day: met, at risk, breached or no data",
        )
        st.caption("Blank met · ! at risk · ✕ below target that day · – no data")


def finding(interfaces: tuple[InterfaceHealth, ...], latest: tuple[QueueState, ...]) -> str:
    """The page's title: what fails more than usual, and the worst backlog."""
    failing = [row for row in interfaces if health(row) == "failing"]
    silent = [row for row in interfaces if health(row) == "silent"]
    oldest = max(latest, key=lambda queue: queue.oldest_age_seconds or 0, default=None)
    parts = (
        [f"{naming.some([row.name or row.interface_id for row in failing], 3)} {_verb(failing, 'fails', 'fail')} more than usual"]
        if failing
        else []
    )
    parts += [f"{counted(len(silent), 'interface')} {_verb(silent, 'is', 'are')} silent"] if silent else []
    if oldest and (oldest.oldest_age_seconds or 0) > 600:
        parts.append(f"queue {oldest.queue} holds a message for {words.duration(oldest.oldest_age_seconds or 0)}")
    if not parts:
        return f"All {counted(len(interfaces), 'interface')} work as usual." if interfaces else "No interface has been seen yet."
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def health(row: InterfaceHealth) -> str:
    """failing: errors well above the period before; noisy: some errors; silent: registered but unseen; ok."""
    if row.last_seen is None or not row.spans:
        return "silent"
    share, before = row.error_share or 0.0, row.previous_error_share or 0.0
    if share > NOTABLE and share > WORSE * before:
        return "failing"
    return "noisy" if share > NOTABLE else "ok"


def queues_finding(latest: tuple[QueueState, ...]) -> str:
    """The deepest queue and when it will be empty."""
    deepest = max(latest, key=lambda queue: queue.depth or 0, default=None)
    if deepest is None or not deepest.depth:
        return "No queue has a backlog" if latest else "Queue backlogs"
    drains = f"drains in {words.duration(deepest.drain_seconds)}" if deepest.drain_seconds else "is not draining"
    return f"{deepest.queue} holds {deepest.depth:,} and {drains}"


def _verb(rows: list[InterfaceHealth], one: str, many: str) -> str:
    return one if len(rows) == 1 else many


def _urgency(row: InterfaceHealth) -> tuple[int, int, float]:
    return (("failing", "noisy", "silent", "ok").index(health(row)), row.tier, -(row.error_share or 0.0))


def _late(run: BatchRun) -> bool:
    """Started and not finished within six hours."""
    if run.status not in ("started", "running") or run.started is None:
        return False
    return (source.context().now - run.started).total_seconds() > 6 * 3600


def _grain(points: tuple[activity.TrafficPoint, ...]) -> str:
    if len(points) < 2:
        return "bucket"
    return words.duration((points[1].time - points[0].time).total_seconds())


def _exporter() -> str:
    return "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf your-program"


def _error_tile(view: View) -> Tile:
    points = ask(activity.traffic, view)
    before = ask_before_share(view)
    calls, errors = sum(point.spans for point in points), sum(point.errors for point in points)
    share = errors / calls if calls else None
    change = None if share is None or before is None else 100 * (share - before)
    return Tile(
        "Calls that failed",
        "no data" if share is None else words.percent(share),
        "" if change is None else signed(change, f"{abs(change):.2f} pt"),
        view.compared,
        course=tuple(100.0 * point.errors / point.spans for point in points if point.spans)[-60:],
        definition=f"{errors:,} of {calls:,} calls ended in an error.",
    )


def ask_before_share(view: View) -> float | None:
    """Share of failed calls in the period before; None without traffic."""
    from dashboards.components.questions import ask_before

    points = ask_before(activity.traffic, view)
    calls = sum(point.spans for point in points)
    return sum(point.errors for point in points) / calls if calls else None


def _waiting_tile(view: View) -> Tile:
    latest = ask_now(queues.latest, view)
    known = [queue.depth for queue in latest if queue.depth is not None]
    oldest = max((queue.oldest_age_seconds for queue in latest if queue.oldest_age_seconds is not None), default=None)
    dead = sum(queue.dead_letters or 0 for queue in latest)
    return Tile(
        "Messages waiting",
        f"{sum(known):,}" if known else "no data",
        definition=f"In {counted(len(latest), 'queue')} at their last sample; oldest "
        f"{'unknown' if oldest is None else words.duration(oldest)}; {counted(dead, 'dead letter')}.",
    )


def _batch_tile(view: View) -> Tile:
    runs = ask(batches.runs, view, limit=500)
    bad = [run for run in runs if run.status in ("failed", "partial") or _late(run)]
    return Tile(
        "Batches failed, partial or late",
        f"{len(bad):,} of {len(runs):,}" if runs else "no data",
        definition="Runs reported in the period. Late: started over six hours ago and not finished.",
    )


def _failure_tile(view: View) -> Tile:
    classes = ask(failures.by_class, view)
    change = sum(one.failures for one in classes) - sum(one.previous_failures for one in classes)
    return Tile(
        "Failures open",
        f"{sum(one.open_objects for one in classes):,}",
        signed(change, f"{abs(change):,} seen") if change else "",
        view.compared,
        course=tuple(float(day.failures) for day in ask(failures.daily, view)),
        definition="Objects whose last attempt failed and has not succeeded since. The course shows failures per day.",
    )


def _interface(row: InterfaceHealth) -> Row:
    shown = {"failing": "✕ failing", "noisy": "! errors", "silent": "– silent", "ok": "✓ ok"}[health(row)]
    return {
        "Status": shown,
        "Interface": row.name or row.interface_id,
        "Tier": row.tier if row.registered else None,
        "Owner": naming.person(source.context().configuration, row.owner) if row.registered else "not registered",
        "Calls": row.spans,
        "Errors": words.percent(row.error_share) if row.error_share is not None else "",
        "Before": words.percent(row.previous_error_share) if row.previous_error_share is not None else "",
        "Median": words.duration(row.p50_seconds) if row.p50_seconds is not None else "",
        "p95": words.duration(row.p95_seconds) if row.p95_seconds is not None else "",
        "Open failures": row.open_failures,
        "Last seen": row.last_seen,
        "Last success": row.last_success,
    }


def _failure(group: FailureGroup) -> Row:
    configuration = source.context().configuration
    return {
        "Class": group.class_name or group.failure_class,
        "What": f"{group.object_type} {group.object}".strip(),
        "Interface": naming.interface(configuration, group.interface_id),
        "At": naming.some(group.facilities),
        "Tries": group.count,
        "Since": group.first_seen,
        "Last": group.last_seen,
        "Owner": naming.person(configuration, group.owner),
        "Message": group.message,
    }


def _queue(queue: QueueState) -> Row:
    return {
        "Queue": queue.queue,
        "Interface": naming.interface(source.context().configuration, queue.interface_id),
        "Waiting": queue.depth,
        "Peak": queue.peak_depth,
        "Oldest": "" if queue.oldest_age_seconds is None else words.duration(queue.oldest_age_seconds),
        "Drained in": words.duration(queue.drain_seconds)
        if queue.drain_seconds is not None
        else "not draining"
        if queue.depth
        else "",
        "Consumers": queue.consumers,
        "Dead letters": queue.dead_letters,
        "Sampled": queue.sampled,
    }


def _batch(run: BatchRun) -> Row:
    took = (run.finished - run.started).total_seconds() if run.started and run.finished else None
    return {
        "Status": f"! {run.status}" if run.status == "partial" else f"✕ {run.status}",
        "Job": run.job,
        "Run": run.run_id,
        "Started": run.started,
        "Took": "not finished" if took is None else words.duration(took),
        "Read": run.records_read,
        "Rejected": run.records_rejected,
        "File": run.file_name,
        "Message": run.message,
    }
