"""The Chinese sentences of marshmallow's refusals, set once for every schema of the process."""

from typing import Any

from marshmallow import fields, validate

_FIELD_SENTENCES: dict[type[fields.Field[Any]], dict[str, str]] = {
    fields.Field: {"required": "此项必填", "null": "此项不能为空", "validator_failed": "填写不正确"},
    fields.String: {"invalid": "应为文字", "invalid_utf8": "文字编码不正确"},
    fields.Integer: {"invalid": "应为整数", "too_large": "数值过大"},
    fields.Decimal: {"invalid": "应为金额数字", "special": "应为金额数字", "too_large": "数值过大"},
    fields.Boolean: {"invalid": "应为是或否"},
    fields.Date: {"invalid": "应为日期，例如2026-01-31", "format": "日期格式不正确"},
    fields.List: {"invalid": "应为列表"},
    fields.Dict: {"invalid": "应为对象"},
    fields.Mapping: {"invalid": "应为对象"},
    fields.Nested: {"type": "应为对象"},
}


def speak_chinese() -> None:
    """Give marshmallow's fields and validators Chinese sentences."""
    for kind, sentences in _FIELD_SENTENCES.items():
        kind.default_error_messages = {**kind.default_error_messages, **sentences}
    validate.Range.message_min = "不能小于{{min}}"
    validate.Range.message_max = "不能大于{{max}}"
    validate.Range.message_all = "应在{{min}}与{{max}}之间"
    validate.Length.message_min = "至少{min}个字符"
    validate.Length.message_max = "最多{max}个字符"
    validate.Length.message_all = "长度应在{min}与{max}之间"
    validate.Length.message_equal = "长度应为{equal}"
    validate.Regexp.default_message = "格式不正确"
    validate.OneOf.default_message = "不是可选的值"
