"""What pages say around comments: that there are none, that they are closed, how many there are; controls."""

import re

_NONE = re.compile(
    r"(?:(?:there\s(?:are|were)\s|currently\s|sorry,?\s|noch\s|bisher\s|es\s|gibt\s|no\shay\s){0,4}"
    r"(?:no\s(?:comments?|responses|replies)|keine?\skommentare?|aucun\scommentaires?"
    r"|pas\s(?:encore\s)?de\scommentaires?|comentarios|sin\scomentarios?"
    r"|nessun\scommento|(?:nog\s)?geen\sreacties)(?:\s(?:yet|so\sfar|found|posted|available|vorhanden"
    r"|have\sbeen\s(?:made|posted))){0,2}"
    r"|no\s?(?:one|body)\shas\scommented(?:\syet)?"
    r"|0\s(?:comments?|responses|replies|kommentare|commentaires|comentarios)|comments?\s?(?:\(0\)|:\s?0)"
    r"|kommentare?\s?(?:\(0\)|:\s?0)|commentaires?\s?\(0\))"
    r"(?:\s?$|\s?[.!?:,;\u2192\u00bb|\u2013\u2014-].{0,160}$|\s(?:on|to|for|zu|auf|sur|in)\s.{0,160}$)"
    r"|(?:why\snot\s)?be\sthe\sfirst(?:\s(?:one|person))?(?:\sto\s(?:leave|post|write|add|make|submit"
    r"|comment|reply|respond|share\syour|start)\b.{0,80}|\s?[!?.]?$)"
    r"|schreibe?n?\s(?:sie\s)?den\sersten\skommentar.{0,40}$|soyez\sle\spremier\sà\s(?:commenter"
    r"|réagir).{0,40}$",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"(?:sorry,?\s)?(?:comments?|commenting|discussion|responses?)(?:\s\S+){0,6}?\s(?:is|are|have\sbeen"
    r"|has\sbeen|were)\s(?:now\s|currently\s)?(?:closed|disabled|turned\soff|switched\soff)\b"
    r"|comments?\s(?:closed|off)\b|this\s(?:thread|discussion|article)\sis\s(?:now\s)?closed\s(?:to|for)\s"
    r"|(?:die\s)?kommentar(?:e|funktion|bereich)?(?:\s\S+){0,5}?\sgeschlossen\b"
    r"|(?:les\s)?commentaires\ssont\s(?:fermés|clos)\b"
    r"|(?:los\s)?comentarios\s(?:están\s)?cerrados\b|(?:i\s)?commenti\ssono\schiusi\b"
    r"|reacties\szijn\sgesloten\b",
    re.IGNORECASE,
)
_LOADING = re.compile(
    r"(?:loading|fetching)\s(?:the\s)?(?:(?:reader|user)\s)?(?:comments?|discussion|conversation|replies)\b.{0,20}"
    r"|(?:please\s)?enable\sjava\s?script\sto\s.{0,20}\b(?:comments?|discussion|conversation)\b.{0,40}",
    re.IGNORECASE,
)
_WORDS = (
    r"(?:(?:reader|user|guest|public|weitere|leser)[\s-]?)?(?:comments?|responses?|replies|reply"
    r"|thoughts?|opinions?|kommentare?n?|leserkommentare?|antworten"
    r"|gedanken?|reaktionen|meinung(?:en)?|commentaires?|réponses?|réactions?|avis|comentarios?"
    r"|respuestas?|comment[oi]|reacties?|comentários?)"
)
_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_COUNT = re.compile(
    rf"(?:view\s|show\s|see\s|read\s|all\s|join\sthe\sdiscussion\s?|discussion\s|there\sare\s|alle\s"
    rf"|this\s(?:\w+\s)?has\s|hat\s|\(){{0,2}}(?P<before>\d{{1,3}}(?:[.,]\d{{3}})+"
    rf"|\d{{1,6}})\s{_WORDS}(?:\s?(?:to|on|for|about|so|zu|auf|in|sur|yet|pour|en|:|,|\(|\u2192|\u00bb|\|"
    rf"|\u2013|[.!]).{{0,160}})?"
    rf"|(?:all\s|alle\s|the\s)?{_WORDS}\s?(?:\((?P<brackets>\d{{1,6}})\)|\[(?P<square>\d{{1,6}})\]"
    rf"|[:-]?\s(?P<after>\d{{1,6}}))\s?:?"
    rf"|(?:there\sare\s|all\s)?(?P<worded>{'|'.join(_NUMBERS)})\s(?:reader\s)?(?:comments|responses|replies"
    rf"|thoughts)\b(?:\s(?:so\sfar|(?:on|to|for)\b.{{0,160}}))?"
    rf"|(?P<one>one|ein|eine|un|una)\s(?:comment|response|reply|thought|kommentar|antwort|gedanke"
    rf"|commentaire|comentario)\b(?:\s(?:on|to|for|zu|auf|en|sur)\b.{{0,160}})?",
    re.IGNORECASE,
)
_HEADING = re.compile(
    rf"(?:(?:all|your|the|die|les|\u2193)\s)?(?:{_WORDS}|discussion|join\s(?:in\s)?the\s(?:discussion"
    rf"|conversation)|conversation|have\syour\ssay"
    r"|what\sreaders\s(?:say|think)|diskussion|talkback|your\sviews?|readers?['\u2019]?\s(?:views?"
    r"|letters)|feedback)\s?:?(?:\s(?:on|to|zu|auf)\s.{0,160})?",
    re.IGNORECASE,
)
_RECENT = re.compile(
    r"(?:(?:the\s)?(?:latest|recent|newest|last|top|popular|most\s\w+)\s(?:reader\s)?(?:comments?"
    r"|responses|replies|discussions?)"
    r"|(?:neueste?|letzte|aktuelle|meist\w*)\s(?:leser)?kommentare|derniers\scommentaires|(?:últimos"
    r"|ultimos)\scomentarios|ultimi\scommenti|laatste\sreacties)\W*",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"(?:leave|post|add|write|submit|make|cancel)\s(?:a|your|an?other|new)?\s?(?:reply|comments?|response"
    r"|thought)\b.{0,60}"
    r"|(?:you\smust\s(?:be\slogged|log|sign|register)|please\s(?:log|sign|register|login)|(?:log"
    r"|sign)\s?in|login|register)\b.{0,40}\b(?:comment|post|reply|discussion)\b.{0,60}"
    r"|your\semail\saddress\swill\snot\b.*|required\sfields\sare\smarked.*|loading\scomments?.{0,20}"
    r"|have\syour\ssay|what\sdo\syou\sthink\s?\?"
    r"|(?:hinterlasse?n?|schreibe?n?|verfasse?n?)\b.{0,40}\b(?:kommentar|antwort)\b.{0,40}"
    r"|kommentar\s(?:schreiben|hinterlassen|abgeben|verfassen)|antworten?\sabbrechen"
    r"|(?:laisser|ajouter|écrire|poster)\s.{0,20}\b(?:commentaire|réponse)\b.{0,40}|(?:deja|añadir"
    r"|escribe)\s.{0,20}\b(?:comentario|respuesta)\b.{0,40}",
    re.IGNORECASE,
)
_CONTROL_WORD = (
    r"(?:reply(?:\sto\s(?:this\s)?(?:comment|[^:.!?,]{1,40}))?|log\sin\s(?:or\sregister\s)?to\s(?:reply"
    r"|post\scomments?|comment)|login\sto\sreply"
    r"|report(?:\s(?:abuse|comment|this|this\scomment|as\sinappropriate|spam))?"
    r"|flag(?:\sas\sinappropriate)?|share(?:\s(?:this|comment|link))*|permalink|perma?link"
    r"|link(?:\sto\scomment)?"
    r"|(?:up|down)?votes?(?:\s(?:up|down))?|(?:un)?likes?|dislikes?|recommend(?:ed)?|helpful|quote"
    r"|edit(?:ed)?|delete|hide(?:\sreplies)?|(?:show|view|load)(?:\s\d*\s?(?:more|all|replies|reply))+"
    r"|collapse|expand|(?:read|see|show)\s(?:more|less)|loading[\s.\u2026]*|wird\sgeladen[\s.\u2026]*"
    r"|like\sloading\.*|aufklappen|weiterlesen|mehr\sanzeigen|lire\sla\ssuite"
    r"|(?:like)*liked?\sby\s.{0,60}|you\slike\sthis|be\sthe\sfirst\sto\slike\sthis.{0,20}"
    r"|\d+\s(?:people\s)?likes?(?:\sthis)?|gef[äa]llt\smir(?:\s?nicht)?|gef[äa]llt\s\d+.{0,30}|facebook"
    r"|twitter|e-?mail"
    r"|(?:auf\s(?:diesen\s(?:kommentar|beitrag)\s)?)?(?:antworten|zitieren|melden|missbrauch\smelden"
    r"|kommentar\smelden|teilen|bewerten|bearbeiten|empfehlen|löschen)|antworten\sauf\s[^:.!?,]{1,40}"
    r"|antwort(?:en)?|zum\santworten\s(?:an|ein)melden"
    r"|répondre(?:\s(?:à\s[^:.!?,]{1,40}))?|signaler(?:\sun\sabus|\sce\scommentaire)?|partager|alerter|citer"
    r"|r[eé]pondez|j['\u2019]aime|responder|denunciar|compartir|me\sgusta|rispondi|segnala|condividi"
    r"|beantwoorden|reageren|delen"
    r"|says|said|schreibt|sagt|meint|dit|dice|author|top|next|previous|new|comment|kommentar|guest|gast"
    r"|reader|member|moderator|editor|staff|verified)"
)
_CONTROL = re.compile(
    rf"[^\w]*(?:{_CONTROL_WORD}(?:[\s\d|/·•,.:;#()\[\]+↓↑→»><&-]+|$)){{1,6}}[^\w]*|[\W\d]{{1,12}}"
    rf"|\W*#\s?\d{{1,6}}\W*",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:(?:load|show|view|see|display|read|get)\s(?:\d{1,4}\s)?)?(?:more|older|newer|previous|earlier"
    r"|remaining|further)\s(?:\d{1,4}\s)?(?:(?:reader|user)\s)?(?:comments?|responses|replies)"
    r"|load\smore|(?:(?:weitere|mehr|ältere|neuere)\s(?:\d{1,4}\s)?kommentare)(?:\s(?:anzeigen|laden))?"
    r"|(?:afficher|voir|charger)\s(?:plus\sde|d['\u2019]autres)\scommentaires",
    re.IGNORECASE,
)
_ARROWS = " *-\u2013|\u00bb\u00ab\u2039\u203a\u2190\u2192\u2193\u2191.\u2026+()<>"
_SMALLEST = 2
_LONGEST_SAYING = 220  # characters; what is longer is somebody's text


