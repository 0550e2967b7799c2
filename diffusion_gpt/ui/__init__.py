"""The page: Gradio controls around a player.

Knows nothing of tensors; it reaches the model through the studio that it is given, and through nothing else.
"""
