"""What a browser would see in a page: its forms with their fields, and every element with its attributes."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = {"text", "search", "email", "tel", "url", "password"}


@dataclass
class Form:
    """One form as a browser would send it. ``texts``: names of the fields that somebody types into."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    files: bool = False


class Page(HTMLParser):
    """A page taken apart. ``marks`` are the pairs of an element and one of its attributes (or nothing)."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.marks: set[tuple[str, str]] = set()
        self.links: set[str] = set()
        self.scripts: list[str] = []
        self.text = ""
        self._form: Form | None = None
        self._area: str | None = None
        self._select: str | None = None
        self._in_script = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.marks |= {(tag, name) for name in given} | {(tag, "")}
        self.links |= {given[name] for name in ("href", "src", "action", "formaction") if name in given}
        self._in_script = tag == "script"
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and "name" in given and "disabled" not in given:
            self._field(self._form, tag, given)
        elif tag == "option" and self._form is not None and self._select:
            first = self._form.values.setdefault(self._select, given.get("value", ""))
            self._form.values[self._select] = given.get("value", "") if "selected" in given else first

    def _field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, kind = given["name"], given.get("type", "text").lower()
        if tag == "textarea":
            form.texts.append(name)
            form.values[name], self._area = "", name
        elif tag == "select":
            self._select = name
        elif tag == "input" and kind == "file":
            form.files = True
        elif tag == "input" and kind == "radio":
            if name not in form.values or "checked" in given:
                form.values[name] = given.get("value", "on")
        elif tag == "input" and (kind != "checkbox" or "checked" in given):
            form.values[name] = given.get("value", "")
            if kind in TYPED and "readonly" not in given:
                form.texts.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area is not None and self._form is not None:
            # A browser drops the line end that stands right after the tag.
            self._form.values[self._area] = self._form.values[self._area].removeprefix("\r").removeprefix("\n")
            self._area = None
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts.append(data)
        elif self._area is not None and self._form is not None:
            self._form.values[self._area] += data
        else:
            self.text += data
