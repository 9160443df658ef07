"""Any text in the letters that a PDF has without a font file: those of Windows-1252. Pure.

Owns: ₹ as Rs, and Indian scripts letter by letter in Latin ones, so that the name of a place stays a name. Refuses: to
leave a letter out; what it cannot write is a question mark.
"""

from __future__ import annotations

import unicodedata

_VOWEL_SOUNDS = "a a i i u u ri e ai o au e o"
_SIGN_SOUNDS = "a i i u u ri e ai o au e o e o"
_CONSONANT_SOUNDS = (
    "k kh g gh ng ch chh j jh ny t th d dh n t th d dh n n p ph b bh m y r r l l zh v sh sh s h"
)
_VOWELS = dict(zip("अआइईउऊऋएऐओऔऍऑ", _VOWEL_SOUNDS.split(), strict=True))
_SIGNS = dict(zip("ािीुूृेैोौॅॉॆॊ", _SIGN_SOUNDS.split(), strict=True))
_CONSONANTS = dict(zip("कखगघङचछजझञटठडढणतथदधनऩपफबभमयरऱलळऴवशषसह", _CONSONANT_SOUNDS.split(), strict=True))
_OTHERS = {"ं": "n", "ँ": "n", "ः": "h", "।": ".", "॥": "."}
_NASALS, _LABIALS = "ंँ", set("पफबभम")
_SILENCE, _DOT = "्", "़"
#: The Indian scripts of Unicode stand in blocks of 128 letters, in the order of Devanagari's.
_BLOCKS = range(0x0900, 0x0D80)
_PLAIN = {"₹": "Rs ", "→": "->", "−": "-", "\u200c": "", "\u200d": ""}


def latin(text: object) -> str:
    """The text in Windows-1252; None is empty."""
    if text is None:
        return ""
    written = _indian("".join(_PLAIN.get(letter, letter) for letter in str(text)))
    return "".join(_letter(letter) for letter in written)


def _letter(letter: str) -> str:
    for form in (letter, unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()):
        if form and form.isprintable():
            try:
                form.encode("cp1252")
            except UnicodeEncodeError:
                continue
            return form
    return " " if letter in "\n\t" else "?"


def _indian(text: str) -> str:
    """A consonant has an a unless a sign or silence follows, or the word ends."""
    letters = [_as_devanagari(letter) for letter in text]
    parts = []
    for place, letter in enumerate(letters):
        rest = [each for each in letters[place + 1 : place + 3] if each != _DOT]
        after = rest[0] if rest else ""
        if letter in _CONSONANTS:
            is_open = after in _CONSONANTS or after in _OTHERS or after in _VOWELS
            parts.append(_CONSONANTS[letter] + ("a" if is_open else ""))
        elif letter in _NASALS and after in _LABIALS:
            parts.append("m")
        elif letter not in (_SILENCE, _DOT):
            parts.append((_VOWELS | _SIGNS | _OTHERS).get(letter, letter))
    return "".join(parts)


def _as_devanagari(letter: str) -> str:
    code = ord(letter)
    if code not in _BLOCKS or code in (0x0964, 0x0965):
        return letter
    if unicodedata.category(letter) == "Nd":
        return str(unicodedata.decimal(letter))
    return chr(0x0900 + code % 0x80)
