"""What stands in every page: our own scripts and styles, and nothing that its policy would have to refuse."""

import base64
import hashlib
import re

import pytest
from markupsafe import Markup

from regard.report.assets import indexed, inlined, policy
from regard.report.build import ENVIRONMENT

TEMPLATES = [name for name in ENVIRONMENT.list_templates() if name.endswith(".html")]


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_has_what_the_policy_refuses(name):
    text = ENVIRONMENT.loader.get_source(ENVIRONMENT, name)[0]
    assert not re.search(r"""\s(style|on\w+)=["'{]""", text)
    assert not re.search(r"<(link|iframe|object|form|base)\b|https?:|javascript:", text)


def test_the_policy_lets_just_our_texts_run():
    for name in ("page.js", "tables.js", "network.js", "page.css"):
        assert base64.b64encode(hashlib.sha256(inlined(name).encode()).digest()).decode() in policy()
        assert "</" not in inlined(name) and "http" not in inlined(name)
    assert "unsafe" not in policy() and "default-src 'none'" in policy()


def test_every_section_has_an_anchor_of_its_own():
    page = Markup("<h2>Sites &lt;b&gt;</h2><p>x</p><h2>Sites <i>b</i></h2>\n<h2>→</h2><h2>Über 20 genes</h2>")
    titles, body = indexed(page)
    assert titles == [
        ("sites-b", "Sites <b>"),
        ("sites-b-2", "Sites b"),
        ("section", "→"),
        ("über-20-genes", "Über 20 genes"),
    ]
    assert body.count("<h2 id=") == 4 and '<h2 id="sites-b-2">Sites <i>b</i></h2>' in body
