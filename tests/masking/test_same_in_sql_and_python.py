"""The views and the rows outside them mask alike, and business keys are never masked by a pattern."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.masking import Masks
from domain.configuration import Configuration
from domain.flows import KeyType
from domain.masking import BuiltIn, Mask, MaskAction
from store.mask_rules import mask_rules
from store.masking import slots
from store.query import Query
from store.store import Store

CONFIGURATION = Configuration(
    key_types=(KeyType(id="requisition", attribute="requisition.id", aliases=("req",), authority_attribute="erp.client"),),
    masks=(
        Mask(id="badge", pattern=r"B-[0-9]{4}|^staff .+$"),
        Mask(id="ten-digits", pattern="[0-9]{9,10}", interfaces=("vault",)),
        Mask(id="nurse", key="nurse.*", action=MaskAction.HASH),
        Mask(id="note", key="note", action=MaskAction.DROP, interfaces=("vault",)),
        Mask(id="mail", built_in=BuiltIn.EMAIL, interfaces=("vault",)),
    ),
)
PIECES = st.sampled_from([
    "123-45-6789", "ssn: 123456789", "SSN#987654321", "mrn 1234567", "MRN: AB123456", "DOB 01/02/1950", "born: Jan 3, 1950",
    "(555) 123-4567", "555-123-4567", "+15551234567", "tel 5551234567", "ann@example.org", "PID|1||99^^^H||DOE^ANN\r", "4500012345",
    "000000905", "B-1234", "staff ann", "\n", " ", "é", "ſsn 123456789", '"', "\\", "{", "}", '"patient.name":"Ann \\" D"',
    '"mrn" : 12', '"SSN":[1,2]', '"nurse.id":{"a":1}', ",", "1", "-", "1-", "\0", "\u2028", "K",
])  # fmt: skip
TEXTS = st.lists(PIECES | st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=8).map("".join)
JSON = TEXTS.map(lambda text: "{" + text + "}")
NAMES = st.sampled_from(
    [
        "note",
        "patient.name",
        "x.Patient.y",
        "MRN",
        "nurse.id",
        "free",
        "contract.id",
        "requisition.id",
        "req",
        "erp.client",
        "ssn\n",
        "a_ssn",
    ]
)


def _by_views(store: Store, rows: list[tuple[str, str]], interface: str) -> list[tuple[str, str, list[str]]]:
    """(masked value, masked text, masks of the value) of each (name, text)."""
    sql = (
        f"WITH {slots(CONFIGURATION)['masking']} materialize('{interface}') AS interface_id "
        "SELECT arrayMap((n, t) -> (masked_value(n, t), masked_value('', t), masking_rules(n, t)), {n:Array(String)}, {t:Array(String)}) AS found"
    )
    return list(store.value(Query("masking", sql), n=[n for n, _ in rows], t=[t for _, t in rows]))


@pytest.mark.parametrize("interface", ["", "vault"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(NAMES, TEXTS | JSON), min_size=1, max_size=20))
def test_both_mask_alike(real_store: Store, interface: str, rows: list[tuple[str, str]]) -> None:
    masks = Masks(CONFIGURATION)
    expected = []
    for name, text in rows:
        value = masks.value(name, text, interface)
        expected.append((value.text, masks.text(text, interface).text, list(value.rules)))
    assert [tuple(found) for found in _by_views(real_store, rows, interface)] == expected


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(mask_rules(CONFIGURATION).protected), text=TEXTS | JSON | st.from_regex(r"[0-9]{9,10}", fullmatch=True)
)
def test_a_business_key_is_never_masked(real_store: Store, name: str, text: str) -> None:
    assert _by_views(real_store, [(name, text)], "vault")[0][0] == text
    assert Masks(CONFIGURATION).value(name, text, "vault").text == text


@pytest.mark.parametrize(
    "text", ["PO 4500012345 posted", "ISA13 000000905", "item 40-2217 at H07", "2026-11-22T10:00:00Z", "10.0.12.7"]
)
def test_business_numbers_are_not_people(text: str) -> None:
    assert Masks(Configuration()).text(text).text == text


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("ssn 123-45-6789", "ssn [ssn]"),
        ("social security number: 123456789", "social security number: [ssn]"),
        ("Patient MRN: 00123456, DOB 1950-01-02", "Patient MRN: [mrn], DOB [dob]"),
        ("call (555) 123-4567 or ann.doe@example.org", "call [phone] or [email]"),
        ("MSH|^~\\&|A\rPID|1||1234^^^H||DOE^ANN||19500102\rPV1|1", "MSH|^~\\&|A\rPID|[hl7_patient]\rPV1|1"),
    ],
)
def test_what_is_masked_everywhere(text: str, stored: str) -> None:
    assert Masks(Configuration()).text(text).text == stored
