"""Given: what people did (items, acts, resolutions, ratifications), and targets."""

from features.steps.sentence import ATTRIBUTES, Column, Sentence, Table, lines

MEMBERS = Table(
    (
        Column("member", "member", "成员", "person", required=True, blank=False),
        Column("vote", "vote", "表决", "vote", required=True, blank=False),
    )
)

CONDUCT = (
    Sentence(
        key="G32",
        kind="given",
        english='"{item:name}" was opened under "{matter}" for {amount:money} on {on:date}'
        '[, asked for by "{requester:person}"][, benefiting "{beneficiary:person}"]',
        chinese="“{item:name}”于{on:date}提出，事项“{matter}”，金额{amount:money}"
        "[，申请人“{requester:person}”][，受益人“{beneficiary:person}”]",
        table=ATTRIBUTES,
        example=(
            '"EXP-7" was opened under "expense" for 3,000 CNY on 2026-03-10, asked for by "Zhao", benefiting "Li"',
            "“报销-7”于2026年3月10日提出，事项“费用”，金额3000元，申请人“赵明辉”，受益人“林晓东”",
        ),
        help=("Something is put forward to be decided.", "提出待决事项（标的）。"),
    ),
    Sentence(
        key="G23",
        kind="given",
        english='"{person}" did {act} "{item}" under "{matter}"[ for {amount:money}] on {on:date}'
        '[, as "{claimed:position}"][, asked for by "{requester:person}"][, benefiting "{beneficiary:person}"]',
        chinese="“{person}”于{on:date}[以“{claimed:position}”身份]对“{item}”行使{act}，事项“{matter}”"
        "[，金额{amount:money}][，申请人“{requester:person}”][，受益人“{beneficiary:person}”]",
        table=ATTRIBUTES,
        example=(
            '"Li" did approve "PO-1" under "PO.commit" for 400,000 CNY on 2026-03-02T10:00+08:00, as "DIR-PROC"',
            "“马小龙”于2026年2月20日以“采购经理”身份对“订单-1”行使审批，事项“订单”，金额30万元，申请人“高志远”，受益人“宋佳宁”",
        ),
        help=(
            "What somebody did; recorded whatever the ledger thinks of it, and judged later.",
            "某人行使了某权；如实记录，不论是否有权，结论另行判定。",
        ),
    ),
    Sentence(
        key="G30",
        kind="given",
        english='"{committee}" resolved "{item}" under "{matter}"[ for {amount:money}] on {on:date}:',
        chinese="“{committee}”于{on:date}就“{item}”作出决议，事项“{matter}”[，金额{amount:money}]：",
        table=MEMBERS,
        example=(
            lines(
                '"Board" resolved "RES-Y" under "contract.Y" for USD 600,000 on 2026-05-01:',
                "| member | vote |",
                "| Sun    | yes  |",
            ),
            lines(
                "“董事会”于2026年5月1日就“决议-1”作出决议，事项“对外投资”，金额500万元：",
                "| 成员   | 表决 |",
                "| 孙立国 | 赞成 |",
            ),
        ),
        help=("A committee decided; the table has the members present.", "会议体作出决议；表中列出席成员及表决。"),
    ),
    Sentence(
        key="G24",
        kind="given",
        english='"{person:member}" ratified [the ]{act} of "{item}" on {on:date}',
        chinese="“{person:member}”于{on:date}追认“{item}”的{act}",
        example=('"Wang" ratified the approval of "PO-2" on 2026-04-07', "“高志远”于2026年4月7日追认“订单-2”的审批"),
        help=("Somebody approves of an act after it was done.", "事后追认一项行权。"),
    ),
    Sentence(
        key="G31",
        kind="given",
        english='the act of "{person:member}" on "{item}" was entered in error',
        chinese="更正：“{person:member}”对“{item}”的行权系误录",
        example=('the act of "Li" on "PO-1" was entered in error', "更正：“马小龙”对“订单-1”的行权系误录"),
        help=("An annulment: there never was such an act.", "作废误录的行权，视为从未发生。"),
    ),
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
)
