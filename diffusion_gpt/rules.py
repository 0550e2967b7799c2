"""Step rules: how the next page is drawn from one look of the network.

Knows nothing of networks or grids. Every rule is a function of one `Look` and costs no further network call. What the
network gives are the odds of each position by itself; letters drawn in one step are therefore drawn as if they had
nothing to do with each other. The rules differ in how they keep that from showing.
"""

import math
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from diffusion_gpt.kernel import Corruption
from diffusion_gpt.sampler import Look, Rule, draw, tweedie


def euler(look: Look) -> Tensor:
    """Letters jump to y at the rate of this moment: P(y) = (σ̄_now − σ̄_then)/N · s(y), y ≠ x_t. Equation 19.

    The rate s(y)/N is that of the reversed chain, Equation 8.
    τ-leaping for uniform noise (Lou et al. 2024, equation 17; Campbell et al. 2022). Exact as steps grow in number.
    """
    s = look.kernel.score(look.p, look.x_t, look.now)
    jump = (look.now - look.then) / look.kernel.n * s * ~_here(look, s.shape[-1])
    stay = (1 - jump.sum(-1, keepdim=True)).clamp(min=0)
    return draw(torch.where(_here(look, s.shape[-1]), stay, jump), look.generators)


def hitting(look: Look) -> Tensor:
    """As many hidden letters show as are due, m (α_then − α_now)/(1 − α_now), chosen at random.

    First-hitting sampling (Zheng et al. 2024, algorithm 1) on a grid. Exact once a step shows at most one letter.
    """
    hidden = (look.x_t == look.kernel.n) & look.free
    odds = look.reverse()
    due = _due(look, odds)
    turn = _turn(look.chance(), hidden)
    return torch.where(hidden & (turn < due), _elsewhere(look, odds), look.x_t)


def spread(look: Look) -> Tensor:
    """The Tweedie step with its changes as far apart as possible: at each position the odds are the same.

    Position i changes when u + Σ_{j≤i} P(x_j changes) passes a whole number; u is the row's only chance in this, as
    in systematic sampling (Madow 1949). Distant letters depend on each other least, so that drawing them at once
    errs least. For the mask kernel this shows letters in dilated order. Exact as steps grow in number.
    """
    odds = look.reverse()
    return torch.where(_systematic(_moving(look, odds), look), _elsewhere(look, odds), look.x_t)


def confident(look: Look) -> Tensor:
    """As many hidden letters show as are due, those with the surest draw first (Chang et al. 2022, MaskGIT; mask).

    The certainty is log p + (1 − α_then) · Gumbel noise. A heuristic that trades diversity for likelihood.
    """
    odds = look.reverse()
    x_0 = draw(look.p, look.generators)
    due = _due(look, odds)
    gumbel = -torch.log(-torch.log(look.chance().clamp(min=1e-300)))
    sure = look.p.gather(-1, x_0[..., None])[..., 0].log() - math.expm1(-look.then) * gumbel
    turn = _turn(-sure, (look.x_t == look.kernel.n) & look.free)
    return torch.where(turn < due, x_0, look.x_t)


def churn(amount: float) -> Rule:
    """Go (1 + amount) times as far as asked, then add noise back: what was settled badly is looked at again.

    The predictor with the corrector of Campbell et al. 2022, section 4.4, in one; for the mask kernel it is remasking
    (Wang et al. 2025, ReMDM). Exact as steps grow in number.
    """

    def step(look: Look) -> Tensor:
        below = max(look.then - amount * (look.now - look.then), 0.0)
        x = torch.where(look.free, spread(replace(look, then=below)), look.x_t)
        n = look.kernel.n
        corruption = Corruption(look.chance(), (look.chance() * n).long())
        return look.kernel.corrupt(x, look.then - below, corruption)

    return step


def gibbs(share: float) -> Rule:
    """Where noise falls, `spread`; else a share of the letters, far apart, drawn anew: m(y) = (1 − α)/N + α p(y).

    Gibbs sampling in parallel, a corrector: it leaves the law of the page as it is, as far as distant letters do not
    depend on each other; exactly, where it is one letter at a time.
    """

    def step(look: Look) -> Tensor:
        if look.now > look.then:
            return spread(look)
        chosen = _systematic(share * look.free.double(), look)
        return torch.where(chosen, draw(_anew(look), look.generators), look.x_t)

    return step


def revise(share: float) -> Rule:
    """Where noise falls, `spread`; else a share of the free letters, the least likely, drawn anew as by `gibbs`.

    Letters are changed where it is needed: a heuristic that trades diversity for likelihood.
    """

    def step(look: Look) -> Tensor:
        if look.now > look.then:
            return spread(look)
        odds = _anew(look)
        here = odds.gather(-1, look.x_t[..., None])[..., 0]
        turn = _turn(here, look.free)
        return torch.where(turn < share * look.free.sum(-1, keepdim=True), draw(odds, look.generators), look.x_t)

    return step


