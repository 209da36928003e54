"""Our pipeline beside Debian's Alertmanager: the same tree, the same pushes, the same messages in the same windows.

Where they differ, the story says what ours does instead, and why; docs/adr/0030-alert-pipeline.md argues it.
"""

from __future__ import annotations

import pytest

from tests.alerts.stories.stories import STORIES
from tests.alerts.stories.story import Message, Story, Want, ours, unmet
from tests.alerts.stories.theirs import told_by_alertmanager

_NAMES = [story.name.replace(" ", "-") for story in STORIES]
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Message]]:
    return told_by_alertmanager(STORIES, tmp_path_factory.mktemp("alertmanager"))


@pytest.mark.parametrize("story", STORIES, ids=_NAMES)
def test_ours(story: Story) -> None:
    assert unmet(story.wants if story.ours_instead is None else story.ours_instead, ours(story)) == []


@pytest.mark.parametrize("story", STORIES, ids=_NAMES)
def test_alertmanager(story: Story, theirs: dict[str, list[Message]]) -> None:
    assert unmet(story.wants, theirs[story.name]) == []


def test_a_difference_is_argued_and_is_one() -> None:
    for story in STORIES:
        assert (story.ours_instead is None) == (not story.difference)
        assert story.ours_instead is None or unmet(story.wants, ours(story))


def test_the_receiver_fails_on_an_extra_an_empty_and_a_missing_message() -> None:
    wants = [Want("ops", 0, 10, ("a",))]
    good, empty = Message("ops", 5, frozenset({"a"}), frozenset()), Message("ops", 5, frozenset(), frozenset())
    assert unmet(wants, [good]) == []
    assert len(unmet(wants, [good, good])) == 1
    assert len(unmet(wants, [good, empty])) == 1
    assert len(unmet(wants, [])) == 1
    assert len(unmet(wants, [Message("ops", 11, frozenset({"a"}), frozenset())])) == 2
