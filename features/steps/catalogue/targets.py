"""Given: targets, from the day they are set to the result that is reported."""

from features.steps.sentence import Sentence

TARGETS = (
    Sentence(
        key="G26",
        kind="given",
        english='the target "{target:name}" of {amount:money} for "{holder}" over {period} from {since:date}'
        '[, part of "{whole:target}"][, set by "{setter:person}"]',
        chinese="自{since:date}起“{holder}”承担{period}目标“{target:name}”{amount:money}"
        "[，分解自“{whole:target}”][，由“{setter:person}”下达]",
        example=(
            'the target "East" of 500 CNY for "Sales East" over 2026-Q1 from 2026-02-01, part of "Sales", set by "Li"',
            "自2026年2月1日起“华东经理”承担2026年第1季度目标“华东销售额”500万元，分解自“年度销售额”，由“林晓东”下达",
        ),
        help=(
            "A target for a period; the parts of a whole may not exceed it. With a setter, they have to be authorised.",
            "某期间的目标；各部分之和不得超过总数。写明下达人的，须有权下达。",
        ),
    ),
    Sentence(
        key="G38",
        kind="given",
        english='the target "{target}" is adjusted to {amount:money} from {since:date}[, set by "{setter:person}"]',
        chinese="自{since:date}起目标“{target}”调整为{amount:money}[，由“{setter:person}”下达]",
        example=(
            'the target "East" is adjusted to 450 CNY from 2026-02-15, set by "Li"',
            "自2026年2月15日起目标“华东销售额”调整为450万元，由“林晓东”下达",
        ),
        help=("A target gets another amount.", "目标改为另一数额。"),
    ),
    Sentence(
        key="G39",
        kind="given",
        english='the target "{target}" is reassigned to "{holder}" from {since:date}[, set by "{setter:person}"]',
        chinese="自{since:date}起目标“{target}”改由“{holder}”承担[，由“{setter:person}”下达]",
        example=(
            'the target "East" is reassigned to "Sales South" from 2026-03-01',
            "自2026年3月1日起目标“华东销售额”改由“华南经理”承担，由“林晓东”下达",
        ),
        help=("Another carries the target from that day on.", "自该日起目标由另一岗位或人员承担。"),
    ),
    Sentence(
        key="G40",
        kind="given",
        english='"{person}" accepted the target "{target}" on {on:date}',
        chinese="“{person}”于{on:date}接受目标“{target}”",
        example=('"Gao" accepted the target "East" on 2026-02-03', "“陈雨晴”于2026年2月3日接受目标“华东销售额”"),
        help=("Somebody took the target on for its holder.", "承担者一方签收目标。"),
    ),
    Sentence(
        key="G41",
        kind="given",
        english='the target "{target}" is withdrawn from {since:date}',
        chinese="自{since:date}起撤销目标“{target}”",
        example=('the target "East" is withdrawn from 2026-03-01', "自2026年3月1日起撤销目标“华东销售额”"),
        help=("A target no longer counts; that day is the first without.", "目标不再计入；该日起不再有效。"),
    ),
    Sentence(
        key="G42",
        kind="given",
        english='the result of the target "{target}" over {period} was {amount:money}, reported on {on:date}',
        chinese="目标“{target}”{period}实绩为{amount:money}，于{on:date}上报",
        example=(
            'the result of the target "East" over 2026-02 was 120 CNY, reported on 2026-03-02',
            "目标“华东销售额”2026年2月实绩为120万元，于2026年3月2日上报",
        ),
        help=("What was attained of a target in a period.", "某期间内目标完成的数额。"),
    ),
)
