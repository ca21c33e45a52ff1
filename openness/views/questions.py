"""Several projects question by question: what can be done, what each lens says, what is held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from openness import charts, figures, words
from openness.comparison import Compared
from openness.views.lines import WORDED
from scoring.components import COMPONENTS
from scoring.facts import Access, Kind, State
from scoring.lenses import LENSES
from scoring.licenses import LICENSES


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands in one column of one row."""

    text: str
    glyph: str = ""
    small: str = ""
    foreign: str = ""  # words of a source, in English whatever the page's language
    license: str = ""
    link: str = ""
    picture: Markup = field(default_factory=Markup)
    label: str = ""  # the picture in words

    @property
    def license_address(self) -> str:
        """The page that says what the license permits; blank for one that we do not hold."""
        return reverse("license", args=[self.license]) if self.license in LICENSES else ""


@dataclass(frozen=True, slots=True)
class Question:
    """One row: what is asked, and an answer a project."""

    key: str
    text: str
    hint: str
    answers: list[Answer]

    @property
    def differs(self) -> bool:
        """Whether the projects give more than one answer."""
        said = {(one.text, one.small, one.license, one.glyph, one.label) for one in self.answers}
        return len(said) > 1


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one sort."""

    key: str
    name: str
    questions: list[Question]


def sections(compared: Sequence[Compared]) -> list[Section]:
    """All rows: the grid, what one can do, each lens, each component on record."""
    return [
        Section("whom", _("Open to whom"), [_whom(compared)]),
        Section("can", _("Can I …"), list(_can(compared))),
        Section("lenses", _("By each lens"), [by_lens(key, compared) for key in LENSES]),
        *_components(compared),
    ]


def _whom(compared: Sequence[Compared]) -> Question:
    return Question(
        "grid",
        _("Verbs and machines"),
        _(
            "Use, inspect, run, adapt, evaluate, retrain; on a laptop, a workstation, in a lab,"
            " on a cluster"
        ),
        [_picture(one) for one in compared],
    )


def _picture(one: Compared) -> Answer:
    if not one.cells:
        return Answer(_("Not covered by this lens"), "na")
    parts = {part: float(str(one.whom.detail[part])) for part in words.PARTS}
    cells = {
        verb: {actor: (cell.low, cell.high) for actor, cell in by_actor.items()}
        for verb, by_actor in one.cells.items()
    }
    label = words.split_sentence(parts)
    drawn = charts.mosaic(cells, width=150, height=90, gap=1.5, label=label)
    return Answer("", picture=drawn, label=label)


# --- Can I ... ----------------------------------------------------------------------------------

LOOKS = {
    "open": lambda: _("Yes"),
    "partial": lambda: _("In part"),
    "far": lambda: _("Not on this machine"),
    "withheld": lambda: _("No"),
    "unknown": lambda: _("Not on record"),
}


def _can(compared: Sequence[Compared]) -> Iterator[Question]:
    asked: tuple[tuple[str, str, str, Callable[[Compared], Answer]], ...] = (
        ("ship", _("Ship it in a product I sell?"), _("the terms of the release"), _ship),
        (
            "run",
            _("Run it on a laptop?"),
            words.of(words.MACHINES, "laptop"),
            partial(_do, verb="run", actor="laptop"),
        ),
        (
            "adapt",
            _("Change it on a workstation?"),
            words.of(words.MACHINES, "workstation"),
            partial(_do, verb="adapt", actor="workstation"),
        ),
        ("data", _("See what it was trained on?"), _("all of its training data"), _data),
        (
            "evaluate",
            _("Check its results?"),
            words.of(words.MACHINES, "workstation"),
            partial(_do, verb="evaluate", actor="workstation"),
        ),
        (
            "retrain",
            _("Make it again in a lab?"),
            words.of(words.MACHINES, "lab"),
            partial(_do, verb="retrain", actor="lab"),
        ),
        ("call", _("Call it without a machine of my own?"), _("a hosted offer, by anyone"), _call),
    )
    for key, text, hint, answer in asked:
        yield Question(key, text, hint, [answer(one) for one in compared])


def _ship(one: Compared) -> Answer:
    weights = "source_code" if one.facts.kind is Kind.SOFTWARE else "weights_end"
    link = _link(one, weights)
    class_ = one.listing.license_class if one.listing else "unknown"
    license_ = one.listing.license if one.listing else ""
    license_ = "" if license_ == "none-declared" else license_
    if one.facts.access.ends[1] is Access.NONE:
        return Answer(_("No"), "closed", _("It is not released."), license=license_, link=link)
    text, glyph = {
        "open": (_("Yes"), "open"),
        "conditional": (_("With conditions"), "partial"),
        "noncommercial": (_("No, noncommercial only"), "closed"),
        "forbidden": (_("No, its terms forbid it"), "closed"),
        "unstated": (_("No license stated"), "closed-u"),
    }.get(class_, (_("Not on record"), "unknown"))
    row = LICENSES.get(license_)
    condition = (row.threshold or row.restrictions) if row and class_ == "conditional" else ""
    return Answer(text, glyph, foreign=condition, license=license_, link=link)


def _do(one: Compared, *, verb: str, actor: str) -> Answer:
    if not one.cells:
        return Answer(_("Does not apply"), "na")
    cell = one.cells[verb][actor]
    small = cell.reasons if cell.look in ("withheld", "unknown") else cell.answer
    component = {
        "run": "weights_end",
        "adapt": "weights_end",
        "evaluate": "evaluation_code",
        "retrain": "training_code",
    }[verb]
    if one.facts.kind is Kind.SOFTWARE:
        component = "source_code"
    text = LOOKS[cell.look]()
    return Answer(text, cell.glyph, "" if small == text else small, link=_link(one, component))


def _data(one: Compared) -> Answer:
    if one.facts.kind is Kind.SOFTWARE:
        return Answer(_("Does not apply"), "na")
    state = one.profile.state("training_data")
    text = {
        "open": _("Yes"),
        "partial": _("In part"),
        "closed": _("No"),
        "unknown": _("Not on record"),
    }.get(str(state)) or capfirst(words.ladder(words.STATES, str(state)))
    link = _link(one, "training_data_base") or _link(one, "training_data_end")
    return Answer(text, str(state.least), link=link)


def _call(one: Compared) -> Answer:
    hosted = one.facts.hosted
    glyph = {
        "free_api": "open",
        "paid_api": "partial",
        "ui_only": "partial",
        "restricted": "partial",
        "none": "closed",
    }.get(str(hosted.least), "unknown")
    text = capfirst(words.ladder(words.HOSTING, str(hosted)))
    return Answer(text, glyph, link=_link(one, "hosted_api") or _link(one, "hosted_ui"))


def _link(one: Compared, component: str) -> str:
    """The source of the claim that counts, or the publisher's own record of it."""
    held = one.facts.components.get(component)
    return (held.claim.link or held.claim.record) if held and held.claim else ""


