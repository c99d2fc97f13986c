"""A mail's bytes: what a reader of mail makes of them is what was meant, and no line is longer than servers take."""

import email
import email.policy
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports.mail import mime
from reports.mail.letters import Letter, Unsendable

AT = datetime(2024, 1, 12, 0, 30, tzinfo=UTC)
PRINTED = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"], include_characters=" "), max_size=120
)
"""Text as people write it: one kind of space, no line breaks."""


def letter(**fields: object) -> Letter:
    given_fields = {
        "sender": "市重点项目办（示例） <office@demo.invalid>",
        "to": ("市领导01", "l01@demo.invalid"),
        "copies": (),
    }
    given_fields |= {
        "subject": "【提示】",
        "text": "一、总体",
        "html": "<p>一、总体</p>",
        "message_id": "<digest.1@demo.invalid>",
    }
    return Letter(**{**given_fields, **fields})


def read(one: Letter) -> EmailMessage:
    raw = one.to_bytes(AT)
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not [part.defects for part in message.walk() if part.defects]
    return message


@given(subject=PRINTED.map(str.strip).filter(bool))
@example(
    subject="【重点项目进展提示】您包保的30个项目（截至2023年12月底）：新增红灯1个、黄灯1个，加重1件，需协调1件" * 3
)
@example(subject="[Key-project progress note] Your 30 projects (to the end of December 2023): 1 new red, 2 new yellow")
@example(subject="=?utf-8?b?5LiA?= not an encoded word")
@example(subject="𠀀" * 40)
def test_a_subject_is_read_as_it_was_written(subject: str) -> None:
    mail = read(letter(subject=subject))

    assert mail["Subject"] == subject
    assert all(len(line) <= 78 for line in mime.header("Subject", subject).split(b"\r\n")) or " " not in subject[69:]


@given(
    name=PRINTED.map(lambda text: " ".join(text.split())), other=st.sampled_from(["", "联络员（示例）", 'O"Neil, P.'])
)
@example(name='a "quoted" \\ name, with a comma', other="")
@example(name="鄄城县重点项目推进工作领导小组办公室联络员" * 3, other="")
def test_names_are_read_as_they_were_written(name: str, other: str) -> None:
    one = letter(to=(name, "l01@demo.invalid"), copies=((other, "lx@demo.invalid"), (name, "b@demo.invalid")))
    read(one)

    mail = email.message_from_bytes(one.to_bytes(AT))
    assert mailboxes(mail["To"]) == [(name, "l01@demo.invalid")]
    assert mailboxes(mail["Cc"]) == [(other, "lx@demo.invalid"), (name, "b@demo.invalid")]
    assert mailboxes(mail["From"]) == [("市重点项目办（示例）", "office@demo.invalid")]


def mailboxes(header: str) -> list[tuple[str, str]]:
    """Read in the older way: this Python's newer one keeps the space inside a long name (RFC 2047 §6.2)."""
    return [(str(make_header(decode_header(name))), address) for name, address in getaddresses([header])]


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=400))
def test_text_is_read_as_it_was_written(text: str) -> None:
    mail = read(letter(text=text, html=f"<p>{text}</p>"))

    plain = mail.get_body(("plain",)).get_payload(decode=True).decode()
    assert plain.replace("\r\n", "\n").removesuffix("\n") == text.removesuffix("\n")
    assert f"<p>{text}</p>" in mail.get_body(("html",)).get_payload(decode=True).decode().replace("\r\n", "\n")


def test_the_headers_say_who_what_and_when() -> None:
    mail = read(letter(number="20240112-L001", language="zh-hans"))

    told = {name: mail[name] for name in ("Message-ID", "X-Mail-Number", "Auto-Submitted", "Content-Language")}
    assert told == {
        "Message-ID": "<digest.1@demo.invalid>",
        "X-Mail-Number": "20240112-L001",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "zh-CN",
    }
    assert mail["Date"].datetime == AT


def test_a_picture_stands_beside_the_html_and_a_workbook_beside_both() -> None:
    picture = mime.file_part("image/png", b"\x89PNG" * 100, content_id="trend@demo.invalid")
    workbook = mime.file_part("application/zip", b"PK" * 99, name="2023年12月汇总（示例）.xlsx")

    mail = read(letter(pictures=[picture], attachments=[workbook]))

    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
        "application/zip",
    ]  # fmt: skip
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert parts["image/png"]["Content-ID"] == "<trend@demo.invalid>"
    assert parts["image/png"].get_content() == b"\x89PNG" * 100
    assert parts["application/zip"].get_filename() == "2023年12月汇总（示例）.xlsx"
    assert parts["application/zip"].get_content() == b"PK" * 99


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "one\r\nBcc: all@demo.invalid"},
        {"subject": "null\0"},
        {"to": ("a\nname", "l01@demo.invalid")},
        {"to": ("", "l01@demo.invalid>\r\nRCPT TO:<x@demo.invalid")},
        {"to": ("", "市领导@demo.invalid")},
        {"to": ("", "no address")},
        {"copies": (("", "two@@demo.invalid"),)},
        {"number": "1\nX-Other: 2"},
    ],
)
def test_what_would_forge_a_header_is_not_written(fields: dict[str, object]) -> None:
    with pytest.raises(Unsendable):
        letter(**fields).to_bytes(AT)
