"""Why a file cannot be read: a code with facts, and for each code one sentence that says what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


class Unreadable(Exception):
    """A file that gives no table. ``code`` and ``facts`` are for programs; ``str()`` is the sentence for the reader."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        # Lists come as they are from the reading process, which knows no language; they are joined in the reader's.
        told = {name: _("、").join(fact) if isinstance(fact, list) else fact for name, fact in self.facts.items()}
        return _sentences()[self.code] % told


def _sentences() -> dict[str, str]:
    """Return all sentences in the reader's language."""
    return {
        "empty_file": _("文件是空的，请选有内容的表格。"),
        "empty_sheet": _("工作表“%(sheet)s”里没有任何内容，请确认选对了文件和工作表。"),
        "no_visible_sheet": _("文件里没有看得见的工作表，请取消隐藏要导入的那一张再上传。"),
        "sheet_unknown": _("文件里没有名为“%(sheet)s”的工作表，现有：%(sheets)s。"),
        "password": _("文件有打开密码，请在表格软件里去掉密码后另存再上传。"),
        "damaged": _("文件已损坏或不完整，请用表格软件打开后另存为 .xlsx 再上传。"),
        "definitions": _("文件里夹带了表格不该有的 XML 定义，请用表格软件打开后另存为 .xlsx 再上传。"),
        "too_heavy": _("读这个文件要用的内存或时间超过上限，请只留名册那一张表，另存为 .xlsx 或 .csv 再上传。"),
        "too_big": _("文件超过 %(limit)d MB，请删去图片和无关的工作表后再上传。"),
        "unpacks_too_big": _("文件解开后超过 %(limit)d MB，不像一份名册，请另存为 .csv 再上传。"),
        "too_many_rows": _("工作表“%(sheet)s”超过 %(limit)d 行，请分成几份上传。"),
        "too_many_columns": _("工作表“%(sheet)s”第 %(row)d 行超过 %(limit)d 列，请删去多余的列再上传。"),
        "cell_too_long": _("第 %(row)d 行有一格超过 %(limit)d 个字，请检查引号是否成对，或缩短这一格。"),
        "quotes": _("从第 %(row)d 行起引号不成对，请用表格软件打开并另存为 .csv 再上传。"),
        "encoding": _("认不出文件的文字编码，请用表格软件打开，另存为“CSV UTF-8”或 .xlsx 再上传。"),
        "damaged_text": _("文件里第 %(row)d 行的文字已损坏，请用表格软件打开并另存为 .xlsx 再上传。"),
        "xml_sheet": _("这是旧式的 XML 表格，请用表格软件打开，另存为 .xlsx 再上传。"),
        "web_page": _("这其实是一个网页，请用表格软件打开，另存为 .xlsx 再上传。"),
        "not_a_table": _("这不是表格文件，请上传 .xlsx、.xls、.ods 或 .csv。"),
        "no_header": _("前 %(searched)d 行里找不到表头，还缺这些列：%(missing)s。请照模板补上表头再上传。"),
        "no_rows": _("第 %(row)d 行的表头下面没有任何一行，请填好再上传。"),
        "header_twice": _("第 %(row)d 行的表头里“%(title)s”出现了两次，请只留一列。"),
    }
