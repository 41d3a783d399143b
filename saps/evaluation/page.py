"""An HTML page that needs nothing else: what reports of evaluations are written in."""

from __future__ import annotations

from html import escape

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font: 15px/1.45 sans-serif; max-width: 72em; margin: 2em auto; padding: 0 1em; color: #222 }}
summary {{ font-size: 1.15em; margin: .8em 0; cursor: pointer }}
article {{ border-left: 3px solid #ccc; padding: .1em 1em; margin: 0 0 1em 1em }}
code {{ font: 13px/1.4 monospace; overflow-wrap: anywhere }}
dl {{ display: grid; grid-template-columns: 7em 1fr; gap: .15em .5em; margin: .3em 0 }}
dt {{ color: #777 }} dd {{ margin: 0 }}
figure {{ margin: 1.5em 0; overflow-x: auto }}
table {{ border-collapse: collapse; font-size: 13px; display: block; overflow-x: auto }}
th, td {{ padding: .2em .7em; border-bottom: 1px solid #ddd; text-align: right; white-space: nowrap }}
th {{ white-space: normal; vertical-align: bottom }}
th:first-child, td:first-child {{ text-align: left }}
</style>
<h1>{title}</h1>
{body}
</html>
"""


def html_page(title: str, body: str) -> str:
    """A page with a title, which is escaped, and a body, which is HTML."""
    return _PAGE.format(title=escape(title), body=body)
