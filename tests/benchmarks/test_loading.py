import io
import json
import urllib.request

import pytest
import yaml

from stance.benchmarks.card import CardError, cards, read_card
from stance.benchmarks.duplicates import describe, near_duplicates
from stance.benchmarks.files import DataError, locate
from stance.benchmarks.loading import fingerprint, load

ONES = {"ans", "mawqif", "arabicstancex", "unified_fc", "exaasc", "arastance", "withdrawal"}


def change(folder, **keys):
    path = folder / "card.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**data, **keys}, allow_unicode=True), encoding="utf-8")


def unhashed(folder):
    data = yaml.safe_load((folder / "card.yaml").read_text(encoding="utf-8"))
    change(folder, files=[{k: v for k, v in file.items() if k != "sha256"} for file in data["files"]])


def test_every_shipped_card_is_whole():
    found = cards()
    assert set(found) == ONES
    for card in found.values():
        assert card.problems
        assert card.citation
        assert all(len(file.sha256) == 64 for file in card.all_files if file.sha256)
    assert len(found["unified_fc"].all_files) == 423
    assert len(found["arabicstancex"].all_files) == 34
    assert set(found["mawqif"].targets) == {"Covid Vaccine", "Digital Transformation", "Women empowerment"}


def test_a_users_card_is_found_and_loaded(toy):
    card = cards([toy])["toy"]
    benchmark = load(card, toy)
    assert {split: len(items) for split, items in benchmark.splits.items()} == {"train": 240, "test": 90}
    assert benchmark.splits["test"][0].id == "test:2-0"
    assert benchmark.trainable
    assert benchmark.folds == 0
    assert "test 90" in describe(benchmark)


def test_all_mistakes_of_a_card_at_once(toy):
    change(toy / "toy", metric="bleu", label_map={"favor": "yes", "against": "against"}, nonsense=1)
    with pytest.raises(CardError) as caught:
        read_card(toy / "toy" / "card.yaml")
    assert "card.yaml" in str(caught.value)
    assert "nonsense" in str(caught.value)
    change(toy / "toy", metric="bleu", label_map={"favor": "yes", "against": "against"})
    data = yaml.safe_load((toy / "toy" / "card.yaml").read_text(encoding="utf-8"))
    del data["nonsense"]
    (toy / "toy" / "card.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(CardError, match="label_map maps to yes.*metric must be one of"):
        read_card(toy / "toy" / "card.yaml")


def test_a_changed_file_is_refused(toy):
    path = toy / "toy" / "test.csv"
    path.write_text(path.read_text(encoding="utf-8") + "x,y,z,favor\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"test\.csv: sha256 is .* the card of toy says"):
        load(cards([toy])["toy"], toy)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id,text,topic,label", "id,text,topic,stance", "row 2: column label is missing"),
        (",favor\n", ",maybe\n", r"row \d+: unknown label 'maybe'; known are against, favor, none"),
        ("2-0,", '2-0,"",', "line 2: the row has not as many fields"),
        ("2-1,", "2-0,", "id test:2-0 occurs twice"),
    ],
)
def test_bad_tables_name_file_and_row(toy, old, new, message):
    unhashed(toy / "toy")
    path = toy / "toy" / "test.csv"
    text = path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=message):
        load(cards([toy])["toy"], toy)


def test_encoding_and_size_are_checked(toy):
    unhashed(toy / "toy")
    change(toy / "toy", sizes={"test": 91})
    with pytest.raises(DataError, match="test has 90 items, the card says 91"):
        load(cards([toy])["toy"], toy)
    (toy / "toy" / "test.csv").write_bytes("id,text,topic,label\n1,نص,هدف,favor\n".encode("cp1256"))
    with pytest.raises(DataError, match=r"test\.csv: not UTF-8"):
        load(cards([toy])["toy"], toy)


def test_the_word_none_is_a_label_and_not_a_missing_value(toy):
    unhashed(toy / "toy")
    change(
        toy / "toy",
        label_map={"Favor": "favor", "Against": "against", "None": "none"},
        f_avg_labels=["Favor", "Against"],
    )
    for split in ("train", "test"):
        text = "id,text,topic,label\n1,نص أول,هدف,None\n2,نص ثان,هدف,Favor\n"
        (toy / "toy" / f"{split}.csv").write_text(text, encoding="utf-8-sig")
    benchmark = load(cards([toy])["toy"], toy)
    assert [item.label for item in benchmark.splits["test"]] == ["None", "Favor"]


