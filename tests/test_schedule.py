"""Noise schedules: rate is the slope of total, time its inverse, and every grid falls to exactly nothing."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from worlds import one_thread, patient  # noqa: F401

from diffusion_gpt.schedule import SCHEDULES, Geometric, levels

each = pytest.mark.parametrize("name", SCHEDULES)
T = torch.linspace(0, 1, 1001, dtype=torch.float64)


@each
def test_rate_is_the_derivative_of_total(name):
    t = T.clone().requires_grad_()
    (slope,) = torch.autograd.grad(SCHEDULES[name].total(t).sum(), t)
    torch.testing.assert_close(SCHEDULES[name].rate(T), slope, rtol=1e-10, atol=1e-13)


@each
def test_total_is_the_integral_of_rate(name):
    """Also where autograd has nothing to say: from the first instant to the last."""
    schedule, t = SCHEDULES[name], torch.linspace(0, 1, 100_001, dtype=torch.float64)
    integral = torch.trapezoid(schedule.rate(t), t).item()
    assert integral == pytest.approx((schedule.total(t[-1]) - schedule.total(t[0])).item(), rel=1e-4)


@each
def test_time_inverts_total(name):
    schedule = SCHEDULES[name]
    torch.testing.assert_close(schedule.time(schedule.total(T)), T, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("name", "first", "last"), [
    ("geometric", 1e-4, 20.0), ("loglinear", 0.0, math.log(1000)), ("cosine", 0.0, math.log(1000)),
])  # fmt: skip
def test_ends(name, first, last):
    ends = SCHEDULES[name].total(torch.tensor([0.0, 1.0], dtype=torch.float64)).tolist()
    assert ends == pytest.approx([first, last], rel=1e-12, abs=1e-15)


def test_what_each_schedule_makes_even():
    half = torch.tensor([0.0, 0.5, 1.0], dtype=torch.float64)
    low, middle, high = SCHEDULES["geometric"].total(half).tolist()
    assert middle == pytest.approx(math.sqrt(low * high))
    alpha = torch.exp(-SCHEDULES["loglinear"].total(half))
    assert alpha[1].item() == pytest.approx(alpha.mean().item())
    alpha = torch.exp(-SCHEDULES["cosine"].total(half))
    assert alpha[1].item() == pytest.approx(1e-3 + 0.999 * math.sqrt(0.5))


STARTS = st.one_of(st.just(math.inf), st.floats(1e-12, 30.0, exclude_min=True))


@each
@patient
@given(start=STARTS, steps=st.integers(1, 1024))
def test_levels_fall_from_the_start_to_exactly_nothing(name, start, steps):
    grid = levels(SCHEDULES[name], steps, start)
    end = SCHEDULES[name].total(torch.ones((), dtype=torch.float64)).item()
    assert len(grid) == steps + 1
    assert grid[0] == min(start, end)
    assert grid[-1] == 0.0
    assert all(now > then for now, then in zip(grid, grid[1:]))


@each
@pytest.mark.parametrize("steps", [1, 2, 7, 1024])
def test_levels_are_equally_spaced_in_time(name, steps):
    grid = torch.tensor(levels(SCHEDULES[name], steps, 2.0), dtype=torch.float64)
    spacing = SCHEDULES[name].time(grid[:-1]).diff()
    torch.testing.assert_close(spacing, torch.full_like(spacing, -SCHEDULES[name].time(grid[0]).item() / steps))


@each
def test_without_noise_there_is_nothing_to_fall(name):
    assert levels(SCHEDULES[name], 5, 0.0) == [0.0] * 6


def test_the_notebooks_range():
    assert (Geometric().low, Geometric().high) == (1e-4, 20.0)


@pytest.mark.parametrize("steps", [0, -3])
def test_no_steps_are_refused(steps):
    with pytest.raises(ValueError, match=f"at least 1, got {steps}"):
        levels(SCHEDULES["loglinear"], steps)
