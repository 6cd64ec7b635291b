"""The site of docs: it builds without a warning, every page is in it, every link leads somewhere."""

import re
import subprocess
import sys

import pytest

from regard.cli import app
from tests.docs_pages import DOCS, ROOT, links

PAGES = sorted(str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md"))


def test_it_builds_without_a_warning(tmp_path):
    pytest.importorskip("sphinx", reason="extra docs")
    how = ["-q", "-W", "--keep-going", "-b", "html", "-d", tmp_path / "kept"]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *how, DOCS, tmp_path / "site"], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    for page in PAGES:
        assert (tmp_path / "site" / page).with_suffix(".html").is_file(), page
    api = (tmp_path / "site" / "api.html").read_text()
    assert 'id="regard.compare"' in api and "Westfall" in api  # what its docstring says
    assert "<strong>sequences</strong> – of the samples" in api and "mailto:" not in api
    assert "errors.html" in (tmp_path / "site" / "index.html").read_text()


def test_every_page_is_in_the_index():
    listed = [line for one in re.findall(r"```{toctree}\n(.*?)```", (DOCS / "index.md").read_text(), re.DOTALL)
              for line in one.splitlines() if line and not line.startswith(":")]  # fmt: skip
    assert sorted(f"{name}.md" for name in listed) == [page for page in PAGES if page != "index.md"]


@pytest.mark.parametrize("page", [*(f"docs/{page}" for page in PAGES), "README.md"])
def test_every_link_leads_to_a_file(page):
    for link in links(ROOT / page):
        assert ((ROOT / page).parent / link).exists(), link


def test_links_of_error_lines():
    page = ROOT / "src" / "regard" / "errors.md"
    assert links(page) and all((page.parent / link).exists() for link in links(page))


def test_every_public_name_is_in_the_reference():
    import regard

    text = (DOCS / "api.md").read_text()
    for name in regard.__all__:
        assert re.search(rf"auto(function|class):: {name}$", text, re.MULTILINE), name


def test_new_commands_stand_in_readme_and_docs():
    import typer

    text = "\n".join((ROOT / page).read_text() for page in ("README.md", "docs/folders.md", "docs/methods.md"))
    for name in typer.main.get_command(app).commands:
        assert f"regard {name}" in text, name
