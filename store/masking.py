"""PHI masking rendered into the views: values are masked before they are stored, in the same INSERT.

A view writes ${masking} first in its WITH and then calls `masked_value(key, text)`, with '' as the key of free text (status and log
messages, event names). `interface_id` must be a name in that view. `masked_everywhere(key, text)` is for what belongs to no interface:
masks of any interface hold. `to_mask(names, texts)` says cheaply that some value may need masking; `masking_rules(key, text)` names
the masks that apply. Each is written out where it is called, so a view gathers what it masks into one array and calls each once.
"""

from __future__ import annotations

from domain.configuration import Configuration
from domain.masking import MaskAction
from store.mask_rules import KeyRule, MaskRules, TextRule, mask_rules
from store.quoting import literal

_HASHED = "concat('sha256:', lower(substring(hex(SHA256(text)), 1, 16)))"


def slots(configuration: Configuration) -> dict[str, str]:
    """`masking`: the WITH expressions, each ending in a comma. What a view does not call costs nothing."""
    rules = mask_rules(configuration)
    lines = [
        f"(name, text) -> {_value(rules, scoped=True)} AS masked_value",
        f"(name, text) -> {_value(rules, scoped=False)} AS masked_everywhere",
        f"(names, texts) -> {_to_mask(rules)} AS to_mask",
        f"(name, text) -> {_names(rules)} AS masking_rules",
    ]
    return {"masking": "\n".join(f"    {line}," for line in lines)}


def _value(rules: MaskRules, *, scoped: bool) -> str:
    """What is stored for an attribute value, or for free text, whose name is ''. A masked key's value inside JSON is replaced too.

    Each pattern is written once: what the engine reads in a view, every INSERT pays for.
    """
    if not rules.keys and not rules.texts:
        return "text"
    cases = [_unmasked(rules), "text"]
    for rule in rules.keys:
        cases += [_applies(f"name != '' AND {_match('name', rule.expression)}", rule.interfaces, scoped), _replacement(rule)]
    inside = _in_json(rules.keys, scoped)
    start = "text" if inside == "text" else f"if({_is_json()}, {inside}, text)"
    return f"multiIf({', '.join(cases)}, {_chain(rules.texts, start, scoped)})"


def _unmasked(rules: MaskRules) -> str:
    return f"text = '' OR name IN ({', '.join(literal(name) for name in rules.protected)})"


def _chain(texts: tuple[TextRule, ...], start: str, scoped: bool) -> str:
    result = start
    for rule in texts:
        narrow = scoped and bool(rule.interfaces)
        changed = "before" if narrow else result
        for pattern, replacement in rule.patterns:
            changed = f"replaceRegexpAll({changed}, {literal(_re2(pattern))}, {literal(replacement)})"
        result = _bound(f"if({_scope(rule.interfaces)}, {changed}, before)", result) if narrow else changed
    return result


def _in_json(keys: tuple[KeyRule, ...], scoped: bool) -> str:
    result = "text"
    for rule in keys:
        token = literal(f'"{rule.token}"')
        kept_and_token = f'\\1"{rule.token}"'
        scalar = f"replaceRegexpAll(before, {literal(rule.scalar)}, {literal(kept_and_token)})"
        changed = f"if({_match('before', rule.container)}, {token}, {scalar})"
        if scoped and rule.interfaces:
            changed = f"if({_scope(rule.interfaces)}, {changed}, before)"
        result = _bound(changed, result)
    return result


def _bound(expression: str, before: str) -> str:
    """`expression` of a value named `before`, which is worked out once however often it is named."""
    return f"arrayMap(before -> {expression}, [{before}])[1]"


def _to_mask(rules: MaskRules) -> str:
    """True for every span with a value to mask and for some without: values are searched as one text, scopes left out."""
    if not rules.keys and not rules.texts:
        return "0"
    found = [_match("n", r.expression) for r in rules.keys]
    names = [f"arrayExists(n -> {' OR '.join(found)}, names)"] if found else []
    patterns = [_re2(p) for r in rules.texts for p, _ in r.patterns] + [r.inside for r in rules.keys]
    if any(part in p for p in patterns for part in (r"\A", r"\z")):  # Anchors of a whole value, which joined values have not.
        return " OR ".join([*names, f"arrayExists(text -> {_match('text', '|'.join(f'(?:{p})' for p in patterns))}, texts)"])
    joined = "|".join(f"(?m:{p})" for p in patterns)
    return " OR ".join([*names, _match("arrayStringConcat(texts, '\\n')", joined)])


def _names(rules: MaskRules) -> str:
    """Masks that change a value, or free text, whose name is ''."""
    if not rules.keys and not rules.texts:
        return "emptyArrayString()"
    keys = [
        f"if({_applies(f'name != {chr(39) * 2} AND ' + _match('name', r.expression), r.interfaces)}, {literal(r.id)}, '')"
        for r in rules.keys
    ]
    inside = [f"if({_is_json()} AND {_applies(_match('text', r.inside), r.interfaces)}, {literal(r.id)}, '')" for r in rules.keys]
    key = f"arrayFirst(r -> r != '', [{', '.join([*keys, chr(39) * 2])}])"
    found = f"arrayFilter(r -> r != '', [{', '.join(inside + _found(rules.texts) or [chr(39) * 2])}])"
    return f"multiIf({_unmasked(rules)}, emptyArrayString(), {_bound(f'if(before != {chr(39) * 2}, [before], {found})', key)})"


def _found(texts: tuple[TextRule, ...]) -> list[str]:
    return [f"if({_applies(_match('text', _any((r,))), r.interfaces)}, {literal(r.id)}, '')" for r in texts]


def _is_json() -> str:
    return "(startsWith(text, '{') OR startsWith(text, '['))"


def _replacement(rule: KeyRule) -> str:
    return {MaskAction.REDACT: literal(rule.token), MaskAction.HASH: _HASHED, MaskAction.DROP: "''"}[rule.action]


def _applies(condition: str, interfaces: tuple[str, ...], scoped: bool = True) -> str:
    return f"{condition} AND {_scope(interfaces)}" if scoped and interfaces else condition


def _scope(interfaces: tuple[str, ...]) -> str:
    return f"interface_id IN ({', '.join(literal(i) for i in interfaces)})"


def _any(texts: tuple[TextRule, ...]) -> str:
    return "|".join(f"(?:{_re2(pattern)})" for rule in texts for pattern, _ in rule.patterns)


def _re2(pattern: str) -> str:
    """With . not matching a line's end, as in Python; the engine's own default differs between its functions."""
    return f"(?-s:{pattern})"


def _match(text: str, pattern: str) -> str:
    return f"match({text}, {literal(pattern)})"
