"""What `remit --help` says, in English and in Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.words.serving import SERVING_HELP

if TYPE_CHECKING:
    from api.words import Pair

HELP: dict[str, Pair] = {
    **SERVING_HELP,
    "help": (
        "Who could decide what, when, and by which document: a ledger of organisation and authority.",
        "谁可以决定什么、何时、依据哪份文件：组织与授权台账。",
    ),
    "help.exits": (
        """\
Exit codes: 0 answered (that nobody could is an answer); 1 refused, or it
cannot be determined, or the ledger is damaged; 2 the question or file could
not be read; 130 interrupted (Ctrl-C); 141 the reader of a pipe has left.""",
        """\
退出码：0 已回答（“无人可以”也是回答）；1 被拒绝、无法判定或台账损坏；2 问题或文件无法读懂；
130 被中断（Ctrl-C）；141 管道的读者已离开。""",
    ),
    "help.--version": ("show the version and exit", "显示版本"),
    "help.--about": (
        "only entries that speak of this thing, by id or name: a person, position, authority …",
        "只列涉及此对象的记录，编号或名称：人员、岗位、授权等",
    ),
    "help.--event": (
        "only this event: person-appointed, limit-amended …",
        "只列此类事件：person-appointed、limit-amended 等",
    ),
    "help.init": (
        "Open a new ledger, by NAME or by the `ledger:` section of a charter file.",
        "开立新台账，写明名称，或用岗位授权文件中的 ledger 一节。",
    ),
    "help.load": (
        "Record files in order, after reading all: each as a whole or not at all, up to the first that is refused.",
        "读完全部文件后依次入账：每个文件整批入账或完全不入账，遇到被拒绝的文件即止。",
    ),
    "help.who": ("Who could do ACT over MATTER, and who could not and why.", "谁可以就某事项行权；谁不可以，为什么。"),
    "help.may": ("Whether PERSON could do ACT over MATTER.", "某人可否就某事项行权。"),
    "help.what": ("Everything that PERSON could do.", "某人可以做的全部。"),
    "help.chart": ("The organisation: units, positions, holders, committees.", "组织图：部门、岗位、任职人、委员会。"),
    "help.limits": ("Every grant and delegation with its limit and state.", "全部授权与转授，及其限额和状态。"),
    "help.charter": ("The charter of a position: its duties and meetings.", "岗位说明书：职责与会议。"),
    "help.history": ("Items, and what was done on them.", "决定与行权：各标的及对其所为。"),
    "help.contracts": ("The register of contracts.", "合同台账。"),
    "help.contract": (
        "One contract: its terms, the acts on it, their verdicts.",
        "一份合同：条款、对其行权及判定。",
    ),
    "help.targets": (
        "Targets: parts, gaps, results, and who set them.",
        "目标：分解、未分解、完成情况，由谁下达、是否有权。",
    ),
    "help.verdict": (
        "Was ITEM within authority: then, as known now, why.",
        "标的及对其各次行权是否在权限之内：按当时所知、按现在所知，及原因。",
    ),
    "help.breaches": ("Every act that is not within authority, and why.", "全部不在权限之内的行权，及其原因。"),
    "help.flips": (
        "What a FILE would change (a dry run), or #SEQ changed.",
        "命令文件若入账（并不入账）或某条记录改变了哪些判定与授权。",
    ),
    "help.log": ("The entries, in order: what each says.", "依次列出记录及其内容。"),
    "help.show": ("One entry: every field, and what became of it.", "一条记录：全部字段，及其后的更正与作废。"),
    "help.backup": (
        "Copy the ledger to a new FILE while others write to it.",
        "将台账备份到新文件，期间可照常写入。",
    ),
    "help.restore": ("Make a new ledger from the FILE of a backup.", "由备份文件恢复出一个新台账。"),
    "help.BACKUP": ("the file of the backup", "备份文件"),
    "help.rebuild": ("Make the read tables anew; whether those there agreed.", "重建查询表，并说明原有的是否一致。"),
    "help.check": (
        "Whether the ledger is sound, and which entries have no effect.",
        "检查台账是否完好，哪些记录没有效果。",
    ),
    "help.--ledger": (
        "a file or a postgresql:// URL; else REMIT_LEDGER, else remit.db",
        "文件或 postgresql:// 地址；未写时取 REMIT_LEDGER，再取 remit.db",
    ),
    "help.--lang": ("en or zh; else as LC_ALL or LANG say", "en 或 zh；未写时依 LC_ALL 或 LANG"),
    "help.--json": ("one JSON document instead of text", "输出一份 JSON"),
    "help.--csv": ("a table as CSV (UTF-8) instead of text", "输出 CSV 表格（UTF-8）"),
    "help.--item": ("only this item; of a question, what would be acted on", "只列此标的；提问时为所行权的标的"),
    "help.--claimed": ("the position in which they would act", "以哪个岗位的身份"),
    "help.--from.period": ("from this date or instant on", "自此日期或时刻起"),
    "help.--to": ("up to this date (its end) or instant", "至此日期（日终）或时刻"),
    "help.--person": ("only what this person or committee did", "只列此人员或委员会所为"),
    "help.--matter": ("only this matter and what lies below it", "只列此事项及其下级"),
    "help.--act": ("only this act: approve, 签署 …", "只列此行权方式：approve、签署等"),
    "help.--did": ("only acts of this person or committee", "只列此人员或委员会的行权"),
    "help.--verdicts": ("with the verdict of each act", "并列各次行权的判定"),
    "help.--party": ("only with this party, or a part of its name", "只列此当事人（可写名称的一部分）"),
    "help.--has": (
        "only with this attribute, such as region=east; may be repeated",
        "只列此属性，如 region=east；可多次",
    ),
    "help.--state": (
        "only: registered, signed, in_force, terminated, expired",
        "只列：registered、signed、in_force、terminated、expired",
    ),
    "help.--on": ("valid time: a date (its end) or an instant; else now", "生效时间：日期（日终）或时刻；未写为现在"),
    "help.--known": (
        "as known: an entry #12, a date (its end) or an instant; else all entries",
        "按何时所知：记录号 #12、日期（日终）或时刻；未写为全部记录",
    ),
    "help.--by": ("who asks for it", "申请人"),
    "help.--for": ("who benefits from it; else who asks", "受益人；未写为申请人"),
    "help.--with": (
        "an attribute of the act, such as region=east; may be repeated",
        "行为的属性，如 region=east；可多次",
    ),
    "help.--opened": ("when the pending item was opened", "未决事项何时提出"),
    "help.--currency": ("base currency", "本位币"),
    "help.--zone": ("time zone (IANA)", "时区（IANA 名称）"),
    "help.--from": ("a charter file with a `ledger:` section", "含 ledger 一节的章程文件"),
    "help.--as": ("account that records; an opaque id, not a name", "入账账号；用代号，不用姓名"),
    "help.--each": (
        "accept what can be accepted, each command on its own; what is refused is listed",
        "逐条入账，能入账的入账；未接受的逐条列出",
    ),
    "help.--after": ("only entries after this number", "只列此号之后的记录"),
    "help.--limit": ("at most so many entries", "最多列出的条数"),
    "help.--help": ("show this and exit", "显示本说明"),
    "help.ACT": ("an act, by id or name: approve, 审批", "行权方式，编号或名称：approve、审批"),
    "help.MATTER": ("a matter, by id or name", "事项，编号或名称"),
    "help.AMOUNT": ("an amount: 1800, 1800元, USD 300", "金额：1800、1800元、USD 300"),
    "help.PERSON": ("a person, by id or name", "人员，编号或姓名"),
    "help.ACTOR": ("a person or committee, by id or name", "人员或委员会，编号或名称"),
    "help.ITEM": ("an item or contract, by id or name", "标的或合同，编号或名称"),
    "help.CONTRACT": ("a contract, by id or title", "合同，编号或名称"),
    "help.PERIOD": ("a year, quarter or month: 2026, 2026-Q1, 2026-03", "年、季或月：2026、2026-Q1、2026-03"),
    "help.PLAN": ("a charter or command file that is planned, or an entry: #12", "拟入账的文件，或记录号 #12"),
    "help.POSITION": ("a position, by id or title", "岗位，编号或名称"),
    "help.ENTRY": ("an entry: #12 or 12", "记录号：#12 或 12"),
    "help.FILE": ("charter or command files (YAML)", "章程或命令文件（YAML）"),
    "help.NAME": ("name of the legal entity", "法人主体名称"),
}
