"""A baby GPT that writes by discrete diffusion: score entropy (SEDD, Lou et al. 2024) on characters.

Reading order, each room knowing only those before it:

    vocabulary, schedule, kernel     what is corrupted, how much, and how: all formulas with the rate matrix Q
    corpus, gpt                      a text in windows; the network
    loss                             score entropy and the likelihood bound
    sampler, rules                   one loop that undoes the noise; how a step chooses its letters
    checkpoint, trajectory           a trained network on disk; a recorded run, where tensors end
    untrusted, link, saved           a film as a link and as a file, and what strangers send instead of them
    render                           a trajectory as GIF, video, poster, words, and what travels to the page
    studio                           all that can be done with a trained network, in plain values
    batch, trainer, run, train       what a step learns from, the step, the run and its folder, the command
    ages                             films of a network while it learns
    metrics, card, evaluate          how good it is, and the model card
    race, frontier, bench            the autoregressive twin; quality against network calls; speed
    figures, walk, annotate          the numbers of the live figures; the walk-through; its notebook
    sample, ui                       the command line; the page

Notation, the paper's:

    x_0, x_t       clean and corrupted ids                            (B, L) int64, N is the mask symbol
    n              N, the number of characters
    sigma_bar      σ̄, the total noise so far, ∫σ dt                  scalar, or (B, 1)
    sigma          σ = dσ̄/dt, the rate of noise
    alpha          α = exp(−σ̄), the chance that a letter was never hit
    share, level   1 − α, in tensors and in plain values
    p              P(x_0 = k | all other positions of x_t)            (B, L, N)
    score          p_t(y) / p_t(x_t), the concrete score             (B, L, states)
    now, then      σ̄ before and after a step, then < now
"""
