"""The default backend: onnxruntime on the CPU, int8 or fp32."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from stance.backends import ModelError

Precision = Literal["auto", "int8", "fp32"]
FILES: dict[str, str] = {"int8": "model.int8.onnx", "fp32": "model.onnx"}


def has_vnni() -> bool:
    """Say whether the processor multiplies int8 numbers faster than floats; true where it cannot be found out."""
    info = Path("/proc/cpuinfo")
    try:
        text = info.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    # Arm names its flags "Features"; asimddp is its int8 dot product.
    return any(flag in text for flag in ("vnni", "asimddp", "amx_int8"))


def choose(folder: Path, precision: Precision = "auto") -> Path:
    """Pick the weights to run: int8 where the processor gains by it or there is nothing else, fp32 otherwise.

    :param folder: A model folder.
    :param precision: ``int8`` or ``fp32`` to insist.
    :return: The ONNX file.
    :raises ModelError: If there is no such file.
    """
    if precision not in ("auto", *FILES):
        raise ValueError(f"precision must be auto, int8 or fp32, got {precision!r}")
    present = {name: folder / file for name, file in FILES.items() if (folder / file).is_file()}
    chosen: str = precision
    if precision == "auto":
        order = ("int8", "fp32") if has_vnni() else ("fp32", "int8")
        chosen = next((name for name in order if name in present), "int8")
    if chosen not in present:
        raise ModelError(f"{folder / FILES[chosen]}: the model folder lacks this file; export the model again")
    return present[chosen]


class OnnxBackend:
    """An ONNX model; its session may be used from several threads."""

    def __init__(self, path: Path, threads: int | None = None) -> None:
        """Load the weights.

        :param path: An ONNX file.
        :param threads: Threads for one batch; ``None`` takes one a core.
        :raises ModelError: If the file is damaged or is not a stance model.
        """
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        if threads is not None:
            options.intra_op_num_threads = threads
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises a class of its own for every kind of damage
            raise ModelError(f"{path}: onnxruntime cannot load it ({error}); export or copy the model again") from error
        self.name = f"onnx:{path.name}"
        self._inputs = {item.name for item in self._session.get_inputs()}
        if not {"input_ids", "attention_mask"} <= self._inputs:
            raise ModelError(f"{path}: expected the inputs input_ids and attention_mask, found {sorted(self._inputs)}")

    def logits(
        self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64], token_type_ids: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Run one padded batch.

        :param input_ids: Token numbers (batch, length).
        :param attention_mask: 1 for tokens, 0 for padding.
        :param token_type_ids: 0 for the first text of the pair, 1 for the second.
        :return: Scores (batch, 3) in the order of ``Stance``.
        """
        feed = {"input_ids": input_ids, "attention_mask": attention_mask, "token_type_ids": token_type_ids}
        (scores,) = self._session.run(None, {name: feed[name] for name in feed if name in self._inputs})
        return np.asarray(scores, dtype=np.float32)
