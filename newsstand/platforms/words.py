"""What the platform sites' articles are made of: invented people, places, sentences."""

TITLES = (
    "Marrowby council to halve parking charges before Easter",
    "Tidewell Trust opens a night clinic for porters",
    "Auditors question \u00a34.2m spent on an unfinished depot",
    "Shared payroll service loses its third client in a year",
    "Library hours \u2018to be set by readers\u2019, says Ashlow leader",
    "Ferry timetable goes online after eleven years of leaflets",
    "Hospital kitchens win praise for soup, not for bread",
    "Why a small district wants to run its own buses",
    "Minister promises plain letters for pension claimants",
    "Records of 900 allotments found in a Quarley cellar",
    "GPs in Pellow trial a shorter form for sick notes",
    "Fire crews to share a station with the lifeboat",
    "Planning portal freezes on the busiest day of spring",
    "Union calls night rota at Redmire \u201cno way to run a ward\u201d",
    "Sea wall repair begins two winters late at Skerry Bay",
    "Volunteers map every step-free door in the county town",
    "New chief executive named for the Umber combined authority",
    "Waiting list falls for a fourth month, but not for hips",
    "Cheaper heat: how one estate turned to the old mine",
    "School meals contract split among nine local kitchens",
    "Town clerk retires after counting forty elections",
    "Data shared between four trusts \u2018without a single letter\u2019",
    "Gritters named by pupils take to the roads of Harrowgill",
    "Court fees pilot extended while nobody counts the savings",
)
SECTIONS = ("Health", "Local government", "Technology", "Comment")
TAGS = ("Workforce", "Estates", "Procurement", "Transport", "Primary care", "Housing", "Finance", "Elections")
WRITERS = ("Ada Quill", "Bram Otterburn", "Cerys Vane", "Dev Malpas", "Ines Harrow", "Jonah Pike")
READERS = ("Retired in Saltholme", "Moira T", "ward clerk 7", "A. Nonymous", "Night owl", "Sister M", "Jimbo")
PEOPLE = ("Una Threap", "Col Brackley", "Nessa Orme", "Idris Pell", "Hattie Munt", "Gwen Starling")
ROLES = ("chair", "finance lead", "matron", "union secretary", "chief operating officer", "returning officer")
PLACES = ("Marrowby", "Tidewell", "Ashlow", "Quarley", "Pellow", "Redmire", "Skerry Bay", "Harrowgill")
BODIES = (
    "the Tidewell Trust",
    "Marrowby council",
    "the Umber combined authority",
    "the Redmire care group",
    "Ashlow district",
    "the Pellow ambulance service",
    "the harbour board",
)
THINGS = (
    "the linen contract",
    "its night rota",
    "a plan for 40 beds",
    "the discharge lounge",
    "its parking charges",
    "the pharmacy hatch",
    "a new depot",
    "the boiler fund",
    "its old telephone exchange",
)
WHENS = (
    "by the end of March",
    "before the clocks change",
    "after a long winter",
    "within six weeks",
    "at the next full meeting",
)
STANDFIRSTS = (
    "Papers seen by this title put the cost at {sum}, {share}% more than {body} expected.",
    "A report to {body} asks what became of {thing}, and who will answer for it {when}.",
    "Staff in {place} say they were told of {thing} only {when}; managers say otherwise.",
)
SENTENCES = (
    "{body} has asked for {sum} to finish {thing}, which was first promised in {year}.",
    "\u201cWe counted {count} letters and answered every one of them,\u201d said {person}, the {role}.",
    "Papers for the meeting in {place} show that {share}% of the money had gone {when}.",
    "The {role} of {body}, {person}, said that nobody had been told about {thing}.",
    "A spokesman declined to say whether {thing} would be ready {when}.",
    "Figures published in {place} put the backlog at {count}, the lowest since {year}.",
    "Staff welcomed {thing} but warned that {share}% of shifts were still without cover.",
    "In {year} the same board had set aside {sum} for the purpose and then spent it on {thing}.",
    "{person} told the committee that {body} would publish the whole sum {when}.",
    "Residents of {place} had gathered {count} names against the change since {year}.",
    "The scheme \u2013 the {role} called it a modest one \u2013 covers {count} households around {place}.",
    "Neither {body} nor the department would put a date on {thing}.",
    "An earlier trial in {place} had cut the wait by {share}%, though only for {count} people.",
    "\u201cIt is {thing} or it is nothing,\u201d {person} said, to some laughter from the gallery.",
    "Auditors found that {sum} had been booked twice and that {thing} had no owner.",
    "By {year} the building in {place} had stood empty for longer than it had been in use.",
    "The union\u2019s {role}, {person}, said members would vote on the offer {when}.",
    "{body} rents the site for {sum} a year, {share}% above what its neighbours pay.",
    "Of the {count} replies to the survey, {share}% asked for {thing} to be kept.",
    "Work on {thing} stopped when the contractor left {place} in {year}.",
    "A second reading of the figures, by {body}, came to {sum} rather than the sum first given.",
    "The {role} said the lesson of {year} had been learnt and that {place} would not see it again.",
    "Councillors agreed to look at {thing} again {when}, by a margin of two votes.",
    "{person} thanked the {count} volunteers whose evenings had gone into the survey of {place}.",
)
REMARKS = (
    "I have worked at {body} since {year} and nobody ever asked us about {thing}.",
    "{share}% of what, exactly? The article does not say.",
    "Well said.\n\nThough {place} has waited since {year}, and will wait until the next promise comes along.",
    "My mother was one of the {count}. She got her letter {when}, with the wrong name on it.",
    "They said the same about {thing} in {year} and look what became of that.",
    "Could someone tell me where the {sum} was counted? I cannot find it in the papers of {body}.",
    "As a former {role} I can only agree with {person}.",
    "Nonsense. {place} has had a perfectly good service for years, and {body} knows it.",
    "Has anyone asked the people who clean {thing}?\n\nThey would know {when}.",
    "The figure for {place} is wrong: it should be {count}, see page nine of the report.",
    "I would gladly pay for {thing} if it came {when}.",
    "A bus, a ferry and two forms to get to {place}. That is progress for you.",
    "Ask {person}, who signed it off in {year}.",
    "Thank you for reporting this; the local paper in {place} closed in {year}.",
    "If {body} can find {sum} for this, then it can find a plumber for us.",
    "We tried it in {place} for {share} days and went back to paper.",
)
