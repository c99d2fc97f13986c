"""Files that are refused: what attacks a reader, what is no workbook, and what only its owner can open."""

import struct

from tests.workbooks.books import HEAD, MAIN, OFFICE, Formula, Page, cell_xml, frame, ods, ods_of, xls, xlsx
from tests.workbooks.case import fails
from tests.workbooks.packing import Part, ole, package, part_of, rewritten

SHEET = "xl/worksheets/sheet1.xml"
REGISTER = Page("台账", [["序号", "项目名称", "年度计划投资（万元）"], [1, "曹县示例项目（示例）", 1200]])


def good() -> bytes:
    """What all the others are made of."""
    return xlsx(REGISTER)


def sheet(rows: str, *, before: str = "") -> bytes:
    """A workbook whose sheet holds these rows."""
    text = f"{HEAD}{before}<worksheet xmlns='{MAIN}'><sheetData>{rows}</sheetData></worksheet>"
    return rewritten(good(), SHEET, text.encode())


@fails("zip_bomb.xlsx", "A sheet of 90 MB of spaces in 90 KB", "bomb", part=SHEET, limit=250)
def zip_bomb() -> bytes:
    return rewritten(good(), SHEET, part_of(good(), SHEET).replace(b"<sheetData>", b"<sheetData>" + b" " * 90_000_000))


@fails(
    "unpacked.xlsx",
    "Many parts that together unpack to more than is taken",
    "unpacked",
    size=108_902_159,
    limit=100_000_000,
)
def unpacked() -> bytes:
    parts = [Part(f"xl/worksheets/sheet{at}.xml", b" " * 9_900_000, packed=True) for at in range(1, 12)]
    return package([*frame([("a", False)]), *parts])


@fails("sizes_that_lie.xlsx", "The directory states ten bytes for a sheet of many", "damaged")
def sizes_that_lie() -> bytes:
    data = bytearray(good())
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(SHEET.encode()))
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(data)


@fails("entities.xlsx", "Entities that multiply: a billion laughs", "entities", part=SHEET)
def entities() -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return sheet(
        "<row r='1'><c r='A1' t='str'><v>&l9;</v></c></row>", before=f'<!DOCTYPE w [<!ENTITY l0 "ha">{laughs}]>'
    )


@fails("entity_of_a_file.xlsx", "An entity that names a file of the machine", "entities", part="xl/workbook.xml")
def entity_of_a_file() -> bytes:
    text = part_of(good(), "xl/workbook.xml").decode()
    declared = text.replace("<workbook", '<!DOCTYPE w [<!ENTITY f SYSTEM "file:///etc/hostname">]><workbook')
    return rewritten(good(), "xl/workbook.xml", declared.replace("台账", "&f;").encode())


@fails("entities_in_utf16.xlsx", "A document type hidden in UTF-16", "entities", part="xl/styles.xml")
def entities_in_utf16() -> bytes:
    text = f"<?xml version='1.0' encoding='UTF-16'?><!DOCTYPE s [<!ENTITY a 'b'>]><styleSheet xmlns='{MAIN}'/>"
    return rewritten(good(), "xl/styles.xml", text.encode("utf-16"))


@fails("ten_thousand_sheets.xlsx", "10 000 sheets", "sheets", count=10_000, limit=500)
def ten_thousand_sheets() -> bytes:
    count = 10_000
    parts = [Part(f"xl/worksheets/sheet{at}.xml", b"<worksheet/>") for at in range(1, count + 1)]
    return package([*frame([(f"表{at}", False) for at in range(count)])[2:4], *parts])


@fails(
    "listed_ten_thousand_times.xlsx",
    "One sheet that the workbook lists 10 000 times",
    "sheets",
    count=10_000,
    limit=500,
)
def listed_ten_thousand_times() -> bytes:
    listed = "".join(f'<sheet name="s{at}" sheetId="{at}" r:id="rId1"/>' for at in range(10_000))
    text = f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
    return rewritten(good(), "xl/workbook.xml", text.encode())


@fails("many_parts.xlsx", "A package of 6 000 empty parts", "parts", count=6_005, limit=5_000)
def many_parts() -> bytes:
    return package([*frame([("a", False)]), *(Part(f"x/{at}", b"") for at in range(6_000))])


@fails("macros.xlsx", "A workbook with macros under the name of one without", "macros")
def macros() -> bytes:
    return rewritten(good(), "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macros would stand here")


