"""What the API takes and gives. Values are JSON, infinity is "inf" or "-inf"."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

MOST_EXAMPLES = 50


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ExampleIn(_Strict):
    """Input values by name, and the output."""

    input: dict[str, Any]
    output: Any


Args = Annotated[dict[str, str], Field(description='Names and types, such as {"a": "int[]"}.')]


class Question(_Strict):
    text: Annotated[str, Field(description="The sentence.", examples=["the sum of the even numbers in a"])]
    args: Args | None = None
    examples: Annotated[
        list[ExampleIn | str],
        Field(
            max_length=MOST_EXAMPLES, description="Objects, or as the command line has them: `a=[1] -> 1`."
        ),
    ] = []
    alternatives: Annotated[int, Field(ge=0, le=9, description="How many at most.")] = 3


class ProgramIn(_Strict):
    program: Annotated[str, Field(description="In AlgoLisp; it may call the library.", examples=["(+ a b)"])]
    args: Args | None = None


class RunIn(ProgramIn):
    input: dict[str, Any] = {}


class Fault(BaseModel):
    kind: str
    message: str
    line: int | None = None
    column: int | None = None


class Problem(BaseModel):
    """What every error looks like."""

    error: Fault


class Outcome(BaseModel):
    """A value or an error."""

    value: Any = None
    error: Fault | None = None


class Run(Outcome):
    input: dict[str, Any]
    passed: Annotated[bool | None, Field(description="Whether it is the example's output.")] = None


class Description(BaseModel):
    """A program, in every way in which it can be shown."""

    program: str
    short: Annotated[str, Field(description="With the library's meanings.")]
    indented: str
    args: dict[str, str]
    return_type: str
    explanation: Annotated[str | None, Field(description="In English; null where there are no words.")]
    python: str
    runs: list[Run]


class Difference(BaseModel):
    """An input, and what the answer and the alternative give for it."""

    input: dict[str, Any]
    gives: Outcome
    instead: Outcome


class Alternative(BaseModel):
    program: str
    args: dict[str, str]
    explanation: str | None
    differs: Difference | None


class Reply(BaseModel):
    answer: Annotated[Description | None, Field(description="The likeliest program; null if there is none.")]
    confidence: Annotated[float | None, Field(description="How probably it is right, from 0 to 1.")]
    declined: Annotated[bool, Field(description="Whether that is too little to call it an answer.")]
    passes: Annotated[bool, Field(description="Whether it passes all examples.")]
    notes: Annotated[list[str], Field(description="What it takes for granted, and what is at odds.")]
    alternatives: list[Alternative]


class Value(BaseModel):
    value: Any
