import pytest

from casebook.site.vega_bundle import VegaBundle, cache_folder


@pytest.mark.slow
def test_the_bundle_holds_vega_embed_and_is_made_once(tmp_path):
    first = VegaBundle(tmp_path)
    first.begin()
    first.end()
    name = first.name()
    [kept] = tmp_path.iterdir()
    made = kept.stat().st_mtime_ns

    second = VegaBundle(tmp_path)
    second.begin()

    assert second.name() == name
    assert kept.stat().st_mtime_ns == made
    assert b"window.vegaEmbed=" in second.content()
    assert name.startswith("vega-")
    assert name.endswith(".js")


def test_the_bundle_is_kept_with_the_users_other_caches(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    assert cache_folder(tmp_path / "otherwise") == tmp_path / "cache/casebook"


def test_without_a_place_for_caches_the_bundle_is_kept_with_the_build(tmp_path, monkeypatch):
    (tmp_path / "a-file").write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a-file"))

    assert cache_folder(tmp_path / "otherwise") == tmp_path / "otherwise"
