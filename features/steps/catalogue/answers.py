"""Then: what has to be answered."""

from features.steps.sentence import Column, Sentence, Table, lines

COULD = Table(
    (
        Column("person", "person", "人员", "member", required=True, blank=False),
        Column("capacity", "as", "身份", "capacity"),
    )
)
FLIPS = Table(
    (
        Column("item", "item", "标的", "item", required=True, blank=False),
        Column("act", "act", "行权方式", "act", required=True, blank=False),
        Column("before", "from", "原结论", "verdict", required=True, blank=False),
        Column("after", "to", "新结论", "verdict", required=True, blank=False),
    )
)
OPEN = Table(
    (
        Column("id", "id", "编号", "authority", required=True, blank=False),
        Column("act", "act", "行权方式", "act", required=True, blank=False),
        Column("matter", "matter", "事项", "matter", required=True, blank=False),
        Column("limit", "limit", "限额", "limit", required=True, blank=False),
    )
)

ANSWERS = (
    Sentence(
        key="T1",
        kind="then",
        english="exactly these could:",
        chinese="恰有以下人员可以：",
        table=COULD,
        example=(
            lines("exactly these could:", "| person | as     |", "| Li     | holder |", "| Board  | body   |"),
            lines("恰有以下人员可以：", "| 人员   | 身份 |", "| 林晓东 | 任职 |"),
        ),
        help=("These and nobody else, each in this capacity.", "恰好是这些人，各以所列身份；多一个少一个都不对。"),
    ),
    Sentence(
        key="T2",
        kind="then",
        english="nobody could",
        chinese="无人可以",
        example=("nobody could", "无人可以"),
        help=("There is no candidate, and nothing is missing to tell.", "没有人可以，且不缺判定所需的事实。"),
    ),
    Sentence(
        key="T3",
        kind="then",
        english='"{person:member}" could not, because {reason}',
        chinese="“{person:member}”不可以，原因是{reason}",
        example=('"Li" could not, because PER_ACT_EXCEEDED', "“林晓东”不可以，原因是超单笔限额"),
        help=("None of their routes passes, and one fails for that reason.", "其各条依据均不成立，其中有因此原因的。"),
    ),
    Sentence(
        key="T4",
        kind="then",
        english="the answer cannot be determined, because {reason}",
        chinese="无法判定，原因是{reason}",
        example=("the answer cannot be determined, because RATE_MISSING", "无法判定，原因是缺属性"),
        help=("Something is missing to tell.", "缺少判定所需的事实。"),
    ),
    Sentence(
        key="T5",
        kind="then",
        english='"{person:member}" could by way of "{authority}"[, up to {limit}]',
        chinese="“{person:member}”的依据是“{authority}”[，限额{limit}]",
        example=('"Wang" could by way of "A-DIR", up to 500,000 CNY', "“林晓东”的依据是“授权-01”，限额2000元"),
        help=("By which authority, and its effective limit for one act.", "凭哪项授权，以及有效的单笔限额。"),
    ),
    Sentence(
        key="T6",
        kind="then",
        english="the verdict is {verdict}[, because {reason}]",
        chinese="结论为{verdict}[，原因是{reason}]",
        example=("the verdict is UNAUTHORISED, because REQUESTER", "结论为越权，原因是申请人本人"),
        help=("What the judging came to.", "判定的结论及原因。"),
    ),
    Sentence(
        key="T7",
        kind="then",
        english="it is refused because {refusal}",
        chinese="被拒绝，原因是{refusal}",
        example=("it is refused because REPORTING_CYCLE", "被拒绝，原因是汇报成环"),
        help=("The attempt was refused: the refusal's name or its sentence.", "尝试被拒绝；写拒绝的名称或其原句。"),
    ),
    Sentence(
        key="T8",
        kind="then",
        english="it is accepted",
        chinese="被接受",
        example=("it is accepted", "被接受"),
        help=("The attempt was recorded.", "尝试成功，已记录。"),
    ),
    Sentence(
        key="T9a",
        kind="then",
        english='"{position}" is held by "{person}"',
        chinese="“{position}”由“{person}”担任",
        example=('"DIR-PROC" is held by "Li"', "“营销总监”由“林晓东”担任"),
        help=("After the organisation was shown.", "接“查看组织图”。"),
    ),
    Sentence(
        key="T9b",
        kind="then",
        english='"{position}" is vacant',
        chinese="“{position}”空缺",
        example=('"DIR-PROC" is vacant', "“营销总监”空缺"),
        help=("The position exists and nobody holds it.", "岗位存在而无人任职。"),
    ),
    Sentence(
        key="T10",
        kind="then",
        english='"{position}" reports to "{superior:position}"',
        chinese="“{position}”的上级是“{superior:position}”",
        example=('"MGR-PROC" reports to "CFO"', "“营销总监”的上级是“公司总经理”"),
        help=("The line superior, after the organisation was shown.", "行政上级；接“查看组织图”。"),
    ),
    Sentence(
        key="T11a",
        kind="then",
        english="it has {count:number} duties",
        chinese="共有{count:number}项职责",
        example=("it has 6 duties", "共有6项职责"),
        help=("After a charter was read.", "接“查阅岗位说明书”。"),
    ),
    Sentence(
        key="T11b",
        kind="then",
        english='its duty {number} is "{duty:text}"',
        chinese="第{number}项职责是“{duty:text}”",
        example=('its duty 6 is "Signs contracts of the province"', "第6项职责是“签署省级客户的合同”"),
        help=("After a charter was read.", "接“查阅岗位说明书”。"),
    ),
    Sentence(
        key="T12",
        kind="then",
        english='target "{target}" is {amount:money}, of which {divided:money} is divided',
        chinese="目标“{target}”为{amount:money}，已分解{divided:money}",
        example=(
            'target "Sales" is 12,000,000 CNY, of which 9,000,000 CNY is divided',
            "目标“年度销售额”为1200万元，已分解900万元",
        ),
        help=("After the targets were shown.", "接“查看目标”。"),
    ),
    Sentence(
        key="T15",
        kind="then",
        english='target "{target}" is carried by "{holder}"',
        chinese="目标“{target}”由“{holder}”承担",
        example=('target "East" is carried by "Sales East"', "目标“华东销售额”由“华东经理”承担"),
        help=(
            "The position or person that carries it, or whoever holds that position.",
            "承担目标的岗位或人员；也可写任该岗位的人员。",
        ),
    ),
    Sentence(
        key="T16",
        kind="then",
        english='the result of target "{target}" is {amount:money}',
        chinese="目标“{target}”的实绩合计为{amount:money}",
        example=('the result of target "East" is 120 CNY', "目标“华东销售额”的实绩合计为120万元"),
        help=("What was reported of it, or of its parts.", "已上报的合计；本身未上报的，为各部分之和。"),
    ),
    Sentence(
        key="T17",
        kind="then",
        english='target "{target}" does not count',
        chinese="目标“{target}”不计入",
        example=('target "East" does not count', "目标“华东销售额”不计入"),
        help=("It is withdrawn, or not set yet, or not of that period.", "目标已撤销、尚未下达，或不属于该期间。"),
    ),
    Sentence(
        key="T13a",
        kind="then",
        english="exactly these verdicts flip:",
        chinese="恰有以下结论改变：",
        table=FLIPS,
        example=(
            lines(
                "exactly these verdicts flip:",
                "| item | act     | from       | to                  |",
                "| PO-2 | approve | AUTHORISED | AUTHORISED_AS_KNOWN |",
            ),
            lines(
                "恰有以下结论改变：",
                "| 标的   | 行权方式 | 原结论 | 新结论         |",
                "| 订单-8 | 审批     | 有权   | 按当时所知有权 |",
            ),
        ),
        help=("After a dry run: these acts and no others.", "接“试算”：恰好是这些行权。"),
    ),
    Sentence(
        key="T13b",
        kind="then",
        english="no verdict flips",
        chinese="没有结论改变",
        example=("no verdict flips", "没有结论改变"),
        help=("After a dry run.", "接“试算”。"),
    ),
    Sentence(
        key="T14",
        kind="then",
        english='exactly these are open to "{person}":',
        chinese="“{person}”恰有以下权限：",
        table=OPEN,
        example=(
            lines(
                'exactly these are open to "Wang":',
                "| id   | act     | matter    | limit         |",
                "| A-VP | approve | PO.commit | 2,000,000 CNY |",
            ),
            lines(
                "“林晓东”恰有以下权限：",
                "| 编号    | 行权方式 | 事项     | 限额   |",
                "| 授权-01 | 审批     | 客户纠纷 | 2000元 |",
            ),
        ),
        help=("After asking what a person could do.", "接“可以做什么”。"),
    ),
)
