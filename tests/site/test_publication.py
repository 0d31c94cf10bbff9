import pytest

from casebook.site.publication import next_site


@pytest.fixture
def made(tmp_path):
    for path in ("index.html", "a/page.html", ".doctrees/a.doctree"):
        (tmp_path / "made" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "made" / path).write_text(path, encoding="utf-8")
    return tmp_path / "made"


def files(folder) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
        for file in folder.rglob("*")
        if file.is_file()
    }


def publish(made, target, downloads=None):
    with next_site(target, made, frozenset({".doctrees"}), downloads or {}):
        pass


def test_the_site_is_what_was_made_and_the_downloads_without_what_is_not_for_readers(made, tmp_path):
    target = tmp_path / "site/html"
    downloads = {target.relative_to(target) / "exercises/a.zip": b"zip"}

    publish(made, target, downloads)

    assert files(target) == {"index.html": "index.html", "a/page.html": "a/page.html", "exercises/a.zip": "zip"}


def test_each_site_follows_the_changes_whichever_folder_it_takes_its_turn_in(made, tmp_path):
    target = tmp_path / "site/html"
    for number in range(4):
        (made / "index.html").write_text(f"version {number}", encoding="utf-8")
        (made / f"new-{number}.html").write_text("new", encoding="utf-8")
        if number:
            (made / f"new-{number - 1}.html").unlink()

        publish(made, target, {made.relative_to(made) / "b.ics": str(number).encode()})

        expected = {"index.html": f"version {number}", "a/page.html": "a/page.html", "b.ics": str(number)}
        assert files(target) == {**expected, f"new-{number}.html": "new"}


def test_a_site_that_is_refused_leaves_the_old_one_as_it_was_to_the_last_byte(made, tmp_path):
    target = tmp_path / "site/html"
    publish(made, target)
    before = files(target)
    (made / "index.html").write_text("holds a secret", encoding="utf-8")

    with pytest.raises(ValueError, match="refused"), next_site(target, made, frozenset(), {}):  # noqa: PT012 - one block
        assert files(target) == before
        raise ValueError("refused")

    assert files(target) == before
    (made / "index.html").write_text("mended", encoding="utf-8")
    publish(made, target)
    assert files(target) == {"index.html": "mended", "a/page.html": "a/page.html"}


def test_folders_that_are_empty_do_not_stay(made, tmp_path):
    target = tmp_path / "site/html"
    for _ in range(2):
        publish(made, target)
    (made / "a/page.html").unlink()
    for _ in range(2):
        publish(made, target)

    assert not (target / "a").exists()
