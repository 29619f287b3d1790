"""The WordPiece tokenizer of the models that we pretrain; its normaliser is ``stance.arabic.normalise``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from stance import arabic

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
CONTINUATION = "##"


def _character_class(ranges: Iterable[tuple[int, int]]) -> str:
    return "[" + "".join(f"\\x{{{low:04X}}}-\\x{{{high:04X}}}" for low, high in ranges) + "]"


def normaliser() -> normalizers.Normalizer:
    """Express ``stance.arabic.normalise`` in the steps that ``tokenizer.json`` can hold.

    :return: The normaliser; it agrees with ``normalise`` on every code point that a tokenizer can read.
    """
    dropped = [*arabic.MARK_RANGES, *arabic.CONTROL_RANGES, (ord(arabic.TATWEEL),) * 2]
    folds = [
        normalizers.Replace(Regex("[" + re.escape(variants) + "]"), letter)
        for letter, variants in arabic.VARIANTS.items()
    ]
    digits = [
        normalizers.Replace(Regex(f"[{arabic.DIGITS[0][value]}{arabic.DIGITS[1][value]}]"), str(value))
        for value in range(10)
    ]
    drop = normalizers.Replace(Regex(_character_class(dropped)), "")
    spaces = normalizers.Replace(Regex("[" + arabic.SPACES + "]"), " ")
    # Lower-casing can bring marks back («İ» becomes «i» and a dot), hence the second dropping.
    steps = [normalizers.NFKD(), drop, *folds, *digits, spaces, normalizers.Lowercase(), drop]
    return normalizers.Sequence(steps)


def train_tokenizer(texts: Iterator[str], vocab_size: int) -> Tokenizer:
    """Learn a WordPiece vocabulary.

    :param texts: Raw or normalised texts.
    :param vocab_size: Number of pieces, special tokens included.
    :return: A tokenizer that adds ``[CLS]`` and ``[SEP]`` as BERT does.
    """
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", continuing_subword_prefix=CONTINUATION))
    tokenizer.normalizer = normaliser()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(prefix=CONTINUATION)
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocab_size,
        min_frequency=5,
        limit_alphabet=400,
        special_tokens=list(SPECIAL_TOKENS),
        continuing_subword_prefix=CONTINUATION,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", cls), ("[SEP]", sep)],
    )
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, folder: Path, max_length: int) -> None:
    """Write the files from which both transformers and tokenizers load.

    :param tokenizer: The tokenizer.
    :param folder: Where ``tokenizer.json`` and ``tokenizer_config.json`` go.
    :param max_length: Number of positions of the model that reads the pieces.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": max_length,
        "pad_token": "[PAD]",
        "unk_token": "[UNK]",
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
        "mask_token": "[MASK]",
        "clean_up_tokenization_spaces": False,
        "model_input_names": ["input_ids", "token_type_ids", "attention_mask"],
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def piece_id(tokenizer: Tokenizer, piece: str) -> int:
    """Look a piece up.

    :param tokenizer: The tokenizer.
    :param piece: A piece that it must have.
    :return: Its number.
    :raises ValueError: If the vocabulary does not hold the piece.
    """
    index = tokenizer.token_to_id(piece)
    if index is None:
        raise ValueError(f"the tokenizer has no piece {piece}; learn it with scripts/prepare_corpus.py")
    return index


def fertility(tokenizer: Tokenizer, texts: list[str]) -> dict[str, float]:
    """Measure how a tokenizer cuts a sample.

    :param tokenizer: The tokenizer.
    :param texts: Sample texts.
    :return: ``pieces_per_word`` over white-space words, and ``unknown`` as the share of pieces that are ``[UNK]``.
    """
    words = sum(len(text.split()) for text in texts)
    unknown_id = piece_id(tokenizer, "[UNK]")
    pieces = unknown = 0
    for encoding in tokenizer.encode_batch(texts, add_special_tokens=False):
        pieces += len(encoding.ids)
        unknown += encoding.ids.count(unknown_id)
    return {"pieces_per_word": pieces / max(words, 1), "unknown": unknown / max(pieces, 1)}
