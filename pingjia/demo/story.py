"""The fixed cast: a city, its federations, ten unions, and the people whose names recur in tests and documents."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

# Family and given names to draw a roster from: common and rare, two and three characters, two family-name characters.
FAMILY = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
FAMILY_2 = ("欧阳", "司徒", "诸葛", "尉迟", "上官")
GIVEN = [
    "建国", "淑芬", "志强", "丽华", "海燕", "永红", "秀英", "春梅", "晓东", "国栋",
    "雪梅", "文斌", "玉兰", "家骏", "思远", "慧", "敏", "磊", "婷", "军",
    "洋", "艳", "勇", "静", "杰", "娟", "涛", "明", "超", "秀兰",
    "霞", "平", "刚", "桂英", "雨桐", "子轩", "浩然", "梓涵", "诗琪", "俊熙",
    "天佑", "若曦", "佳怡", "宇航", "一诺", "沐宸", "欣妍", "卓然", "景行", "望舒",
    "𬱖", "喆", "淼", "堃", "玥", "昕", "翀",
]  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Somebody with a login. ``key`` is the user name; ``says`` is what the demo's list tells a visitor."""

    key: str
    name: str
    says: object
    seats: tuple[tuple[str, str], ...] = ()
    member_of: str = ""


@dataclass(frozen=True)
class Home:
    """One union of the story: its code, size, where it stands this year and why it is in the story."""

    code: str
    name: str
    parent: str
    kind: str
    nature: str
    members: int
    stage: str
    branches: tuple[str, ...] = ()
    delegations: tuple[str, ...] = ()
    extra_superior: str = ""
    note: object = field(default="", compare=False)


FEDERATIONS = [
    # code, name, parent, kind
    ("YZ", "云州市总工会", None, "federation"),
    ("YZ-LJ", "临江区总工会", "YZ", "federation"),
    ("YZ-LJ-WJ", "望江街道总工会", "YZ-LJ", "federation"),
    ("YZ-LJ-QS", "青石镇总工会", "YZ-LJ", "federation"),
    ("YZ-JS", "云州市建设系统工会", "YZ", "industrial"),
]

# The eateries whose people the joint union holds: union, name, credit code (invented, with its check sign), has left.
FIRMS = [
    ("CY", "云州老街面馆", "92340000MA2P3H6T8P", False),
    ("CY", "江岸酒家餐饮有限公司", "91340000MA2K7Q1X39", False),
    ("CY", "望江茶楼", "92340000MA2R9D4W5U", False),
    ("CY", "渡口小厨餐饮有限公司", "91340000MA2N5C8Y1D", True),
]

HOMES = [
    Home(
        "ZC",
        "云州精密轴承有限公司工会",
        "YZ-LJ-WJ",
        "grassroots",
        "state",
        186,
        "published",
        branches=("锻造分会", "热处理分会", "磨工分会", "装配分会", "机关分会", "后勤分会"),
        delegations=("第一代表团", "第二代表团", "第三代表团", "第四代表团"),
        note=_("会员代表大会，四个代表团；已公布，票箱可以下载复核"),
    ),
    Home(
        "XX",
        "临江区第三实验小学工会",
        "YZ-LJ-WJ",
        "grassroots",
        "institution",
        64,
        "open",
        branches=("语文组", "数学组", "综合组", "后勤组"),
        note=_("正在投票"),
    ),
    Home(
        "CY",
        "望江街道餐饮行业联合工会",
        "YZ-LJ-WJ",
        "joint",
        "private",
        7,
        "small",
        branches=("老街面馆", "江岸酒家"),
        note=_("只有 7 张票：只公布达到或未达到"),
    ),
    Home(
        "NJ",
        "青石镇农机服务站工会",
        "YZ-LJ-QS",
        "grassroots",
        "institution",
        13,
        "ceremony",
        note=_("已停止投票，三位监票人正在开箱"),
    ),
    Home(
        "WL",
        "鸿达物流有限公司工会",
        "YZ-LJ-WJ",
        "grassroots",
        "private",
        35,
        "steward",
        note=_("主席是唯一的工会干部，由工作小组召集人凭邀请票经办"),
    ),
    Home(
        "FZ",
        "恒瑞纺织有限公司工会",
        "YZ-LJ-QS",
        "grassroots",
        "private",
        92,
        "sealed",
        branches=("一车间", "二车间", "三车间"),
        note=_("已封箱，明天开始投票"),
    ),
    Home(
        "JY",
        "云州建设工程交易中心工会",
        "YZ-LJ-WJ",
        "grassroots",
        "institution",
        46,
        "challenged",
        extra_superior="YZ-JS",
        note=_("向两个上级报告；结果有人提出异议，正在复核"),
    ),
    Home(
        "YY",
        "临江区人民医院工会",
        "YZ-LJ-WJ",
        "grassroots",
        "institution",
        58,
        "void",
        branches=("内科", "外科", "护理部", "医技科"),
        note=_("有会员反映受到压力，上级作废后重新投票"),
    ),
    Home(
        "HW",
        "青石镇环卫所工会",
        "YZ-LJ-QS",
        "grassroots",
        "institution",
        41,
        "paper",
        note=_("用纸质票，两个人录入和核对"),
    ),
    Home("KD", "望江街道快递站点工会", "YZ-LJ-WJ", "grassroots", "private", 4, "tiny", note=_("人数过少，不公布结果")),
]

