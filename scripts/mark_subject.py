"""Mark the documents on foreign forces in a prepared corpus, so that a pretraining run can read them more often.

Example: ``python scripts/mark_subject.py ../pretrain/data ../pretrain/data-subject --tokenizer ../pretrain/tokenizer --corpus ../shared/corpus``

Training then names the new folder and the weight: ``corpus=../pretrain/data-subject source_weights={…, subject: 6}``. The
documents that hold test quotations of ``stance/annotations/gold/quotations.jsonl`` are left out on the way.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from stance.annotations.shipped import load_annotations
from stance.dataset.corpus import find
from stance.dataset.real import assign_splits
from stance.training.subject import SUBJECT, mark_subject

WORDS = """القوات قوات الجيش الجنود جنود عسكري العسكرية العسكري قواعد القاعدة انسحاب الانسحاب بقاء خروج التحالف الاحتلال الأجنبية
    الأمريكية الأميركية الأمريكي الأميركي أمريكا واشنطن البنتاغون الناتو العراق العراقي العراقية بغداد سوريا أفغانستان كابول الفصائل
    المقاومة السيادة سيادة""".split()


def main() -> None:
    """Read the arguments, write the folder, print what was marked and left out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help="folder made by scripts/prepare_corpus.py")
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder with tokenizer.json")
    parser.add_argument("--corpus", type=Path, required=True, help="folder of <source>.txt.zst files")
    arguments = parser.parse_args()
    annotations = load_annotations("quotations")
    split_of = assign_splits(annotations)
    test = Counter((a["source"], a["document"]) for a in annotations if split_of[a["document"]] == "test")
    found, _ = find(arguments.corpus, test)
    texts = [document.text for document in found.values()]
    manifest = mark_subject(arguments.data, arguments.out, arguments.tokenizer / "tokenizer.json", WORDS, texts)
    subject = next(source for source in manifest["sources"] if source["name"] == SUBJECT)
    print(f"{manifest['documents']} documents, {len(texts)} test documents looked for and left out")
    print(f"on the subject: {subject['documents']} documents, {subject['pieces']} pieces")


if __name__ == "__main__":
    main()
