"""Kinds of messages that no rule knows: found by an incremental job, so that a new kind shows on its first day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from analytics.context import Context
from analytics.failures.asking import EPOCH
from analytics.failures.rows import MessageTemplate
from analytics.failures.template_tree import Template, TemplateTree
from analytics.sla.progress import NEVER, record_jobs, watermark
from domain.interval import Interval
from store.generations import active_number
from store.query import Query

_UNKNOWN = Query.beside(__file__, "unknown_messages.sql")
_KNOWN = Query.beside(__file__, "known_templates.sql")
_TEMPLATES = Query.beside(__file__, "templates.sql")
_AT_ONCE = 5_000
_COMMIT_LAG = timedelta(seconds=30)
_FIRST_LOOK = timedelta(days=30)


def template_unknown(context: Context, at_once: int = _AT_ONCE) -> int:
    """Put messages received since the last run into templates; returns how many, at most `at_once`.

    Messages are masked before they are stored anywhere, so templates and their examples are of masked text. A run that was
    killed is made again with the same outcome: templates are stored before the messages that count as done.
    """
    until = context.now
    # Other rules leave other messages unknown.
    job = f"failures:templates:{active_number(context.store)}"
    known = watermark(context, job)
    since = until - _FIRST_LOOK if known == NEVER else known - _COMMIT_LAG
    messages = context.store.records(_UNKNOWN, since=since, until=until, limit=at_once)
    if messages:
        _store(context, messages)
    if len(messages) < at_once:
        record_jobs(context, {job: until})
    return len(messages)


def _store(context: Context, messages: list[dict[str, Any]]) -> None:
    known = context.store.rows(_KNOWN, Template)
    tree = TemplateTree(known)
    before = {t.template_id: t for t in known}
    found: dict[str, Template] = {}
    first: dict[str, dict[str, Any]] = {}
    belongs = []
    for row in messages:
        template = tree.add(row["message"])
        found[template.template_id] = template
        first.setdefault(template.template_id, row)
        belongs.append(
            {"message_hash": row["message_hash"], "template_id": template.template_id, "received": row["first_received"]}
        )
    changed = [t for t in found.values() if before.get(t.template_id) != t]
    stored = _examples(context, [t.template_id for t in changed if t.template_id in before])
    context.store.insert(
        "message_templates", [_row(t, stored.get(t.template_id, first[t.template_id]), context.now) for t in changed]
    )
    context.store.insert("template_messages", belongs)


def _examples(context: Context, ids: list[str]) -> dict[str, dict[str, Any]]:
    """Example and first sight of templates that have become wider: both stay."""
    return {row["template_id"]: row for row in context.store.records(_EXAMPLES, ids=ids)} if ids else {}


_EXAMPLES = Query(
    "failures/template_examples",
    "SELECT template_id, example AS message, first_seen FROM message_templates FINAL WHERE template_id IN {ids:Array(String)}",
)


def _row(template: Template, first: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "template_id": template.template_id, "number": template.number, "first_tokens": list(template.first_tokens),
        "tokens": list(template.tokens), "example": first["message"], "first_seen": first["first_seen"], "recorded": now,
    }  # fmt: skip


def templates(
    context: Context, interval: Interval, *, interface: str | None = None, limit: int = 200
) -> tuple[MessageTemplate, ...]:
    """Kinds of messages of the interval that no rule knows: those that began in it first, then the most frequent."""
    given = {"start": max(interval.start, EPOCH), "end": interval.end, "interface": interface or "", "limit": limit}
    return context.store.rows(_TEMPLATES, MessageTemplate, **given, **context.scope.parameters())
