"""When: what is asked, judged, shown, attempted, considered."""

from features.steps.sentence import ATTRIBUTES, Sentence, lines

QUESTIONS = (
    Sentence(
        key="W1",
        kind="when",
        english='asked on {on:date}[, as known on {known:date}], who could {act} "{matter}"[ for {amount:money}]'
        '[, asked for by "{requester:person}"][, benefiting "{beneficiary:person}"]',
        chinese="问：{on:date}[按{known:date}所知]谁可以{act}“{matter}”[{amount:money}]"
        "[，申请人“{requester:person}”][，受益人“{beneficiary:person}”]",
        table=ATTRIBUTES,
        example=(
            'asked on 2026-03-20, as known on 2026-04-03, who could approve "PO.commit" for 400 CNY, asked for by "Li"',
            "问：2026年3月10日按2026年3月31日所知谁可以审批“费用”800元，申请人“赵明辉”，受益人“林晓东”",
        ),
        help=("Who could do it on that day, as known then or on another day.", "某日谁可以，可按另一日所知来问。"),
    ),
    Sentence(
        key="W2",
        kind="when",
        english='asked on {on:date}[, as known on {known:date}], what could "{person}" do',
        chinese="问：{on:date}[按{known:date}所知]“{person}”可以做什么",
        example=('asked on 2026-03-20, what could "Wang" do', "问：2026年3月10日按2026年3月1日所知“林晓东”可以做什么"),
        help=("Everything a person could do on that day.", "某日某人的全部权限。"),
    ),
    Sentence(
        key="W3",
        kind="when",
        english='the {act} of "{item}" by "{person:member}" is judged[, as known on {known:date}]',
        chinese="[按{known:date}所知]判定“{person:member}”对“{item}”的{act}",
        example=(
            'the approval of "PO-2" by "Zhao" is judged, as known on 2026-04-03',
            "按2026年4月3日所知判定“马小龙”对“订单-1”的审批",
        ),
        help=(
            "Was this act within authority? A committee's includes its quorum and votes.",
            "该行权是否有权；会议体的结论含法定人数与表决。",
        ),
    ),
    Sentence(
        key="W9",
        kind="when",
        english='"{item}" is judged[, as known on {known:date}]',
        chinese="[按{known:date}所知]判定“{item}”",
        example=('"PO-2" is judged, as known on 2026-04-03', "按2026年4月3日所知判定“订单-1”"),
        help=(
            "Was the item decided within authority, co-signers, quorum and votes counted?",
            "该标的是否有权决定；联签人数、法定人数与表决一并计算。",
        ),
    ),
    Sentence(
        key="W4",
        kind="when",
        english="the organisation is shown on {on:date}[, as known on {known:date}]",
        chinese="查看{on:date}[按{known:date}所知]的组织图",
        example=(
            "the organisation is shown on 2026-04-30, as known on 2026-04-01",
            "查看2026年7月1日按2026年6月19日所知的组织图",
        ),
        help=("Who holds which position and reports to which.", "某日谁任何岗、向谁汇报。"),
    ),
    Sentence(
        key="W5",
        kind="when",
        english='the charter of "{position}" is read on {on:date}[, as known on {known:date}]',
        chinese="查阅{on:date}[按{known:date}所知]“{position}”的岗位说明书",
        example=(
            'the charter of "CFO" is read on 2026-07-01, as known on 2026-06-19',
            "查阅2026年7月1日按2026年6月19日所知“营销总监”的岗位说明书",
        ),
        help=("The duties of a position on that day.", "某日岗位的职责。"),
    ),
    Sentence(
        key="W6",
        kind="when",
        english="this is attempted:",
        chinese="尝试：",
        docstring=True,
        example=(
            lines("this is attempted:", '"""', '"CEO" reports to "CFO" from 2026-06-01', '"""'),
            lines("尝试：", '"""', "“营销总监”自2026年6月1日起向“区域主管”汇报", '"""'),
        ),
        help=(
            "Try to record one Given sentence. An act is attempted live: only within authority.",
            "试着记录一句“假如”。行权则当场核权，无权即被拒绝。",
        ),
    ),
    Sentence(
        key="W7",
        kind="when",
        english="the targets of {period} are shown on {on:date}[, as known on {known:date}]",
        chinese="查看{on:date}[按{known:date}所知]的{period}目标",
        example=(
            "the targets of 2026 are shown on 2026-02-28, as known on 2026-02-01",
            "查看2026年2月28日按2026年2月1日所知的2026年目标",
        ),
        help=("Targets, and how much of each is divided.", "某期间的目标及其分解。"),
    ),
    Sentence(
        key="W8",
        kind="when",
        english="this is considered:",
        chinese="试算：",
        docstring=True,
        example=(
            lines("this is considered:", '"""', 'the appointment of "Zhao" as "DIR-PROC" was entered in error', '"""'),
            lines("试算：", '"""', "授权“DIR-1”自2026年3月1日起收回", '"""'),
        ),
        help=(
            "A dry run of one Given sentence: which verdicts would flip. Nothing is recorded.",
            "试算一句“假如”会改变哪些结论；什么也不写入。",
        ),
    ),
)
