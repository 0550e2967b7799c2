"""The supply chain: no code comes out of data, no program is called, and nobody is asked over the network unbidden."""

import ast
import re
import socket
from pathlib import Path

import pytest
from test_architecture import SCRIPTS, app_and_modules, imports, name_of, tree_of

from diffusion_gpt.render.forms import FORMS, Wishes
from diffusion_gpt.studio import Studio
from diffusion_gpt.trajectory import Request

PROGRAMS = {"subprocess", "pty", "ctypes", "cffi", "multiprocessing", "runpy", "code", "codeop", "importlib", "pip"}
TOLD = {"diffusion_gpt/ui/heap.py": {"ctypes"}}
"""Two calls by name into the C library that runs already, to set up its memory: nothing is loaded for it."""
NETWORK = {
    *("socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "telnetlib", "xmlrpc", "socketserver"),
    *("requests", "httpx", "aiohttp", "urllib3", "huggingface_hub", "torch.hub"),
}
ASKED_FOR = {
    "diffusion_gpt/checkpoint.py": {"huggingface_hub"},
    "diffusion_gpt/corpus.py": {"http", "urllib"},
}
"""A checkpoint that is named by its repository on the Hub, and the corpus that a training without one fetches."""
CALLS = re.compile(
    r"eval|exec|compile|__import__|os\.(system|popen|exec\w*|spawn\w*|posix_spawn\w*|fork\w*)"
    r"|(torch|np|numpy)\.load|torch\.(hub|jit)\.\w+|pickle\.\w+"
)


def roots(names: set[str], wanted: set[str]) -> set[str]:
    """Those names that are a wanted module, or lie within one."""
    return {name for name in names if any(name == root or name.startswith(f"{root}.") for root in wanted)}


@pytest.mark.parametrize("path", app_and_modules(), ids=name_of)
def test_nothing_is_run_that_was_not_written_here(path):
    assert roots(imports(path), PROGRAMS) == TOLD.get(name_of(path), set())
    calls = {ast.unparse(node.func) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)}
    assert not {call for call in calls if CALLS.fullmatch(call)}


def test_the_network_is_asked_where_it_is_said_and_nowhere_else():
    found = {name_of(path): roots(imports(path), NETWORK) for path in app_and_modules()}
    asking = {name: {module.split(".")[0] for module in modules} for name, modules in found.items()}
    assert {name: found for name, found in asking.items() if found} == ASKED_FOR


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_no_script_runs_data_or_asks_the_network(path):
    source = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)  # types are imported there
    assert not re.search(r"\b(eval|Function|import|importScripts|fetch|sendBeacon)\(", source)
    assert not re.search(r"\b(XMLHttpRequest|WebSocket|EventSource)\b|https?://(?!www\.w3\.org/)", source)


def test_a_film_is_made_and_taken_home_without_a_network(checkpoint, monkeypatch, tmp_path):
    def refused(*_, **__):
        raise AssertionError("the network was asked")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refused)
    studio, request = Studio.load(checkpoint), Request(text="To be, or not to be", level=0.4, steps=2)
    film = studio.film(request, studio.run(request))
    assert len(film.frames) == 3
    for form, ending in (("gif", "gif"), ("mp4", "mp4"), ("poster", "svg"), ("html", "html"), ("json", "json")):
        path = Path(tmp_path, f"film.{ending}")
        assert list(FORMS[form](film, path, Wishes()))[-1] == 1.0 and path.stat().st_size > 0
