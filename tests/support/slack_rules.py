"""Slack's limits as its reference states them (docs.slack.dev/reference/block-kit), written apart from the code that keeps them."""

from __future__ import annotations

from typing import Any


def _length(text: str) -> int:
    """UTF-16 units, as JavaScript and Slack's front end count."""
    return len(text.encode("utf-16-le")) // 2


def slack_problems(body: dict[str, Any]) -> list[str]:
    """What Slack would refuse of a message; [] when nothing."""
    found: list[str] = []
    blocks = body.get("blocks", [])
    if not body.get("text") or _length(body["text"]) > 40_000:
        found.append("text is missing or longer than 40 000")
    if not 0 < len(blocks) <= 50:
        found.append(f"{len(blocks)} blocks")
    total = 0
    for block in blocks:
        texts = list(_texts(block))
        total += sum(_length(text) for text in texts)
        match block["type"]:
            case "section":
                if "text" in block:
                    found += _between(block["text"]["text"], 1, 3000, "section text")
                fields = block.get("fields", [])
                if len(fields) > 10:
                    found.append(f"{len(fields)} fields")
                for one in fields:
                    found += _between(one["text"], 1, 2000, "field")
            case "header":
                found += _between(block["text"]["text"], 1, 150, "header")
            case "actions":
                found += _buttons(block["elements"])
            case "context":
                if not 0 < len(block["elements"]) <= 10:
                    found.append("context elements")
            case other:
                found.append(f"a block {other}")
        for text in texts:
            found += _markup(text)
    if total > 13_000:
        found.append(f"{total} characters in all blocks (msg_blocks_too_long)")
    return found


def _buttons(elements: list[dict[str, Any]]) -> list[str]:
    found = [] if 0 < len(elements) <= 25 else [f"{len(elements)} action elements"]
    ids = [e["action_id"] for e in elements if "action_id" in e]
    if len(ids) != len(set(ids)):
        found.append("an action_id twice")
    for element in elements:
        found += _between(element["text"]["text"], 1, 75, "button text")
        found += _between(element.get("value", "x"), 1, 2000, "button value")
        found += _between(element.get("url", "http://x"), 1, 3000, "button url")
        if element["text"]["type"] != "plain_text":
            found.append("a button's text must be plain_text")
    return found


def _between(text: str, least: int, most: int, what: str) -> list[str]:
    return [] if least <= _length(text) <= most else [f"{what} of {_length(text)} characters"]


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _markup(text: str) -> list[str]:
    """Only what we write ourselves may be markup: < > & come escaped."""
    rest = text
    for escape in ("&amp;", "&lt;", "&gt;"):
        rest = rest.replace(escape, "")
    return [f"unescaped markup in {text[:60]!r}"] if set(rest) & set("<>&") else []
