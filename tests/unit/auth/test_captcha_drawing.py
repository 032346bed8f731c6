"""What a captcha shows can be read and answered by a person."""

import io

from PIL import Image

from services.auth.captcha_drawing import LENGTH, LETTERS, draw
from services.auth.rules import in_chinese


def test_no_letter_can_be_mistaken_for_another():
    assert not set(LETTERS) & set("0OQD1IL7J2Z5S6G8BUVW")


def test_the_picture_is_a_small_png_of_five_letters():
    drawn = draw()
    assert len(drawn.letters) == LENGTH
    assert set(drawn.letters) <= set(LETTERS)
    with Image.open(io.BytesIO(drawn.image_png)) as picture:
        assert (picture.format, picture.size) == ("PNG", (200, 64))


def test_the_question_is_a_sum_in_words_with_its_answer():
    drawn = draw()
    terms = drawn.question.removesuffix("等于几？").split("加")
    spoken = {in_chinese(number): number for number in range(100)}
    assert str(sum(spoken[term] for term in terms)) == drawn.question_answer


def test_two_captchas_differ():
    assert len({draw().letters for _ in range(5)}) > 1
