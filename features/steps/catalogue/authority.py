"""Given: matters, authorities, delegations, restrictions, rules, caps, rates and base figures, joint authority."""

from features.steps.sentence import Column, Sentence, Table, lines

MATTERS = Table(
    (
        Column("matter", "matter", "事项", "name", required=True, blank=False),
        Column("parent", "part of", "上级事项", "name"),
        Column("reserved", "reserved", "不可转授", "flag"),
    )
)
AUTHORITIES = Table(
    (
        Column("id", "id", "编号", "name", required=True, blank=False),
        Column("holder", "holder", "持有者", "holder", required=True, blank=False),
        Column("act", "act", "行权方式", "act", required=True, blank=False),
        Column("matter", "matter", "事项", "matter", required=True, blank=False),
        Column("limit", "limit", "限额", "limit", required=True, blank=False),
        Column("scope", "scope", "范围", "scope"),
        Column("depth", "may delegate", "可转授", "delegable"),
        Column("kind", "kind", "类别", "grant"),
        Column("uses", "uses", "次数", "number"),
        Column("lifts", "lifts", "解除限制", "listed"),
        Column("rests_on", "rests on", "依据", "item"),
    )
)
SIGNERS = Table((Column("holder", "holder", "持有者", "holder", required=True, blank=False),), when="classes")

