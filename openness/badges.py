"""Badges: the result of one project by one lens, in words, as a small picture or as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from markupsafe import escape

from openness import figures, words
from openness.models import Project, Revision, Score
from scoring.lenses import LENSES

INK, DATA, MUTED = "#10151d", "#1d3fcb", "#5c6778"
"""Of the name, of a result, and of what is no result (design: tokens ink, data, ink-3)."""
HEIGHT, PAD = 22, 8  # px
NARROW, BROAD = frozenset("iIjl.,:;|!'()[] ft–-1"), frozenset("mMwW%")
WIDTHS = (4.2, 6.9, 10.3)  # px of a narrow, a usual and a broad sign in 11 px Verdana, rounded up
KEPT_SECONDS = 3600  # how long shields.io may show a result again without asking


@dataclass(frozen=True, slots=True)
class Badge:
    """What a badge says: the name of the lens, the result, and a sentence with its date."""

    label: str
    result: str
    title: str
    known: bool = True  # whether the result is one


def badge(slug: str, lens: str, revision: Revision | None) -> Badge | None:
    """The badge of a project by a lens at this revision; None for a project that there is not.

    The publisher's own result in its newest edition where there is one, else our reading, which
    says that it is ours.
    """
    project = Project.objects.select_related("listing").filter(slug=slug).first()
    if project is None:
        return None
    rule = LENSES[lens]
    score = _score(project, lens)
    when = f"revision {revision.pk}, {figures.day(revision.at)}" if revision else "revision 0"
    if score is None:
        title = f"{project.name}: not covered by {rule.name} ({when})"
        return Badge(rule.short_name, "not covered", title, known=False)
    result = worded(score)
    if result == "unknown":
        title = f"{project.name}: nothing is on record for {rule.name} ({when})"
        return Badge(rule.short_name, result, title, known=False)
    ours = score.basis == "derived"
    basis = "" if lens == "open-to-whom" else "our reading, " if ours else "as published, "
    title = f"{project.name}: {rule.name} {score.version}, {result} ({basis}{when})"
    if basis and ours:
        result += ", our reading"
    return Badge(rule.short_name, result, title)


def _score(project: Project, lens: str) -> Score | None:
    listing = getattr(project, "listing", None)
    of_project = Q(subject__project=project)
    if listing is not None:
        of_project |= Q(profile=listing.profile_id, version=LENSES[lens].version)
    scores = Score.objects.filter(of_project, lens=lens)
    return max(scores, key=lambda s: (s.basis == "published", s.version), default=None)


def worded(score: Score) -> str:
    """A result in words: a grade where the lens gives one, else its number and of how many."""
    rule = LENSES[score.lens]
    if score.grade and (rule.ranked_grades or {"grades", "levels"} & rule.texts.keys()):
        grade = words.grade(score.lens, score.grade)
        return grade[:1].upper() + grade[1:]
    if score.low is None or (score.basis == "derived" and not score.known):
        return "unknown"
    return f"{figures.score(score.low, score.high, score.lens)} of {rule.maximum:g}"


def missing(lens: str) -> Badge:
    """The badge of an address that names no project."""
    rule = LENSES[lens]
    return Badge(rule.short_name, "no such project", "There is no project at this address", False)


def shields(shown: Badge) -> dict[str, Any]:
    """The badge in the form that shields.io reads (its "Endpoint Badge")."""
    return {
        "schemaVersion": 1,
        "label": shown.label,
        "message": shown.result,
        "color": (DATA if shown.known else MUTED).removeprefix("#"),
        "labelColor": INK.removeprefix("#"),
        "cacheSeconds": KEPT_SECONDS,
    }


def svg(shown: Badge) -> str:
    """A picture 22 px high: the name on ink, the result on the color of data."""
    left, right = _width(shown.label), _width(shown.result)
    start, end = 2 * PAD + left, 4 * PAD + left + right
    color = DATA if shown.known else MUTED
    spoken = escape(f"{shown.label}: {shown.result}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{end}" height="{HEIGHT}"'
        f' viewBox="0 0 {end} {HEIGHT}" role="img" aria-label="{spoken}">'
        f"<title>{escape(shown.title)}</title>"
        f'<rect width="{end}" height="{HEIGHT}" rx="3" fill="{INK}"/>'
        f'<path fill="{color}" d="M{start} 0h{end - start - 3}a3 3 0 0 1 3 3v{HEIGHT - 6}'
        f'a3 3 0 0 1-3 3H{start}z"/>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f'<text x="{PAD}" y="15" textLength="{left}">{escape(shown.label)}</text>'
        f'<text x="{start + PAD}" y="15" textLength="{right}">{escape(shown.result)}</text>'
        "</g></svg>\n"
    )


def _width(text: str) -> int:
    narrow, usual, broad = WIDTHS
    return round(sum(narrow if c in NARROW else broad if c in BROAD else usual for c in text))
