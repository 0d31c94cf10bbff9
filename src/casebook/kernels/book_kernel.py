"""The process that runs a chapter: an IPython kernel whose charts come out as Vega-Lite.

Started as ``python -m casebook.kernels.book_kernel -f CONNECTION_FILE``. A chapter is plain
pandas and Altair, so what the book needs of Altair is said here and not in the chapter.
"""

from __future__ import annotations

import altair as alt
from ipykernel.kernelapp import launch_new_instance

VEGALITE_MIME = f"application/vnd.vegalite.{alt.SCHEMA_VERSION.split('.')[0]}+json"


def vegalite_bundle(spec: dict[str, object]) -> dict[str, object]:
    """The chart as the mime type that notebooks and JupyterLab know; no script, no other host."""
    # Altair's own "mimetype" renderer says "….v6.json", which nbformat refuses: JSON is "+json".
    return {VEGALITE_MIME: spec, "text/plain": "<a Vega-Lite chart>"}


def main() -> None:
    """Serve one notebook until it is finished."""
    # Altair's default renderer writes a script that fetches Vega from another host.
    alt.renderers.register("casebook", vegalite_bundle)
    alt.renderers.enable("casebook")
    launch_new_instance()


if __name__ == "__main__":
    main()