AUTHORITY = (
    Sentence(
        key="G10",
        kind="given",
        english="these matters:",
        chinese="以下授权事项：",
        table=MATTERS,
        example=(
            lines(
                "these matters:",
                "| matter       | part of   | reserved |",
                "| PO.commit    |           |          |",
                "| PO.hardware  | PO.commit |          |",
            ),
            lines("以下授权事项：", "| 事项     | 上级事项 | 不可转授 |", "| 采购订单 |          |          |"),
        ),
        help=(
            "What can be decided on; an authority over a matter covers what is part of it.",
            "可以授权的事项；对事项的授权及于其下级事项。",
        ),
    ),
    Sentence(
        key="G11",
        kind="given",
        english="these authorities from {since:date}[ through {through:day}]:",
        chinese="自{since:date}起[至{through:day}止]有以下授权：",
        table=AUTHORITIES,
        example=(
            lines(
                "these authorities from 2026-01-01:",
                "| id    | holder | act     | matter    | limit         |",
                "| A-CEO | CEO    | approve | PO.commit | 2,000,000 CNY |",
            ),
            lines(
                "自2026年1月1日起至2026年12月31日止有以下授权：",
                "| 编号    | 持有者   | 行权方式 | 事项     | 限额   |",
                "| 授权-01 | 营销总监 | 审批     | 客户纠纷 | 2000元 |",
            ),
        ),
        help=("Who may do what, over which matter, up to which limit.", "谁可以对什么事项行使什么权、限额多少。"),
    ),
    Sentence(
        key="G12",
        kind="given",
        english='authority "{authority}" is limited to {limit} from {since:date}[ through {through:day}]',
        chinese="授权“{authority}”自{since:date}起[至{through:day}止]限额改为{limit}",
        example=(
            'authority "A-DIR" is limited to 300,000 CNY from 2026-06-01',
            "授权“授权-01”自2026年7月1日起至2026年9月30日止限额改为3000元",
        ),
        help=("An authority or delegation gets another limit.", "变更授权或转授的限额。"),
    ),
    Sentence(
        key="G13",
        kind="given",
        english='authority "{authority}" is revoked from {since:date}',
        chinese="授权“{authority}”自{since:date}起收回",
        example=('authority "A-DIR" is revoked from 2026-06-01', "授权“DIR-1”自2026年3月1日起收回"),
        help=("An authority ends; that day is the first without.", "收回授权；该日起不再有效。"),
    ),
    Sentence(
        key="G14",
        kind="given",
        english='"{giver:holder}" delegates "{source:authority}" as "{authority:name}" to "{holder}" up to {limit} '
        'from {since:date}[ through {through:day}][, within "{scope}"][further?, who may delegate further]',
        chinese="“{giver:holder}”自{since:date}起[至{through:day}止]将授权“{source:authority}”转授“{holder}”，"
        "编号“{authority:name}”，限额{limit}[，范围“{scope}”][further?，可再转授]",
        example=(
            (
                '"VP" delegates "A-VP" as "D-1" to "Gao" up to 300 CNY from 2026-01-01 through 2026-03-31, '
                'within "region=east", who may delegate further'
            ),
            (
                "“营销总监”自2026年3月1日起至2026年6月30日止将授权“授权-02”转授“陈雨晴”，编号“转授-02”，限额500元，"
                "范围“区域=华东”，可再转授"
            ),
        ),
        help=("A holder passes on part of an authority and keeps it.", "持有者转授部分权限，自己仍保留。"),
    ),
    Sentence(
        key="G15",
        kind="given",
        english='delegation "{authority}" is revoked from {since:date}',
        chinese="转授“{authority}”自{since:date}起收回",
        example=('delegation "D-NY" is revoked from 2026-02-01', "转授“转授-02”自2026年5月1日起收回"),
        help=("A delegation ends; that day is the first without.", "收回转授；该日起不再有效。"),
    ),
    Sentence(
        key="G16",
        kind="given",
        english='("{holder}"|everyone) may not {act} "{matter}"[ above {above:limit}] from {since:date}, '
        'restriction "{restriction:name}"',
        chinese="自{since:date}起(“{holder}”|任何人)不得{act}[超过{above:limit}的]“{matter}”，限制编号“{restriction:name}”",
        example=(
            'everyone may not approve "PO.consulting" above 50,000 CNY from 2026-01-01, restriction "C-50"',
            "自2026年1月1日起“营销总监”不得审批超过5万元的“咨询费”，限制编号“限-1”",
        ),
        help=(
            "A restriction on a holder or, without quotes, on everyone; it beats every authority.",
            "限制某持有者或任何人（不加引号）；限制优先于授权。",
        ),
    ),
    Sentence(
        key="G17",
        kind="given",
        english="the rule {rule} is {value:rule_value} from {since:date}[ through {through:day}]",
        chinese="自{since:date}起[至{through:day}止]规则{rule}为{value:rule_value}",
        example=(
            "the rule sign needs approval is yes from 2026-01-01",
            "自2026年8月1日起至2026年8月31日止规则空缺为无",
        ),
        help=(
            "A rule: vacancy, superiors, self-interest, separation, sign needs approval, rates, splitting.",
            "规则：空缺、上级行权、利益回避、不相容、先批后签、汇率、拆分。",
        ),
    ),
    Sentence(
        key="G18",
        kind="given",
        english='authority "{authority}" is capped at {limit} per {window}, pooled by {pool}, from {since:date}',
        chinese="授权“{authority}”自{since:date}起每{window}累计不超过{limit}，按{pool}合并计算",
        example=(
            'authority "A-DIR" is capped at 1,200,000 CNY per month, pooled by position, from 2026-01-01',
            "授权“授权-01”自2026年1月1日起每月累计不超过10万元，按岗位合并计算",
        ),
        help=("How much may be done by an authority in all, in a window.", "授权在一段期间内的累计限额。"),
    ),
    Sentence(
        key="G19",
        kind="given",
        english="1 {currency} is {worth:money} from {since:date}",
        chinese="自{since:date}起1[ ]{currency}合{worth:money}",
        example=("1 USD is 7.10 CNY from 2026-07-01", "自2026年7月1日起1 USD合7.10 CNY"),
        help=("A published rate; it serves in both directions.", "公布汇率；正反两个方向都适用。"),
    ),
    Sentence(
        key="G28",
        kind="given",
        english='the base figure "{base:name}" is {amount:money} from {since:date}',
        chinese="自{since:date}起基数“{base:name}”为{amount:money}",
        example=(
            'the base figure "net assets" is 500,000,000 CNY from 2026-01-01',
            "自2026年1月1日起基数“净资产”为5亿元",
        ),
        help=("What limits like 1% of “net assets” are counted from.", "“净资产”的1%一类限额所依据的基数。"),
    ),
    Sentence(
        key="G29",
        kind="given",
        english='authority "{authority}" needs {persons:number} distinct persons'
        "[, among them {classes:number} of these], from {since:date}[:]",
        chinese="授权“{authority}”自{since:date}起须{persons:number}人联签[，其中{classes:number}人出自：]",
        table=SIGNERS,
        example=(
            lines(
                'authority "A-PAY" needs 3 distinct persons, among them 2 of these, from 2026-01-01:',
                "| holder |",
                "| CFO    |",
                "| CEO    |",
            ),
            lines(
                "授权“授权-11”自2026年1月1日起须3人联签，其中2人出自：",
                "| 持有者     |",
                "| 财务总监   |",
                "| 公司总经理 |",
            ),
        ),
        help=(
            "How many persons have to sign together, and how many of them of a list.",
            "须几人联签，其中几人出自名单。",
        ),
    ),
    Sentence(
        key="G43",
        kind="given",
        english='authority "{authority}" is suspended from {since:date}[ through {through:day}]',
        chinese="授权“{authority}”自{since:date}起[至{through:day}止]中止",
        example=(
            'authority "A-DIR" is suspended from 2026-05-01',
            "授权“授权-01”自2026年5月1日起至2026年5月31日止中止",
        ),
        help=("An authority rests, for a time or until it is resumed.", "授权暂停行使：一段时间，或直到恢复。"),
    ),
    Sentence(
        key="G44",
        kind="given",
        english='authority "{authority}" is resumed from {since:date}',
        chinese="授权“{authority}”自{since:date}起恢复",
        example=('authority "A-DIR" is resumed from 2026-06-01', "授权“授权-01”自2026年6月1日起恢复"),
        help=("A suspended authority is in force again.", "已中止的授权恢复行使。"),
    ),
)
