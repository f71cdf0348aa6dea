"""Given: what people did (items, acts, resolutions, ratifications), and contracts."""

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
        key="G34",
        kind="given",
        english='"{person}" rejected [the ]{act} of "{item}" under "{matter}"[ for {amount:money}] on {on:date}'
        '[, as "{claimed:position}"]',
        chinese="“{person}”于{on:date}[以“{claimed:position}”身份]对“{item}”不予{act}，事项“{matter}”"
        "[，金额{amount:money}]",
        table=ATTRIBUTES,
        example=(
            '"Wang" rejected the approval of "PO-3" under "PO.commit" for 90,000 CNY on 2026-03-04',
            "“马小龙”于2026年3月4日以“采购经理”身份对“订单-3”不予审批，事项“订单”，金额9万元",
        ),
        help=(
            "Somebody said no. It is judged like any act, and counts for no cap, no use and no approval.",
            "某人不予批准。同样判定是否有权，但不计入累计、次数和审批。",
        ),
    ),
    Sentence(
        key="G35",
        kind="given",
        english='"{person}" did {act} "{item}" under "{matter}"[ for {amount:money}] on {on:date}'
        '[, as "{claimed:position}"], to be ratified before {deadline:date}',
        chinese="“{person}”于{on:date}[以“{claimed:position}”身份]对“{item}”行使{act}，事项“{matter}”"
        "[，金额{amount:money}]，须于{deadline:date}前追认",
        table=ATTRIBUTES,
        example=(
            '"Li" did approve "PO-4" under "PO.commit" for 900,000 CNY on 2026-03-04, to be ratified before 2026-03-18',
            "“马小龙”于2026年3月4日以“采购经理”身份对“订单-4”行使审批，事项“订单”，金额90万元，须于2026年3月18日前追认",
        ),
        help=(
            "An act in haste: until that day it is pending ratification instead of unauthorised.",
            "紧急行权：到该日之前结论为“待追认”，而非“越权”。",
        ),
    ),
    Sentence(
        key="G36",
        kind="given",
        english='the contract "{contract:item}" with "{party:name}" under "{matter}" for {value:money} '
        "from {since:date}[ through {through:day}]",
        chinese="自{since:date}起[至{through:day}止]与“{party:name}”订有合同“{contract:item}”，"
        "事项“{matter}”，金额{value:money}",
        table=ATTRIBUTES,
        example=(
            'the contract "C-2026-8" with "Haitong Media" under "ads" for 800,000 CNY from 2026-04-01',
            "自2026年4月1日起至2027年3月31日止与“海通传媒”订有合同“合同-8”，事项“广告合同”，金额80万元",
        ),
        help=(
            "A contract is registered; it is an item under its own id.",
            "登记合同；合同以其编号作为标的，可对它行使审批、签署等。",
        ),
    ),
    Sentence(
        key="G37",
        kind="given",
        english='the contract "{contract:item}" is amended by "{amendment:name}" to {value:money} from {since:date}',
        chinese="自{since:date}起合同“{contract:item}”经“{amendment:name}”变更，金额改为{value:money}",
        example=(
            'the contract "C-2026-8" is amended by "Amendment 1" to 950,000 CNY from 2026-06-01',
            "自2026年6月1日起合同“合同-8”经“补充协议一”变更，金额改为95万元",
        ),
        help=("The new total of a contract, not the difference.", "合同变更后的总额，而非增减额。"),
    ),
)
