"""The files of `[serve]`, where Edge runs."""

from __future__ import annotations

from pathlib import Path

from edge.site import Missing, OriginSettings, ServeSettings, missing_files, seen_from
from tests.site.folders import as_owner


def test_a_file_that_may_not_be_read_is_told_with_its_cure(plain_folder: Path) -> None:
    page = plain_folder / "down.html"
    with as_owner():
        page.touch()
        page.chmod(0o200)
    (found,) = missing_files(ServeSettings(error_page=str(page)), None)
    assert found == Missing(
        ("error_page",), f"{page} cannot be read: Permission denied", "let the user that runs Edge read it"
    )
    with as_owner():
        page.chmod(0o600)


def test_a_link_that_leads_nowhere_else_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.pem").symlink_to("a.pem")
    settings = ServeSettings(origins=(OriginSettings("https://a"), OriginSettings("https://b", ca="a.pem")))
    (found,) = missing_files(seen_from(tmp_path, settings), tmp_path)
    assert found.place == ("origins", 1, "ca")
    assert found.cause == f"{tmp_path / 'a.pem'} cannot be read: Too many levels of symbolic links"
    assert found.cure == "give a file of certificates in PEM"


def test_paths_are_seen_from_the_site_folder_and_addresses_stay() -> None:
    settings = ServeSettings(origin="public", unix="/run/a.sock", tls_cert="a.pem")
    assert seen_from(Path("site"), settings) == ServeSettings(
        origin="site/public", unix="/run/a.sock", tls_cert="site/a.pem"
    )
    assert seen_from(Path("site"), ServeSettings(origin="unix:/a")) == ServeSettings(origin="unix:/a")
