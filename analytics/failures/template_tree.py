"""Unknown messages as templates: drain3's tree, taken up again from stored rows so that a restart changes nothing.

Drain: P. He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017, https://github.com/logpai/Drain3
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from drain3.drain import Drain, LogCluster
from drain3.masking import LogMasker, MaskingInstruction

# What differs between two messages of one kind. Order counts: what is masked is not looked at again.
_MASKS = (
    (r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", "UUID"),
    (r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?", "TIME"),
    (r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b", "IP"),
    (r"\b(?:0x)?(?=[0-9a-f]*\d)[0-9a-f]{12,}\b", "HEX"),
    (r"\b(?=[A-Za-z0-9_./-]*\d)[A-Za-z0-9][A-Za-z0-9_./-]*", "ID"),
)
_LONGEST = 1_000
_SIMILAR = 0.5


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of message. first_tokens: as it began; tokens: with <*> where its messages differ. number: order of beginning."""

    template_id: str
    number: int
    first_tokens: tuple[str, ...]
    tokens: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.tokens)


class TemplateTree:
    """Puts messages into templates. The same messages in the same order give the same ids, in however many runs."""

    def __init__(self, known: Iterable[Template] = ()) -> None:
        self._drain = Drain(sim_th=_SIMILAR)
        self._masker = LogMasker([MaskingInstruction(pattern, name) for pattern, name in _MASKS], "<", ">")
        self._first: dict[int, tuple[str, ...]] = {}
        for template in sorted(known, key=lambda t: t.number):
            self._take_up(template)

    def add(self, message: str) -> Template:
        """The template of `message`, which may be new or have become wider by it."""
        cluster, _ = self._drain.add_log_message(self._masker.mask(message[:_LONGEST]))
        return self._template(cluster)

    def _take_up(self, template: Template) -> None:
        """The tree finds a template by the tokens it began with."""
        cluster = LogCluster(list(template.first_tokens), template.number)
        self._drain.id_to_cluster[template.number] = cluster
        self._drain.add_seq_to_prefix_tree(self._drain.root_node, cluster)
        cluster.log_template_tokens = template.tokens
        self._drain.clusters_counter = template.number
        self._first[template.number] = template.first_tokens

    def _template(self, cluster: LogCluster) -> Template:
        tokens = tuple(cluster.log_template_tokens)
        first = self._first.setdefault(cluster.cluster_id, tokens)
        digest = hashlib.sha256("\n".join(first).encode()).hexdigest()[:12]
        return Template(digest, cluster.cluster_id, first, tokens)
