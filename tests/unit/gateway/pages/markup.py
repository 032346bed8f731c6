"""What a page's markup is checked for, with the parser of the standard library."""

import re
from html.parser import HTMLParser

import pypdfium2

INPUTS = ("input", "select", "textarea")
UNREAD = ("script", "style")
# Days are written 2026-11-22, months 2026-11, times 2026-11-22 09:05:00, amounts 5,000.00 元.
OTHERWISE_WRITTEN = re.compile(
    r"\d年\d{1,2}月|\d月\d{1,2}日\d|\d{4}-\d\d?-\d\d?[T日]|\d{4}/\d|\d元|\d{4,}\.\d\d 元|\d\.\d 元"
)


class Markup(HTMLParser):
    """The tags of a page, and what is wrong with them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep every tag."""
        self.tags.append((tag, dict(attrs)))
        self.words += [words for name, words in attrs if name in ("alt", "aria-label", "title") and words]

    def handle_data(self, data: str) -> None:
        """Keep what people read, each piece by itself."""
        if not self.tags or self.tags[-1][0] not in UNREAD:
            self.words.append(data)

    def all(self, *names: str) -> list[dict[str, str | None]]:
        """The attributes of every tag of these names."""
        return [attributes for tag, attributes in self.tags if tag in names]

    def inline(self) -> list[str]:
        """Whatever a strict content policy would block: style, handlers, scripts and styles with text."""
        wrong = [
            tag
            for tag, attributes in self.tags
            for name in attributes
            if name == "style" or name.startswith("on")
        ]
        wrong += ["script" for attributes in self.all("script") if not attributes.get("src")]
        return wrong + ["style"] * len(self.all("style"))

    def unlabelled(self) -> list[str | None]:
        """Inputs that people see and no label names."""
        named = {attributes.get("for") for attributes in self.all("label")}
        seen = [each for each in self.all(*INPUTS) if each.get("type") != "hidden"]
        return [each.get("name") for each in seen if each.get("id") not in named]

    def repeated_ids(self) -> list[str | None]:
        """Ids that occur twice."""
        ids = [attributes.get("id") for _, attributes in self.tags if attributes.get("id")]
        return sorted({each for each in ids if ids.count(each) > 1}, key=str)

    def otherwise_written(self) -> list[str]:
        """Days, times and amounts that are not written as on all pages."""
        return [words for words in self.words if OTHERWISE_WRITTEN.search(words)]

    def unguarded_forms(self, text: str) -> int:
        """Posting forms without the proof that they are ours."""
        posting = sum(1 for form in self.all("form") if form.get("method") == "post")
        return posting - text.count('name="csrf_token"')


def words_of(content: bytes) -> str:
    """The words of a PDF file, page after page."""
    document = pypdfium2.PdfDocument(content)
    return "".join(page.get_textpage().get_text_range() for page in document)
