"""What a training step sees: all of the batch, whoever draws it; shares stratified; certain letters untouched."""

import math

import pytest
import torch
from worlds import one_thread  # noqa: F401

from diffusion_gpt.batch import MAX_SHARE, MIN_SHARE, SHORT_LENGTHS, BatchConfig, draw_batch
from diffusion_gpt.kernel import MaskKernel, UniformKernel
from diffusion_gpt.loss import nelbo_integrand

N = 50
IDS = torch.arange(1000) % N
BOTH = [UniformKernel(N), MaskKernel(N)]


def batch(step: int = 0, kernels=BOTH, **config):
    given = {"rows": 32, "length": 128, "short": 0.0} | config
    return draw_batch(IDS, N, kernels, BatchConfig(**given), step)


def test_windows_are_pieces_of_the_text():
    for part in batch():
        assert ((part.x_0.diff(dim=1) - 1) % N == 0).all()
        assert part.x_0.shape == (16, 128)
    starts = torch.cat([batch(step)[0].x_0[:, 0] for step in range(40)])
    assert len(starts.unique()) == N


def test_each_kernel_damages_its_part_in_proportion():
    """Shares hit, over 100 batches, within five standard deviations of c (1 − 1/N) and c."""
    for kind, factor in ((0, 1 - 1 / N), (1, 1.0)):
        parts = [batch(step, known=0.0)[kind] for step in range(100)]
        hit = torch.stack([(p.x_t != p.x_0).double().mean(1) - p.share * factor for p in parts])
        assert hit.mean().abs() < 5 * 0.5 / math.sqrt(hit.numel() * 128)
    assert (batch()[1].x_t == N).any()
    assert (batch()[0].x_t < N).all()


def test_shares_are_stratified_and_never_nothing():
    for part in batch(3):
        assert torch.equal((part.share / MAX_SHARE * 16).long(), torch.arange(16))
        assert part.share.min() >= MIN_SHARE
        assert part.share.max() <= MAX_SHARE


@pytest.mark.parametrize("chance", [0.0, 1 - 2.0**-24])
def test_the_loss_and_its_slope_stay_finite_at_both_ends(chance, monkeypatch):
    """A uniform number is 0 once in sixteen million: no noise at all, unless a share has a least value."""
    monkeypatch.setattr(torch, "rand", lambda shape, **_: torch.full(shape, chance))
    for part in batch(kernels=[UniformKernel(N)]) + batch(kernels=[MaskKernel(N)]):
        logits = torch.randn(*part.x_0.shape, N, requires_grad=True)
        loss = nelbo_integrand(part.kernel, logits, part.x_0, part.x_t, part.share).mean()
        loss.backward()
        assert loss.isfinite()
        assert logits.grad.isfinite().all()


def test_certain_letters_are_right_and_only_under_uniform_noise():
    uniform, mask = zip(*(batch(step, known=1.0) for step in range(20)))
    known = torch.stack([part.known for part in uniform])
    assert known.any()
    assert not known.all()
    assert all((part.x_t == part.x_0)[part.known].all() for part in uniform)
    assert any((part.x_t != part.x_0)[~part.known].any() for part in uniform)
    assert not any(part.known.any() for part in mask)
    assert not any(batch(step, known=0.0)[0].known.any() for step in range(5))


def test_some_windows_lack_a_piece_and_others_letters_here_and_there():
    """Half of those with certain letters have all but a gap: their known letters change at most twice."""
    known = torch.cat([batch(step, known=1.0)[0].known for step in range(50)])
    switches = (known[:, 1:] != known[:, :-1]).sum(1)
    gaps = (switches <= 2).double().mean().item()
    assert 0.5 - 0.1 < gaps < 0.5 + 0.15  # a few of the scattered have next to none, or nearly all


def test_as_many_windows_have_certain_letters_as_asked():
    marked = torch.stack([batch(step, known=0.25)[0].known.any(1) for step in range(100)]).double()
    assert marked.mean().item() == pytest.approx(0.25, abs=5 * math.sqrt(0.25 * 0.75 / marked.numel()))


def test_short_windows_come_as_often_as_asked_with_as_many_characters():
    lengths = [batch(step, short=0.5)[0].x_0.shape for step in range(300)]
    short = [shape for shape in lengths if shape[1] < 128]
    assert {shape[1] for shape in short} == set(SHORT_LENGTHS)
    assert len(short) / 300 == pytest.approx(0.5, abs=5 * 0.5 / math.sqrt(300))
    assert {rows * length for rows, length in lengths} == {16 * 128}


def test_all_chance_comes_from_seed_and_step():
    for a, b in zip(batch(5), batch(5)):
        assert torch.equal(a.x_0, b.x_0)
        assert torch.equal(a.x_t, b.x_t)
        assert torch.equal(a.known, b.known)
    assert not torch.equal(batch(5)[0].x_0, batch(6)[0].x_0)
    assert not torch.equal(batch(5)[0].x_0, batch(5, seed=1)[0].x_0)


def test_processes_share_the_batch_of_one_without_overlap():
    config = BatchConfig(rows=32, length=128, short=0.5)
    for step in range(4):
        whole = draw_batch(IDS, N, BOTH, config, step)
        shared = [draw_batch(IDS, N, BOTH, config, step, rank=rank, world=4) for rank in range(4)]
        for kind, part in enumerate(whole):
            for name in ("x_0", "x_t", "share", "known"):
                rows = torch.stack([getattr(parts[kind], name) for parts in shared], dim=1).flatten(0, 1)
                assert torch.equal(rows, getattr(part, name))


def test_without_noise_the_twin_sees_what_stood_before():
    (part,) = batch(kernels=[])
    assert part.kernel is None
    assert part.x_0.shape == (32, 128)
    assert (part.x_t[:, 0] == N).all()
    assert torch.equal(part.x_t[:, 1:], part.x_0[:, :-1])
    assert not part.known.any()


@pytest.mark.parametrize("wrong", [{"short": 1.5}, {"known": -0.1}])
def test_shares_outside_their_range_are_refused_in_words(wrong):
    with pytest.raises(ValueError, match="must be between 0 and 1, got"):
        BatchConfig(**wrong)
