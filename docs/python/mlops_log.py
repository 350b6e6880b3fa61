"""Logs metrics of a training run: steps to a history file as they come, last values to a summary when the run ends.

    from mlops_log import Log

    with Log("metrics/train") as log:
        for epoch in range(10):
            log.metric("train/loss", 0.7)
            log.step()

One file without dependencies, for Python 3.8 and newer: copy it beside your code. It writes the same bytes as the Node
package `mlops/log`. They follow from the calls alone: no clock, no machine.

    metrics/train.jsonl   {"step":0,"train/loss":0.7}
                          {"step":1,"train/loss":null,"not_finite":{"train/loss":"NaN"}}
    metrics/train.json    {"train":{"loss":...}}, over several lines, keys sorted
"""

import json
import math
import operator
import os
import re

__all__ = ["Log"]

_NAME = re.compile("[^/\x00-\x1f\x7f-\x9f\ud800-\udfff]+(/[^/\x00-\x1f\x7f-\x9f\ud800-\udfff]+)*")
_LAST_STEP = 2**53 - 1  # above, a reader in another language may see another number


class Log:
    """`Log("metrics/train")` starts anew; `resume=True` goes on after the last whole line, `resume=5` at step 5."""

    def __init__(self, path, resume=False):
        stem = re.sub(r"\.jsonl?\Z", "", os.fspath(path))
        self.history = stem + ".jsonl"
        self.summary = stem + ".json"
        text, self._next, self._last = _keep(self.history, resume)
        self._pending = {}
        self._ended = False
        os.makedirs(os.path.dirname(stem) or ".", exist_ok=True)
        # Half a run has no summary that could pass for a whole one's.
        if os.path.lexists(self.summary):
            os.remove(self.summary)
        # A new file, never the old one's bytes: those may be linked with a store.
        _write_atomic(self.history, text)
        self._file = open(self.history, "ab", buffering=0)
        self._bytes = len(text)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        """A run that failed keeps its history and gets no summary."""
        if kind is None:
            self.end()
        else:
            self._close()

    @property
    def next(self):
        """The step that the next line gets."""
        return self._next

    def metric(self, name, value):
        """A value of this step: a number, or what `float` takes, such as a scalar of numpy or torch."""
        self._set(self._pending, name, value)

    def metrics(self, values):
        for name, value in values.items():
            self.metric(name, value)

    def final(self, name, value):
        """A value of the whole run: in the summary only."""
        self._set(self._last, name, value)

    def step(self, at=None):
        """Ends the step: its line is written. Steps rise; a number skips to that one. Returns the step."""
        self._check()
        at = self._next if at is None else _as_int(at)
        if not _is_step(at) or at < self._next:
            raise ValueError("step %r cannot be: the next one is %d" % (at, self._next))
        if self._pending:
            self._append(_line(at, self._pending))
        self._last.update(self._pending)
        self._pending = {}
        self._next = at + 1
        return at

    def end(self):
        """Writes the summary. What was logged since the last step is a step."""
        if self._ended:
            return
        if self._pending:
            self.step()
        os.fsync(self._file.fileno())
        self._close()
        _write_atomic(self.summary, (_pretty(_nested(self._last)) + "\n").encode())

    def _close(self):
        self._file.close()
        self._ended = True

    def _set(self, values, name, value):
        self._check()
        if name not in self._last and name not in self._pending:
            problem = _name_problem(name, [*self._last, *self._pending])
            if problem:
                raise ValueError("a metric cannot be called %r: %s" % (name, problem))
        if isinstance(value, (bool, str, bytes, bytearray)) or value is None:
            raise TypeError('metric "%s" has to be a number, not %s' % (name, type(value).__name__))
        values[name] = float(value)

    def _check(self):
        if self._ended:
            raise ValueError("the log %s was ended: go on with resume=True" % self.history)

    def _append(self, data):
        """A line is there whole or not at all, also on a disk that fills up."""
        done = 0
        try:
            while done < len(data):
                done += self._file.write(data[done:])
        except OSError:
            os.truncate(self.history, self._bytes)
            raise
        self._bytes += len(data)


