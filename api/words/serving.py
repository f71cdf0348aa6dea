"""What the command line says of the service and of who may use it, in English and in Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.words import Pair

SERVING: dict[str, Pair] = {
    "serve.address": ("Serving {place} at {address}", "{place}的服务地址：{address}"),
    "serve.token": (
        "A token of an administrator, until this service stops; shown this once:",
        "管理员令牌，服务停止即失效，只显示这一次：",
    ),
    "serve.nobody": (
        "note: there is no token and no OpenID provider, so nobody can call; see `remit token create`",
        "提示：没有令牌，也没有 OpenID 提供方，无人可以调用；见 remit token create",
    ),
    "serve.unknown": (
        "warning: there is no setting {name}, so it says nothing{meant}",
        "警告：没有名为 {name} 的设置，不起作用{meant}",
    ),
    "serve.meant": ("; is {name} meant?", "；是否应为 {name}？"),
    "token.created": (
        "token {id} of {account}, as {roles}, until {until}; it is not shown again",
        "令牌 {id}，账号 {account}，角色 {roles}，有效至 {until}；不再显示",
    ),
    "token.listed": (
        "{id}  {account}  {roles}  {person}  until {until}  {state}",
        "{id}  {account}  {roles}  {person}  至 {until}  {state}",
    ),
    "token.none": ("There are no tokens.", "没有令牌。"),
    "token.valid": ("valid", "有效"),
    "token.expired": ("expired", "已过期"),
    "token.revoked": ("revoked", "已吊销"),
    "token.ended": ("token {id} of {account} is revoked", "令牌 {id}（账号 {account}）已吊销"),
}
SERVING_HELP: dict[str, Pair] = {
    "help.serve": (
        "Answer over HTTP, on this machine alone unless told otherwise.",
        "以 HTTP 提供服务，默认仅限本机。",
    ),
    "help.token": ("Who may use the service: local tokens.", "谁可以使用服务：本地令牌。"),
    "help.create": ("Make a token for ACCOUNT and show it once.", "为账号制作令牌，只显示一次。"),
    "help.list": ("The tokens that were made; never the tokens themselves.", "已制作的令牌（不含令牌本身）。"),
    "help.revoke": ("End a token at once.", "立即吊销令牌。"),
    "help.ACCOUNT": (
        "the account that entries will name; an opaque id, not a name",
        "记录中写明的账号；用代号，不用姓名",
    ),
    "help.TOKEN": ("the id of a token, as `remit token list` shows it", "令牌编号，见 remit token list"),
    "help.--host": (
        "where to listen; else REMIT_HOST, else 127.0.0.1",
        "监听地址；未写时取 REMIT_HOST，再取 127.0.0.1",
    ),
    "help.--port": ("the port; else REMIT_PORT, else 8000", "端口；未写时取 REMIT_PORT，再取 8000"),
    "help.--workers": ("how many processes; else REMIT_WORKERS, else 1", "进程数；未写时取 REMIT_WORKERS，再取 1"),
    "help.--tokens": ("the file of tokens; else REMIT_TOKENS, else beside the ledger", "令牌文件；默认在台账旁"),
    "help.--with-token": (
        "make an administrator's token for as long as this service runs, and show it",
        "制作并显示一个管理员令牌，服务停止即失效",
    ),
    "help.--access-log": ("a line for each request on standard error", "每个请求在标准错误输出一行"),
    "help.--role": (
        "reader, recorder, approver, auditor or administrator; may be repeated",
        "reader、recorder、approver、auditor 或 administrator；可多次",
    ),
    "help.--as-person": (
        "the id of the person that the account is; approvers act as that person",
        "账号所属人员的编号",
    ),
    "help.--days": ("for how many days", "有效天数"),
}
