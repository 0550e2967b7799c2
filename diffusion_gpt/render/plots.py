"""Figures for people who train or compare networks.

Knows nothing of networks: plain numbers in, PNG files out.
"""

from pathlib import Path

from matplotlib.figure import Figure

NAMES = {"nelbo_uniform": "scrambled letters", "nelbo_mask": "hidden letters", "nll": "next letter"}
COLOURS = {"nelbo_uniform": "#0072b2", "nelbo_mask": "#d55e00", "nll": "#009e73"}


def learning_curve(history: list[dict[str, float]], path: Path) -> None:
    """The validation figures of a training run over its steps."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot()
    steps = [entry["step"] for entry in history]
    for name in (name for name in NAMES if name in history[-1]):
        values = [entry[name] for entry in history]
        axes.plot(steps, values, color=COLOURS[name], label=f"{NAMES[name]}: {min(values):.3f}")
    lowest = min(value for entry in history for name, value in entry.items() if name in NAMES)
    axes.set(xlabel="step", ylabel="validation, nats per character", ylim=(lowest - 0.05, lowest + 1.2))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=150)