def _name_problem(name, others):
    """Names that only parts of would tell apart, `a/b` and `a.b`, or a value that is a group as well, `a` and `a/b`."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return 'it takes words, with "/" between them'
    if name == "step" or name.split("/")[0] == "not_finite":
        return "the log uses that name itself"
    path = name.replace("/", ".") + "."
    for other in others:
        theirs = other.replace("/", ".") + "."
        if other != name and (theirs.startswith(path) or path.startswith(theirs)):
            return 'there is "%s"' % other
    return None


def _line(step, values):
    fields = "".join(",%s:%s" % (_text(name), _number(values[name])) for name in _sorted(values))
    odd = _odd_ones(values)
    why = ',"not_finite":{%s}' % ",".join("%s:%s" % (_text(name), odd[name]) for name in _sorted(odd)) if odd else ""
    return ('{"step":%d%s%s}\n' % (step, fields, why)).encode()


def _sorted(names):
    """By UTF-16 code unit, as JavaScript sorts."""
    return sorted(names, key=lambda name: name.encode("utf-16-be"))


def _text(text):
    return json.dumps(text, ensure_ascii=False)


def _number(value):
    """The shortest digits that read back as the same double, laid out as RFC 8785 says: 1, 0.1, 1e-7, 1e+21."""
    if not math.isfinite(value):
        return "null"
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    tail = "." + digits[1:] if len(digits) > 1 else ""
    return "%s%s%se%+d" % (sign, digits[0], tail, point - 1)


def _odd_ones(values):
    """JSON has no NaN and no infinities: `null`, and which of them it was."""
    words = {math.inf: '"Infinity"', -math.inf: '"-Infinity"'}
    return {name: words.get(value, '"NaN"') for name, value in values.items() if not math.isfinite(value)}


def _nested(values):
    """`train/loss` is `loss` in `train`; leaves are JSON already."""
    leaves = {name: _number(value) for name, value in values.items()}
    leaves.update(("not_finite/" + name, word) for name, word in _odd_ones(values).items())
    top = {}
    for name, leaf in leaves.items():
        *groups, key = name.split("/")
        group = top
        for part in groups:
            group = group.setdefault(part, {})
        group[key] = leaf
    return top


def _pretty(group, indent=""):
    if not group:
        return "{}"
    inside = indent + "  "
    fields = [
        "%s%s: %s" % (inside, _text(key), value if isinstance(value, str) else _pretty(value, inside))
        for key, value in ((key, group[key]) for key in _sorted(group))
    ]
    return "{\n%s\n%s}" % (",\n".join(fields), indent)


def _keep(path, resume):
    """The whole lines of steps before `resume`, the next step, and the last values. What a killed run left of a line is dropped."""
    last = {}
    if resume is False:
        return b"", 0, last
    if resume is not True and not _is_step(resume):
        raise ValueError("a log cannot go on at step %r" % (resume,))
    try:
        with open(path, "rb") as file:
            lines = file.read().split(b"\n")[:-1]
    except FileNotFoundError:
        lines = []
    upto = 0
    kept = []
    for number, text in enumerate(lines, 1):
        step, values = _read_line(text, upto, "%s, line %d" % (path, number))
        if resume is not True and step >= resume:
            break
        last.update(values)
        upto = step + 1
        kept.append(text + b"\n")
    return b"".join(kept), upto if resume is True else resume, last


def _read_line(text, least, where):
    try:
        fields = json.loads(text)
        step = fields.pop("step")
        odd = fields.pop("not_finite", {})
        if not _is_step(step) or step < least:
            raise ValueError(step)
        values = {name: float(odd[name]) if value is None else value for name, value in fields.items()}
        if any(type(value) not in (int, float) for value in values.values()):
            raise ValueError(values)
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise ValueError("%s cannot be gone on with: this line is no step; start anew, without resume" % where) from error
    return step, {name: float(value) for name, value in values.items()}


def _as_int(value):
    """Integers of other packages, such as numpy's, as Python's."""
    return value if isinstance(value, bool) or not hasattr(value, "__index__") else operator.index(value)


def _is_step(value):
    return type(value) is int and 0 <= value <= _LAST_STEP


def _write_atomic(path, data):
    """A reader sees the old bytes or the new ones. The name is one that mlops takes for a leftover, should it be one."""
    temporary = os.path.join(os.path.dirname(path), ".mlops-%d-%s.tmp" % (os.getpid(), os.urandom(8).hex()))
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise
