from __future__ import annotations

from casebook.course.launch import launch_links
from casebook.course.model import Links

PAGE = "chapters/01-data-sharing/chapter"


def test_nothing_is_linked_that_is_not_configured():
    assert launch_links(Links(), PAGE) == ()
    assert launch_links(Links(repository="https://example.org/r", site="https://example.org"), PAGE) == ()


def test_each_place_opens_the_notebook_at_its_path():
    links = Links(
        binder="https://mybinder.org/v2/gh/OWNER/NAME/HEAD?urlpath=lab/tree/{path}.md",
        jupyterhub="https://hub.example.org/user-redirect/lab/tree/NAME/{path}.ipynb",
    )

    found = {link.name: link.address for link in launch_links(links, PAGE)}

    assert found == {
        "Binder": f"https://mybinder.org/v2/gh/OWNER/NAME/HEAD?urlpath=lab/tree/{PAGE}.md",
        "JupyterHub": f"https://hub.example.org/user-redirect/lab/tree/NAME/{PAGE}.ipynb",
    }


def test_letters_that_an_address_cannot_hold_are_encoded():
    (link,) = launch_links(Links(colab="https://colab.example.org/{path}.ipynb"), "chapters/a b/ü")

    assert link.address == "https://colab.example.org/chapters/a%20b/%C3%BC.ipynb"
