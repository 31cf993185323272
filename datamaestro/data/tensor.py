"""Tensors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from attrs import define

from datamaestro.data import Base, File, read

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@define(slots=False, kw_only=True, eq=False)
class Tensor(Base, ABC):
    """A tensor of any rank."""

    @abstractmethod
    def data(self) -> NDArray[Any]:
        """Return the tensor as a numpy array."""


@define(slots=False, kw_only=True, eq=False)
class IDX(File, Tensor):
    """A tensor in an IDX file, the format of the MNIST database.

    Source of the format: http://yann.lecun.com/exdb/mnist/, "the IDX file format".
    """

    def data(self) -> NDArray[np.number[Any]]:
        """Return the tensor, mapped into memory and read-only.

        Its dtype is uint8, int8, int16, int32, float32 or float64, big-endian as in the file
        where an item has several bytes; its shape is the file's, of any rank.

        Raises:
            ContentError: the file is not an IDX file, or not whole.
        """
        tensor: NDArray[np.number[Any]] = read(self)
        return tensor
