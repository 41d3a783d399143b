"""Training by several processes as if by one: each takes a share of every batch, gradients are added up.

`torchrun` starts the processes and numbers them (RANK, LOCAL_RANK, WORLD_SIZE). All of them plan the same
batches; a loss is divided by the node count of the whole batch, so the sum of the shares' gradients is the
gradient of the whole. One addition over all parameters a step: DistributedDataParallel would divide by
processes instead of nodes, and save little where the gradient is 10 MB.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, distributed, nn

from saps.language.errors import SapsError
from saps.model.batch import Batch, collate, uncollate
from saps.model.symbols import Symbols


class LostRank(SapsError):
    """Another process of this training has ended."""


@dataclass(frozen=True)
class Ranks:
    """This process among those that work together; by default it is alone, and nothing is exchanged."""

    rank: int = 0
    size: int = 1
    device: str = "cpu"

    @property
    def leads(self) -> bool:
        """Whether this process is the one that writes and reports."""
        return self.rank == 0

    @property
    def mine(self) -> slice:
        """This process's rows of a batch: every `size`th tree, so that all get as many large ones."""
        return slice(self.rank, None, self.size)

    def share(self, batch: Batch, symbols: Symbols) -> Batch | None:
        """This process's part of a batch, the rows `mine`.

        None where there are fewer trees than processes and none is left for this one.
        """
        if self.size == 1:
            return batch
        mine = uncollate(batch)[self.mine]
        return collate(mine, symbols) if mine else None

    def add_gradients(self, parameters: Sequence[nn.Parameter]) -> None:
        """Gives each parameter the sum of all processes' gradients; one without a gradient counts as 0."""
        if self.size == 1:
            return
        found = [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
        total = torch.cat([gradient.flatten() for gradient in found])
        with _together():
            distributed.all_reduce(total)
        for parameter, part in zip(
            parameters, torch.split(total, [p.numel() for p in parameters]), strict=True
        ):
            parameter.grad = part.view_as(parameter)

    def add(self, *numbers: float) -> list[float]:
        """The sum of each number over all processes."""
        if self.size == 1:
            return list(numbers)
        total = torch.tensor(numbers, dtype=torch.float64, device=self.device)
        with _together():
            distributed.all_reduce(total)
        return total.tolist()

    def agree(self, *flags: bool) -> list[bool]:
        """Each flag, true where it is on any process: all go the same way."""
        return [number > 0 for number in self.add(*map(float, flags))]

    def copy_leader(self, tensors: Sequence[Tensor]) -> None:
        """Gives the tensors the first process's values."""
        if self.size > 1:
            with _together():
                for tensor in tensors:
                    distributed.broadcast(tensor, 0)

    def gather(self, text: str) -> list[str]:
        """The texts of all processes, in the order of their ranks."""
        if self.size == 1:
            return [text]
        data = torch.frombuffer(bytearray(text.encode()), dtype=torch.uint8).to(self.device)
        lengths = [torch.zeros(1, dtype=torch.int64, device=self.device) for _ in range(self.size)]
        with _together():
            distributed.all_gather(lengths, torch.tensor([len(data)], device=self.device))
            longest = int(max(lengths))
            rows = [data.new_zeros(longest) for _ in lengths]
            distributed.all_gather(rows, nn.functional.pad(data, (0, longest - len(data))))
        return [
            bytes(row[: int(length)].tolist()).decode() for row, length in zip(rows, lengths, strict=True)
        ]

    @contextmanager
    def leader_first(self) -> Iterator[None]:
        """The first process goes through the body, then the others: it makes files that they find made."""
        if not self.leads:
            self.add(0)
        yield
        if self.leads:
            self.add(0)


@contextmanager
def opened_ranks(device: str) -> Iterator[Ranks]:
    """The processes that `torchrun` started, joined; this one alone where it did not."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield Ranks(device=device)
        return
    own = f"cuda:{os.environ['LOCAL_RANK']}" if device == "cuda" else device
    if own != "cpu":
        torch.cuda.set_device(own)
    with _together():
        distributed.init_process_group("gloo" if own == "cpu" else "nccl")
    try:
        yield Ranks(distributed.get_rank(), size, own)
    finally:
        distributed.destroy_process_group()


@contextmanager
def _together() -> Iterator[None]:
    """Exchanges with the others. Raises LostRank where one of them is gone."""
    try:
        yield
    except RuntimeError as error:
        raise LostRank(
            "another process of this job ended before its time; start them again (training with --resume)"
        ) from error
