"""The backend for folders without ONNX weights and for models on a hub: torch and transformers, safetensors only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from stance.backends import ModelError
from stance.backends.folder import read_json
from stance.schema import STANCES

try:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer
    from transformers.utils import cached_file
except ImportError as _error:
    raise ModelError(
        "models without ONNX weights run in torch, which is not installed: pip install 'arabic-stance[train]'"
    ) from _error

# Names that published stance models give to the three classes.
_SYNONYMS = {
    "favor": {"favor", "favour", "for", "support", "agree", "pro", "مؤيد", "مع"},
    "against": {"against", "oppose", "deny", "disagree", "con", "معارض", "ضد"},
    "none": {"none", "neutral", "neither", "other", "comment", "discuss", "محايد"},
}
_BUCKET = 16


def label_order(id2label: dict[int, str]) -> list[int]:
    """Find the model's column of every stance.

    :param id2label: Names of the model's classes.
    :return: For favor, against and none the number of the class.
    :raises ModelError: If the names do not tell.
    """
    order = []
    for stance in STANCES:
        columns = [int(i) for i, label in id2label.items() if str(label).strip().lower() in _SYNONYMS[stance]]
        if len(columns) != 1:
            raise ModelError(
                f"config.json: cannot tell which class is '{stance}' among {list(id2label.values())}; "
                f"name the classes {', '.join(STANCES)} in id2label"
            )
        order += columns
    return order


class TorchBackend:
    """A transformers sequence classification model, from a folder or a hub."""

    def __init__(self, name_or_path: str | Path, threads: int | None = None, device: str | None = None) -> None:
        """Load model and tokenizer.

        :param name_or_path: Folder or hub name.
        :param threads: Threads on the CPU; ``None`` leaves torch's setting alone.
        :param device: A torch device; ``None`` takes a GPU where there is one.
        :raises ModelError: If a file is missing or damaged, or only pickled weights are to be had.
        """
        source = str(name_or_path)
        if threads is not None:
            torch.set_num_threads(threads)
        self.device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        try:
            model = AutoModelForSequenceClassification.from_pretrained(
                source, use_safetensors=True, trust_remote_code=False, dtype=torch.float32
            )
            tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False)
        except Exception as error:  # transformers and safetensors raise a dozen classes for damaged files
            file = Path(source, "model.safetensors") if Path(source).is_dir() else source
            raise ModelError(f"{file}: transformers cannot load the model ({error})") from error
        if getattr(tokenizer, "backend_tokenizer", None) is None:
            raise ModelError(f"{source}: the model has no tokenizer.json; save it with a fast tokenizer")
        self.tokenizer: Tokenizer = tokenizer.backend_tokenizer
        self.pad_token_id: int = tokenizer.pad_token_id or 0
        self.max_length = int(getattr(model.config, "max_position_embeddings", 512))
        self._type_ids = "token_type_ids" in tokenizer.model_input_names and model.config.type_vocab_size > 1
        self._order = label_order(model.config.id2label)
        self._model = model.to(self.device).eval()
        self.name = f"torch:{source}"

    @staticmethod
    def settings(name_or_path: str | Path) -> dict[str, Any]:
        """Read ``stance.json`` where the model has one.

        :param name_or_path: Folder or hub name.
        :return: Its content, empty for a model that was not exported by this project.
        """
        if Path(name_or_path).is_dir():
            path = Path(name_or_path, "stance.json")
            return read_json(path) if path.exists() else {}
        found = cached_file(
            str(name_or_path),
            "stance.json",
            _raise_exceptions_for_missing_entries=False,
            _raise_exceptions_for_connection_errors=False,
        )
        return read_json(Path(found)) if found else {}

    def logits(
        self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64], token_type_ids: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Run one padded batch.

        :param input_ids: Token numbers (batch, length).
        :param attention_mask: 1 for tokens, 0 for padding.
        :param token_type_ids: 0 for the first text of the pair, 1 for the second.
        :return: Scores (batch, 3) in the order of ``Stance``.
        """
        # A few lengths only: torch on the CPU builds its kernels anew for every shape.
        pad = -input_ids.shape[1] % _BUCKET
        feed = {"input_ids": input_ids, "attention_mask": attention_mask}
        if self._type_ids:
            feed["token_type_ids"] = token_type_ids
        fill = {"input_ids": self.pad_token_id, "attention_mask": 0, "token_type_ids": 0}
        tensors = {
            name: torch.from_numpy(np.pad(array, ((0, 0), (0, pad)), constant_values=fill[name])).to(self.device)
            for name, array in feed.items()
        }
        with torch.inference_mode():
            scores = self._model(**tensors).logits
        return scores.float().cpu().numpy()[:, self._order]
