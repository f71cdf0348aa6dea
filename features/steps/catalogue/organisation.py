"""Given: the ledger, the days of recording, positions, appointments, reporting lines, committees, charters."""

from features.steps.sentence import Column, Sentence, Table, lines

POSITIONS = Table(
    (
        Column("position", "position", "岗位", "name", required=True, blank=False),
        Column("superior", "reports to", "上级", "name"),
    )
)
DUTIES = Table(
    (
        Column("number", "no.", "序号", "text", required=True, blank=False),
        Column("duty", "duty", "职责", "text", required=True, blank=False),
    )
)
SEATS = Table((Column("seat", "seat", "席位", "holder", required=True, blank=False),))

ORGANISATION = (
    Sentence(
        key="G1",
        kind="given",
        english='the ledger of "{name}" in {currency}, time zone {zone}',
        chinese="“{name}”的台账，币种{currency}，时区{zone}",
        example=(
            'the ledger of "Harbour Ltd" in CNY, time zone Asia/Shanghai',
            "“海川商贸有限公司”的台账，币种CNY，时区Asia/Shanghai",
        ),
        help=(
            "Whose ledger it is. Comes first; without it the ledger is in CNY and in Asia/Shanghai.",
            "这是哪一家的台账。写在最前；不写则为人民币、上海时区。",
        ),
    ),
    Sentence(
        key="G2",
        kind="given",
        english="what follows is recorded on {on:day}",
        chinese="以下内容于{on:day}记录",
        example=("what follows is recorded on 2026-03-02", "以下内容于2026年3月2日记录"),
        help=(
            "From here on, the day on which each sentence enters the ledger. It never goes back.",
            "自此句起，各句于何日入账。日期不得倒退。",
        ),
    ),
    Sentence(
        key="G3",
        kind="given",
        english="these positions from {since:date}:",
        chinese="自{since:date}起设有以下岗位：",
        table=POSITIONS,
        example=(
            lines(
                "these positions from 2026-01-01:",
                "| position | reports to |",
                "| CEO      |            |",
                "| CFO      | CEO        |",
            ),
            lines(
                "自2026年1月1日起设有以下岗位：",
                "| 岗位     | 上级   |",
                "| 总经理   |        |",
                "| 营销总监 | 总经理 |",
            ),
        ),
        help=("Positions and to which other each reports.", "设立岗位，并写明各自的直接上级。"),
    ),
    Sentence(
        key="G4",
        kind="given",
        english='"{person}" holds "{position}" from {since:date}[ through {through:day}]',
        chinese="“{person}”自{since:date}起[至{through:day}止]任“{position}”",
        example=(
            '"Li" holds "DIR-PROC" from 2026-01-01 through 2026-06-30',
            "“林晓东”自2026年1月1日起至2026年6月30日止任“营销总监”",
        ),
        help=("An appointment, with the full authority of the position.", "正式任职，有岗位的全部权限。"),
    ),
    Sentence(
        key="G33",
        kind="given",
        english='"{person}" holds "{position}" as {kind:appointment} from {since:date}[ through {through:day}]',
        chinese="“{person}”自{since:date}起[至{through:day}止]以{kind:appointment}身份任“{position}”",
        example=(
            '"Li" holds "DIR-PROC" as interim from 2026-01-01',
            "“林晓东”自2026年1月1日起至2026年6月30日止以兼任身份任“营销总监”",
        ),
        help=(
            "An appointment of another kind: concurrent, secondment, interim.",
            "其他身份的任职：兼任、借调、临时主持。",
        ),
    ),
    Sentence(
        key="G5",
        kind="given",
        english='"{person}" acts as "{position}" from {since:date}[ through {through:day}]',
        chinese="“{person}”自{since:date}起[至{through:day}止]代理“{position}”",
        example=(
            '"Zhao" acts as "DIR-PROC" from 2026-03-05 through 2026-03-31',
            "“赵明辉”自2026年9月5日起至2026年9月20日止代理“营销总监”",
        ),
        help=("Somebody acts in a position, without taking its seat.", "代理岗位，不占席位，有岗位的全部权限。"),
    ),
    Sentence(
        key="G6",
        kind="given",
        english='"{person}" no longer holds "{position}" from {since:date}',
        chinese="“{person}”自{since:date}起不再担任“{position}”",
        example=('"Li" no longer holds "DIR-PROC" from 2026-05-01', "“林晓东”自2026年7月1日起不再担任“营销总监”"),
        help=("An appointment ends; that day is the first without.", "任职终止；该日起不再任职。"),
    ),
    Sentence(
        key="G7",
        kind="given",
        english='"{person}" is absent from {since:date}[ through {through:day}]',
        chinese="“{person}”自{since:date}起[至{through:day}止]缺勤",
        example=(
            '"Li" is absent from 2026-03-03 through 2026-03-31',
            "“林晓东”自2026年9月1日起至2026年9月30日止缺勤",
        ),
        help=("An absence; by itself it takes no authority away.", "缺勤；缺勤本身不减少权限。"),
    ),
    Sentence(
        key="G8",
        kind="given",
        english='"{position}" reports to "{superior:position}" from {since:date}[ through {through:day}]',
        chinese="“{position}”自{since:date}起[至{through:day}止]向“{superior:position}”汇报",
        example=(
            '"MGR-PROC" reports to "CFO" from 2026-04-01',
            "“区域经理”自2026年6月1日起至2026年8月31日止向“销售部经理”汇报",
        ),
        help=("A position gets another line superior.", "变更岗位的行政上级。"),
    ),
    Sentence(
        key="G9",
        kind="given",
        english='"{position}" is abolished from {since:date}[, its successor is "{successor:position}"]',
        chinese="“{position}”自{since:date}起撤销[，由“{successor:position}”承接]",
        example=(
            '"DIR-PROC" is abolished from 2026-07-01, its successor is "VP-OPS"',
            "“市场部经理”自2026年7月1日起撤销，由“销售部经理”承接",
        ),
        help=(
            "A position ends; a successor takes every reference to it.",
            "撤销岗位；有承接岗位的，凡提及原岗位均指承接岗位。",
        ),
    ),
    Sentence(
        key="G20",
        kind="given",
        english='the appointment of "{person}" as "{position}" really began on {since:date}',
        chinese="更正：“{person}”任“{position}”实际自{since:date}起",
        example=(
            'the appointment of "Zhao" as "DIR-PROC" really began on 2026-03-12',
            "更正：“许文静”任“采购总监”实际自2026年3月1日起",
        ),
        help=("A correction: the appointment was recorded with a wrong first day.", "更正任职的起始日。"),
    ),
    Sentence(
        key="G21",
        kind="given",
        english='the appointment of "{person}" as "{position}" really ended from {since:date}',
        chinese="更正：“{person}”任“{position}”实际自{since:date}起终止",
        example=(
            'the appointment of "Zhao" as "DIR-PROC" really ended from 2026-03-20',
            "更正：“许文静”任“采购总监”实际自2026年3月10日起终止",
        ),
        help=("A correction: the first day without was recorded wrongly.", "更正任职的终止日；该日起不再任职。"),
    ),
    Sentence(
        key="G22",
        kind="given",
        english='the appointment of "{person}" as "{position}" was entered in error',
        chinese="更正：“{person}”任“{position}”系误录",
        example=(
            'the appointment of "Zhao" as "DIR-PROC" was entered in error',
            "更正：“丁一凡”任“采购总监”系误录",
        ),
        help=("An annulment: there never was such an appointment.", "作废误录的任职，视为从未任职。"),
    ),
    Sentence(
        key="G25",
        kind="given",
        english='the charter of "{position}", edition "{edition:text}", from {since:date}:',
        chinese="“{position}”的岗位说明书“{edition:text}”自{since:date}起：",
        table=DUTIES,
        example=(
            lines(
                'the charter of "CFO", edition "2026", from 2026-01-01:',
                "| no. | duty               |",
                "| 1   | Closes the books   |",
            ),
            lines(
                "“营销总监”的岗位说明书“2026年第一版”自2026年1月1日起：",
                "| 序号 | 职责         |",
                "| 1    | 处理客户纠纷 |",
            ),
        ),
        help=("An edition of a charter; the whole list replaces the former one.", "岗位说明书换版，整份代替旧版。"),
    ),
    Sentence(
        key="G27",
        kind="given",
        english='the committee "{committee:name}" of these seats, quorum {quorum:number}, from {since:date}:',
        chinese="自{since:date}起设立“{committee:name}”，法定人数{quorum:number}，席位如下：",
        table=SEATS,
        example=(
            lines(
                'the committee "Board" of these seats, quorum 2, from 2026-01-01:',
                "| seat           |",
                "| Board Chair    |",
                "| Board Member 1 |",
            ),
            lines("自2026年1月1日起设立“董事会”，法定人数2，席位如下：", "| 席位   |", "| 董事长 |", "| 董事甲 |"),
        ),
        help=("A committee with its seats: positions, or persons by name.", "设立会议体；席位为岗位或具名人员。"),
    ),
    Sentence(
        key="G45",
        kind="given",
        english='"{committee}" decides by {share} {counted}, quorum {quorum:number}, from {since:date}',
        chinese="“{committee}”自{since:date}起按{counted}的{share}[以上]通过，法定人数{quorum:number}",
        example=(
            '"Board" decides by 2/3 of all seats, quorum 3, from 2026-05-01',
            "“董事会”自2026年5月1日起按全部席位的2/3以上通过，法定人数3",
        ),
        help=(
            "Which majority carries a resolution (else more than half of the votes cast), and the quorum.",
            "决议须达到的多数（否则为所投票数过半），以及法定人数。",
        ),
    ),
)
