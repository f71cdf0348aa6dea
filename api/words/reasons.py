"""The codes: what each is called in Chinese, and the sentence that each reason of an answer says, with its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.words import Pair

CHINESE: dict[str, str] = {
    # the reasons of answers, in the order in which they are checked
    "NOT_YET_EFFECTIVE": "未生效",
    "EXPIRED": "已到期",
    "REVOKED": "已收回",
    "SUSPENDED": "已中止",
    "CHAIN_BROKEN": "链条中断",
    "RESERVED": "事项保留",
    "OPENED_BEFORE": "事前提出",
    "OUT_OF_SCOPE": "超出范围",
    "PROHIBITED": "受限制",
    "NO_AUTHORITY": "无权限",
    "PER_ACT_EXCEEDED": "超单笔限额",
    "CUMULATIVE_EXCEEDED": "超累计限额",
    "EXHAUSTED": "次数已尽",
    "SPLIT_EXCEEDED": "拆分超限",
    "REQUESTER": "申请人本人",
    "BENEFICIARY": "受益人本人",
    "SUBORDINATE_OF_BENEFICIARY": "受益人下属",
    "SEPARATION": "不相容职务",
    "APPROVAL_MISSING": "未经审批",
    "APPROVAL_LATER": "先签后批",
    "APPROVAL_TOO_SMALL": "审批金额不足",
    "QUORUM_NOT_MET": "未达法定人数",
    "NOT_CARRIED": "未获通过",
    "NOT_ENOUGH_SIGNATORIES": "联签人数不足",
    "RATE_MISSING": "缺汇率",
    "BASE_MISSING": "缺基数",
    "ATTRIBUTE_MISSING": "缺属性",
    "NO_GRANT": "没有授权",
    # input and storage
    "BAD_INPUT": "输入有误",
    "AMBIGUOUS_NAME": "名称不唯一",
    "NO_SUCH_LEDGER": "没有此台账",
    "NO_SUCH_FOLDER": "没有此文件夹",
    "NOT_A_LEDGER": "不是台账",
    "LEDGER_EXISTS": "台账已存在",
    "LEDGER_DAMAGED": "台账损坏",
    "STORAGE_FAILED": "存储失败",
    "DISK_FULL": "磁盘已满",
    "READ_ONLY": "只读",
    "BUSY": "正被占用",
    "NOT_YET_KNOWN": "此处尚未获知",
    "SERVER_UNFIT": "服务器不符合要求",
    "STOPPED": "服务正在停止",
    "NOT_YET_TIDY": "尚未清净",
    # refusals
    "UNKNOWN_NAME": "名称不存在",
    "NAME_TAKEN": "编号已用",
    "ERASED": "已删除",
    "UNTIL_BEFORE_FROM": "止期不晚于起期",
    "NOT_ALIVE": "此时不存在",
    "ENDED_ALREADY": "已经终止",
    "SEAT_TAKEN": "席位已满",
    "REPORTING_CYCLE": "汇报成环",
    "UNIT_CYCLE": "部门成环",
    "MATTER_CYCLE": "事项成环",
    "SUCCESSOR_CYCLE": "承接成环",
    "SCOPE_CYCLE": "范围成环",
    "TARGET_CYCLE": "目标成环",
    "PARTS_EXCEED_WHOLE": "分解超总额",
    "LIMIT_NOT_STATED": "未写限额",
    "NOT_THE_HOLDER": "不是持有者",
    "OWN_DELEGATION": "转授本人",
    "NOT_DELEGABLE": "不可转授",
    "DEPTH_EXCEEDED": "超出转授层级",
    "PERIOD_WIDER_THAN_SOURCE": "超出来源期限",
    "LIMIT_ABOVE_SOURCE": "超出来源限额",
    "SCOPE_WIDER_THAN_SOURCE": "超出来源范围",
    "NOT_SPECIAL": "不是特别授权",
    "DIFFERS_FROM_ITEM": "与事项所载不符",
    "NOT_WITHIN_AUTHORITY": "不在权限内",
    "NOTHING_TO_CORRECT": "无可更正",
    "COMMAND_ID_REUSED": "命令编号重复",
    "CLOCK_BEHIND": "时钟落后",
}

SENTENCES: dict[str, Pair] = {
    "NOT_YET_EFFECTIVE": ("{authority} begins on {since} ({seq})", "{authority}自{since}起生效（{seq}）"),
    "EXPIRED": ("{authority} ended on {until} ({seq})", "{authority}已于{until}终止（{seq}）"),
    "REVOKED": ("{authority} is revoked from {until} ({seq})", "{authority}自{until}起收回（{seq}）"),
    "SUSPENDED": (
        "{authority} is suspended from {since} until {until} ({seq})",
        "{authority}自{since}起中止，{until}恢复（{seq}）",
    ),
    "CHAIN_BROKEN": (
        "an earlier link does not hold: {stated}",
        "前一环节不成立：{stated}",
    ),
    "RESERVED": (
        "matter {matter} is reserved and no delegated route covers it",
        "事项{matter}不可转授，转授的途径不及于它",
    ),
    "OPENED_BEFORE": (
        "{authority} begins on {since} and does not cover what was opened before ({seq})",
        "{authority}自{since}起，不含此前提出的事项（{seq}）",
    ),
    "OUT_OF_SCOPE": (
        "{authority} asks for {dimension} {allowed}, here it is {stated} ({seq})",
        "{authority}要求{dimension}为{allowed}，此处是{stated}（{seq}）",
    ),
    "PROHIBITED": (
        "restriction {restriction} forbids it{above} ({seq})",
        "限制{restriction}禁止{above}此类行为（{seq}）",
    ),
    "NO_AUTHORITY": (
        "the limit of {authority} is “no authority” ({seq})",
        "{authority}的限额为“无权”（{seq}）",
    ),
    "PER_ACT_EXCEEDED": (
        "{amount} is above the limit of {authority}, {limit} ({seq})",
        "{amount}超过{authority}的限额{limit}（{seq}）",
    ),
    "CUMULATIVE_EXCEEDED": (
        "{amount} after {used} is above the cap of {authority}, {limit} per {window}, pooled by {pool} ({seq})",
        "{authority}每{window}累计不超过{limit}，按{pool}合并计算，已用{used}，再加{amount}即超出（{seq}）",
    ),
    "EXHAUSTED": (
        "{authority} may be used {needed} times and was used {count} times ({seq})",
        "{authority}限用{needed}次，已用{count}次（{seq}）",
    ),
    "SPLIT_EXCEEDED": (
        "{amount} and related acts make {used}, which is above the limit of {authority}, {limit} ({seq})",
        "{amount}与相关行为合计{used}，超过{authority}的限额{limit}（{seq}）",
    ),
    "REQUESTER": ("{person} is the one who asks", "{person}是申请人本人"),
    "BENEFICIARY": ("{person} is the one who benefits", "{person}是受益人本人"),
    "SUBORDINATE_OF_BENEFICIARY": ("reports to the one who benefits, {person}", "是受益人{person}的下属"),
    "SEPARATION": (
        "{person} did an act on {item} that excludes this one, {deed} ({seq})",
        "{person}对{item}已有不相容的行权{deed}（{seq}）",
    ),
    "APPROVAL_MISSING": (
        "no approval of {item} within authority is recorded",
        "{item}没有在权限内的审批",
    ),
    "APPROVAL_LATER": (
        "{item} was approved on {since}, after it was signed ({seq})",
        "{item}签署在先，{since}才审批（{seq}）",
    ),
    "APPROVAL_TOO_SMALL": (
        "{item} is approved for {used}, less than {amount} ({seq})",
        "{item}的审批金额为{used}，不足{amount}（{seq}）",
    ),
    "QUORUM_NOT_MET": (
        "{count} seats were present, the quorum is {needed} ({seq})",
        "出席{count}席，法定人数{needed}席（{seq}）",
    ),
    "NOT_CARRIED": (
        "{count} votes were in favour, {needed} were needed ({seq})",
        "赞成{count}票，须{needed}票（{seq}）",
    ),
    "NOT_ENOUGH_SIGNATORIES": (
        "{authority} needs {needed} persons jointly, and not all of them are within authority",
        "{authority}须{needed}人联签，有权签署的人数不足",
    ),
    "RATE_MISSING": (
        "no rate is published to compare {amount} with {limit} of {authority} ({seq})",
        "没有公布汇率，{amount}与{authority}的{limit}无法比较（{seq}）",
    ),
    "BASE_MISSING": (
        "the limit of {authority} is {limit}, and that base figure is not published ({seq})",
        "{authority}的限额为{limit}，该基数没有公布（{seq}）",
    ),
    "ATTRIBUTE_MISSING": (
        "{authority} asks for {dimension} ({allowed}) and none is stated ({seq})",
        "{authority}要求{dimension}（{allowed}），没有写明（{seq}）",
    ),
    "NO_GRANT": ("holds nothing for this act over this matter", "对此事项没有此行权方式的授权"),
}
"""One sentence a reason; `seq` is the entry that says so."""
