"""The words of letters: the program's own templates, and for some kinds a text of the gmina with variables in braces.

A text of the gmina is no template: `{kwota}` is replaced by a value and nothing in it is carried out, so it can neither
reach other data nor spoil a letter. What the law or the person's rights want in a letter (`notices/fixed/<kind>.txt`) and
the signature stand below every text, and no text takes their place.
"""

import re
from collections.abc import Mapping
from typing import Final

from django.template.loader import render_to_string

from kernel.errors import InvalidInput
from services.notices.catalogue import EDITABLE, Kind
from services.notices.models import LetterText

MOST_SUBJECT: Final = 150
MOST_BODY: Final = 5000
_VARIABLE: Final = re.compile(r"\{([^{}\n]{0,40})\}")
_STRAY: Final = re.compile(r"[{}]")


def worded(kind: str, context: Mapping[str, object], own: LetterText | None) -> tuple[str, str]:
    """Subject and body of a letter, by the gmina's own text where there is one."""
    if own is None or kind not in EDITABLE:
        return _program_text(kind, context)
    chosen = EDITABLE[kind]
    values = chosen.values(context)
    subject = " ".join(_filled(own.subject, values).split())
    return subject, f"{_filled(own.body, values).strip()}\n{_tail(chosen, context)}\n"


def preview(kind: str, subject: str, body: str, context: Mapping[str, object]) -> tuple[str, str]:
    """The letter as it would be with this text and made-up values; `context` says what every letter may say."""
    sample = LetterText(kind=kind, subject=subject, body=body)
    return worded(kind, dict(context) | EDITABLE[kind].example(), sample)


def program_text(kind: str, context: Mapping[str, object]) -> tuple[str, str]:
    """The text of the program for a kind that can be edited, with its variables in braces and without what is fixed."""
    chosen = EDITABLE[kind]
    marked = dict(context) | chosen.marked()
    subject, whole = _program_text(kind, marked)
    body = whole.strip().removesuffix(_tail(chosen, marked).strip()).strip()
    return chosen.unmarked(subject), chosen.unmarked(body)


def fixed_part(kind: str, context: Mapping[str, object]) -> str:
    """What stands below every text of this kind, with made-up values."""
    return _tail(EDITABLE[kind], dict(context) | EDITABLE[kind].example()).strip()


def check(kind: str, subject: str, body: str) -> None:
    """Whether a text may be used.

    Raises InvalidInput: "letter_text.empty", "letter_text.long", "letter_text.subject" (more than one line),
    "letter_text.variable" with `name` and `known` for one that the kind does not have, "letter_text.brace" for a brace
    that belongs to no variable, "letter_text.required" with `name` for one that must not be missing.
    """
    chosen = EDITABLE[kind]
    for field, text, most in (("subject", subject, MOST_SUBJECT), ("body", body, MOST_BODY)):
        if not text.strip():
            raise InvalidInput("letter_text.empty", field=field)
        if len(text) > most:
            raise InvalidInput("letter_text.long", field=field, most=most)
        for name in _VARIABLE.findall(text):
            if name not in chosen.names:
                raise InvalidInput("letter_text.variable", field=field, name=name, known=chosen.names_shown)
        if _STRAY.search(_VARIABLE.sub("", text)):
            raise InvalidInput("letter_text.brace", field=field)
    if len(subject.strip().splitlines()) > 1:
        raise InvalidInput("letter_text.subject", field="subject")
    for name in chosen.required:
        if f"{{{name}}}" not in subject + body:
            raise InvalidInput("letter_text.required", field="body", name=name)


def _program_text(kind: str, context: Mapping[str, object]) -> tuple[str, str]:
    text = render_to_string(f"notices/{kind}.txt", dict(context))
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def _filled(text: str, values: Mapping[str, str]) -> str:
    """One pass: what a value contains is not looked at again."""
    return _VARIABLE.sub(lambda found: values.get(found.group(1), found.group(0)), text)


def _tail(kind: Kind, context: Mapping[str, object]) -> str:
    parts = [f"notices/fixed/{kind.kind}.txt"] if kind.has_fixed_part else []
    return "".join(
        render_to_string(name, dict(context)) for name in [*parts, "notices/signature.txt"]
    ).rstrip()
