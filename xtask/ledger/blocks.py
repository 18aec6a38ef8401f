"""Reads a vendor page, in reStructuredText or Markdown, as a list of blocks."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from docutils import nodes, utils
from docutils.frontend import get_default_settings
from docutils.parsers import rst
from docutils.parsers.rst import roles
from markdown_it import MarkdownIt

# Stands for a line break in a cell of a Markdown table.
BREAK = "\u2028"


@dataclass
class Text:
    """A paragraph, or a cell of a table; list items begin with `- `."""

    lines: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def __str__(self):
        return " ".join(line for line in self.lines if line)


@dataclass
class Heading:
    text: str


@dataclass
class Code:
    text: str


@dataclass
class Table:
    title: str
    columns: list[str]
    rows: list[list[Text]]


def read(path):
    """The blocks of the page in the file `path`."""
    text = path.read_text(encoding="utf-8")
    return _rst(text, str(path)) if path.suffix == ".rst" else _markdown(text)


# reStructuredText


class _Unresolved(nodes.Inline, nodes.TextElement):
    """What a role of Sphinx refers to."""


def _role(name, rawtext, text, lineno, inliner, options=None, content=None):
    shown, _, target = utils.unescape(text).removesuffix(">").partition("<")
    node = _Unresolved(rawtext, shown.strip() or target)
    return [node], []


def _rst(text, name):
    for role in ("ref", "doc"):
        roles.register_local_role(role, _role)
    settings = get_default_settings(rst.Parser)
    settings.file_insertion_enabled = settings.raw_enabled = False
    settings.syntax_highlight, settings.report_level = "none", 3
    document = utils.new_document(name, settings)
    rst.Parser().parse(text, document)
    return list(_blocks(document))


def _blocks(node):
    for child in node.children:
        match child:
            case nodes.title():
                yield Heading(_line(child))
            case nodes.table():
                yield _table(child)
            case nodes.literal_block():
                yield Code(child.astext())
            case nodes.paragraph():
                yield _text(child)
            case nodes.system_message() | nodes.comment() | nodes.docinfo() | nodes.field_list():
                pass
            case nodes.Element():
                yield from _blocks(child)


def _line(node):
    return " ".join(node.astext().split())


def _text(node):
    links = [_line(link) for link in node.findall(_Unresolved)]
    links += [link["refuri"] for link in node.findall(nodes.reference) if "refuri" in link]
    return Text(list(_lines(node)), links)


def _lines(node):
    if isinstance(node, nodes.paragraph):
        yield _line(node)
        return
    for child in node.children:
        if isinstance(child, nodes.list_item):
            first, *rest = list(_lines(child)) or [""]
            yield f"- {first}"
            yield from rest
        elif isinstance(child, nodes.Element):
            yield from _lines(child)


def _table(node):
    title = next((_line(title) for title in node.findall(nodes.title)), "")
    rows = [[_text(entry) for entry in row.findall(nodes.entry)] for row in node.findall(nodes.row)]
    head, *rows = rows or [[]]
    return Table(title, [str(cell) for cell in head], rows)


# Markdown


class _Plain(HTMLParser):
    """The text of a piece of HTML, and where its links lead."""

    def __init__(self):
        super().__init__()
        self.text, self.links = "", []

    def handle_data(self, data):
        self.text += data

    def handle_starttag(self, tag, attrs):
        self.text += BREAK if tag == "br" else ""
        self.links += [value for name, value in attrs if tag == "a" and name == "href" and value]


def _markdown(text):
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(_joined(text))
    blocks, rows, opened = [], [], ""
    for token in tokens:
        match token.type:
            case "heading_open":
                opened = "heading"
            case "paragraph_open":
                opened = "text"
            case "th_open" | "td_open":
                opened = "cell"
            case "table_open":
                rows = []
            case "tr_open":
                rows.append([])
            case "table_close":
                head, *rest = rows
                blocks.append(Table("", [str(cell) for cell in head], rest))
            case "fence" | "code_block":
                blocks.append(Code(token.content))
            case "inline" if opened == "heading":
                blocks.append(Heading(str(_inline(token))))
            case "inline" if opened == "cell":
                rows[-1].append(_inline(token))
            case "inline":
                blocks += _paragraph(token)
    return blocks


def _joined(text):
    """Repairs what is not Markdown: code that breaks a row of a table, a table that text follows
    without an empty line, and headings marked by a pilcrow."""
    lines, is_fenced = [], False
    for line in text.split("\n"):
        is_fenced ^= line.startswith("```")
        before = lines[-1] if lines and not is_fenced else ""
        line = line if is_fenced else re.sub("^¶ ", "\n## ", line)
        if "|" in before and before.count("`") % 2:
            start, _, code = before.rpartition("`")
            more, tick, rest = line.partition("`")
            code = f"{code}{BREAK}{more}".replace("|", "\\|") if tick else f"{code}{BREAK}{more}"
            lines[-1] = f"{start}`{code}{tick}{rest}"
        elif "|" in before and "|" not in line:
            lines += ["", line]
        else:
            lines.append(line)
    return "\n".join(lines)


def _inline(token):
    plain = _Plain()
    for child in token.children:
        match child.type:
            case "html_inline":
                plain.feed(child.content)
            case "softbreak" | "hardbreak":
                plain.text += BREAK
            case "link_open":
                plain.links.append(child.attrs["href"])
            case _:
                plain.text += child.content
    lines = plain.text.split(BREAK)
    is_code = any(BREAK in child.content for child in token.children if child.type == "code_inline")
    lines = lines if is_code else [" ".join(line.split()) for line in lines]
    return Text([line for line in lines if line.strip()], plain.links)


def _paragraph(token):
    """A paragraph; some pages write samples as paragraphs."""
    lines = token.content.split("\n")
    start = next((at for at, line in enumerate(lines) if re.fullmatch(r"\s*[{\[]\s*", line)), None)
    if start is None:
        yield _inline(token)
    else:
        yield from [Text(lines[:start])] * bool(start)
        yield Code("\n".join(lines[start:]))
