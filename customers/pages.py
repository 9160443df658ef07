"""Pages as responses: the templates filled in, and the headers that keep them private.

A page is one answer: no script, no cookie, nothing from elsewhere; its style is within it and named by its digest. No
cookie and no log-in also means that another site cannot act for a customer: it would have to know the link.
"""

from __future__ import annotations

import base64
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from customers.form import MOST_ADDRESS, MOST_LANDMARK
from customers.views import View, problem
from customers.words import Words

_FOLDER = Path(__file__).with_name("templates")
_CSS = Markup((_FOLDER / "page.css").read_text(encoding="utf-8").strip())  # noqa: S704 (our own file)
_STYLE = base64.b64encode(sha256(_CSS.encode()).digest()).decode()

HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE}'; img-src data:; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    # The address is the key to the page: it goes to nobody.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}

_environment = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals.update(css=_CSS, most_address=MOST_ADDRESS, most_landmark=MOST_LANDMARK, keep_query="")


def parcel(view: View, status: int = 200, warning: str | None = None) -> Response:
    """Where the parcel is, what was said, and the form or the sentence that stands in its place."""
    values = {"facts": view.facts(), "said": view.said(), "note": view.note(), "form": view.form()}
    return _page("parcel.html", view.words, status, warning=warning, **values)


def thanks(view: View) -> Response:
    """What was noted and until when it can be changed; the parcel's page where nothing counts."""
    said = view.said()
    if said is None:
        return parcel(view)
    return _page("thanks.html", view.words, 200, said=said, keep_query="&done=1")


def sure(words: Words) -> Response:
    """The question before a refusal is noted."""
    return _page("sure.html", words, 200)


def stop(words: Words, status: int, name: str) -> Response:
    """A page that says what went wrong and what to do; it names no parcel."""
    response = _page("problem.html", words, status, **problem(words, name))
    if status in (429, 503):
        response.headers["Retry-After"] = "60"
    return response


def to_thanks(words: Words) -> Response:
    """To the thank-you page by GET, so that loading it again sends nothing again."""
    return RedirectResponse(f"?lang={words.language}&done=1", 303, headers=HEADERS)


def _page(template: str, words: Words, status: int, **values: object) -> Response:
    text = _environment.get_template(template).render(w=words, **values)
    return Response(text, status, {**HEADERS, "Content-Language": words.language}, "text/html; charset=utf-8")
