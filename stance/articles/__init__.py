"""Reading: text, folders, JSON Lines, HTML and feeds to articles."""

from stance.articles.decoding import Decoded, Undecodable
from stance.articles.reading import SIZE_LIMIT, read, read_text
from stance.articles.records import Rejected, RejectedError

__all__ = ["SIZE_LIMIT", "Decoded", "Rejected", "RejectedError", "Undecodable", "read", "read_text"]