def test_json_lines(tmp_path, card_data):
    folder = tmp_path / "toy"
    folder.mkdir()
    rows = [{"id": i, "text": f"نص\u2028{i}", "topic": "هدف", "label": "favor"} for i in range(3)]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "test.jsonl").write_text(lines, encoding="utf-8")
    files = [{"path": "test.jsonl", "split": "test"}]
    (folder / "card.yaml").write_text(
        yaml.safe_dump({**card_data, "files": files}, allow_unicode=True), encoding="utf-8"
    )
    card = cards([tmp_path])["toy"]
    assert len(load(card, tmp_path).splits["test"]) == 3
    (folder / "test.jsonl").write_text(lines + "{oops\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"test\.jsonl, line 4: not JSON"):
        load(card, tmp_path)


def test_unified_fc_folds_and_leaks(tmp_path):
    card = cards()["unified_fc"].model_copy(update={"manifest": None, "sizes": {}, "folder": tmp_path})
    same = "نص مشترك بين ادعاءين"
    claims = {"R-1": [same, "نص آخر"], "R-2": [same], "R-3": ["نص ثالث"]}
    files = []
    (tmp_path / "dataset").mkdir()
    for claim, articles in claims.items():
        data = {"id": claim, "claim": f"ادعاء {claim}", "article": articles, "stance": ["agree"] * len(articles)}
        (tmp_path / "dataset" / f"{claim}.json").write_text(json.dumps(data), encoding="utf-8")
        files.append(f"dataset/{claim}.json")
    (tmp_path / "train_test_splits.txt").write_text("Fold_1: R-1\nFold_2: R-2 R-3\n", encoding="utf-8")
    known = (
        [card.all_files[0].model_copy(update={"path": p, "sha256": None}) for p in ["train_test_splits.txt", *files]]
        if card.all_files
        else None
    )
    if known is None:
        from stance.benchmarks.card import DataFile

        known = [DataFile(path=path) for path in ["train_test_splits.txt", *files]]
    benchmark = load(card.model_copy(update={"files": tuple(known)}), download=False)
    assert benchmark.folds == 2
    assert [(item.id, item.leaks) for item in benchmark.splits["test"]] == [
        ("R-1:0", True),
        ("R-1:1", False),
        ("R-2:0", True),
        ("R-3:0", False),
    ]
    train, _, test = next(benchmark.parts())
    assert {item.topic for item in train}.isdisjoint(item.topic for item in test)


def test_arastance_reads_both_published_shapes(tmp_path):
    card = cards()["arastance"].model_copy(update={"sizes": {}})
    folder = tmp_path / "arastance"
    folder.mkdir()
    listed = {"claim": "ادعاء", "article": ["نص أ", "نص ب"], "stance": ["Agree", "Unrelated"]}
    single = {"claim": "ادعاء", "article": "نص ج", "stance": "Disagree"}
    for split in ("train", "dev", "test"):
        lines = (json.dumps(listed), json.dumps(single))
        (folder / f"{split}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    benchmark = load(card, tmp_path, download=False)
    assert [item.label for item in benchmark.splits["test"]] == ["Agree", "Unrelated", "Disagree"]
    (folder / "test.jsonl").write_text(json.dumps({**listed, "stance": ["Agree"]}) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="row 1: 2 articles but 1 stances"):
        load(card, tmp_path, download=False)


class Fetched:
    """Stands for the network: serves one content and counts the calls."""

    def __init__(self, content):
        self.content, self.calls = content, []

    def __call__(self, url, timeout):
        self.calls.append(url)
        return io.BytesIO(self.content)


def test_files_are_fetched_once_and_checked(toy, cache, monkeypatch):
    card = cards([toy])["toy"]
    content = (toy / "toy" / "test.csv").read_bytes()
    (toy / "toy" / "test.csv").unlink()
    remote = card.model_copy(update={"source": card.source.model_copy(update={"url": "https://example.org/{path}"})})
    fetched = Fetched(content)
    monkeypatch.setattr(urllib.request, "urlopen", fetched)
    assert locate(remote, toy)["test.csv"] == cache / "benchmarks" / "toy" / "test.csv"
    locate(remote, toy)
    assert fetched.calls == ["https://example.org/test.csv"]
    assert [p.name for p in (cache / "benchmarks" / "toy").iterdir()] == ["test.csv"]


def test_a_wrong_download_leaves_nothing_behind(toy, cache, monkeypatch):
    card = cards([toy])["toy"]
    (toy / "toy" / "test.csv").unlink()
    with pytest.raises(DataError, match="is missing and is not fetched; get it from here"):
        locate(card, toy)
    with pytest.raises(DataError, match="looked in"):
        locate(card, toy, download=False)
    source = card.source.model_copy(update={"url": "https://example.org/{path}"})
    monkeypatch.setattr(urllib.request, "urlopen", Fetched(b"an error page"))
    with pytest.raises(DataError, match="the source has changed, nothing was kept"):
        locate(card.model_copy(update={"source": source}), toy)
    assert not (cache / "benchmarks").exists()
    plain = card.source.model_copy(update={"url": "file:///etc/{path}"})
    with pytest.raises(DataError, match="not https"):
        locate(card.model_copy(update={"source": plain}), toy)


def test_duplicates():
    assert fingerprint("تجربة https://t.co/abc  @user تَجربة!") == fingerprint("تجربه تجربة")
    assert fingerprint("!!!") == "!!!"
    train = ["هذا نص طويل عن موضوع القرار الجديد في المدينة", "شيء آخر تماما"]
    test = ["هذا نص طويل عن موضوع القرار الجديد في المدينة اليوم", "لا علاقة له بما سبق"]
    assert near_duplicates(train, test) == [0]
    assert near_duplicates([], test) == []
