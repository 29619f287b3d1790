"""What a quotation says about leaving and staying, read from its words: a lexicon of attitudes and a linear model over it.

A small encoder sees too few labelled quotations to learn that «رفض البقاء» and «طالب بالرحيل» say the same. The lexicon knows it:
``lexicon.yaml`` sorts the words into concepts, ``features`` counts which concepts stand together and who speaks, and ``linear``
weighs them beside the words themselves. :class:`stance.predict.StanceClassifier` mixes the answer with the encoder's.
"""

from __future__ import annotations

from stance.attitudes.linear import LinearStance

__all__ = ["LinearStance"]
