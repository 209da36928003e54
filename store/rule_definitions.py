"""Milestone rules and failure rules as SQL: every value of the configuration goes through store.quoting."""

from __future__ import annotations

import re
from collections.abc import Callable

from domain.configuration import Configuration
from domain.failures import FailureRule
from domain.flows import MilestoneRule, SpanStatus
from store.attributes import COLUMN_OF_KEY, KEY_COLUMNS
from store.quoting import identifier, literal

UNCLASSIFIED = "unclassified"
_OBJECTS = ("item", "invoice", "purchase_order", "contract", "supplier")


def slots(configuration: Configuration) -> dict[str, str]:
    """What the views of milestones and failures need of `configuration`."""
    return {
        "decision": _decision(configuration.failure_rules),
        "classification": _classification(configuration.failure_rules),
        "rules": ",\n".join(_evidence(rule) for rule in configuration.milestone_rules) or "            ('', '', '')",
        "rule_numbers": ",\n".join(_matched(rule, n) for n, rule in enumerate(configuration.milestone_rules, 1))
        or "            0",
        "key_of_flow": _by_flow(configuration, lambda key, _: value_of(key)),
        "authority_of_flow": _by_flow(configuration, lambda _, authority: attribute(authority)),
        "facility_of_flow": _flag_of_flow([f.id for f in configuration.flows if f.per_facility], "facility_id"),
        "item_of_flow": _flag_of_flow([f.id for f in configuration.flows if f.per_line], "item_id"),
    }


def value_of(key_type: str) -> str:
    """A stored span's key of this type."""
    column = COLUMN_OF_KEY.get(key_type)
    return f"toString({identifier(column)})" if column else of_span_or_resource(f"{key_type}.id")


def attribute(name: str | None) -> str:
    """Attribute of a stored span: from its column where it has one; '' for None."""
    if name is None:
        return "''"
    for column, (_, names) in KEY_COLUMNS.items():
        if name in names:
            return f"toString({column})"
    return of_span_or_resource(name)


def of_span_or_resource(name: str) -> str:
    """An attribute of the span, or else of its resource; '' when neither has it."""
    own = f"attributes[{literal(name)}]"
    return f"if({own} != '', {own}, toString(resource_attributes[{literal(name)}]))"


def _decision(rules: tuple[FailureRule, ...]) -> str:
    """(rule, class) of the first rule that holds."""
    cases = "".join(f"{_failure_condition(r)}, ({literal(r.id)}, {literal(r.failure_class)}), " for r in rules)
    none = f"('', {literal(UNCLASSIFIED)})"
    return f"multiIf({cases}{none})" if rules else none


def _classification(rules: tuple[FailureRule, ...]) -> str:
    """WITH expressions over the column `decision`: the objects, from their column or else the deciding rule's named groups."""
    lines = [f"    {_named_group(rules, 'facility')} AS found_facility,"]
    for name in _OBJECTS:
        column = COLUMN_OF_KEY[name]
        lines.append(f"    if({column} != '', toString({column}), {_named_group(rules, name)}) AS {name},")
    pairs = ", ".join(f"{name} != '', ({literal(name)}, {name})" for name in _OBJECTS)
    lines.append(f"    multiIf({pairs}, ('', '')) AS subject")
    return "\n".join(lines)


def _named_group(rules: tuple[FailureRule, ...], name: str) -> str:
    cases = []
    for rule in rules:
        index = re.compile(rule.pattern).groupindex.get(name) if rule.pattern else None
        if index:
            groups = f"extractGroups(message, {literal(rule.pattern or '')})"
            cases.append(f"decision.1 = {literal(rule.id)}, {groups}[{index}]")
    return f"multiIf({', '.join(cases)}, '')" if cases else "''"


def _failure_condition(rule: FailureRule) -> str:
    parts = []
    if rule.interface is not None:
        parts.append(f"interface_id = {literal(rule.interface)}")
    if rule.code is not None:
        parts.append(f"code = {literal(rule.code)}")
    if rule.pattern is not None:
        parts.append(f"match(message, {literal(rule.pattern)})")
    parts += [_attribute_condition(name, value) for name, value in rule.attributes.items()]
    return "(" + (" AND ".join(parts) or "1") + ")"


def _attribute_condition(name: str, value: str) -> str:
    if value == "*":
        return f"{of_span_or_resource(name)} != ''"
    return f"{of_span_or_resource(name)} = {literal(value)}"


def _evidence(rule: MilestoneRule) -> str:
    """What a span that matches the rule is evidence of."""
    return f"            ({literal(rule.flow)}, {literal(rule.milestone)}, {literal(rule.outcome.value)})"


def _matched(rule: MilestoneRule, number: int) -> str:
    """`number` where the rule matches, else 0."""
    when = rule.when
    parts = []
    if when.interface is not None:
        parts.append(f"interface_id = {literal(when.interface)}")
    if when.span_name is not None:
        parts.append(f"name = {literal(when.span_name)}")
    if when.status is not SpanStatus.ANY:
        parts.append("status = 2" if when.status is SpanStatus.ERROR else "status != 2")
    parts += [_attribute_condition(name, value) for name, value in when.attributes.items()]
    return f"                if({' AND '.join(parts) or '1'}, {number}, 0)"


def _by_flow(configuration: Configuration, value: Callable[[str, str | None], str]) -> str:
    types = {t.id: t for t in configuration.key_types}
    cases = []
    for flow in configuration.flows:
        key_type = types.get(flow.key)
        cases.append(f"found.1 = {literal(flow.id)}, {value(flow.key, key_type.authority_attribute if key_type else None)}")
    return f"multiIf({', '.join(cases)}, '')" if cases else "''"


def _flag_of_flow(flows: list[str], column: str) -> str:
    if not flows:
        return "''"
    return f"if(found.1 IN ({', '.join(literal(f) for f in flows)}), toString({column}), '')"
