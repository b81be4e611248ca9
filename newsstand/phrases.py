"""The phrases that generated pages are made of: invented people, places and worries."""

BODIES = (
    "Fallowmere Trust",
    "the Ousel Valley board",
    "Pennick General",
    "the Larkrigg ambulance service",
    "Saltholme Infirmary",
    "the Dunnock care group",
    "the Estuary commissioners",
    "Thornwick House",
)
PEOPLE = (
    "Ada Quill",
    "Bram Otterburn",
    "Cerys Vane",
    "Dev Malpas",
    "Ines Harrow",
    "Jonah Pike",
    "Una Threap",
)
ROLES = (
    "matron",
    "chief operating officer",
    "chair",
    "porter of the year",
    "finance lead",
    "union secretary",
)
VERBS = (
    "will review",
    "has paused",
    "is to extend",
    "has reopened",
    "cannot explain",
    "will publish",
    "has halved",
)
THINGS = (
    "the linen contract",
    "its night rota",
    "a plan for 40 beds",
    "the discharge lounge",
    "its parking charges",
    "a backlog of 1,200 letters",
    "the pharmacy hatch",
    "two theatres",
    "the \u00a33.4m boiler fund",
    "its tea round",
)
WHENS = (
    "by the end of March",
    "before the clocks change",
    "after a long winter",
    "within six weeks",
    "at once",
)
TAILS = (
    "and nobody at the meeting objected",
    "\u2013 a figure the unions dispute \u2013 once the money is found",
    "although the paper gave no date",
    "while patients wait in the corridor by the chapel",
    "which staff had asked for since 2011",
    "as the auditors\u2019 letter made plain",
)
HANDLES = (
    "Jimbo",
    "Retired, Saltholme",
    "ward clerk 7",
    "A. Nonymous",
    "Night owl",
    "B/W porter",
    "Sister M",
)
