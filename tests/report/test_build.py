"""Text from files must stay text, in HTML and in Markdown."""

from markdown_it import MarkdownIt

from regard.report.build import markdown

NASTY = "<b>x</b> | `code` *a* _b_ [link](http://x) ![i](y) # h ~~s~~ \\ &amp; $m$\n\n# new"


def test_nothing_of_a_name_becomes_markup():
    page = (
        MarkdownIt("commonmark", {"html": True})
        .enable(["table", "strikethrough"])
        .render(f"| a | b |\n|---|---|\n| {markdown(NASTY)} | end |\n")
    )
    assert page.count("<td>") == 2
    for tag in ("<b>", "<code>", "<em>", "<a ", "<img", "<s>", "<h1>"):
        assert tag not in page, tag
    assert "&amp;amp;" in page


def test_numbers_pass():
    assert markdown(-0.5) == "-0.5"
    assert markdown(3) == "3"