# --- By each lens -------------------------------------------------------------------------------


def by_lens(key: str, compared: Sequence[Compared]) -> Question:
    """What one lens says of each."""
    return Question(key, words.lens(key), words.byline(key), [_score(key, one) for one in compared])


def _score(key: str, one: Compared) -> Answer:
    score = one.scores.get(key)
    if score is None or (score.low is None and not score.grade):
        return Answer(_("Not covered by this lens"), "na")
    if score.grade and key in WORDED:
        text = capfirst(words.grade(key, score.grade))
    else:
        text = figures.score(score.low, score.high, key)
    basis = (
        _("published, %(edition)s") % {"edition": score.version}
        if score.subject_id
        else _("our reading")
    )
    rank = _("rank %(rank)s") % {"rank": score.rank} if score.rank and key != "osaid" else ""
    maker = one.project.organization.name if key == "fmti" and one.project.organization else ""
    return Answer(text, small=words.clauses([maker, rank, basis]))


# --- Components ---------------------------------------------------------------------------------


def _components(compared: Sequence[Compared]) -> Iterator[Section]:
    """What is held of each component, by type; those of which nothing is held of any are left
    out."""
    groups: dict[str, list[Question]] = {}
    for key, info in COMPONENTS.items():
        if info.content_type == "judgement":
            continue
        if any(key in one.facts.components for one in compared):
            groups.setdefault(str(info.content_type), []).append(
                Question(key, words.component(key), "", [_held(key, one) for one in compared])
            )
    for group, questions in groups.items():
        yield Section(group, words.of(words.CONTENT_TYPES, group), questions)


def _held(key: str, one: Compared) -> Answer:
    held = one.facts.components.get(key)
    if held is None or not held.state.known:
        if not COMPONENTS[key].applies_to(one.facts.kind):
            return Answer(_("Does not apply"), "na")
        return Answer(_("Not on record"), "unknown")
    link = _link(one, key)
    state = str(held.state)
    glyph = str(held.state.least) + ("" if link else "-u")
    if held.state.least is State.UNKNOWN:
        glyph = "unknown"
    license_ = (held.claim.license_id or held.claim.license_raw) if held.claim else ""
    license_ = "" if license_ == "none-declared" else license_[:60]
    text = capfirst(words.ladder(words.STATES, state))
    return Answer(text, glyph, license=license_, link=link)


def finding(compared: Sequence[Compared], found: Sequence[Section]) -> str:
    """What matters most to those who choose, and in how much they differ."""
    rows = [question for section in found for question in section.questions]
    laptops = sum(bool(one.cells) and one.cells["run"]["laptop"].low >= 0.5 for one in compared)
    terms = sum(one.listing is not None and one.listing.license_class == "open" for one in compared)
    shared = sum(one.profile.state("training_data").least is State.OPEN for one in compared)
    facts = (
        ngettext("%(n)s runs on a laptop", "%(n)s run on a laptop", laptops) % {"n": laptops},
        ngettext("%(n)s comes under open terms", "%(n)s come under open terms", terms)
        % {"n": terms},
        ngettext("%(n)s shares its training data", "%(n)s share their training data", shared)
        % {"n": shared},
    )
    return _("Of these %(count)s, %(facts)s. They differ in %(differ)s of %(rows)s rows.") % {
        "count": len(compared),
        "facts": _("; ").join(facts),
        "differ": sum(question.differs for question in rows),
        "rows": len(rows),
    }
