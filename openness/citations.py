"""How to cite what is shown: one state of it, as text, BibTeX, CSL-JSON and CITATION.cff.

A citation names a revision and its day, and an address that shows that revision again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import yaml
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from openness.exports.tables import LICENSE
from openness.models import Project, Revision
from scoring.lenses import LENSES

PUBLISHER = "Openness"
"""Author and publisher: evidence is held by the site as a whole, not by a person."""

TITLE_OF_DATA = "Openness: evidence on how open AI projects are, and to whom"

FORMS = {
    "bib": "application/x-bibtex; charset=utf-8",
    "csl.json": "application/vnd.citationstyles.csl+json",
    "cff": "application/yaml; charset=utf-8",
}
"""The forms that reference managers read, by the ending of the file, with their media types."""

FILES = {"bib": "cite.bib", "csl.json": "cite.csl.json", "cff": "CITATION.cff"}
"""What the file of each form is called below the address of what is cited."""

NAMES = {"bib": "BibTeX", "csl.json": "CSL-JSON", "cff": "CITATION.cff"}

# LaTeX's own signs (Lamport, LaTeX, section 2.1); a backslash has no short escape in text.
_LATEX = {
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


@dataclass(frozen=True, slots=True)
class Citation:
    """One thing at one revision; `key` names it in a bibliography, `at` is the revision's time."""

    key: str
    title: str
    path: str
    query: str  # with `rev`, so that the address shows this revision; blank: it shows no other
    revision: int
    at: datetime | None

    @property
    def address(self) -> str:
        """The permanent address."""
        return f"{settings.SITE_URL}{self.path}{self._asked}"

    @property
    def files(self) -> dict[str, str]:
        """{name: address on this site} of the files."""
        return {NAMES[form]: f"{self.path}{file}{self._asked}" for form, file in FILES.items()}

    @property
    def _asked(self) -> str:
        return f"?{self.query}" if self.query else ""

    @property
    def day(self) -> str:
        """The day of the revision as ISO text; blank before the first one."""
        return f"{self.at:%Y-%m-%d}" if self.at else ""

    @property
    def version(self) -> str:
        """The revision as a version, `revision 12`."""
        return f"revision {self.revision}"

    def text(self) -> str:
        """A reference in the manner of APA 7 (section 10.9, data sets)."""
        year = f"{self.at.year}" if self.at else "n.d."
        dated = f"{self.version}, {self.day}" if self.day else self.version
        return f"{PUBLISHER}. ({year}). {self.title} ({dated}) [Data set]. {self.address}"

    def bibtex(self) -> str:
        """An entry that BibTeX and biber read; `@misc`, as BibTeX has no type for data."""
        fields = {
            "author": f"{{{_latex(PUBLISHER)}}}",
            # The inner braces keep styles from lowering the letters of names.
            "title": f"{{{_latex(self.title)}}}",
            "year": f"{self.at.year}" if self.at else "",
            "month": f"{self.at.month}" if self.at else "",
            "version": self.version,
            "note": _latex(f"{self.version.capitalize()}, {self.day or 'no date'}. {LICENSE}"),
            "url": self.address,  # BibTeX styles and biber take it verbatim
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@misc{{{self.key},", *lines, "}", ""])

    def csl(self) -> list[dict[str, Any]]:
        """The item as citation processors read it (CSL-JSON 1.0), in a list of one."""
        item: dict[str, Any] = {
            "id": self.key,
            "type": "dataset",
            "title": self.title,
            "author": [{"literal": PUBLISHER}],
            "publisher": PUBLISHER,
            "version": self.version,
            "URL": self.address,
        }
        if self.at:
            item["issued"] = {"date-parts": [[self.at.year, self.at.month, self.at.day]]}
        return [item]

    def cff(self) -> str:
        """A CITATION.cff (Citation File Format 1.2.0)."""
        said = {
            "cff-version": "1.2.0",
            "message": "If you use these data, please cite them as below.",
            "type": "dataset",
            "title": self.title,
            "authors": [{"name": PUBLISHER}],
            "version": self.version,
            **({"date-released": self.day} if self.day else {}),
            "url": self.address,
            "license": LICENSE,
        }
        return yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=1000)

    def written(self, form: str) -> str:
        """The file in one of `FORMS`."""
        if form == "bib":
            return self.bibtex()
        if form == "cff":
            return self.cff()
        return json.dumps(self.csl(), ensure_ascii=False, indent=1) + "\n"


def of_project(project: Project, revision: Revision | None) -> Citation:
    """A project as it stood at this revision."""
    title = f"{project.name}: how open it is, and to whom"
    return _cited(project.slug, title, "project", [project.slug], [], revision)


def of_comparison(names: Mapping[str, str], revision: Revision | None) -> Citation:
    """A comparison of projects, {slug: name} in their order."""
    title = f"{_and(list(names.values()))}: a comparison of how open they are"
    asked = [("p", slug) for slug in names]
    return _cited("-".join(names)[:80], title, "compare", [], asked, revision)


def of_ranking(lens: str, asked: Mapping[str, str], revision: Revision | None) -> Citation:
    """A ranking by this lens; `asked` are its parameters."""
    conditions = ", ".join(f"{name}={value}" for name, value in asked.items() if name != "lens")
    title = f"Ranking by {LENSES[lens].name}" + (f" ({conditions})" if conditions else "")
    return _cited(f"ranking-{lens}", title, "rankings", [], list(asked.items()), revision)


def of_data(revision: Revision | None) -> Citation:
    """The whole data set."""
    return _cited("data", TITLE_OF_DATA, "data", [], [], revision)


def of_dataset(day: str, revision: int, at: datetime) -> Citation:
    """The package of the data set of one day (ISO), whose address has the same bytes for good."""
    with override(settings.LANGUAGE_CODE):
        path = reverse("dataset", args=[day])
    return Citation(f"openness-data-{day}", TITLE_OF_DATA, path, "", revision, at)


def _cited(
    name: str,
    title: str,
    page: str,
    args: Sequence[str],
    asked: Sequence[tuple[str, str]],
    revision: Revision | None,
) -> Citation:
    number = revision.pk if revision else 0
    # One address for all languages: a citation is read by those who speak another.
    with override(settings.LANGUAGE_CODE):
        path = reverse(page, args=args)
    return Citation(
        key=f"openness-{name}-r{number}",
        title=" ".join(title.split()),
        path=path,
        query=urlencode([*asked, ("rev", str(number))]),
        revision=number,
        at=revision.at if revision else None,
    )


def _and(names: list[str]) -> str:
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else names[0]


def _latex(text: str) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in text)
