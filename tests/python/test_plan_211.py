"""The shipped plan of Thanh Hóa is the whole of its document, as far as that is at hand.

Reads `thanh-hoa-211.txt` and `thanh-hoa-211.yaml` side by side, dash by dash of section II: without
the titles of its tasks a dash has nothing left but the names of those who do them. Who does them,
in which role, for whom and how often is then read from the words of the document once more.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import chiso
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "share" / "plans" / "thanh-hoa-211.txt").read_text("utf-8")
PLAN = yaml.safe_load((ROOT / "share" / "plans" / "thanh-hoa-211.yaml").read_text("utf-8"))
FOUND = ROOT.parent / "shared" / "reference" / "ke-hoach-211-kh-ubnd.txt"

Task = dict[str, Any]

#: What may be left of a dash beside names of agencies.
PUNCTUATION = " ,;."

#: What the document calls a role.
ROLES = {
    "chủ trì": "lead",
    "tham mưu": "advise",
    "rà soát": "review",
    "đề xuất": "propose",
    "kiến nghị": "propose",
    "đề nghị": "propose",
    "báo cáo": "report",
    "phối hợp": "coordinate",
    "hướng dẫn": "guide",
    "theo dõi": "monitor",
    "đôn đốc": "monitor",
    "kiểm tra": "inspect",
}
ROLE_KEYS = {*ROLES.values(), "carry_out", "standing_agency", "appraise"}

#: The same words where they name what is worked on: a plan, a finding, a petition.
NOT_A_ROLE = {
    "a.1.4": {"kiểm tra"},
    "a.2.4": {"kiểm tra"},
    "b.1.1": {"tham mưu"},
    "b.1.2": {"theo dõi"},
    "b.1.3": {"rà soát"},
    "b.1.4": {"kiểm tra"},
    "b.1.5": {"rà soát", "kiểm tra"},
    "c.1.1": {"rà soát"},
    "c.1.2": {"kiến nghị"},
    "c.3.7": {"kiến nghị"},
}

#: What is done beside the roles that a clause names.
ALSO_DONE = {
    "a.1.2": "thực hiện nghiêm",
    "a.1.4": "khắc phục",
    "c.2.2": "thực hiện tích hợp",
    "d.2.1": "đánh giá",
    "d.2.2": "ban hành",
    "d.2.3": "phân công",
}

#: Clauses without a verb of their own, and the clause whose verb they share.
GOVERNED_BY = {"b.1.3": "b.1.2", "b.1.4": "b.1.2", "dd.1.3": "dd.1.2"}

#: Named as those who gave a rule or a task, not for anything that they do here.
ONLY_MENTIONED = {
    "II.1.a.4": {"ubnd-tinh"},
    "II.1.d.2": {"ubnd-tinh", "chu-tich-ubnd-tinh"},
}


def dashes(text: str) -> dict[str, str]:
    """Return the dashes of section II by their paragraph: II.1.a.1."""
    found: dict[str, str] = {}
    chapter = letter = ""
    count = 0
    for line in map(str.strip, text[text.index("II. NỘI DUNG") :].splitlines()):
        if match := re.match(r"(\d+)\. ", line):
            chapter, letter = match[1], ""
        elif match := re.match(r"(\w)\) ", line):
            letter, count = match[1], 0
        elif line.startswith("- "):
            count += 1
            found[f"II.{chapter}.{letter}.{count}"] = line.removeprefix("- ")
    return found


DASHES = dashes(TEXT)
TASKS: list[Task] = PLAN["tasks"]
BY_CODE: dict[str, Task] = {task["code"]: task for task in TASKS}
NAMES = {
    spelling.lower(): code
    for code, agency in PLAN["agencies"].items()
    for spelling in (agency["title"]["vi"], *agency.get("aliases", ()))
}
NAME = re.compile("|".join(map(re.escape, sorted(NAMES, key=len, reverse=True))), re.IGNORECASE)


def named(text: str) -> list[str]:
    """Return the agencies that `text` names, in its order; the longest name counts."""
    return [NAMES[name.lower()] for name in NAME.findall(text)]


def named_first(text: str) -> list[str]:
    """Return the agencies of the list of names that `text` begins with."""
    found = []
    while match := NAME.match(text):
        found.append(NAMES[match[0].lower()])
        text = re.sub(r"^(, | và )", "", text[match.end() :])
    return found


def between(dash: str, tasks: list[Task]) -> list[str]:
    """Return what stands before, between and after the titles of `tasks`, which are in order."""
    pieces = []
    for task in tasks:
        before, title, dash = dash.partition(task["title"]["vi"])
        assert title, f"{task['code']} is not in the document, or not in this place: {before}"
        pieces.append(before)
    return [*pieces, dash]


def unexplained(dash: str, tasks: list[Task]) -> str:
    """Return what is in `dash` and neither in a task nor the name of an agency."""
    pieces = [NAME.sub("", piece).strip(PUNCTUATION) for piece in between(dash, tasks)]
    return " ".join(filter(None, pieces))


def of(paragraph: str) -> list[Task]:
    """Return the tasks of a paragraph."""
    return [task for task in TASKS if task["paragraph"] == paragraph]


def assigned(task: Task) -> dict[str, set[str]]:
    """Return the agencies of a task by role."""
    return {role: set(task[role]) for role in ROLE_KEYS if role in task}


def subjects(paragraph: str) -> dict[str, set[str]]:
    """Return for each task of a paragraph whom the words say does it.

    Those named before the clause; if nobody is, those whom the paragraph opens with.
    """
    who = [set(named(piece)) for piece in between(DASHES[paragraph], of(paragraph))]
    return {task["code"]: here or who[0] for task, here in zip(of(paragraph), who, strict=False)}


def test_the_text_is_the_one_that_was_found() -> None:
    assert TEXT.rstrip().endswith("đạt chuẩn theo quy định...\n\n[...]")
    if FOUND.exists():
        assert FOUND.read_text("utf-8") == TEXT


def test_section_two_has_thirteen_dashes() -> None:
    counts = {"a": 5, "b": 2, "c": 3, "d": 2, "đ": 1}

    assert list(DASHES) == [
        f"II.1.{letter}.{i + 1}" for letter, count in counts.items() for i in range(count)
    ]


def test_every_task_has_a_paragraph_and_every_paragraph_tasks() -> None:
    assert list(dict.fromkeys(task["paragraph"] for task in TASKS)) == list(DASHES)
    for task in TASKS:
        letter, dash, _ = task["code"].split(".")
        assert task["area"] == letter
        assert task["paragraph"] == f"II.1.{letter.replace('dd', 'đ')}.{dash}"


def test_areas_have_the_headings_of_the_document() -> None:
    headings = re.findall(r"^(\w)\) (.*)$", TEXT, re.MULTILINE)

    assert [(code.replace("dd", "đ"), a["title"]["vi"]) for code, a in PLAN["areas"].items()] == (
        headings
    )


@pytest.mark.parametrize("paragraph", DASHES)
def test_without_its_tasks_a_dash_has_only_names_left(paragraph: str) -> None:
    assert unexplained(DASHES[paragraph], of(paragraph)) == ""


@pytest.mark.parametrize("code", BY_CODE)
def test_a_task_that_is_left_out_is_missed(code: str) -> None:
    paragraph = BY_CODE[code]["paragraph"]
    others = [task for task in of(paragraph) if task["code"] != code]

    assert BY_CODE[code]["title"]["vi"].split()[0] in unexplained(DASHES[paragraph], others)


@pytest.mark.parametrize("paragraph", DASHES)
def test_all_who_are_named_stand_in_the_tasks(paragraph: str) -> None:
    dash = DASHES[paragraph]
    given = set().union(
        *(set().union(*assigned(t).values(), t.get("to", ())) for t in of(paragraph))
    )
    # Nothing that looks like an agency of the province is left undeclared.
    office = r"\bSở [A-ZĐ]|UBND|HĐND|Văn phòng|Trung tâm|Chủ tịch|các sở|các huyện|liên quan"

    assert set(named(dash)) - given == ONLY_MENTIONED.get(paragraph, set())
    assert not re.search(office, NAME.sub("", dash))


@pytest.mark.parametrize("code", BY_CODE)
def test_those_named_before_a_clause_do_it_and_partners_coordinate(code: str) -> None:
    task = BY_CODE[code]
    who = subjects(task["paragraph"])[code]
    _, _, partners = task["title"]["vi"].partition("phối hợp với ")
    expected = dict.fromkeys(assigned(task), who)
    if partners:
        expected["coordinate"] = who | set(named_first(partners))
        assert len(expected["coordinate"]) > len(who)

    assert who
    assert assigned(task) == expected


@pytest.mark.parametrize("code", BY_CODE)
def test_roles_are_those_of_the_words(code: str) -> None:
    title = BY_CODE[code]["title"]["vi"]
    words = {word for word in ROLES if word in title}
    assert words >= NOT_A_ROLE.get(code, set())
    roles = {ROLES[word] for word in words - NOT_A_ROLE.get(code, set())}
    if code in GOVERNED_BY:
        assert not roles
        roles = set(assigned(BY_CODE[GOVERNED_BY[code]]))
    if not roles or ALSO_DONE.get(code, "nothing") in title:
        roles |= {"carry_out"}

    assert set(assigned(BY_CODE[code])) == roles


@pytest.mark.parametrize("code", BY_CODE)
def test_addressees_are_those_that_the_words_address(code: str) -> None:
    title = BY_CODE[GOVERNED_BY.get(code, code)]["title"]["vi"]
    addressed = [
        agency
        for match in re.finditer("tham mưu cho |kiến nghị |đề nghị ", title)
        for agency in named_first(title[match.end() :])
    ]

    assert BY_CODE[code].get("to", []) == addressed


@pytest.mark.parametrize("code", BY_CODE)
def test_a_task_comes_again_where_the_words_say_so_and_none_has_a_date(code: str) -> None:
    task = BY_CODE[code]
    title = task["title"]["vi"]
    # What is yearly in a.1.4 is the index.
    yearly = "hàng năm" in title and code != "a.1.4"

    assert task.get("every") == (
        "always" if "thường xuyên" in title else "year" if yearly else None
    )
    assert "due" not in task
    assert not re.search(r"\d|tháng|quý |trước ngày", title)


@pytest.mark.parametrize("code", BY_CODE)
def test_what_was_concluded_is_marked_and_explained(code: str) -> None:
    task = BY_CODE[code]
    first = between(DASHES[task["paragraph"]], of(task["paragraph"]))[0]
    by_others = subjects(task["paragraph"])[code] != set(named(first))
    # In II.1.c.3 somebody else was named in between.
    unclear = code in GOVERNED_BY or code in {f"c.3.{i}" for i in (4, 5, 6, 7, 8)}

    assert (task.get("status") == "derived") == unclear
    assert "note" in task or not unclear
    assert by_others == (code in {"c.3.3", "c.3.4"})
    assert task["title"]["en"][0].isupper()


def test_departments_are_those_that_were_ranked_for_2024() -> None:
    table = ROOT / "share" / "data" / "thanhhoa_departments_2024.csv"
    with table.open(encoding="utf-8", newline="") as file:
        ranked = [row["unit"] for row in csv.DictReader(file)]
    group = PLAN["agencies"]["cac-so-ban-nganh"]

    assert [PLAN["agencies"][code]["title"]["vi"] for code in group["members"]] == ranked
    assert group["status"] == "derived"
    # No other group has members: the document names none.
    assert [code for code, agency in PLAN["agencies"].items() if "members" in agency] == [
        "cac-so-ban-nganh"
    ]


def test_baseline_and_targets_are_those_of_the_document() -> None:
    opening = TEXT[TEXT.index("Năm 2021") : TEXT.index("I. MỤC ĐÍCH")]
    short = {"papi": "PAPI", "par": "PAR INDEX", "sipas": "SIPAS", "pci": "PCI"}
    places = {
        key: int(place)
        for key, name in short.items()
        for place in re.findall(rf"\({name}\) đứng thứ (\d+)", opening)
    }
    promise = TEXT[TEXT.index("2. Tiếp tục") : TEXT.index("3. Xác định")]

    assert {line["of"]: line["rank"] for line in PLAN["baseline"]} == places
    assert {line["period"] for line in PLAN["baseline"]} == {2021}
    assert "đến năm 2025 trong số 10 tỉnh dẫn đầu" in promise
    assert {t["of"]: (t["rank"], t["by"]) for t in PLAN["targets"] if "by" in t} == dict.fromkeys(
        ("par", "sipas", "pci"), ("<= 10", 2025)
    )
    assert "duy trì và nâng cao Chỉ số hiệu quả quản trị" in promise
    assert [(t["of"], t.get("rank"), t.get("score")) for t in PLAN["targets"] if "by" not in t] == [
        ("papi", "keep", None),
        ("papi", None, "raise"),
    ]


def test_the_score_that_papi_starts_from_is_the_published_one() -> None:
    table = ROOT / "share" / "data" / "papi_subdimensions.csv"
    with table.open(encoding="utf-8", newline="") as file:
        published = {(row["period"], row["unit"]): row for row in csv.DictReader(file)}
    [baseline] = [line for line in PLAN["baseline"] if "score" in line]

    assert baseline["of"] == "papi"
    assert baseline["score"] == float(published["2021", "Thanh Hóa"]["published.papi"])


def test_the_library_reads_what_stands_there() -> None:
    plan = chiso.load_plan("thanh-hoa-211")
    tasks = plan.tasks("vi")
    who = plan.assignments()

    assert dict(tasks["title"]) == {task["code"]: task["title"]["vi"] for task in TASKS}
    assert set(zip(who["task"], who["role"], who["agency"], strict=True)) == {
        (task["code"], role, agency)
        for task in TASKS
        for role, agencies in assigned(task).items()
        for agency in agencies
    }
    assert plan.unit == "Thanh Hóa"
    assert list(plan.targets().index) == [target["code"] for target in PLAN["targets"]]