CAST = [
    Person("linwei", "林蔚", _("临江区总工会组织部，管着这十家工会"), (("YZ-LJ", "organiser"),)),
    Person("guotao", "郭韬", _("云州市建设系统工会组织部，交易中心的另一个上级"), (("YZ-JS", "organiser"),)),
    Person("hejun", "何俊", _("轴承公司工会干部，兼职，55 岁"), (("ZC", "officer"),), "ZC"),
    Person("qinlan", "秦岚", _("轴承公司工会主席，被评议人：看得到进度，动不了票"), (("ZC", "chair"),), "ZC"),
    Person("ouyang", "欧阳雪梅", _("第三实验小学工会干部"), (("XX", "officer"),), "XX"),
    Person("tangrui", "唐锐", _("第三实验小学老师，会员，今天可以投票"), (), "XX"),
    Person("weijie", "魏洁", _("第三实验小学老师，会员，监票人"), (), "XX"),
    Person("maliang", "马良", _("农机站工作小组成员，正在办开箱"), (("NJ", "work_group"),), "NJ"),
    Person("shenyi", "沈毅", _("农机站总监票人"), (), "NJ"),
    Person("luming", "陆鸣", _("鸿达物流工会主席，唯一的工会干部"), (("WL", "chair"),), "WL"),
    Person("panyun", "潘云", _("鸿达物流评议工作小组召集人，等着用邀请票"), (), "WL"),
    Person("xueqin", "薛琴", _("恒瑞纺织工会干部"), (("FZ", "officer"),), "FZ"),
    Person("daiyu", "戴煜", _("交易中心工会干部"), (("JY", "officer"),), "JY"),
    Person("caimin", "蔡敏", _("人民医院工会干部"), (("YY", "officer"),), "YY"),
    Person("jianghe", "江禾", _("环卫所工会干部，录入纸质票"), (("HW", "officer"),), "HW"),
    Person("yuanfang", "袁方", _("环卫所工作小组成员，核对纸质票"), (("HW", "work_group"),), "HW"),
    Person("suqing", "苏青", _("餐饮联合工会干部"), (("CY", "officer"),), "CY"),
    Person("duanfei", "段飞", _("快递站点工会干部"), (("KD", "officer"),), "KD"),
    Person("tianye", "田野", _("轴承公司装配分会会员，普通会员看到的样子"), (), "ZC"),
    Person("fangming", "方明", _("轴承公司总监票人"), (), "ZC"),
    Person("konglin", "孔琳", _("曾任轴承公司工会干部，任期已满"), (("ZC", "former_officer"),)),
    Person("luren", "路仁", _("与谁都没有关系的人，登录后什么单位也看不到")),
]
