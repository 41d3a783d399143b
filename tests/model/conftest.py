"""One thread: models this small gain nothing from more, and waiting for a busy core costs seconds."""

import torch

torch.set_num_threads(1)
