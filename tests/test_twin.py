"""The twin: memory changes nothing but the time, and its letters follow its own odds."""

import pytest
import torch
from worlds import one_thread  # noqa: F401

from diffusion_gpt.gpt import GPT, GPTConfig, Past
from diffusion_gpt.race import write


def network(*, causal: bool = True) -> GPT:
    torch.manual_seed(2)
    gpt = GPT(GPTConfig(5, layers=2, heads=2, width=16, length=24, causal=causal)).eval()
    for weight in gpt.parameters():
        torch.nn.init.normal_(weight, std=0.5)
    return gpt


TWIN = network()


def seeded(*seeds: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(seed) for seed in seeds]


@torch.inference_mode()
@pytest.mark.parametrize("first", [1, 7, 24])
def test_what_is_remembered_is_what_would_be_read(first):
    """Logits of a text read at once, and read on after its first characters: the same up to rounding."""
    x = torch.randint(6, (3, 24), generator=seeded(1)[0])
    past = Past()
    read = [TWIN(x[:, :first], past=past), *(TWIN(x[:, i : i + 1], past=past) for i in range(first, 24))]
    torch.testing.assert_close(torch.cat(read, dim=1), TWIN(x), rtol=1e-4, atol=1e-5)


@torch.inference_mode()
def test_the_twin_sees_nothing_of_what_follows():
    x = torch.randint(6, (1, 24), generator=seeded(1)[0])
    other = x.clone()
    other[:, 12:] = (other[:, 12:] + 1) % 6
    torch.testing.assert_close(TWIN(x)[:, :12], TWIN(other)[:, :12])
    assert not torch.allclose(TWIN(x)[:, 12:], TWIN(other)[:, 12:])


def test_every_character_is_read_once():
    read = []

    class Spy(GPT):
        def forward(self, x, known=None, past=None):
            read.append(x)
            return super().forward(x, known, past)

    spy = Spy(TWIN.config).eval()
    prompt = torch.tensor([[3, 1, 4]])
    pages = list(write(spy, 9, generators=seeded(0), prompt=prompt))
    assert [page.shape[1] for page in pages] == [4, 5, 6, 7, 8, 9]
    assert [x.shape[1] for x in read] == [4, 1, 1, 1, 1, 1]
    written = torch.cat(read, dim=1)[0].tolist()
    assert written == [5, *pages[-1][0, :-1].tolist()]  # the mask symbol marks the beginning
    assert pages[-1][0, :3].tolist() == [3, 1, 4]


def test_letters_follow_the_odds():
    """6,000 first two letters against the network's own distribution: chi-square within five standard deviations."""
    rows, chance = 6000, torch.Generator().manual_seed(4)
    *_, pages = write(TWIN, 2, generators=[chance] * rows)
    with torch.inference_mode():
        first = TWIN(torch.tensor([[5]]))[0, 0].double().softmax(-1)
        second = TWIN(torch.tensor([[5, k] for k in range(5)]))[:, 1].double().softmax(-1)
    expected = rows * (first[:, None] * second).flatten()
    seen = torch.bincount(pages @ torch.tensor([5, 1]), minlength=25)
    square = ((seen - expected).square() / expected).sum().item()
    assert abs(square - 24) < 5 * 48**0.5


def test_a_row_depends_on_its_own_generator_alone():
    *_, together = write(TWIN, 24, generators=seeded(1, 2, 3), top_p=0.9, temperature=0.8)
    for row in range(3):
        *_, alone = write(TWIN, 24, generators=seeded(row + 1), top_p=0.9, temperature=0.8)
        assert torch.equal(alone[0], together[row])


def test_what_cannot_be_is_refused_in_words():
    with pytest.raises(ValueError, match="only a causal twin"):
        next(write(network(causal=False), 4, generators=seeded(0)))
    with pytest.raises(ValueError, match="at most 24 characters, got 25"):
        next(write(TWIN, 25, generators=seeded(0)))
    past = Past()
    TWIN(torch.zeros(1, 24, dtype=torch.long), past=past)
    with pytest.raises(ValueError, match="at most 24 characters, got 25"):
        TWIN(torch.zeros(1, 1, dtype=torch.long), past=past)
