"""Pages as a payer without JavaScript uses them: their forms, filled with what is in them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """One form: where it goes, its hidden and typed fields, and its radio buttons that can be chosen."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)

    def filled(self, **values: str) -> dict[str, str | list[str]]:
        """What the browser sends; `values` are typed, chosen or pressed."""
        sent: dict[str, str | list[str]] = {}
        for name, value in self.fields:
            known = sent.get(name)
            if known is None:
                sent[name] = value
            else:
                sent[name] = [*([known] if isinstance(known, str) else known), value]
        return {**sent, **values}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(known.get("action", "")))
        elif tag == "input" and self.forms and known.get("name"):
            form = self.forms[-1]
            if known.get("type") == "radio":
                if "disabled" not in known:
                    form.choices.setdefault(known["name"], []).append(known.get("value", ""))
            elif known.get("type") != "checkbox":
                form.fields.append((known["name"], known.get("value", "")))


def forms_of(text: str) -> list[Form]:
    """The forms of a page, in their order."""
    reader = _Reader()
    reader.feed(text)
    return reader.forms


def form_with(text: str, name: str) -> Form | None:
    """The form of a page that has a field or a choice of this name."""
    for form in forms_of(text):
        if name in form.choices or any(known == name for known, _ in form.fields):
            return form
    return None
