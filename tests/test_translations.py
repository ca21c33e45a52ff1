"""Every text that pages show is translated, and what is compiled is what was translated."""

from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tests.translations import MO, collected, is_complete, translated


def ids(catalog: Catalog) -> set[tuple[str, str]]:
    return {(str(message.context or ""), str(message.id)) for message in catalog if message.id}


def test_the_translation_holds_every_text_and_no_other():
    assert ids(translated()) == ids(collected()), "run: make translations"


def test_every_text_is_translated_and_none_is_a_guess():
    missing = [
        message.id
        for message in translated()
        if message.id and (message.fuzzy or not is_complete(message.string))
    ]
    assert missing == []


def test_translations_keep_the_placeholders():
    wrong = [
        (message.id, [str(error) for error in errors]) for message, errors in translated().check()
    ]
    assert wrong == []


def test_the_compiled_file_is_up_to_date():
    compiled = BytesIO()
    write_mo(compiled, translated())
    assert MO.read_bytes() == compiled.getvalue(), "run: make translations"
