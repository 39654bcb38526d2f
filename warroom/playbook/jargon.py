"""Jargon: abbreviations that a reader may not know, because neither the glossary nor the common words have them.

An abbreviation is a word of two to six capital letters and digits, with an `s` behind it or not. Code and what stands
between quotation marks is what a machine says, and so is what is part of an address, a path or a variable.
"""

import re
from collections.abc import Collection, Iterator

from warroom.domain.glossary import Term, explained, marked

COMMON = frozenset(
    """
    AM API APIS ASCII CD CI CLI CPU CSV CTO CEO DB DNS EU FAQ FTP GB GET GIB GMT GPU HEAD HTML HTTP HTTPS ICMP
    ID IDS IO IP IPV4 IPV6 IT JSON JVM KB KIB LAN MB MIB MS NTP OK OS PC PDF PM POST PR PUT QA README RAM REST
    ROM SDK SMS SMTP SQL SSD SSH SSL TB TCP TLS TV UDP UI UK URI URL URLS US USB UTC UTF UUID UX VM VMS VPN WAN
    WWW XML YAML ZIP
    """.split()  # noqa: SIM905 - a list of words is read as one
)
"Abbreviations that nobody who runs a service has to look up."
_SHOUTED = frozenset(
    """
    A ALARM ALERT ALL ALWAYS AN AND ANY ARE AS AT BE BEFORE BUT BY CAN DO DONE EACH FAILED FIRST FOR FROM GOOD
    HIGH IF IMPORT IN INTO IS KEEP LAST LOW MAY MUST NEVER NEW NEXT NO NONE NOT NOTE NOW OF OFF ON ONE ONLY OR
    OUT READ READY SEE SHOULD SO START STEP STOP THAT THE THEN THIS TIP TO TODO TRUE FALSE TWO USE WHEN WILL
    WITH YES YOU
    """.split()  # noqa: SIM905 - a list of words is read as one
)
"Words that are written in capitals to be loud."
_WORD = re.compile(r"(?<![\w$<{@/\\.:=-])([A-Z][A-Z0-9]{1,5})(?:s|'s|’s)?(?![\w<>{}=/\\(]|[-.:@]\w)")
_MACHINE = re.compile(r"`[^`]*`|\"[^\"\n]*\"|“[^”\n]*”|^ {4}.*$|\$ .*$|https?://\S+|<[^<>\n]*>", re.MULTILINE)


def jargon(glossary: tuple[Term, ...], text: str, known: Collection[str] = ()) -> Iterator[str]:
    """The abbreviations of a text that are not explained, in order, each as often as it stands there.

    `known`: words that are explained elsewhere, such as the names of severities.
    """
    for piece, term in marked(glossary, _MACHINE.sub(" ", text)):
        if term is None:
            for found in _WORD.finditer(piece):
                word = found.group(1)
                if not (word in COMMON or word in _SHOUTED or word in known or explained(glossary, word)):
                    yield word
