"""Pages of HTML that need nothing but themselves, and can do nothing but what they bring along.

Style and script are within the page, and its content security policy allows these two by their hashes and
nothing else, so that the page makes no request and no text of a document can act.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from textgov import __version__


def render(template: str, *, styles: tuple[str, ...], script: str | None = None, **values: Any) -> str:
    """A page from a template of this package; all values are escaped.

    Args:
        template: file name of the template; it gets `policy`, `style`, `script` and `version` beside the values.
        styles: file names of its style sheets, which are joined.
        script: file name of its script, if it has one.
        values: what the template shows.
    """
    style = "".join(part(name) for name in styles)
    code = part(script) if script else ""
    page: str = (
        _environment()
        .get_template(template)
        .render(
            policy=policy(style, code),
            style=Markup(style),
            script=Markup(code),
            version=__version__,
            **values,
        )
    )
    return page


def policy(style: str, script: str = "") -> str:
    """The content security policy of a page with this style and this script; pictures only as data."""

    def hashed(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    scripts = hashed(script) if script else "'none'"
    allowed = f"style-src {hashed(style)}; script-src {scripts}; img-src data:"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


@cache
def part(name: str) -> str:
    """A template, style sheet or script of this package."""
    return files("textgov.export").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(part),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
