"""The files over HTTP: right kinds and caching, and no name reaches anything that is not a file of a log."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.http import Http404
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from pingjia.core.tlog.entry import EntryType
from pingjia.core.tlog.tile import tiles_of
from pingjia.publiclog import actions, tiles
from pingjia.publiclog.models import Log
from pingjia.publiclog.views import log_file

LOG = "pingjia/meilan/2026"


@pytest.fixture
def log(db: None) -> Log:
    log = actions.open_log("meilan", 2026)
    actions.append(
        log, [(EntryType.POLL, sha256(bytes([number % 256, number // 256])).digest()) for number in range(300)]
    )
    actions.publish(log)
    return log


def _get(path: str) -> Any:
    return log_file(RequestFactory().get("/log/x"), path)


def test_the_checkpoint_is_text_and_soon_asked_for_again(log: Log) -> None:
    response = _get(f"{LOG}/checkpoint")
    assert response.content == (tiles.folder(log) / "checkpoint").read_bytes()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=2"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_every_tile_that_the_checkpoint_calls_for_is_served_for_ever(log: Log) -> None:
    for tile in tiles_of(300):
        response = _get(f"{LOG}/{tile.path()}")
        assert response.content == (tiles.folder(log) / tile.path()).read_bytes()
        assert response["Content-Type"] == "application/octet-stream"
        assert "immutable" in response["Cache-Control"]


def test_only_reading_is_allowed(log: Log) -> None:
    assert log_file(RequestFactory().post("/log/x"), f"{LOG}/checkpoint").status_code == 405
    assert log_file(RequestFactory().head("/log/x"), f"{LOG}/checkpoint").status_code == 200


def test_the_booths_address_leads_here(log: Log) -> None:
    from django.urls import resolve

    match = resolve(f"/log/{LOG}/checkpoint", "pingjia.urls.booth")
    assert (match.func, match.kwargs) == (log_file, {"path": f"{LOG}/checkpoint"})


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "/checkpoint",
        LOG,
        f"{LOG}/",
        f"{LOG}/checkpoint/",
        f"{LOG}/Checkpoint",
        f"{LOG}/tile",
        f"{LOG}/tile/0",
        f"{LOG}/tile/0/000.p",
        f"{LOG}/tile/0/000.p/255",
        f"{LOG}/tile/0/005",
        f"{LOG}/tile/0/../../checkpoint",
        f"{LOG}/../2026/checkpoint",
        f"/{LOG}/checkpoint",
        f"./{LOG}/checkpoint",
        "pingjia/meilan/2027/checkpoint",
        "pingjia/../pingjia/meilan/2026/checkpoint",
        "../keys/log/checkpoint",
        "pingjia/meilan/../../../keys/checkpoint",
        "pingjia/meilan/%2e%2e/checkpoint",
        "pingjia\\meilan\\2026\\checkpoint",
        f"{LOG}/checkpoint\x00",
        f"{LOG}/check\npoint",
        "pingjia/meilan/２０２６/checkpoint",
    ],
)
def test_other_names_are_not_found(log: Log, path: str) -> None:
    with pytest.raises(Http404):
        _get(path)


def test_a_link_out_of_the_folder_is_not_followed(log: Log, tmp_path: Path, settings: Any) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "checkpoint").write_text("secret")
    link = Path(settings.PINGJIA_LOG_DIR) / "pingjia/meilan/2031"
    link.symlink_to(secret)
    with pytest.raises(Http404):
        _get("pingjia/meilan/2031/checkpoint")
    link.unlink()


PARTS = st.sampled_from(
    ["pingjia", "practice", "meilan", "2026", "..", ".", "", "tile", "0", "000", "x000", "checkpoint", "keys", "~"]
)


@given(st.lists(PARTS, max_size=9).map("/".join))
def test_no_path_reads_outside_the_log(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    """Without any log, whatever is asked for is not found, and nothing else is raised."""
    with pytest.raises(Http404):
        _get(path)
