"""Every text that pages show is translated, and what is compiled is what was translated."""

import tomllib
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg  # noqa: F401
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from openness.environment import PROJECT
