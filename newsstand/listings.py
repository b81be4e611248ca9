"""Home, section and search pages: where articles are linked, a page at a time."""

from html import escape

from newsstand.articles import Article, Role
from newsstand.frame import Frame, alternates, aside, cut, footer, sidebar


def home(frame: Frame) -> bytes:
    """Give the home page: the newest articles, each under the address it is most often linked by."""
    numbers = frame.shelf.numbers()[:12]
    items = "\n".join(_entry(frame.shelf.article(number), linked=n) for n, number in enumerate(numbers))
    return _page(frame, f"{frame.title.name} | {frame.title.strap}", f"<h1>{frame.title.name}</h1>\n{items}")


def section(frame: Frame, segment: str, number: int) -> bytes | None:
    """Give page ``number`` (from 0) of a section, None past its end."""
    name = frame.title.section(segment).name
    chosen = frame.shelf.in_section(segment)
    size = frame.shelf.page_size
    pages = max(1, -(-len(chosen) // size))
    if number >= pages:
        return None
    shown = chosen[number * size : (number + 1) * size]
    items = "\n".join(_entry(frame.shelf.article(n), others=True) for n in shown)
    body = f"<h1>{escape(name)}</h1>\n{items}\n{_pager(segment, number, pages)}"
    return _page(frame, f"{name} | {frame.title.name}", body, head=_links(segment, number, pages))


def _entry(article: Article, linked: int = 0, *, others: bool = False) -> str:
    """Give an entry that links address number ``linked``, and with ``others`` every further one too."""
    known = article.addresses()
    paths = [address.path for address in known if address.role is not Role.FORMER]
    path = escape(paths[linked % len(paths)])
    further = [f' <a href="{escape(address.path)}">{address.role}</a>' for address in known[1:] if others]
    return (
        f'<div class="views-row"><h3><a href="{path}">{escape(article.headline)}</a></h3>\n'
        f'<p>{article.stamp:%d/%m/%Y} {escape(cut(article, 160))}... <a href="{path}">more &gt;</a>'
        f"{''.join(further)}</p></div>"
    )


def _page_path(segment: str, number: int) -> str:
    return f"/{segment}?page={number}" if number else f"/{segment}"


def _links(segment: str, number: int, pages: int) -> str:
    links = [f'<link rel="prev" href="{_page_path(segment, number - 1)}" />'] if number else []
    links += [f'<link rel="next" href="{_page_path(segment, number + 1)}" />'] if number + 1 < pages else []
    return "\n".join(links)


def _pager(segment: str, number: int, pages: int) -> str:
    """Give numbered links to the pages near by, and ``rel=next`` on all but the last."""
    near = range(max(0, number - 4), min(pages, number + 5))
    links = [f'<a href="{_page_path(segment, n)}" title="Go to page {n + 1}">{n + 1}</a>' for n in near]
    if number + 1 < pages:
        links.append(f'<a href="{_page_path(segment, number + 1)}" rel="next">Next page</a>')
    return f'<nav class="pager">{" ".join(links)}</nav>'


def other(frame: Frame, name: str, text: str) -> bytes:
    """Give a page of the title that is no article: about, search, television."""
    return _page(frame, f"{name} | {frame.title.name}", f"<h1>{escape(name)}</h1>\n<p>{escape(text)}</p>")


def _page(frame: Frame, window: str, body: str, head: str = "") -> bytes:
    links = " | ".join(f'<a href="{path}">{escape(name)}</a>' for path, name in frame.menu())
    side = sidebar(frame) if frame.title.drupal_feed is None else aside(frame)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<title>{escape(window)}</title>
{alternates(frame)}
{head}
</head>
<body>
<div>{escape(frame.title.name)}</div>
<div>{links}</div>
<div>
{body}
</div>
{side}
{footer(frame)}
</body>
</html>
""".encode()
