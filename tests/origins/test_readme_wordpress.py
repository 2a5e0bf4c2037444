"""WordPress behind Edge set up as the README says, to the letter but for ports and folders."""

from __future__ import annotations

import re
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.door.served import serving_edge
from tests.origins.background import running
from tests.origins.blog import Blog
from tests.readme import fences
from tests.serve.certificates import certificate
from tests.serve.nginx import nginx

__all__ = ["certificate"]

PUBLIC = "www.example.com"
VISITOR = "127.0.0.9"


def block(language: str, mark: str) -> str:
    (text,) = [fence.text for fence in fences(language) if mark in fence.text]
    return text


def inside(text: str) -> str:
    """What stands in the last block of nginx, without the address it listens at."""
    found = re.search(r"^server \{\n(.*?)^\}$", text, re.MULTILINE | re.DOTALL)
    assert found
    server, count = re.subn(r"(?m)^ *listen .*;\n", "", found[1])
    assert count == 1
    return server


def exchanged(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def origin(wordpress: Blog) -> Iterator[str]:
    """WordPress on the README's nginx."""
    folder = wordpress.folder
    server = exchanged(
        inside(block("nginx", "fastcgi_pass")),
        ("/var/www/wordpress;", f"{folder}/www; include /etc/nginx/mime.types;"),
        ("include fastcgi_params;", "include /etc/nginx/fastcgi_params; fastcgi_param TWIN c;"),
        ("unix:/run/php/php-fpm.sock", f"unix:{folder}/php.sock"),
    )
    with nginx(f"{server}\nlocation /wp-content/ {{ root {folder}/c; }}") as url:
        yield url


@contextmanager
def visitor(url: str) -> Iterator[httpx.Client]:
    """From another address than all the servers."""
    way = httpx.HTTPTransport(verify=False, local_address=VISITOR)
    with httpx.Client(
        base_url=url, transport=way, headers={"host": PUBLIC}, trust_env=False, timeout=60
    ) as client:
        yield client


def comment(client: httpx.Client, text: str) -> None:
    fields = {"comment": text, "author": "Åse", "email": "aase@example.com", "comment_post_ID": "16"}
    assert client.post("/wp-comments-post.php", data=fields).status_code == 302


def rows(wordpress: Blog, mark: str) -> list[bytes]:
    return [row for row in wordpress.stored("c") if mark.encode() in row and row.startswith(b"wp_comments")]


def log_in(client: httpx.Client, scheme: str) -> list[str]:
    client.get("/wp-login.php")
    fields = {"log": "editor", "pwd": "sound-for-everyone", "redirect_to": f"{scheme}://{PUBLIC}/wp-admin/"}
    answer = client.post("/wp-login.php", data={**fields, "testcookie": "1"})
    assert answer.headers["location"] == f"{scheme}://{PUBLIC}/wp-admin/"
    return answer.headers.get_list("set-cookie")


def test_wp_config_has_what_the_readme_tells() -> None:
    config = (Path(__file__).parent / "wordpress" / "wp-config.php").read_text(encoding="utf-8")
    assert block("php", "HTTP_X_FORWARDED_PROTO") in config


def test_edge_alone_in_front(wordpress: Blog, origin: str, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    with serving_edge(tmp_path, "site/", "--origin", origin) as edge, visitor(edge.url) as client:
        page = client.get("/").text
        assert f'href="http://{PUBLIC}/feed/"' in page
        assert not re.search(rf"{PUBLIC}:\d", page)
        assert client.get("/wp-admin").headers["location"] == "/wp-admin/"
        assert len(log_in(client, "http")) == 4
        assert "Dashboard" in client.get("/wp-admin/").text
        comment(client, "From the outside")
        (row,) = rows(wordpress, "From the outside")
        assert f'"{VISITOR}"'.encode() in row


def test_nginx_with_https_in_front(wordpress: Blog, origin: str, certificate: Path, tmp_path: Path) -> None:
    site, path = tmp_path / "site", wordpress.folder / "edge.sock"
    site.mkdir()
    settings = exchanged(
        block("toml", 'trust  = ["unix"]'), ("http://127.0.0.1:8080", origin), ("/run/edge/edge.sock", str(path))
    )
    (site / "edge.toml").write_text(settings, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = exchanged(
        block("nginx", "proxy_pass http://edge"),
        ("/run/edge/edge.sock", str(path)),
        ("/etc/letsencrypt/live/www.example.com/fullchain.pem", str(certificate)),
        ("/etc/letsencrypt/live/www.example.com/privkey.pem", str(certificate)),
    )
    command: list[str | Path] = [sys.executable, "-m", "edge", "serve", site]
    with (
        running(command, tmp_path / "edge.log", path.is_socket),
        nginx(f"listen 127.0.0.1:{port} ssl;\n{inside(text)}", http=text.partition("server {\n    listen")[0]),
        visitor(f"https://127.0.0.1:{port}") as client,
    ):
        page = client.get("/").text
        assert f'href="https://{PUBLIC}/feed/"' in page
        assert f"http://{PUBLIC}" not in page
        assert client.get("/wp-admin").headers["location"] == "/wp-admin/"
        cookies = log_in(client, "https")
        assert sum("secure" in cookie.lower() for cookie in cookies) == len(cookies)
        assert "Dashboard" in client.get("/wp-admin/").text
        form = client.get("/wp-admin/options-general.php")
        assert form.status_code == 200
        comment(client, "From the outside, by https")
        (row,) = rows(wordpress, "by https")
        assert f'"{VISITOR}"'.encode() in row


def test_what_is_published_shows_at_once_with_the_page_cache(wordpress: Blog, origin: str, tmp_path: Path) -> None:
    site, token = tmp_path / "site", "a-long-secret-text"
    site.mkdir()
    (site / "edge.toml").write_text("[page_cache]\ndefault_seconds = 600\n", encoding="utf-8")
    plugins = wordpress.folder / "c" / "wp-content" / "mu-plugins"
    with (
        serving_edge(tmp_path, "--origin", origin, environ={"EDGE_PURGE_TOKEN": token}) as edge,
        visitor(edge.url) as client,
    ):

        def front_page() -> tuple[str, bool]:
            answer = client.get("/")
            return answer.text, "; hit" in answer.headers["cache-status"]

        def write(title: str) -> None:
            value = f"<member><name>post_title</name><value>{title}</value></member>"
            value += "<member><name>post_status</name><value>publish</value></member>"
            given = ["1", "editor", "sound-for-everyone", f"<struct>{value}</struct>"]
            params = "".join(f"<param><value>{one}</value></param>" for one in given)
            call = f"<methodCall><methodName>wp.newPost</methodName><params>{params}</params></methodCall>"
            answer = client.post("/xmlrpc.php", content=call, headers={"content-type": "text/xml"})
            assert "<string>" in answer.text
            assert "fault" not in answer.text

        assert front_page()[1] is False
        assert front_page()[1] is True
        write("Nobody was told")
        page, kept = front_page()
        assert (kept, "Nobody was told" in page) == (True, False)
        plugins.mkdir()
        try:
            plugin = exchanged(block("php", "edge_purge"), ("http://127.0.0.1:8000", edge.url))
            (plugins / "edge.php").write_text(plugin, encoding="utf-8")
            write("Edge was told")
            page, kept = front_page()
            assert (kept, "Edge was told" in page) == (False, True)
            assert front_page() == (page, True)
        finally:
            shutil.rmtree(plugins)
