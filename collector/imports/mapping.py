"""What the columns of a tabular log mean: one frozen value per mapping file."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from collector.json_bodies import Name


class MappingPart(BaseModel):
    """Immutable; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Constant(MappingPart):
    """The same value on every line."""

    value: str


# A plain text is the name of a column.
Source = Name | Constant
OneCharacter = Annotated[str, Field(min_length=1, max_length=1)]
_DELIMITERS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


class FileFormat(MappingPart):
    """How the file is written. What is None is detected. `header_line` counts from 1; lines above it are skipped."""

    delimiter: OneCharacter | None = None
    quote: OneCharacter | None = '"'
    encoding: Name | None = None
    header_line: Annotated[int, Field(ge=1)] = 1

    @field_validator("delimiter", mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        return _DELIMITERS.get(value, value) if isinstance(value, str) else value


class MilestoneColumn(MappingPart):
    """A column that holds when `milestone` was reached; `date_formats` replace the mapping's for this column."""

    milestone: Name
    column: Name
    date_formats: tuple[Name, ...] = ()


class EventColumns(MappingPart):
    """For a log with one event per line: which columns name the milestone and its time.

    `milestones` translates what the log calls a step; a step left out of it is refused and counted.
    """

    milestone: Name
    time: Name
    milestones: dict[str, Name] = Field(min_length=1)


class Summary(MappingPart):
    """What to tell after an import: the flow's cycle times per `group`, an attribute, and of how many `late[1]` came after `late[0]`."""

    group: Name
    late: tuple[Name, Name] | None = None


class Mapping(MappingPart):
    """A log's columns as milestones of `flow`. Exactly one of `milestones` (wide) and `events` (long) is given.

    `key`: columns whose values, joined by `key_separator`, name the instance.
    `date_formats`: strptime patterns, or "iso", tried in order. `zone`: where times without a zone were written.
    `not_captured`: values that stand for "no date", each with the reason it is counted under.
    """

    flow: Name
    file: FileFormat = FileFormat()
    key: tuple[Name, ...] = Field(min_length=1)
    key_separator: str = "-"
    authority: Source | None = None
    facility_id: Source | None = None
    item_id: Source | None = None
    supplier_id: Source | None = None
    interface_id: Source | None = None
    correlation_id: Source | None = None
    attributes: dict[Name, Source] = Field(default_factory=dict)
    date_formats: tuple[Name, ...] = ("iso",)
    zone: Name = "UTC"
    not_captured: dict[str, Name] = Field(default_factory=dict)
    milestones: tuple[MilestoneColumn, ...] = ()
    events: EventColumns | None = None
    retention: Literal["standard", "import"] = "import"
    summary: Summary | None = None

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (OSError, ValueError, KeyError) as error:
            raise ValueError("is not a time zone; write one such as America/Chicago or UTC") from error
        return value

    @model_validator(mode="after")
    def _one_layout(self) -> Mapping:
        if bool(self.milestones) == (self.events is not None):
            raise ValueError("give either milestones (a column per milestone) or events (a line per event)")
        return self

    @property
    def fields(self) -> dict[str, Source]:
        """Columns or constants of a milestone's own fields, without the attributes."""
        names = ("authority", "facility_id", "item_id", "supplier_id", "interface_id", "correlation_id")
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the mapping reads, in the order it is written."""
        named = [*self.key, *(f for f in (*self.fields.values(), *self.attributes.values()) if isinstance(f, str))]
        named += [milestone.column for milestone in self.milestones]
        if self.events:
            named += [self.events.milestone, self.events.time]
        return tuple(dict.fromkeys(named))