@fails("macros.xls", "An old workbook with macros", "macros")
def macros_xls() -> bytes:
    return xls(REGISTER, extra=[("_VBA_PROJECT", b"macros would stand here")])


@fails("linked.xlsx", "A plan that is taken from another workbook", "linked", sheet="台账", row=2, column=3)
def linked() -> bytes:
    page = Page(
        "台账", [["序号", "项目名称", "年度计划投资"], [1, "示例项目（示例）", Formula("[1]Sheet1!$C$5", 1200)]]
    )
    link = f"{HEAD}<externalLink xmlns='{MAIN}'/>".encode()
    return xlsx(page, extra=[Part("xl/externalLinks/externalLink1.xml", link)])


@fails("encrypted.xlsx", "A workbook with a password to open it", "encrypted")
def encrypted() -> bytes:
    return ole([("EncryptionInfo", b"\x04\x00\x04\x00"), ("EncryptedPackage", bytes(range(256)) * 20)])


@fails("encrypted.xls", "An old workbook with a password to open it", "encrypted")
def encrypted_xls() -> bytes:
    return xls(REGISTER, password=True)


@fails("encrypted.ods", "An OpenDocument workbook with a password", "encrypted")
def encrypted_ods() -> bytes:
    manifest = part_of(ods(REGISTER), "META-INF/manifest.xml").replace(
        b'media-type="text/xml"/>', b'media-type="text/xml"><manifest:encryption-data/></manifest:file-entry>'
    )
    return rewritten(ods(REGISTER), "META-INF/manifest.xml", manifest)


@fails("encrypted_zip.xlsx", "A package whose entries are encrypted", "encrypted")
def encrypted_zip() -> bytes:
    data = bytearray(good())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(magic)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(magic, at + 4)
    return bytes(data)


@fails("web_page.xls", "A web page named as a workbook, as platforms export it", "html")
def web_page() -> bytes:
    return "<html><meta charset='utf-8'><table><tr><td>项目名称</td></tr></table></html>".encode()


@fails("spreadsheet_2003.xls", "An XML spreadsheet of 2003", "xml")
def spreadsheet_2003() -> bytes:
    return b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>"


@fails("commas.xlsx", "Text with commas named as a workbook", "text")
def commas() -> bytes:
    return "序号,项目名称\r\n1,示例项目（示例）\r\n".encode("gb18030")


@fails("printed.xlsx", "A PDF named as a workbook", "pdf")
def printed() -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


@fails("picture.xlsx", "A picture named as a workbook", "picture")
def picture() -> bytes:
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@fails("letter.xlsx", "A text document named as a workbook", "document")
def letter() -> bytes:
    return package([Part("[Content_Types].xml", b"<Types/>"), Part("word/document.xml", b"<w/>")])


@fails("letter.xls", "An old text document named as a workbook", "document")
def letter_xls() -> bytes:
    return ole([("WordDocument", b"")])


@fails("archive.xlsx", "An archive with a workbook in it", "archive")
def archive() -> bytes:
    return package([Part("台账.xlsx", good())])


@fails("binary.xlsx", "A binary workbook (.xlsb) under another name", "xlsb")
def binary() -> bytes:
    return rewritten(rewritten(good(), "xl/workbook.xml", None), "xl/workbook.bin", b"\x83\x01\x00")


@fails("wps.et", "A file of WPS's own kind", "et")
def wps() -> bytes:
    return xls(REGISTER)


@fails("empty.xlsx", "A file of no bytes", "empty")
def empty() -> bytes:
    return b""


@fails("zeros.xlsx", "A file of zeros, as a broken disk leaves it", "unknown")
def zeros() -> bytes:
    return bytes(4096)


