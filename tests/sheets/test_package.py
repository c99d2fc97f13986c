"""The same cells give the same bytes, whenever, wherever and with whichever XML library."""

import hashlib
import os
import subprocess
import sys
import time
import zipfile
from io import BytesIO
from xml.etree import ElementTree

import pytest

from portfolio.sheets.package import content_digest
from tests.architecture.sources import ROOT
from tests.sheets import books

SCRIPT = """
import hashlib, sys
import openpyxl
from tests.sheets import books
print(openpyxl.LXML, hashlib.sha256(books.small()).hexdigest())
"""


def elsewhere(**environment):
    """The sha256 of the small book made by another process."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_two_books_made_two_seconds_apart_have_the_same_bytes():
    first = books.small()
    time.sleep(2.1)

    assert books.small() == first


@pytest.mark.parametrize("seed", ["1", "4711"])
def test_another_process_with_other_hashes_makes_the_same_bytes(seed):
    assert elsewhere(PYTHONHASHSEED=seed)[1] == hashlib.sha256(books.small()).hexdigest()


def test_the_bytes_do_not_depend_on_the_xml_library():
    pytest.importorskip("lxml", reason="lxml is not installed, so there is only one XML library to compare")

    with_lxml, without = elsewhere(OPENPYXL_LXML="True"), elsewhere(OPENPYXL_LXML="False")

    assert (with_lxml[0], without[0]) == ("True", "False")
    assert with_lxml[1] == without[1]


def test_no_part_of_the_package_has_a_time_of_its_own():
    with zipfile.ZipFile(BytesIO(books.small())) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = package.read("docProps/core.xml").decode()

    assert "2024-01-08T17:00:00Z" in core
    assert "zh-CN" in core
    assert str(time.gmtime().tm_year) not in core or time.gmtime().tm_year == 2024


def test_the_package_begins_with_its_table_of_contents():
    with zipfile.ZipFile(BytesIO(books.small())) as package:
        names = package.namelist()
        package.testzip()

    assert names[:2] == ["[Content_Types].xml", "_rels/.rels"]
    assert names[2:] == sorted(names[2:])


def test_every_part_is_well_formed_and_declares_its_encoding():
    with zipfile.ZipFile(BytesIO(books.small())) as package:
        for name in package.namelist():
            content = package.read(name)
            assert content.startswith(b'<?xml version="1.0" encoding="UTF-8"'), name
            ElementTree.fromstring(content)


def test_the_digest_of_the_content_is_that_of_the_unpacked_parts(book):
    out = BytesIO()
    book.table_sheet("表", books.COLUMNS, books.ROWS).table(books.COLUMNS, books.ROWS)

    said = book.save(out)

    assert content_digest(out) == said


def test_the_digest_of_the_content_outlives_another_compression():
    original, packed = BytesIO(books.small()), BytesIO()
    with zipfile.ZipFile(original) as package, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as other:
        for name in reversed(package.namelist()):
            other.writestr(name, package.read(name))

    assert packed.getvalue() != original.getvalue()
    assert content_digest(packed) == content_digest(original)


def test_the_digest_of_the_content_tells_a_changed_cell():
    made = BytesIO(books.small())
    changed = BytesIO()
    with zipfile.ZipFile(made) as package, zipfile.ZipFile(changed, "w") as other:
        for name in package.namelist():
            other.writestr(name, package.read(name).replace(b"1234.5678", b"1234.5679"))

    assert content_digest(changed) != content_digest(made)
