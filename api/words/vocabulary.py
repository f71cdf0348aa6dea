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
    "item": ("item", "事项标的"),
    "deed": ("deed", "行权"),
    "ratification": ("ratification", "追认"),
    "contract": ("contract", "合同"),
    "target": ("target", "目标"),
    "report": ("report", "业绩报告"),
    "rate": ("rate", "汇率"),
    "base figure": ("base figure", "基数"),
}
"""The kinds of things that have ids; a deed is one act done on an item (标的)."""

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

FLAGS: dict[str, Pair] = {"absent": ("absent", "缺勤"), "split_suspected": ("split suspected", "疑似拆分")}

VERDICTS: dict[str, Pair] = {
    "AUTHORISED": ("authorised", "有权"),
    "AUTHORISED_AS_KNOWN": ("authorised as known then", "按当时所知有权"),
    "CURED": ("cured", "事后补正"),
    "UNAUTHORISED": ("unauthorised", "越权"),
    "INDETERMINATE": ("indeterminate", "无法判定"),
    "RATIFIED": ("ratified", "已追认"),
    "PENDING_RATIFICATION": ("pending ratification", "待追认"),
}
"""The verdicts of acts and items (semantics.md 6)."""

POOLS: dict[str, Pair] = {
    "person": ("person", "个人"),
    "position": ("position", "岗位"),
    "grant": ("grant", "授权"),
    "supplier": ("supplier", "供应商"),
    "project": ("project", "项目"),
    "contract": ("contract", "合同"),
}
"""What a cap adds up."""

WINDOWS: dict[str, Pair] = {
    "month": ("month", "月"),
    "quarter": ("quarter", "季"),
    "year": ("year", "年"),
    "fiscal_year": ("fiscal year", "会计年度"),
    "grant": ("grant", "授权期"),
}
"""Over which time a cap adds up, rolling days aside: `Words.window` says those too."""

VOTES: dict[str, Pair] = {
    "yes": ("yes", "赞成"),
    "no": ("no", "反对"),
    "abstained": ("abstained", "弃权"),
    "recused": ("recused", "回避"),
}

COUNTED_OF: dict[str, Pair] = {
    "cast": ("of the votes cast", "所投票数"),
    "present": ("of those present", "出席人数"),
    "seats": ("of all seats", "全部席位"),
}
"""Of what a committee's majority is counted."""

RULES: dict[str, Pair] = {
    "vacancy": ("vacancy", "空缺"),
    "superiors": ("superiors", "上级行权"),
    "self_interest": ("self-interest", "利益回避"),
    "separation": ("separation", "不相容"),
    "sign_needs_approval": ("sign needs approval", "先批后签"),
    "rates": ("rates", "汇率"),
    "splitting": ("splitting", "拆分"),
    "fiscal_year": ("fiscal year", "会计年度"),
}

RULE_VALUES: dict[str, Pair] = {
    "none": ("none", "无"),
    "roll_up": ("roll up", "上提"),
    "inherit": ("inherit", "承继"),
    "forbid": ("forbid", "禁止"),
    "allow": ("allow", "允许"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "off": ("off", "关闭"),
    "flag": ("flag", "提示"),
    "aggregate": ("aggregate", "合并计算"),
}
"""What rules say; pairs of acts, series of rates and the words of splitting are read by `Words.rule`."""

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
    "procedure-adopted/1": ("procedure adopted", "议事规则施行"),
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
    "authority-capped/1": ("authority capped", "累计限额"),
    "jointly-held/1": ("jointly held", "联签要求"),
    "authority-suspended/1": ("authority suspended", "授权中止"),
    "authority-resumed/1": ("authority resumed", "授权恢复"),
    "authority-revoked/1": ("authority revoked", "授权收回"),
    "restriction-imposed/1": ("restriction imposed", "限制设立"),
    "restriction-lifted/1": ("restriction lifted", "限制解除"),
    "rate-published/1": ("rate published", "汇率公布"),
    "base-figure-published/1": ("base figure published", "基数公布"),
    "rule-set/1": ("rule set", "规则设定"),
    "item-opened/1": ("item opened", "标的提出"),
    "act-done/1": ("act done", "行权"),
    "act-ratified/1": ("act ratified", "追认"),
    "contract-registered/1": ("contract registered", "合同登记"),
    "contract-amended/1": ("contract amended", "合同变更"),
    "contract-terminated/1": ("contract terminated", "合同终止"),
    "contract-placed/1": ("contract placed", "合同保管"),
    "target-set/1": ("target set", "目标下达"),
    "target-adjusted/1": ("target adjusted", "目标调整"),
    "target-reassigned/1": ("target reassigned", "目标改派"),
    "target-accepted/1": ("target accepted", "目标承诺"),
    "target-withdrawn/1": ("target withdrawn", "目标撤回"),
    "result-reported/1": ("result reported", "业绩报告"),
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
    "uses": ("uses", "可用次数"),
    "by_decision": ("by decision on", "依据决定"),
    "window": ("per", "累计期间"),
    "pool": ("pooled by", "合并计算"),
    "persons": ("persons needed", "联签人数"),
    "classes": ("of them", "其中"),
    "worth": ("one unit is", "单位折合"),
    "series": ("series", "汇率系列"),
    "base": ("base figure", "基数"),
    "procedure": ("procedure", "议事规则"),
    "item": ("item", "标的"),
    "amount": ("amount", "金额"),
    "attributes": ("attributes", "属性"),
    "requester": ("asked for by", "申请人"),
    "beneficiary": ("benefiting", "受益人"),
    "deed": ("deed", "行权编号"),
    "by": ("by", "行为人"),
    "claimed": ("claimed position", "所称身份"),
    "rejected": ("rejected", "否决"),
    "live": ("authorised live", "当场授权"),
    "ratify_by": ("to be ratified by", "追认期限"),
    "votes": ("votes", "表决"),
    "ratification": ("ratification", "追认编号"),
    "contract": ("contract", "合同"),
    "parties": ("parties", "当事人"),
    "options": ("options", "选择权"),
    "amendment": ("amendment", "变更"),
    "custodian": ("kept by", "保管人"),
    "place": ("place", "地点"),
    "target": ("target", "目标"),
    "metric": ("metric", "指标"),
    "period": ("period", "期间"),
    "measure": ("unit", "单位"),
    "part_of": ("part of", "分解自"),
    "parts_may_exceed": ("parts may exceed it", "分解可超总额"),
    "phases": ("phases", "分月"),
    "set_by": ("set by", "下达人"),
    "report": ("report", "报告编号"),
}
"""The fields of entries."""
