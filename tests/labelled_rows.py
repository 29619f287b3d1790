"""Labelled rows of our own making, in words that tell the stances apart."""

from stance.schema import DEFAULT_TARGET

SAYINGS = {
    "favor": ["نطالب بخروج القوات الأجنبية", "يجب أن ترحل القوات الأجنبية", "نؤيد انسحاب القوات من العراق"],
    "against": ["نريد بقاء القوات الأجنبية", "نرفض خروج القوات من العراق", "يجب أن يستمر وجود القوات"],
    "none": ["عقد الوزير الاجتماع أمس", "تأجلت الزيارة إلى الأسبوع المقبل", "ارتفعت أسعار الخضار اليوم"],
}


def make_rows(source: str = "gold", articles: int = 6, offset: int = 0) -> list[dict]:
    """Write labelled rows: three stances an article, in words that tell them apart."""
    rows = []
    for article in range(articles):
        for stance, sayings in SAYINGS.items():
            saying = sayings[(article + offset) % len(sayings)]
            rows.append(
                {
                    "id": f"{source}-{offset + article}-{stance}",
                    "source": source,
                    "article": f"article-{offset + article}",
                    "target": DEFAULT_TARGET,
                    "quotation": f"{saying} كما قلنا {offset + article}",
                    "speaker": "الوزير" if article % 2 else None,
                    "role": "وزير الخارجية" if article % 2 else None,
                    "context": "تحدث الوزير أمس.",
                    "stance": stance,
                    "kind": "direct",
                    "start": None,
                    "end": None,
                    "clear": article % 3 != 0,
                    "sentiment": {"favor": "positive", "against": "negative", "none": "neutral"}[stance],
                    "sarcasm": "yes" if article % 2 else "no",
                }
            )
    return rows