def mend(look: Look) -> Tensor:
    """Of the letters that are more likely wrong than right, this step's share moves, those most surely wrong first.

    How likely that is, is reckoned with the noise of this step alone: every letter is asked about in every step, and
    with all of the noise each time too many that are right would go. A heuristic: no letter is drawn, it is for mending
    a text, not for writing one.
    """
    odds = replace(look, now=look.now - look.then, then=0.0).reverse()
    sure, best = odds.max(-1)
    wrong = (best != look.x_t) & look.free
    share = 1 - math.expm1(-look.then) / math.expm1(-look.now) if look.now else 0.0
    due = (share * wrong.sum(-1, keepdim=True) + look.chance(1)).floor()
    turn = _turn(_odds_of(odds, look.x_t) - sure, wrong)
    return torch.where(turn < due, best, look.x_t)


def surest(look: Look) -> Tensor:
    """As many letters move as are due, those first that are most surely wrong, each to what it most probably was.

    For restoring a text of which enough is left: a heuristic, no letter is drawn. Sure draws in the order of their
    certainty as in `confident`, for both kinds of noise. Chance only rounds what is due, so that in a short text, too,
    letters move from the first step to the last.
    """
    belief = look.kernel.belief(look.p, look.x_t, look.now)
    odds, best = belief.max(-1)
    here = torch.where(look.x_t == best, 2.0, _odds_of(belief, look.x_t))  # what is right already moves last
    turn = _turn(here - odds, look.free)
    return torch.where(turn < _due(look, look.reverse()), best, look.x_t)


def settled(rule: Rule) -> Rule:
    """`rule`, but the step that ends at no noise takes the most probable letter everywhere: a heuristic."""

    def step(look: Look) -> Tensor:
        return look.reverse().argmax(-1) if look.then == 0 < look.now else rule(look)

    return step


def _odds_of(belief: Tensor, x: Tensor) -> Tensor:
    """The odds of the letters x, 0 where one is hidden (B, L)."""
    return F.pad(belief, (0, 1)).gather(-1, x[..., None])[..., 0]


def _here(look: Look, states: int) -> Tensor:
    return F.one_hot(look.x_t, states).bool()


def _moving(look: Look, odds: Tensor) -> Tensor:
    """P(x_i changes), 0 where it is locked (B, L)."""
    return (1 - odds.gather(-1, look.x_t[..., None])[..., 0]) * look.free


def _due(look: Look, odds: Tensor) -> Tensor:
    """How many letters are to change in this step, rounded by chance (B, 1)."""
    return (_moving(look, odds).sum(-1, keepdim=True) + look.chance(1)).floor()


def _turn(order: Tensor, among: Tensor) -> Tensor:
    """The place of each position, from 0, as `order` (B, L) rises; those that are not `among` them (B, L) come last."""
    return torch.where(among, order, torch.inf).argsort(-1).argsort(-1)


def _elsewhere(look: Look, odds: Tensor) -> Tensor:
    """A draw from `odds`, given that the letter changes (B, L)."""
    return draw(odds.scatter(-1, look.x_t[..., None], 0.0), look.generators)


def _systematic(share: Tensor, look: Look) -> Tensor:
    """Each position with probability `share` (B, L), evenly spaced among what is due."""
    passed = (F.pad(share, (1, 0)).cumsum(-1) + look.chance(1)).floor()  # (B, 1 + L), 0 at first
    return passed[:, 1:] > passed[:, :-1]


def _anew(look: Look) -> Tensor:
    """(1 − α)/N + α p(y), what stands here given all the others."""
    alpha = math.exp(-look.now)
    return (1 - alpha) / look.kernel.n + alpha * look.p


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the calls of a run are spent."""

    rule: Rule
    top_p: float = 1.0
    tail: float = 0.0
    """Share of the calls that come after the last of the noise, for a corrector."""


RECIPES = {
    "tweedie": Recipe(tweedie),
    "euler": Recipe(euler),
    "hitting": Recipe(hitting),
    "confident": Recipe(confident),
    "spread": Recipe(spread),
    "churn": Recipe(churn(1.0)),
    "gibbs": Recipe(gibbs(0.05), tail=0.5),
    "revise": Recipe(revise(0.03), tail=0.5),
    "mend": Recipe(mend),
    "surest": Recipe(surest),
}
"""Every rule by name, with the options it is best known for."""

BEST = {
    "uniform": {1: Recipe(settled(spread), 0.9), 32: Recipe(spread, 0.95)},
    "mask": {
        1: Recipe(spread, 0.95),
        8: Recipe(revise(0.05), 0.95, tail=0.25),
        16: Recipe(revise(0.03), 0.97, tail=0.25),
        32: Recipe(revise(0.03), tail=0.5),
    },
    "mask alone": {1: Recipe(spread, 0.95)},
    "restore": {1: Recipe(surest)},
    "typos": {1: Recipe(mend)},
}
"""For each task what was measured to be best from so many calls on: writing under a kind of noise (`python -m
diffusion_gpt.frontier`: as likely as real text, and as diverse), restoring a text of which enough is left, mending the
typos of a text. Where there is a text, draws would break letters that are right but rare; and a network that has been
taught about hidden letters alone says nothing of visible ones, which a corrector would ask it about."""


def recipe(name: str, task: str, steps: int) -> Recipe:
    """The recipe called `name`; "best" is resolved by the task and the number of network calls."""
    if name != "best":
        return RECIPES[name]
    budget = max(calls for calls in BEST[task] if calls <= steps)
    return BEST[task][budget]
