"""A folder becomes one configuration; nothing YAML may mean otherwise slips through."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.configuration import Configuration
from domain.loader import ConfigurationError, check, load, summary
from tests.support.network import NETWORK

FACILITY = "facilities:\n  - {id: H01, name: North, time_zone: America/Chicago}\n"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


def messages(folder: Path) -> str:
    return str(check(folder)).replace(f"{folder}/", "")


def test_a_written_network_reads_back_as_itself(tmp_path: Path) -> None:
    write(tmp_path, network=yaml.safe_dump(NETWORK, sort_keys=False))
    assert load(tmp_path) == Configuration.model_validate(NETWORK)


def test_one_file_per_section_in_sub_folders_is_the_same_world(tmp_path: Path) -> None:
    for section, value in NETWORK.items():
        (tmp_path / section).mkdir()
        (tmp_path / section / f"{section}.yml").write_text(yaml.safe_dump({section: value}, sort_keys=False))
    assert load(tmp_path) == Configuration.model_validate(NETWORK)


def test_a_thirteenth_facility_is_one_more_file(tmp_path: Path) -> None:
    write(tmp_path, first=FACILITY, second=FACILITY.replace("H01", "H13"))
    assert [f.id for f in load(tmp_path).facilities] == ["H01", "H13"]


def test_missing_and_empty_folders_say_what_to_do(tmp_path: Path) -> None:
    assert "does not exist. Name the folder" in str(check(tmp_path / "absent"))
    assert "holds no *.yaml or *.yml file. Start from" in str(check(tmp_path))


def test_hidden_files_and_other_endings_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, facilities=FACILITY)
    (tmp_path / ".facilities.yaml").write_text("broken: [")
    (tmp_path / "notes.md").write_text("broken: [")
    assert check(tmp_path).exit_code == 0


def test_hours_dates_and_leading_zeros_are_read_as_written(tmp_path: Path) -> None:
    """YAML 1.1 would read 17:00 as 1020, 0012 as 10 and `no` as false."""
    text = """
calendars:
  - id: business
    time_zone: America/Chicago
    weekly: {mon: [{start: 08:30, end: 17:00}]}
    closed: [2026-11-27]
facilities:
  - {id: 0012, name: no, time_zone: America/Chicago, aliases: [0077, 12:30]}
