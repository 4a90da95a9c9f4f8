"""What was found wrong or different, as data: for people in lines, for programs as JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType

__all__ = ["Finding", "Report"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found.

    Attributes
    ----------
    kind
        What sort of thing, in a word or two that programs can rely on: ``"shape"``, ``"pixels"``.
    place
        Where, relative to what was looked at: ``"s1"``, ``"labels/cells"``; ``""`` for all of it.
    message
        The sentence for people.
    facts
        Numbers and names of the sentence, for programs.
    """

    kind: str
    place: str
    message: str
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def __str__(self) -> str:
        return f"{self.place or '.'}: {self.message}"


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found; no findings mean that all is well.

    Attributes
    ----------
    findings
        What is wrong or different.
    notes
        What is worth knowing beside that: how much was looked at, and what cannot be told.
    """

    findings: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, findings: Iterable[Finding], notes: Iterable[Finding] = ()) -> "Report":
        """The report of findings and notes in their order."""
        return cls(tuple(findings), tuple(notes))

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self.findings)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.findings), *(f"note: {note}" for note in self.notes)])

    def to_json(self) -> dict[str, object]:
        """The report as JSON."""
        return {"findings": _listed(self.findings), "notes": _listed(self.notes)}


def _listed(findings: Iterable[Finding]) -> list[dict[str, object]]:
    return [{**asdict(finding), "facts": dict(finding.facts)} for finding in findings]
