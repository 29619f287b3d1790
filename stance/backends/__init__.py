"""What runs a model: ``onnx`` needs onnxruntime only, ``torch`` the ``train`` extra."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class ModelError(RuntimeError):
    """A model cannot be loaded; the message names the file and what to do."""


class Backend(Protocol):
    """Runs an encoder with a classification head."""

    name: str

    def logits(
        self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64], token_type_ids: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Run one padded batch.

        :param input_ids: Token numbers (batch, length).
        :param attention_mask: 1 for tokens, 0 for padding.
        :param token_type_ids: 0 for the first text of the pair, 1 for the second; ignored by models without segments.
        :return: Scores (batch, 3) in the order of ``Stance``.
        """
        ...