"""
    configuration = load(write(tmp_path, world=text))
    hours = configuration.calendars[0].weekly["mon"][0]
    assert (hours.start, hours.end) == (time(8, 30), time(17))
    assert configuration.calendars[0].closed == (date(2026, 11, 27),)
    assert configuration.facilities[0].id == "0012"
    assert configuration.facilities[0].name == "no"
    assert configuration.facilities[0].aliases == ("0077", "12:30")


def test_an_empty_section_and_an_empty_file_are_harmless(tmp_path: Path) -> None:
    assert load(write(tmp_path, empty="# nothing yet\n", world=f"slas:\n{FACILITY}")).slas == ()


def test_repeated_hours_may_use_an_alias(tmp_path: Path) -> None:
    text = (
        "calendars:\n  - id: b\n    time_zone: UTC\n    weekly:\n      mon: &day [{start: 08:00, end: 17:00}]\n      tue: *day\n"
    )
    weekly = load(write(tmp_path, calendars=text)).calendars[0].weekly
    assert weekly["mon"] == weekly["tue"]


def test_an_alias_bomb_is_refused_quickly(tmp_path: Path) -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert "repeats itself without end" in messages(write(tmp_path, bomb="\n".join(levels)))


def test_every_mistake_of_every_file_in_one_run(tmp_path: Path) -> None:
    first = "people:\n  - {id: ops, nam: Operations}\nfacilities:\n  - {id: H01, name: North, time_zone: Mars/Base}\n"
    second = "systems:\n  - {id: erp, name: ERP, kind: erp, owner: nobody}\nslas: [\n"
    found = messages(write(tmp_path, first=first, second=second, third=second.replace("slas: [", "flows: {}")))
    assert "first.yaml:2: people[ops].nam" in found
    assert "first.yaml:2: people[ops].name — is missing" in found
    assert "first.yaml:4: facilities[H01].time_zone" in found
    assert "second.yaml:4: is not valid YAML" in found
    assert "third.yaml:2: systems[erp].owner" in found
    assert "third.yaml:3: flows" in found
    assert found.endswith("6 problems")


def test_a_broken_entry_still_counts_as_known(tmp_path: Path) -> None:
    """Whoever owns things through it must not be told that it does not exist."""
    text = "people:\n  - {id: ops, name: Operations, emial: a@b}\nsystems:\n  - {id: erp, name: ERP, kind: erp, owner: ops}\n"
    assert messages(write(tmp_path, world=text)).count("problem") == 1


@pytest.mark.parametrize("section", [s for s in NETWORK if s != "organisation"])
def test_unknown_keys_are_refused_in_every_section(section: str, tmp_path: Path) -> None:
    entries: list[dict[str, Any]] = [dict(entry) for entry in NETWORK[section]]
    entries[0]["surprise"] = 1
    write(tmp_path, network=yaml.safe_dump({**NETWORK, section: entries}))
    with pytest.raises(ConfigurationError, match=r"surprise: (1|\(not shown\)) — is not a known key"):
        load(tmp_path)


def test_problem_of_a_value_points_at_its_own_line(tmp_path: Path) -> None:
    text = "facilities:\n  - id: H01\n    name: North\n    # where\n    time_zone: Chicago\n"
    (problem,) = check(write(tmp_path, facilities=text)).problems
    assert (problem.line, problem.path, problem.value) == (5, "facilities[H01].time_zone", '"Chicago"')


def test_a_pattern_may_contain_what_only_looks_like_a_look_around(tmp_path: Path) -> None:
    rule = r"failure_rules: [{id: r, failure_class: unclassified, pattern: 'a\++[*+]+ \(\?= (?P<item>\d+)'}]"
    assert check(write(tmp_path, rules=rule)).exit_code == 0


def test_summary_counts_sections_and_notes_gaps(tmp_path: Path) -> None:
    text = summary(load(write(tmp_path, network=yaml.safe_dump(NETWORK))))
    assert "5 interfaces" in text
    assert "note: 1 interface without an SLA: clm-contract-events" in text


def test_summary_notes_routes_that_can_never_match_and_people_without_mail(tmp_path: Path) -> None:
    routes = [{"id": "all", "channels": ["mail"], "to": ["silent"]}, {"id": "late", "channels": ["mail"]}]
    people = [*NETWORK["people"], {"id": "silent", "name": "Silent"}]
    write(tmp_path, network=yaml.safe_dump({**NETWORK, "routes": routes, "people": people}))
    text = summary(load(tmp_path))
    assert "never used: late" in text
    assert "route all mails silent, who has no e-mail address" in text


def test_summary_says_that_nobody_is_told_without_a_route(tmp_path: Path) -> None:
    assert "nobody is told" in summary(load(write(tmp_path, facilities=FACILITY)))


@pytest.mark.parametrize("sender", ["a@b.example", "Supplyscope <a@b.example>", "a@localhost"])
def test_a_sender_may_carry_a_display_name(sender: str, tmp_path: Path) -> None:
    channel = {"kind": "email", "id": "mail", "host": "mail.example", "sender": sender}
    assert check(write(tmp_path, channels=yaml.safe_dump({"channels": [channel]}))).exit_code == 0


def test_a_display_name_hides_no_bad_address(tmp_path: Path) -> None:
    channel = {"kind": "email", "id": "mail", "host": "mail.example", "sender": "Supplyscope <nobody>"}
    assert "is not an e-mail address" in messages(write(tmp_path, channels=yaml.safe_dump({"channels": [channel]})))


@pytest.mark.parametrize("name", ["{}", "[]", "{a: b}", "3"])
def test_text_may_not_be_anything_else(name: str, tmp_path: Path) -> None:
    assert "organisation.name" in messages(write(tmp_path, world=f"organisation: {{name: {name}}}"))


@pytest.mark.parametrize("port", ["{}", "[]", "{value: 25}", "smtp", "{env: PORT, file: /port}"])
def test_either_of_two_forms_wrong_is_one_message(port: str, tmp_path: Path) -> None:
    channel = f"channels: [{{kind: email, id: mail, host: a, sender: a@b, port: {port}}}]"
    found = check(write(tmp_path, world=channel)).problems
    assert [problem.path.startswith("channels[mail].port") for problem in found] == [True]