@fails("truncated.xlsx", "The first half of a workbook", "damaged")
def truncated() -> bytes:
    return good()[: len(good()) // 2]


@fails("truncated.xls", "The first third of an old workbook", "damaged")
def truncated_xls() -> bytes:
    return xls(REGISTER)[:1024]


@fails("ring.xls", "An old workbook whose directory is a ring", "damaged")
def ring() -> bytes:
    data = bytearray(ole([(f"s{at}", b"") for at in range(5)]))
    data[512 + 8 : 512 + 12] = struct.pack("<I", 1)
    return bytes(data)


@fails("same_part_twice.xlsx", "Two sheets under one name in the package: readers differ on which counts", "damaged")
def same_part_twice() -> bytes:
    data = xlsx(REGISTER, Page("二", [["x"]]))
    return data.replace(b"xl/worksheets/sheet2.xml", b"xl/worksheets/sheet1.xml")


@fails("no_sheet.xlsx", "A workbook that lists no sheet", "no_sheets")
def no_sheet() -> bytes:
    text = f'{HEAD}<workbook xmlns="{MAIN}"><sheets/></workbook>'
    return rewritten(good(), "xl/workbook.xml", text.encode())


@fails("missing_sheet.xlsx", "A workbook whose only sheet is not there", "no_sheets")
def missing_sheet() -> bytes:
    return rewritten(good(), SHEET, None)


@fails("two_roots.xlsx", "A sheet with two roots", "malformed", part=SHEET)
def two_roots() -> bytes:
    text = part_of(good(), SHEET)
    return rewritten(good(), SHEET, text + f"<worksheet xmlns='{MAIN}'/>".encode())


@fails("open_tags.xlsx", "A sheet that ends in the middle", "malformed", part=SHEET)
def open_tags() -> bytes:
    return rewritten(good(), SHEET, part_of(good(), SHEET)[:-40])


@fails("deep_nesting.xlsx", "A sheet of 200 000 elements inside each other, never closed", "malformed", part=SHEET)
def deep_nesting() -> bytes:
    return rewritten(good(), SHEET, f"<worksheet xmlns='{MAIN}'>".encode() + b"<a>" * 200_000)


@fails(
    "corners.xlsx",
    "Two cells: the first and the very last of a sheet",
    "area",
    sheet="Sheet1",
    row=1_048_576,
    column=16_384,
)
def corners() -> bytes:
    return xlsx(Page("Sheet1", [[1]], more={"XFD1048576": 1}))


@fails("corners.xls", "The first and the last cell of an old sheet", "memory")
def corners_xls() -> bytes:
    data = xls(Page("Sheet1", [["a", "b"]]))
    second = struct.pack("<HHH", 0, 1, 0)
    return data.replace(b"\x04\x02\x0b\x00" + second, b"\x04\x02\x0b\x00" + struct.pack("<HHH", 65_535, 255, 0))


@fails("rows_without_numbers.xlsx", "Cells that do not say where they stand, over a vast area", "memory")
def rows_without_numbers() -> bytes:
    wide = "<row>" + "<c><v>1</v></c>" * 16_000 + "</row>"
    return sheet(wide + "<row><c><v>1</v></c></row>" * 60_000)


@fails("repeated.ods", "One filled row, repeated a million times", "area", sheet="a", row=1_000_000, column=1_000)
def repeated() -> bytes:
    cell = '<table:table-cell table:number-columns-repeated="1000" office:value-type="float" office:value="1"/>'
    row = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    return ods_of(f'<table:table table:name="a">{row}</table:table>')


@fails("one_long_text.xlsx", "A text of 32 000 signs in twenty thousand cells", "memory")
def one_long_text() -> bytes:
    strings = f"{HEAD}<sst xmlns='{MAIN}'><si><t>{'长' * 32_000}</t></si></sst>".encode()
    cells = "".join(f"<row r='{at}'><c r='A{at}' t='s'><v>0</v></c></row>" for at in range(1, 20_001))
    return with_strings(sheet(cells), strings)


@fails("broken_strings.xlsx", "A cell that names a shared text that is not there", "damaged")
def broken_strings() -> bytes:
    strings = f"{HEAD}<sst xmlns='{MAIN}'><si><t>一</t></si></sst>".encode()
    return with_strings(sheet("<row r='1'><c r='A1' t='s'><v>99</v></c></row>"), strings)


@fails("malformed_strings.xlsx", "Shared texts that are not well-formed", "malformed", part="xl/sharedStrings.xml")
def malformed_strings() -> bytes:
    return with_strings(sheet("<row r='1'><c r='A1' t='s'><v>0</v></c></row>"), b"<sst><si><t>a</si></sst>")


@fails("no_address.xlsx", "A cell whose address is none", "damaged")
def no_address() -> bytes:
    return sheet("<row r='1'>" + cell_xml("1A", 5) + "</row>")


def with_strings(data: bytes, strings: bytes) -> bytes:
    """The workbook with a table of shared texts."""
    related = part_of(data, "xl/_rels/workbook.xml.rels").replace(
        b"</Relationships>",
        f'<Relationship Id="rId9" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'.encode(),
    )
    return rewritten(rewritten(data, "xl/_rels/workbook.xml.rels", related), "xl/sharedStrings.xml", strings)