def none(text: str) -> bool:
    """Say whether a line says that there are no comments, "0 Comments" included."""
    return (
        len(text) <= _LONGEST_SAYING
        and _NONE.match(text.lstrip(' (*-\u2013\u201e\u201c"\u00bb|')) is not None
    )


def closed(text: str) -> bool:
    """Say whether a line says that no further comments are taken."""
    return len(text) <= _LONGEST_SAYING and _CLOSED.match(text.lstrip(" (*-\u2013|")) is not None


def more(text: str) -> bool:
    """Say whether a line is a control that brings comments which the page does not show yet."""
    return len(text) <= _LONGEST_SAYING and _MORE.fullmatch(text.strip(_ARROWS)) is not None


def loading(text: str) -> bool:
    """Say whether a line stands in for comments that a script brings: a count beside it is not theirs yet."""
    return len(text) <= _LONGEST_SAYING and _LOADING.match(text) is not None


def claimed(text: str) -> int | None:
    """Give the number of comments a line of the section states ("3 Responses to …"), None for none."""
    if (
        len(text) > _LONGEST_SAYING
        or (match := _COUNT.fullmatch(text.strip(" *-\u2013|\u00bb\u00ab\u2193:"))) is None
    ):
        return None
    if match["one"]:
        return 1
    if match["worded"]:
        return _NUMBERS.index(match["worded"].lower()) + 2
    digits = match["before"] or match["brackets"] or match["square"] or match["after"]
    return int(digits.replace(",", "").replace(".", ""))


def heading(text: str) -> bool:
    """Say whether a line is the heading of a comment section."""
    text = text.strip(" *-\u2013|\u00bb\u00ab\u2193")
    return len(text) <= _LONGEST_SAYING and (
        _COUNT.fullmatch(text) is not None
        or (_HEADING.fullmatch(text) is not None and _CONTROL.fullmatch(text) is None)
    )


def recent(text: str) -> bool:
    """Say whether a line is the heading of comments on all of a site's pages."""
    return len(text) <= _LONGEST_SAYING and _RECENT.fullmatch(text.strip()) is not None


def form(text: str) -> bool:
    """Say whether a line belongs to the form for a new comment, or stands in for one."""
    return (
        len(text) <= _LONGEST_SAYING
        and _FORM.fullmatch(text.strip(" *-\u2013|\u00bb\u00ab\u2193!.:")) is not None
    )


def control(text: str) -> bool:
    """Say whether a line holds nothing but a comment's controls (Reply, Report, Like 3, #12)."""
    return len(text) <= _LONGEST_SAYING // 2 and (
        len(text) < _SMALLEST or _CONTROL.fullmatch(text) is not None
    )
