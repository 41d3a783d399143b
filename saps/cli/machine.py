"""What a command that trains asks of the machine before it begins: threads, a device, a precision."""

from __future__ import annotations

import os

from saps.language.errors import InputError
from saps.training.recipe import Recipe


def prepare_torch(recipe: Recipe, device: str, threads: int | None) -> None:
    """Imports torch with so many threads (by default `OMP_NUM_THREADS`, or one for each core).

    Raises InputError where there is no such device, RecipeError where it cannot do what the recipe asks for.
    """
    if threads is not None:
        os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    import torch

    from saps.training.precision import chosen_precision

    if threads is not None:
        torch.set_num_threads(threads)
    if device != "cpu" and not torch.cuda.is_available():
        raise InputError(f"--device {device}: no such device here; use cpu")
    chosen_precision(recipe.train.precision, device)
