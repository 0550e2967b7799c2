"""The network: who sees whom, that only distance counts, and that it says how far it reaches."""

import math

import pytest
import torch
from worlds import one_thread  # noqa: F401

from diffusion_gpt.cpu import pack
from diffusion_gpt.gpt import GPT, SOFTCAP, GPTConfig, Past, norm, rotate, rotations


def awake(causal: bool = False, length: int = 256, **shape) -> GPT:
    """A small network with nothing at zero, in float64: what does not change is not seen."""
    torch.manual_seed(0)
    gpt = GPT(GPTConfig(n=7, layers=2, heads=2, width=16, length=length, causal=causal, **shape))
    for weight in gpt.parameters():
        torch.nn.init.normal_(weight, std=0.4)
    return gpt.double().eval()


def page(length: int, rows: int = 1) -> torch.Tensor:
    return torch.randint(8, (rows, length), generator=torch.Generator().manual_seed(length))


@torch.no_grad()
def influence(gpt: GPT, length: int = 10) -> torch.Tensor:
    """Whether the letter at j changes the logits at i (i, j)."""
    x = page(length)
    other = x.repeat(length, 1)
    other[range(length), range(length)] = (x[0] + 1) % 8
    return ((gpt(other) - gpt(x)).abs().amax(-1) > 1e-9).T


def test_a_causal_network_sees_nothing_of_the_future():
    assert torch.equal(influence(awake(causal=True)), torch.ones(10, 10).tril().bool())


def test_a_denoiser_sees_both_sides():
    assert influence(awake()).all()


@torch.no_grad()
@pytest.mark.parametrize("length", [1, 2, 100, 255, 256])
def test_every_length_it_reads(length):
    """A row says the same whoever stands beside it."""
    gpt, x = awake(), page(length, rows=2)
    torch.testing.assert_close(gpt(x)[:1], gpt(x[:1]))


@torch.no_grad()
@pytest.mark.skipif(not hasattr(torch.ops.mkl, "_mkl_linear"), reason="this PyTorch has no MKL")
@pytest.mark.parametrize("length", [1, 31, 64])
def test_packed_weights_change_nothing_to_the_last_bit(length):
    gpt, x = awake(length=64).float(), page(length)
    expected, names = gpt(x), list(gpt.state_dict())
    pack(gpt)
    assert not any(isinstance(module, torch.nn.Linear) for module in gpt.modules())
    assert torch.equal(gpt(x), expected)
    assert list(gpt.state_dict()) == names


def test_what_is_too_long_is_refused_in_words():
    with pytest.raises(ValueError, match="at most 256 characters, got 257"):
        awake()(page(257))


@torch.no_grad()
def test_certainty_is_told_and_changes_the_answer():
    gpt, x = awake(), page(12)
    known = torch.zeros_like(x, dtype=torch.bool)
    assert torch.equal(gpt(x), gpt(x, known))
    known[0, 3] = True
    assert ((gpt(x, known) - gpt(x)).abs().amax(-1) > 1e-9).all()
    gpt.certain.zero_()
    assert torch.equal(gpt(x), gpt(x, known))


def test_a_new_network_takes_nothing_for_likelier_and_nothing_for_certain():
    torch.manual_seed(1)
    gpt = GPT(GPTConfig(n=7, layers=1, heads=1, width=8)).eval()
    x = page(5)
    assert torch.equal(gpt(x), torch.zeros(1, 5, 7))
    assert torch.equal(gpt.certain, torch.zeros(8))


@torch.no_grad()
def test_no_letter_is_ever_impossible():
    gpt = awake()
    gpt.head.weight.mul_(1e4)
    logits = gpt(page(20))
    assert SOFTCAP * 0.9 < logits.abs().max() <= SOFTCAP
    assert logits.softmax(-1).min() > 1e-15


@torch.no_grad()
def test_attention_knows_distances_not_places():
    """The product of two turned vectors is the same wherever they stand, and depends on how far apart."""
    config = GPTConfig(n=1, heads=1, width=16)
    table = rotations(config).double()
    q, k = torch.randn(2, 1, 1, 1, 16, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    turned_q, turned_k = (rotate(x.expand(1, 256, 1, 16), table)[0, :, 0] for x in (q, k))
    products = turned_q @ turned_k.T
    for distance in (0, 1, 17, 100):
        along = products.diagonal(distance)
        torch.testing.assert_close(along, along[0].expand_as(along), rtol=1e-4, atol=1e-4)
    assert (products[0, :20].diff().abs() > 1e-3).all()


def test_turning_keeps_lengths_and_starts_at_nothing():
    config = GPTConfig(n=1, heads=1, width=16)
    x = torch.randn(1, 256, 1, 16, generator=torch.Generator().manual_seed(0))
    turned = rotate(x, rotations(config))
    torch.testing.assert_close(turned.norm(dim=-1), x.norm(dim=-1))
    assert torch.equal(turned[:, 0], x[:, 0])
    angle = rotations(config)[:, 1, 0, 0]  # the fastest plane turns by one radian a letter
    torch.testing.assert_close(angle, torch.tensor([math.cos(1), math.sin(1)]))


def test_norm_is_root_mean_square_one():
    x = torch.randn(5, 8, generator=torch.Generator().manual_seed(0), dtype=torch.float64) * 100
    torch.testing.assert_close(norm(x), x / x.square().mean(-1, keepdim=True).sqrt())


@torch.no_grad()
def test_dropout_is_for_training_only():
    gpt, x = awake(dropout=0.5), page(12)
    assert torch.equal(gpt(x), gpt(x))
    gpt.train()
    assert not torch.equal(gpt(x), gpt(x))


def test_the_baby_has_its_size():
    """10.67 million parameters."""
    with torch.device("meta"):
        gpt = GPT(GPTConfig(n=65))
    assert sum(weight.numel() for weight in gpt.parameters()) == pytest.approx(10.67e6, rel=1e-3)


@pytest.mark.parametrize("wrong", [{"n": 0}, {"layers": 0}, {"width": 100}, {"dropout": 1.0}, {"heads": 0}])
def test_shapes_that_do_not_fit_are_refused_in_words(wrong):
    with pytest.raises(ValueError, match="must be"):
        GPTConfig(**{"n": 65} | wrong)


@torch.no_grad()
def test_reading_on_is_reading_from_the_beginning():
    """The causal twin with a memory, letter by letter, says what it says of the whole."""
    gpt, x, past = awake(causal=True), page(12, rows=2), Past()
    heard = [gpt(x[:, :5], past=past), *(gpt(x[:, i : i + 1], past=past) for i in range(5, 12))]
    torch.testing.assert_close(torch.cat(heard, dim=1), gpt(x))
    with pytest.raises(ValueError, match="at most 12 characters, got 13"):
        awake(causal=True, length=12)(x[:, :1], past=past)
