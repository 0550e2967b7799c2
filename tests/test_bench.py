"""Bench: it counts the products it claims to count, and times what it says; no time itself is tested."""

import json

import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode
from worlds import SHAKESPEARE, call, one_thread, refused  # noqa: F401

from diffusion_gpt import bench
from diffusion_gpt.checkpoint import Checkpoint
from diffusion_gpt.compare import side_by_side
from diffusion_gpt.frame import Frame
from diffusion_gpt.gpt import GPT, GPTConfig
from diffusion_gpt.studio import Studio
from diffusion_gpt.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A tiny denoiser's folder, and its twin's."""
    folder = tmp_path_factory.mktemp("checkpoints")
    for name in ("denoiser", "twin"):
        gpt = GPT(GPTConfig(len(SHAKESPEARE), layers=1, heads=2, width=16, length=32, causal=name == "twin"))
        Checkpoint(gpt, Vocabulary(SHAKESPEARE)).save(folder / name)
    return folder


@torch.inference_mode()
def test_the_products_are_those_of_the_network():
    """All of a forward pass, none twice, and nothing else: the same number of multiplications."""
    gpt = GPT(GPTConfig(65, layers=3, heads=4, width=32, length=48)).eval()
    x = torch.zeros(2, 48, dtype=torch.long)
    products, counts = bench.matrix_products(gpt, x), []
    for work in (products, lambda: gpt(x)):
        with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:  # it cannot count a fused one
            work()
        counts.append(counter.get_total_flops())
    assert counts[0] == counts[1] > 0


def test_what_is_compared_comes_in_pairs(monkeypatch):
    """Either comes first every other time; the first pair does not count, and the ratios are those within a pair."""
    order, took = [], iter([9, 1, 3, 1, 2, 8, 6, 3])
    monkeypatch.setattr(bench, "seconds", lambda call: call() or next(took))
    calls = (lambda: order.append("a"), lambda: order.append("b"))
    assert bench.against(*calls, 3) == (6, 3)  # 3 to 1, 8 to 2 and 6 to 3
    assert order == ["b", "a", "a", "b"] * 2


def test_its_report(saved):
    code, out, _ = call(bench.main, saved / "denoiser", "--repeats", 3, "--json")
    figures = json.loads(out)
    assert code == 0
    assert figures["length"] == 32
    assert figures["gif_over_forwards"] == pytest.approx(figures["gif_seconds"] / 64 / figures["forward_seconds"])
    assert figures.keys() >= {"forward_over_matmuls", "step_over_forward", "four_panes_over_one", "twin_cached_seconds"}
    assert "four_compared_over_four_alone" in figures
    assert all(value > 0 for value in figures.values())


def test_what_is_compared_is_what_runs_alone():
    """In each round, and in the one that does not count: every film once alone and once beside the others, whole."""
    made = []

    class Studio:
        def run(self, request):
            for step in range(request.steps + 1):
                made.append((request.seed, step))
                yield Frame("", 0.0)

        def compare(self, requests):
            return side_by_side(self.run, list, requests)

    assert bench.comparison(Studio(), [bench.Request(seed=i, steps=4) for i in range(3)], rounds=2) > 0
    films = [(seed, step) for seed in range(3) for step in range(5)]
    assert sorted(made) == sorted(films * 2 * 3)
    assert made[:5] == films[:5] and made[5:10] != films[5:10]


def test_the_film_that_is_written_has_64_frames(saved, monkeypatch):
    films = []
    monkeypatch.setattr(bench, "write_gif", lambda film, path: films.append(film) or path.touch() or [])
    studio = Studio.load(saved / "denoiser")
    bench.gif(studio, bench.Request(length=32, steps=bench.GIF_FRAMES - 1))
    assert [len(film.frames) for film in films] == [64] * 3


@pytest.mark.parametrize(("name", "options", "words"), [
    ("nowhere", (), "there is no checkpoint folder"),
    ("denoiser", ("--repeats", 1), "repeats must be between 3 and 1000, got 1"),
    ("twin", (), "this network is the causal twin, which cannot denoise"),
])  # fmt: skip
def test_what_cannot_be_is_refused_in_words(saved, name, options, words):
    assert refused(call(bench.main, saved / name, *options), "bench: ", words)
