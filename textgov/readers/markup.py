"""Tags inside the fields of records, as indexes deliver them (`<jats:p>`, `<i>`)."""

from __future__ import annotations

import html
import re

_BLOCK = r"p|title|sec|list|list-item|div|br|h[1-6]|li|ul|ol|td|tr|table|abstract|label"
_INLINE = (
    r"i|b|em|strong|sub|sup|span|italic|bold|inf|scp|sc|u|a|monospace|tt|xref|ext-link|mml:[a-z]+|math|font"
)
_BLOCK_TAG = re.compile(rf"</?(?:[a-z]+:)?(?:{_BLOCK})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_INLINE_TAG = re.compile(rf"</?(?:[a-z]+:)?(?:{_INLINE})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL)


def strip_known_tags(text: str) -> str:
    """Text without the tags that indexes use; `p < 0.05` and other signs stay."""
    if "<" in text:
        text = _INLINE_TAG.sub("", _BLOCK_TAG.sub(" ", text))
    return html.unescape(text) if "&" in text else text


def strip_tags(text: str) -> str:
    """Text of a fragment of HTML."""
    return html.unescape(_ANY_TAG.sub(" ", text))
