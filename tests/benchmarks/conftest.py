import csv
import hashlib

import numpy as np
import pytest
import yaml

WORDS = {"favor": "نؤيد هذا القرار الصائب", "against": "نرفض هذا القرار الخاطئ", "none": "اجتماع في المدينة اليوم"}
TOPICS = ("القرار الأول", "القرار الثاني", "القرار الثالث")


def make_rows(count, seed):
    """Texts in which topic and words decide together: what is favor of the first two topics is against the third."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        label, topic = list(WORDS)[rng.integers(3)], TOPICS[rng.integers(3)]
        words = label
        if topic == TOPICS[2] and label != "none":
            words = "against" if label == "favor" else "favor"
        text = f"{WORDS[words]} رقم {seed * 1000 + number} كلمة{rng.integers(40)}"
        rows.append({"id": f"{seed}-{number}", "text": text, "topic": topic, "label": label})
    return rows


def write_csv(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def card_data():
    """A user's card as a mapping, without files."""
    return {
        "name": "toy",
        "title": "Toy",
        "language": "made up",
        "licence": "ours",
        "citation": "none",
        "source": {"repository": "here", "revision": "1"},
        "format": "table",
        "columns": {"id": "id", "quotation": "text", "target": "topic", "label": "label"},
        "label_map": {"favor": "favor", "against": "against", "none": "none"},
        "f_avg_labels": ["favor", "against"],
        "metric": "f_avg_per_target",
        "leave_one_target_out": True,
        "published": [
            {
                "system": "somebody",
                "metric": "f_avg_per_target",
                "score": 90.0,
                "source": "a paper",
                "note": "other split",
            }
        ],
    }


@pytest.fixture
def toy(tmp_path, card_data):
    """A folder of the user's with one benchmark: card, train and test."""
    folder = tmp_path / "data" / "toy"
    files = []
    for split, count, seed in (("train", 240, 1), ("test", 90, 2)):
        digest = write_csv(folder / f"{split}.csv", make_rows(count, seed))
        files.append({"path": f"{split}.csv", "split": split, "sha256": digest})
    (folder / "card.yaml").write_text(
        yaml.safe_dump({**card_data, "files": files}, allow_unicode=True), encoding="utf-8"
    )
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("STANCE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"
