"""The words of the law (semantics.md), each in English and in Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.words import Pair

ACTS: dict[str, Pair] = {
    "propose": ("propose", "报批"),
    "nominate": ("nominate", "提名"),
    "review": ("review", "审核"),
    "approve": ("approve", "审批"),
    "dispose": ("dispose", "处置"),
    "countersign": ("countersign", "会签"),
    "sign": ("sign", "签署"),
    "seal": ("seal", "用印"),
    "file": ("file", "备案"),
}
ALSO_ACTS: dict[str, str] = {
    "提请": "propose",
    "proposal": "propose",
    "nomination": "nominate",
    "决定": "approve",
    "审批(决定)": "approve",
    "approval": "approve",
    "disposal": "dispose",
    "dispose of": "dispose",
    "countersignature": "countersign",
    "signature": "sign",
    "filing": "file",
}
"""Further words for the acts that every ledger knows."""

KINDS: dict[str, Pair] = {
    "unit": ("unit", "部门"),
    "position": ("position", "岗位"),
    "line": ("functional line", "职能汇报关系"),
    "person": ("person", "人员"),
    "appointment": ("appointment", "任职"),
    "absence": ("absence", "缺勤"),
    "committee": ("committee", "委员会"),
    "instrument": ("instrument", "文件"),
    "act": ("act", "行权方式"),
    "matter": ("matter", "事项"),
    "authority": ("authority", "授权"),
    "restriction": ("restriction", "限制"),
    "rule": ("rule", "规则"),
    "charter": ("charter", "岗位说明书"),
    "scope value": ("scope value", "范围取值"),
}
"""The kinds of things that have ids."""

CAPACITIES: dict[str, Pair] = {
    "substantive": ("holder", "任职"),
    "concurrent": ("holder, concurrently", "兼任"),
    "secondment": ("holder, on secondment", "借调"),
    "acting": ("acting holder", "代理"),
    "interim": ("interim holder", "临时主持"),
    "delegate": ("delegate", "受转授"),
    "rolled_up": ("for a vacant position", "上提"),
    "inherited": ("as superior", "承继"),
    "named": ("by name", "指名"),
    "body": ("as a body", "集体"),
}
"""In which capacity somebody exercises an authority; the first five are the kinds of appointment."""

APPOINTMENTS: dict[str, Pair] = {
    "substantive": ("substantive", "正式"),
    "concurrent": ("concurrent", "兼任"),
    "secondment": ("secondment", "借调"),
    "acting": ("acting", "代理"),
    "interim": ("interim", "临时主持"),
}

GRANTS: dict[str, Pair] = {
    "standing": ("standing", "常规"),
    "special": ("special", "特别"),
    "temporary": ("temporary", "临时"),
    "delegation": ("delegation", "转授"),
}

STATES: dict[str, Pair] = {
    "in_force": ("in force", "有效"),
    "not_yet": ("not yet", "未生效"),
    "expired": ("expired", "已到期"),
    "revoked": ("revoked", "已收回"),
    "suspended": ("suspended", "已中止"),
    "broken": ("chain broken", "链条中断"),
}

FLAGS: dict[str, Pair] = {"absent": ("absent", "缺勤")}

EVENTS: dict[str, Pair] = {
    "ledger-opened/1": ("ledger opened", "台账开立"),
    "unit-formed/1": ("unit formed", "部门设立"),
    "unit-renamed/1": ("unit renamed", "部门更名"),
    "unit-moved/1": ("unit moved", "部门改隶"),
    "unit-dissolved/1": ("unit dissolved", "部门撤销"),
    "position-established/1": ("position established", "岗位设立"),
    "position-retitled/1": ("position retitled", "岗位改称"),
    "position-moved/1": ("position moved", "岗位调整部门"),
    "seats-set/1": ("seats set", "席位调整"),
    "superior-set/1": ("superior set", "上级调整"),
    "functional-line-drawn/1": ("functional line drawn", "职能汇报建立"),
    "functional-line-withdrawn/1": ("functional line withdrawn", "职能汇报终止"),
    "position-abolished/1": ("position abolished", "岗位撤销"),
    "person-registered/1": ("person registered", "人员登记"),
    "person-renamed/1": ("person renamed", "人员更名"),
    "person-appointed/1": ("person appointed", "任职"),
    "appointment-ended/1": ("appointment ended", "任职终止"),
    "absence-recorded/1": ("absence recorded", "缺勤"),
    "absence-ended/1": ("absence ended", "缺勤结束"),
    "committee-constituted/1": ("committee constituted", "委员会设立"),
    "committee-reseated/1": ("committee reseated", "委员会席位调整"),
    "committee-dissolved/1": ("committee dissolved", "委员会撤销"),
    "charter-adopted/1": ("charter adopted", "岗位说明书施行"),
    "instrument-issued/1": ("instrument issued", "文件发布"),
    "act-defined/1": ("act defined", "行权方式定义"),
    "matter-defined/1": ("matter defined", "事项定义"),
    "matter-renamed/1": ("matter renamed", "事项更名"),
    "matter-moved/1": ("matter moved", "事项调整"),
    "matter-reserved/1": ("matter reserved", "事项保留"),
    "scope-value-placed/1": ("scope value placed", "范围取值"),
    "authority-granted/1": ("authority granted", "授权"),
    "authority-delegated/1": ("authority delegated", "转授权"),
    "limit-amended/1": ("limit amended", "限额修改"),
    "scope-amended/1": ("scope amended", "范围修改"),
    "depth-amended/1": ("depth amended", "转授层级修改"),
    "authority-suspended/1": ("authority suspended", "授权中止"),
    "authority-resumed/1": ("authority resumed", "授权恢复"),
    "authority-revoked/1": ("authority revoked", "授权收回"),
    "restriction-imposed/1": ("restriction imposed", "限制设立"),
    "restriction-lifted/1": ("restriction lifted", "限制解除"),
    "rule-set/1": ("rule set", "规则设定"),
    "fact-corrected/1": ("fact corrected", "更正"),
    "entry-annulled/1": ("entry annulled", "作废"),
    "person-erased/1": ("person erased", "个人信息删除"),
}
"""The stored names."""

FIELDS: dict[str, Pair] = {
    "seq": ("entry", "记录号"),
    "recorded_at": ("recorded at", "入账时间"),
    "recorded_by": ("recorded by", "入账人"),
    "command_id": ("command id", "命令编号"),
    "batch": ("batch", "批次"),
    "digest": ("fingerprint", "内容指纹"),
    "type": ("event", "事件"),
    "effective": ("from", "生效"),
    "until": ("until", "终止"),
    "instrument": ("instrument", "文件"),
    "clause": ("clause", "条款"),
    "issued": ("instrument", "文件"),
    "number": ("number", "文号"),
    "title": ("title", "名称"),
    "kind": ("kind", "类别"),
    "sha256": ("SHA-256", "SHA-256"),
    "signatories": ("signatories", "签发人"),
    "act": ("act", "行权方式"),
    "name": ("name", "名称"),
    "matter": ("matter", "事项"),
    "parent": ("part of", "上级"),
    "reserved": ("reserved", "不可转授"),
    "dimension": ("dimension", "维度"),
    "value": ("value", "取值"),
    "authority": ("authority", "授权"),
    "source": ("source", "来源授权"),
    "giver": ("given by", "授权人"),
    "holder": ("holder", "持有者"),
    "limit": ("limit", "限额"),
    "above": ("forbidden", "禁止"),
    "scope": ("scope", "范围"),
    "depth": ("delegable to depth", "可转授层级"),
    "lifts": ("lifts", "解除限制"),
    "outlasts_office": ("outlasts office", "离任后有效"),
    "covers_pending": ("covers pending items", "含未决事项"),
    "amended_by": ("amended by", "修改人"),
    "restriction": ("restriction", "限制"),
    "rule": ("rule", "规则"),
    "unit": ("unit", "部门"),
    "position": ("position", "岗位"),
    "seats": ("seats", "席位"),
    "superior": ("reports to", "上级"),
    "line": ("functional line", "职能汇报关系"),
    "successor": ("successor", "承接岗位"),
    "person": ("person", "人员"),
    "contact": ("contact", "联系方式"),
    "appointment": ("appointment", "任职"),
    "absence": ("absence", "缺勤"),
    "committee": ("committee", "委员会"),
    "edition": ("edition", "版本"),
    "duties": ("duties", "职责"),
    "meetings": ("meetings", "会议"),
    "currency": ("currency", "币种"),
    "zone": ("time zone", "时区"),
    "of": ("names entry", "针对记录"),
    "replacement": ("replacement", "更正为"),
    "reason": ("reason", "理由"),
}
"""The fields of entries."""
