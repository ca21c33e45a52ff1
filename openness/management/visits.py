"""A visit and a run told to a maintainer in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone

from openness import figures, words
from openness.refresh_status import RunStatus
from openness.services.refresh_record import Visit
from openness.sources import LIVE
from openness.sources.live import HEALTHY
from scoring.facts import QUANTITIES

_SHOWN = 90  # characters of an observed value
_NO_NEWS = ("unchanged",)


def as_json(done: Visit) -> dict[str, object]:
    """A visit for a program."""
    return {
        "project": done.project,
        "source": done.source,
        "target": done.target,
        "status": done.status,
        "meaning": done.meaning,
        "said": done.words,
        "state": done.state,
        "observed": done.observed,
        "changed": [_moved(name, *pair) for name, pair in done.changed.items() if any(pair)],
        "evidence": list(done.evidence),
        "next_visit": done.next_visit.isoformat(timespec="seconds") if done.next_visit else None,
    }


def in_words(done: Visit) -> Iterator[str]:
    """A visit in lines: what was fetched, what was observed, what changed, when it goes on."""
    name = LIVE[done.source].name
    yield f"{done.target} at {name}, of {done.project}"
    yield f"  fetched   {_fetched(done)}"
    yield f"  observed  {_observed(done)}"
    yield from (
        f"            {_read(field.replace('_', ' '), *pair)}"
        for field, pair in sorted(done.changed.items())
        if any(pair)
    )
    if done.evidence:
        yield "  changed   what we hold of the project:"
        yield from (f"            {_component(line)}" for line in done.evidence)
    else:
        yield "  changed   nothing of what we hold"
    if done.next_visit:
        yield f"  next      {_when(done)}"


def in_one_line(done: Visit) -> str:
    """A visit that brought no news, or one of very many."""
    if done.meaning in _NO_NEWS:
        return f"{done.target}: unchanged"
    if done.evidence:
        return f"{done.target}: " + "; ".join(map(_component, done.evidence))
    return f"{done.target}: {done.words}"


def has_news(done: Visit) -> bool:
    """Whether a maintainer wants to read more of it than a line."""
    return bool(done.evidence) or done.meaning not in HEALTHY


def progress(run: RunStatus) -> str:
    """How far a run has come, in a line."""
    share = run.visited / run.total if run.total else 1.0
    line = (
        f"refresh {run.id}: {figures.count(run.visited)} of {figures.count(run.total)} visited"
        f" ({share:.0%})"
    )
    if run.ended_at:
        took = (run.ended_at - run.started_at).total_seconds()
        return f"{line}, done in {figures.duration(took)}"
    line += f", {figures.count(run.per_minute)} a minute"
    return f"{line}, about {figures.duration(run.remaining)} to go" if run.remaining else line


def rescored(before: dict[str, str], after: dict[str, str]) -> Iterable[str]:
    """The results of one project that moved, a line for each lens."""
    for lens, now in after.items():
        if (then := before.get(lens)) != now:
            yield f"            {words.lens(lens)}: {then or 'none'} -> {now}"


def _fetched(done: Visit) -> str:
    if done.meaning == "unchanged":
        return f"{done.status}: the source says that nothing has changed"
    if done.meaning == "ok":
        return f"{done.status}: there" if done.state == "ok" else f"{done.status}: {done.state}"
    status = f"{done.status}: " if done.status else ""
    return f"{status}{done.words} ({_TAKEN_AS.get(done.state) or done.meaning.replace('_', ' ')})"


def _observed(done: Visit) -> str:
    if done.meaning == "unchanged":
        return "nothing new; what was observed before is confirmed"
    if not done.observed:
        return "nothing: the answer says nothing of what is in it"
    told = sum(any(pair) for pair in done.changed.values())
    return f"{done.observed} fields, {told or 'none'} of them new or different"


# States of an address in which one answer proves nothing, or no more.
_TAKEN_AS = {
    "gone_suspected": "suspected to be gone; three such visits over two days make it certain",
    "gone": "gone",
    "failing": "says nothing of what is there; asked again soon",
    "moved": "nothing is taken over; a person has to look",
}


def _moved(name: str, old: str, new: str) -> str:
    return f"{name}: {_short(old)} -> {_short(new)}"


def _read(name: str, old: str, new: str) -> str:
    return _moved(name, old, new) if old else f"{name}: {_short(new)} (new)"


def _short(value: str) -> str:
    one_line = " ".join(value.split()) or "-"
    return one_line if len(one_line) <= _SHOWN else f"{one_line[:_SHOWN]}..."


def _component(line: str) -> str:
    key, colon, rest = line.partition(": ")
    if key in QUANTITIES:
        return f"{key.replace('_', ' ')}: {figures.quantity(key, float(rest), float(rest))}"
    return f"{words.component(key)}{colon}{rest.replace('_', ' ')}"


def _when(done: Visit) -> str:
    assert done.next_visit is not None  # noqa: S101 asked before
    wait = (done.next_visit - timezone.now()).total_seconds()
    local = timezone.localtime(done.next_visit)
    return f"visit in {figures.duration(max(0.0, wait))}, on {local:%Y-%m-%d %H:%M} UTC"
