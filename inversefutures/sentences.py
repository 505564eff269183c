"""What the judge says, once for both languages in which it is written.

`check` and the modules below it say these sentences in a notebook. The build of the site gives them to the
judge of the page. A name in braces is a blank, which `said` fills.
"""

from typing import Any

__all__ = ["SENTENCES", "in_words", "said"]

SENTENCES: dict[str, str] = {
    # The verdict.
    "not_answered": "not answered yet.",
    "correct": "correct.",
    "not_yet": "not yet. {reason}",
    "no_such_choice": "That is not one of the choices.",
    "rounds_on_the_way": (
        "nearly, but not exactly: something is rounded or approximated on the way, or a small term (a fee, "
        "a rate) stands in the wrong place. Keep fractions as they are, and give the result unrounded."
    ),
    "too_few_digits": "too few digits to tell from a usual mistake: give {asked}.",
    "more_digits": "right as far as it goes: give {asked} digits, not counting zeros in front.",
    "last_digit": "close: the last digit is off. Carry more digits on the way, and round at the end.",
    # The mistakes that all tasks share.
    "sign": "The size is right, and the sign is turned. Which way does it go?",
    "hundred": "That is 100 times too large. (Where a fraction is asked for, 5 % is typed as 0.05.)",
    "hundredth": "That is 100 times too small. (Where percent is asked for, 0.05 is typed as 5.)",
    "satoshi": "That is 1e8 times too large: satoshi, where the task asks for coins.",
    "coins_for_satoshi": "That is 1e8 times too small: coins, where the task asks for satoshi.",
    "reciprocal": "That is the reciprocal, one over the right answer: it stands upside down.",
    "one_side": "The side is counted once too often, or not at all: that is right for a long alone.",
    "dollars": (
        "That is the right answer times {price}: dollars in place of coins, or the price counted twice."
    ),
    "coins": (
        "That is the right answer divided by {price}: coins in place of dollars, or one price too many."
    ),
    "face_value": (
        "You took contracts for dollars, or dollars for contracts: one contract is {dollars_each} USD."
    ),
    "once_too_often": "That is the right answer times {symbol}: is {symbol} there once too often?",
    "missing": "That is the right answer divided by {symbol}: is {symbol} missing?",
    "and_sign": "{mistake} And the sign is turned.",
    "and_hundred": "{mistake} And it is 100 times too large.",
    "and_hundredth": "{mistake} And it is 100 times too small.",
    "and_dollars": "{mistake} And it is changed into dollars, at {price}.",
    "and_coins": "{mistake} And it is changed into coins, at {price}.",
    # What is nearly the right answer, as its values tell.
    "twofold": "That is twice the right answer: is a half missing, or is something counted twice?",
    "half": "That is half of the right answer: is one of two left out, or is it halved once too often?",
    "constant": "That is {number} times the right answer, at all values: which number is wrong?",
    "one_more": "That is the right answer plus 1: is it the whole, where the change is asked for?",
    "one_less": "That is the right answer less 1: is it the change, where the whole is asked for?",
    "complement": "That is 1 less the right answer: what is left in place of what is gone, or the reverse.",
    "square": "That is the square of the right answer: is a root missing, or a square too many?",
    "root": "That is the root of the right answer: is a square missing, or a root too many?",
    "no_sign": "Your answer is the size of the right one. But that is negative in some cases.",
    "one_sign": "That is right where it is positive. Elsewhere it is not 0, but negative.",
    "whole": "That is the right answer as a whole number: do not round it.",
    "times": "That is the right answer times {term}: is that a factor too many, or one at the wrong place?",
    "apart": "Your answer is off by {term}: is that left out, there twice, or with the wrong sign?",
    "too_large": "That is {number} times too large: another unit, another time, or the decimal point?",
    "too_small": "That is {number} times too small: another unit, another time, or the decimal point?",
    "given": "That is a number of the task itself. What has to be done with it?",
    "combined": "That is {term}: is it a step on the way, or are these the wrong numbers?",
    # What is right but for one of the quantities.
    "sign_of": "All is right but the sign of {symbol}: does it add, or take away?",
    "not_squared": "All is right, if {symbol} is squared. You left the square out.",
    "squared": "All is right but for a square: {symbol} is not squared.",
    "counted_twice": "All is right, but {symbol} is counted twice.",
    "counted_half": "All is right, but only half of {symbol} is counted.",
    "upside_down": "All is right, but {symbol} stands upside down.",
    "exchanged": "You exchanged {symbol} and {other}.",
    "without": "Your answer does not depend on {symbol}. The right one does.",
    # What cannot be judged.
    "a_number": "a number",
    "an_expression": "an expression in {names}",
    "a_function": "a function of {names}, in this order",
    "only_one_number": "this task asks for {wanted}; this is one number.",
    "equation": "this is an equation. Give its right side: this task asks for {wanted}.",
    "comparison": "this is a comparison: this task asks for {wanted}.",
    "tuple": (
        "a comma made this a tuple. Type 5250 or 5_250 for 5,250, a point for a decimal comma, "
        "and nothing behind the last number."
    ),
    "numbers_for_symbols": "this task asks for a number: put numbers in for the symbols.",
    "strangers": "your answer contains {strangers}; use only {names}, as the task has them.",
    "your_answer": "your answer",
    "your_answer_at": "your answer at {point}",
    "not_finite": "{what} is not finite.",
    "not_real": "{what} is not a real number.",
}


def said(sentence: str, **blanks: Any) -> str:
    """Return a sentence with its blanks filled.

    >>> said("more_digits", asked=4)
    'right as far as it goes: give 4 digits, not counting zeros in front.'
    """
    return SENTENCES[sentence].format(**blanks)


def in_words(number: float) -> str:
    """Return a number as a sentence shows it: whole, or with up to ten digits.

    >>> in_words(25_000.0), in_words(0.1 + 0.2), in_words(2.5e-5)
    ('25,000', '0.3', '2.5e-05')
    """
    return f"{int(number):,}" if number == int(number) else f"{number:,.10g}"
