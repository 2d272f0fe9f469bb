"""An algorithm: mean and variance of the pixels of each modality. It knows nothing of telemetry."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dicom_pod.algorithm import Algorithm

__all__ = ["Image", "Moments", "PixelStatistics"]


@dataclass(frozen=True)
class Image:
    """The pixels of a file, and its modality."""

    modality: str
    pixels: NDArray[Any]


@dataclass
class Moments:
    """A number of values, their mean, and the sum of their squared distances from it."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def add(self, other: "Moments") -> None:
        """Take in the moments of further values, as a federation merges those of its pods.

        The formula is that of Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for
        computing sample variances" (1979).
        """
        if other.count:
            count = self.count + other.count
            gap = other.mean - self.mean
            self.squares += other.squares + gap * gap * self.count * other.count / count
            self.mean += gap * other.count / count
            self.count = count

    @property
    def variance(self) -> float:
        """The variance, zero without values."""
        return self.squares / self.count if self.count else 0.0


class PixelStatistics(Algorithm):
    """Statistics over all batches, each in two epochs: its mean, then its variance around that."""

    max_epochs = 2

    def __init__(self) -> None:
        self.moments: defaultdict[str, Moments] = defaultdict(Moments)

    def run(self, images: Sequence[Image]) -> None:
        """Take in the images of one batch."""
        batch: defaultdict[str, Moments] = defaultdict(Moments)
        for epoch in range(1, self.max_epochs + 1):
            self.run_epoch(epoch, images, batch)
        for modality, moments in batch.items():
            self.moments[modality].add(moments)

    def run_epoch(self, epoch: int, images: Sequence[Image], batch: defaultdict[str, Moments]) -> None:
        """Go over the images of a batch once, and improve the batch's moments."""
        for image in images:
            moments = batch[image.modality]
            pixels = image.pixels.astype(np.float64)
            if epoch == 1:
                moments.count += pixels.size
                moments.mean += (float(pixels.mean()) - moments.mean) * pixels.size / moments.count
            else:
                moments.squares += float(np.square(pixels - moments.mean).sum())
