"""From disk to documents, and from bytes to text or rows, within limits."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from openness.sources.reading import Document, Refused

NAME_LIMIT = 300
KEY_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Form:
    """How a publisher lays out files: endings, the folder that holds them, a limit in bytes."""

    suffixes: tuple[str, ...]
    folder: str
    limit: int
    content_type: str = "application/yaml"


def load(path: Path, form: Form) -> Iterator[Document]:
    """The documents at `path`, a file or a folder, in sorted order.

    A file that cannot be taken comes as a document with a problem, so that the others go in.
    Raises Refused if there is no such path, or no file of this form in the folder.
    """
    if path.is_file():
        return iter([take(path, path.name, form)])
    if not path.is_dir():
        raise Refused(f"{path}: there is no such file or folder.")
    folder = path / form.folder
    root = folder if form.folder and folder.is_dir() else path
    files = sorted(_files(root, form.suffixes))
    if not files:
        raise Refused(f"{path}: holds no file that ends in {' or '.join(form.suffixes)}.")
    return (take(root / name, name, form) for name in files)


def _files(root: Path, suffixes: tuple[str, ...]) -> Iterator[str]:
    """Names below `root`; a link that leads out of it is not followed, nor are hidden files read.

    A leading underscore marks a publisher's parameter files, which describe no subject.
    """
    for file in root.rglob("*"):
        name = file.relative_to(root).as_posix()
        hidden = any(part.startswith((".", "_")) for part in name.split("/"))
        if name.endswith(suffixes) and not hidden and is_inside(file, root):
            yield name


def is_inside(file: Path, root: Path) -> bool:
    """Whether this is a regular file that lies below `root` once links are followed."""
    return file.is_file() and file.resolve().is_relative_to(root.resolve())


def take(file: Path, name: str, form: Form) -> Document:
    """The file's bytes as a document, or a document that says why they could not be taken."""
    try:
        with file.open("rb") as stream:
            body = stream.read(form.limit + 1)
    except OSError as error:
        return Document(name, b"", form.content_type, problem=f"cannot be read: {error.strerror}.")
    if len(body) > form.limit:
        return Document(
            name, b"", form.content_type, problem=f"is larger than {form.limit:,} bytes."
        )
    return Document(name, body, form.content_type)


def text_of(document: Document) -> str:
    """The document's text, a byte order mark removed. Raises Refused unless it is clean UTF-8."""
    if document.problem:
        raise Refused(f"{document.name}: {document.problem}")
    return decode(document.body, document.name)


def decode(body: bytes, name: str) -> str:
    """The text of `body`. Raises Refused for what is not UTF-8, and for NUL: no table holds it."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{name}: is not UTF-8 (byte {error.start}).") from None
    if "\0" in text:
        raise Refused(f"{name}: contains a NUL character.")
    return text


def table_of(text: str, name: str) -> list[list[str]]:
    """The rows of a CSV text, all as long as the first. Raises Refused for a ragged, empty one."""
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            if row and rows and len(row) != len(rows[0]):
                found = f"{len(row)} cells, the header {len(rows[0])}"
                raise Refused(f"{name} line {reader.line_num}: has {found}.")
            if row:
                rows.append(row)
    except csv.Error as error:
        raise Refused(f"{name} line {reader.line_num}: {error}.") from None
    if not rows:
        raise Refused(f"{name}: is empty.")
    return rows


def records_of(text: str, name: str, needed: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a CSV text by column. Raises Refused if one of the `needed` columns is absent."""
    header, *rows = table_of(text, name)
    missing = [column for column in needed if column not in header]
    if missing:
        raise Refused(f"{name}: has no column {', '.join(missing)}.")
    if len(set(header)) != len(header):
        raise Refused(f"{name}: names a column twice.")
    return [dict(zip(header, row, strict=True)) for row in rows]


def file_name(name: str) -> str:
    """The name without its folder."""
    return name.rsplit("/", 1)[-1]


def stem(name: str) -> str:
    """The name without folder and ending: the key of a subject whose index is a folder."""
    return file_name(name).rsplit(".", 1)[0]


def checked_key(key: str, where: str) -> str:
    """The key. Raises Refused if it is too long to be kept."""
    if len(key) > KEY_LIMIT:
        raise Refused(f"{where}: its key is longer than {KEY_LIMIT} characters.")
    return key


def checked_name(name: str | None, what: str, where: str) -> str:
    """The name, trimmed. Raises Refused if there is none ("no `what` name") or it is too long."""
    trimmed = (name or "").strip()
    if not trimmed:
        raise Refused(f"{where}: no {what} name.")
    if len(trimmed) > NAME_LIMIT:
        raise Refused(f"{where}: its {what} name is longer than {NAME_LIMIT} characters.")
    return trimmed
