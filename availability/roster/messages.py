"""What people read, in English and in Chinese: one set of messages. Imports errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone

from availability.errors import ConfigurationError, describe, one_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    Language: TypeAlias = Literal["en", "zh"]
    Detail: TypeAlias = str | datetime | timedelta

#: The places of the languages in MESSAGES.
LANGUAGES = {"en": 0, "zh": 1}
#: By code: reasons first, then what else explanations say.
MESSAGES: Mapping[str, tuple[str, str]] = {
    "removed": ("removed from the desk", "已被移出服务台"),
    "gone": ("no longer on the desk", "已不在服务台"),
    "offline": ("set offline by hand", "已手动设为离线"),
    "no_schedule": ("no readable schedule", "没有可读的工作日程"),
    "unreadable_rows": ("some rows unreadable", "部分排班记录无法读取"),
    "calendar_unknown": ("no calendar for that year", "日历不含该年份"),
    "off_duty": ("off duty", "不在班"),
    "on_leave": ("on leave", "请假中"),
    "on_duty": ("on duty", "在班"),
    "status_fresh": ("online", "状态为在线"),
    "schedule_only": ("by the schedule alone", "仅依据工作日程"),
    "status_stale": ("no fresh status", "没有有效的状态"),
    "status_unknown": ("no known status", "状态缺失或无法识别"),
    "online_off_schedule": ("though the status says online", "但状态为在线"),
    "off_duty_on_schedule": ("though the status says off duty", "但状态为下班"),
    "lacks_skill": ("does not have the skill: {skill}", "不具备所需技能：{skill}"),
    "too_little_time": (
        "{left} left of the shift, {at_least} needed",
        "本班次仅剩 {left}，需要 {at_least}",
    ),
    "maybe_too_little_time": (
        "{left} left of the shift by the readable rows, {at_least} needed",
        "按可读的排班记录，本班次仅剩 {left}，需要 {at_least}",
    ),
    "roster_expired": ("nothing recent is known of the desk", "没有服务台的近期信息"),
    "fetched_in_future": (
        "the roster says it was fetched at {fetched_at}, after now, {now}: check the clocks",
        "名册的获取时间 {fetched_at} 晚于当前时间 {now}：请检查时钟",
    ),
    "available": ("available", "可接单"),
    "unavailable": ("unavailable", "不可接单"),
    "unknown": ("unknown", "无法判断"),
    "label_at": ("at", "时刻"),
    "label_schedule": ("schedule", "日程"),
    "label_status": ("status", "状态"),
    "label_verdict": ("verdict", "结论"),
    "label_until": ("until", "有效至"),
    "instant": ("{wall} {zone} ({offset}), {utc}", "{wall} {zone} ({offset})，{utc}"),
    "running": ("on duty, {shift}", "在班，{shift}"),
    "goes_on": ("on duty without a break until {until}", "连续在班至 {until}"),
    "goes_on_at_least": (
        "on duty without a break at least until {until}",
        "至少连续在班至 {until}",
    ),
    "known_only": ("as far as the calendar knows", "以日历已知的年份为限"),
    "goes_on_for_good": ("on duty without a break, for good", "一直在班"),
    "last": ("last shift: {shift}", "上一班次：{shift}"),
    "next": ("next shift: {shift}", "下一班次：{shift}"),
    "no_last": ("no shift known before", "此前没有已知班次"),
    "no_next": ("no shift known after", "此后没有已知班次"),
    "shift": ("{days} {times}: {start} to {end}", "{days} {times}：{start} 至 {end}"),
    "extra_shift": ("extra shift: {start} to {end}", "加班：{start} 至 {end}"),
    "leave": ("on leave: {start} to {end}", "请假：{start} 至 {end}"),
    "why": (" ({reason})", "（{reason}）"),
    "calendar": ("calendar {calendar}: {name}", "日历 {calendar}：{name}"),
    "make_up_day": ("make-up working day", "补班日"),
    "public_holiday": ("public holiday", "节假日"),
    "no_rows": ("empty: never on duty", "为空：从不在班"),
    "weekday_9": ("every day", "每天"),
    "weekday_10": ("Monday to Friday", "周一至周五"),
    "weekday_11": ("Saturday and Sunday", "周六、周日"),
    "workdays": ("working days", "工作日"),
    "rest_days": ("days off", "休息日"),
    "unreadable": ("rows that cannot be read: {count}", "无法读取的排班记录：{count} 条"),
    "status_0": ("absent or unknown", "缺失或无法识别"),
    "status_1": ("online (1)", "在线 (1)"),
    "status_2": ("offline, set by hand (2)", "手动离线 (2)"),
    "status_3": ("off duty (3)", "下班 (3)"),
    "status_4": ("removed (4)", "已移除 (4)"),
    "fresh": (
        "{status}, {age} old at that instant: it counts",
        "{status}，获取于该时刻 {age}前，有效",
    ),
    "stale": (
        "{status}, {age} old at that instant: too old",
        "{status}，获取于该时刻 {age}前，已过期",
    ),
    "expired": (
        "{status}, {age} old at that instant: it counts for nothing",
        "{status}，获取于该时刻 {age}前，不予采用",
    ),
    "undated": ("{status}, fetched nobody knows when", "{status}，获取时间不明"),
    "counts_for_nothing": ("{status}: it counts for nothing", "{status}，不予采用"),
    "beyond": (
        "{status} when it was fetched, which says nothing of that instant",
        "获取时为{status}，对该时刻不适用",
    ),
    "until_when": ("{until}, when the answer may change", "{until}，届时结论可能改变"),
    "for_good": ("nothing that is known will change it", "已知信息下不会改变"),
}
#: The weekday codes that mean something else by a calendar.
BY_CALENDAR = {10: "workdays", 11: "rest_days"}
DAYS = (
    ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
)
COLONS = (": ", "：")
SEMICOLONS = ("; ", "；")
UNITS = (("d", "h", "min", "s"), ("天", "小时", "分", "秒"))
SECONDS = (86_400, 3600, 60, 1)


class Wording:
    """The messages in one language.

    >>> Wording("en").length(timedelta(minutes=95)), Wording("zh").length(timedelta(seconds=5))
    ('1 h 35 min', '5 秒')
    """

    def __init__(self, language: Language) -> None:
        if not isinstance(language, str) or language not in LANGUAGES:
            raise ConfigurationError(
                f"language: {describe(language)} is unknown; allowed: {', '.join(LANGUAGES)}"
            )
        self._place = LANGUAGES[language]

    def say(self, code: str, **details: Detail) -> str:
        """Return a message in one line."""
        spelled = {name: self._spelled(detail) for name, detail in details.items()}
        return MESSAGES[code][self._place].format(**spelled)

    def clock(self, at: datetime) -> str:
        """Return an instant as its own zone's clocks show it, with seconds if it has any."""
        seconds = ":%S" if at.second or at.microsecond else ""
        day = DAYS[self._place][at.weekday()]
        return f"{day} {at.date()} {at.strftime('%H:%M' + seconds)}"

    def instant(self, at: datetime) -> str:
        """Return an instant with its zone, its offset and what it is in UTC."""
        utc = at.astimezone(timezone.utc).replace(tzinfo=None)
        return self.say(
            "instant",
            wall=self.clock(at),
            zone=str(at.tzinfo),
            offset=str(timezone(at.utcoffset() or timedelta())),
            utc=f"{utc.isoformat(timespec='seconds')}Z",
        )

    def length(self, length: timedelta) -> str:
        """Return a length of time in its two largest units, rounded down."""
        left, parts = int(length.total_seconds()), []
        for seconds, unit in zip(SECONDS, UNITS[self._place], strict=True):
            count, left = divmod(left, seconds)
            if count:
                parts.append(f"{count} {unit}")
        return " ".join(parts[:2]) or f"0 {UNITS[self._place][-1]}"

    def days(self, weekday: int, *, by_calendar: bool = False) -> str:
        """Return the days that a weekday code stands for."""
        if by_calendar and weekday in BY_CALENDAR:
            return self.say(BY_CALENDAR[weekday])
        return DAYS[self._place][weekday - 1] if weekday <= 7 else self.say(f"weekday_{weekday}")

    def why(self, reason: str) -> str:
        """Return what to add where somebody gave a reason."""
        return self.say("why", reason=reason) if reason else ""

    def listed(self, head: str, items: Iterable[str]) -> str:
        """Return what is said of something, in one line."""
        colon, semicolon = COLONS[self._place], SEMICOLONS[self._place]
        return f"{head}{colon}{semicolon.join(items)}"

    def _spelled(self, detail: Detail) -> str:
        if isinstance(detail, timedelta):
            return self.length(detail)
        if isinstance(detail, datetime):
            return f"{self.clock(detail)} {detail.tzname()}"
        return one_line(str(detail))


def counted(count: int, what: str, many: str | None = None) -> str:
    """Return a number of something in English.

    >>> counted(1, "agent"), counted(3, "agent"), counted(2, "status", "statuses")
    ('1 agent', '3 agents', '2 statuses')
    """
    return f"{count} {what if count == 1 else many or what + 's'}"
