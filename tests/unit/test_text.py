from core import text


def test_line_keeps_the_outlets_characters_and_folds_only_white_space():
    assert text.line("  “£650,000”\u00a0\u00a0 –\tit’s\n‘cash’  ") == "“£650,000” – it’s ‘cash’"


def test_line_drops_what_no_database_takes():
    assert text.line("a\x00b\ud800c\ufeffd\u200be\u00adf") == "abcdef"


def test_paragraphs_are_parted_by_one_blank_line():
    assert text.paragraphs("one\n still one\n\n\n \u00a0\n\n two ") == "one still one\n\ntwo"


def test_texts_that_differ_in_looks_only_fold_alike():
    assert text.fold("“It’s  £5m” — he said…") == text.fold('"it\'s £5m" - HE said...')
    assert text.fold("£5m") != text.fold("£6m")


def test_letter_case_is_not_looks():
    assert text.plain("“It’s  £5m” — he said…") == text.plain('"It´s £5m" - he said...')
    assert text.plain("ask us") != text.plain("ask US")


def test_words_count_an_apostrophe_and_a_figure_as_part_of_a_word():
    assert text.words("The trust’s £1.2bn deal, 51% done") == [
        "The",
        "trust’s",
        "1",
        "2bn",
        "deal",
        "51",
        "done",
    ]
