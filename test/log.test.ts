// Both loggers, mlops/log and docs/python/mlops_log.py: what they write, what they refuse, and that they write the same.
import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { historyLine } from '../src/core/history-line.ts';
import { openLog } from '../src/log.ts';
import type * as Told from '../types/log.d.ts';
import { bitsOf, callInNode, callInPython, hasPython, type LogCall, ofBits, python } from './log-calls.ts';

let folder: string;
let at: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlops-log-'));
  at = join(folder, 'metrics/train');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const history = (): string => readFileSync(`${at}.jsonl`, 'utf8');
const summary = (): string => readFileSync(`${at}.json`, 'utf8');

/** Ours in both languages, with the same expectations. */
const LOGGERS = [
  { language: 'Node', call: callInNode, skip: false },
  {
    language: 'Python',
    skip: !hasPython,
    call: (path: string, calls: readonly LogCall[], resume?: boolean | number) => {
      const { status, stderr } = callInPython(path, calls, resume);
      if (status !== 0) throw new Error(stderr);
    },
  },
];

it('has the types that it says', () => {
  const told: typeof Told.openLog = openLog;
  expect(told).toBe(openLog);
});

for (const { language, call, skip } of LOGGERS)
  describe.skipIf(skip)(`the log of ${language}`, () => {
    it('writes a line a step and the last values', () => {
      call(at, [
        ['metric', 'train/loss', 0.75],
        ['metric', 'accuracy', 0.5],
        ['step'],
        ['metric', 'train/loss', 0.5],
        ['step', 10],
        ['metric', 'train/loss', 1e-7],
        ['final', 'test/accuracy', 1],
        ['end'],
      ]);
      expect(history()).toBe(
        '{"step":0,"accuracy":0.5,"train/loss":0.75}\n{"step":10,"train/loss":0.5}\n{"step":11,"train/loss":1e-7}\n',
      );
      expect(summary()).toBe(
        '{\n  "accuracy": 0.5,\n  "test": {\n    "accuracy": 1\n  },\n  "train": {\n    "loss": 1e-7\n  }\n}\n',
      );
    });

    it('writes NaN and the infinities as null, with their names', () => {
      call(at, [['metric', 'a/b', Number.NaN], ['metric', 'c', -Infinity], ['metric', 'd', 0.5], ['end']]);
      expect(history()).toBe(
        '{"step":0,"a/b":null,"c":null,"d":0.5,"not_finite":{"a/b":"NaN","c":"-Infinity"}}\n',
      );
      expect(JSON.parse(summary())).toEqual({
        a: { b: null },
        c: null,
        d: 0.5,
        not_finite: { a: { b: 'NaN' }, c: '-Infinity' },
      });
    });

    it('writes no line for a step without metrics, and an empty summary for a run without any', () => {
      call(at, [['step'], ['step'], ['end'], ['end']]);
      expect([history(), summary()]).toEqual(['', '{}\n']);
    });

    it('starts anew, without touching the bytes that were there', () => {
      mkdirSync(dirname(at));
      writeFileSync(`${at}.jsonl`, 'of the last run\n');
      writeFileSync(`${at}.json`, '{}\n');
      linkSync(`${at}.jsonl`, join(folder, 'object'));
      call(at, [['metric', 'loss', 1], ['step']]);
      expect(history()).toBe('{"step":0,"loss":1}\n');
      expect(existsSync(`${at}.json`)).toBe(false);
      expect(readFileSync(join(folder, 'object'), 'utf8')).toBe('of the last run\n');
    });

    it('goes on after the last whole line', () => {
      call(at, [
        ['metric', 'loss', 0.5],
        ['metric', 'odd', Infinity],
        ['step', 4],
      ]);
      writeFileSync(`${at}.jsonl`, `${history()}{"step":5,"lo`);
      call(at, [['metric', 'loss', 0.25], ['end']], true);
      expect(history()).toBe(
        '{"step":4,"loss":0.5,"odd":null,"not_finite":{"odd":"Infinity"}}\n{"step":5,"loss":0.25}\n',
      );
      expect(JSON.parse(summary())).toEqual({ loss: 0.25, odd: null, not_finite: { odd: 'Infinity' } });
    });

    it('goes on at a step, without what was logged from it on', () => {
      call(at, [
        ...[0, 1, 2, 3].flatMap((step): LogCall[] => [['metric', 'loss', step / 2], ['step']]),
        ['end'],
      ]);
      call(at, [['metric', 'other', 7], ['end']], 2);
      expect(history()).toBe('{"step":0,"loss":0}\n{"step":1,"loss":0.5}\n{"step":2,"other":7}\n');
      expect(JSON.parse(summary())).toEqual({ loss: 0.5, other: 7 });
    });

    it('goes on where there is nothing yet', () => {
      call(at, [['metric', 'loss', 1], ['end']], true);
      expect(history()).toBe('{"step":0,"loss":1}\n');
    });

    it.each([
      ['words', 'hello\n'],
      ['a step that falls', '{"step":3,"loss":1}\n{"step":3,"loss":1}\n'],
      ['a value that is no number', '{"step":0,"loss":"1"}\n'],
      ['a null without a name', '{"step":0,"loss":null}\n'],
    ])('does not go on with %s', (_, text) => {
      mkdirSync(dirname(at));
      writeFileSync(`${at}.jsonl`, text);
      expect(() => call(at, [], true)).toThrow('cannot be gone on with');
      expect(history()).toBe(text);
    });

    it.each([
      ['', 'takes words'],
      ['/', 'takes words'],
      ['a//b', 'takes words'],
      ['a\nb', 'takes words'],
      ['step', 'uses that name itself'],
      ['not_finite/a', 'uses that name itself'],
      ['loss', 'there is "loss/train"'],
      ['loss/train/x', 'there is "loss/train"'],
      ['loss.train', 'there is "loss/train"'],
    ])('refuses the name %j', (name, words) => {
      const calls: LogCall[] = [
        ['metric', 'loss/train', 1],
        ['metric', name, 1],
      ];
      expect(() => call(at, calls)).toThrow(words);
    });

    it.each([[3], [4.5], [-1], [2 ** 53]])('refuses step %s after step 3', (step) => {
      const calls: LogCall[] = [
        ['metric', 'loss', 1],
        ['step', 3],
        ['metric', 'loss', 1],
        ['step', step],
      ];
      expect(() => call(at, calls)).toThrow('the next one is 4');
      expect(history()).toBe('{"step":3,"loss":1}\n');
    });

    it('says that it was ended', () => {
      expect(() => call(at, [['end'], ['metric', 'loss', 1]])).toThrow('was ended');
    });
  });

it.each([[undefined], [null], ['0.5'], [true], [1n]])('refuses %s for a number', (value) => {
  expect(() => openLog(at).metric('loss', value as never)).toThrow('has to be a number');
});

describe.skipIf(!hasPython)('in Python', () => {
  it('writes the bytes that Node writes', () => {
    const names = fc.oneof(
      fc.constantFrom('loss', 'train/loss', 'train/accuracy', '10', '9', '__proto__', 'é', '\ue000', '😀'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }),
    );
    const doubles = fc.double({ noNaN: false });
    const calls = fc.array(
      fc.oneof(
        fc.tuple(fc.constantFrom('metric', 'final'), names, doubles),
        fc.tuple(fc.constant('step' as const)),
      ) as fc.Arbitrary<LogCall>,
      { minLength: 100, maxLength: 800, size: 'max' },
    );
    const runs = fc.sample(calls, { numRuns: 6, seed: 5 });
    for (const [index, each] of runs.entries()) {
      const [node, other] = [join(folder, `node-${index}`), join(folder, `python-${index}`)];
      const allowed = withoutClashes(each);
      callInNode(node, [...allowed, ['end']]);
      expect(callInPython(other, [...allowed, ['end']])).toMatchObject({ status: 0, stderr: '' });
      for (const end of ['.json', '.jsonl'])
        expect(readFileSync(other + end, 'utf8')).toBe(readFileSync(node + end, 'utf8'));
    }
  });

  it('lays out 50,000 random doubles, powers and edges as RFC 8785 does', () => {
    const random = fc.sample(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { numRuns: 50_000, seed: 7 });
    const powers = Array.from({ length: 640 }, (_, index) => Number(`1e${index - 330}`));
    const edges = [
      0,
      -0,
      1,
      -1,
      0.1,
      1e21,
      123456789012345680000,
      1e-6,
      1e-7,
      5e-324,
      2 ** 53,
      1 / 3,
      9.5e20,
    ];
    const values = [...edges, ...powers, ...powers.map((value) => value * 1.5), ...random.map(ofBits)].filter(
      Number.isFinite,
    );
    const program = `
import struct, sys, mlops_log
for line in sys.stdin: print(mlops_log._number(struct.unpack(">d", bytes.fromhex(line))[0]))`;
    const { stdout, stderr } = python(program, [], `${values.map(bitsOf).join('\n')}\n`);
    expect(stderr).toBe('');
    const ours = values.map((value) => historyLine({ step: 0, values: new Map([['v', value]]) }));
    expect(
      stdout
        .split('\n')
        .slice(0, -1)
        .map((text) => `{"step":0,"v":${text}}\n`),
    ).toEqual(ours);
  });

  it('is written for Python 3.8', () => {
    const program =
      'import ast, sys, mlops_log; ast.parse(open(mlops_log.__file__).read(), feature_version=(3, 8))';
    expect(python(program, [])).toMatchObject({ status: 0, stderr: '' });
  });

  it('takes what float takes, and refuses words and truths', () => {
    const program = `
import sys, decimal, fractions
from mlops_log import Log
class Step:
    def __index__(self): return 3
log = Log(sys.argv[1])
for value in (True, "0.5", None, b"1", [1]):
    try: log.metric("loss", value)
    except TypeError as error: print(error)
for value in (True, 1.0, "1"):
    try: log.step(value)
    except ValueError as error: print(error)
log.metrics({"a": 1, "b": fractions.Fraction(1, 4), "c": decimal.Decimal("1.5")})
log.step(Step())
log.end()`;
    const { stdout, stderr } = python(program, [at]);
    expect(stderr).toBe('');
    expect(stdout).toContain('metric "loss" has to be a number, not bool\n');
    expect(stdout.trim().split('\n')).toHaveLength(8);
    expect(history()).toBe('{"step":3,"a":1,"b":0.25,"c":1.5}\n');
  });

  it('ends with its block, and writes no summary when that fails', () => {
    const program = (end: string): string =>
      `import sys\nfrom mlops_log import Log\nwith Log(sys.argv[1]) as log:\n    log.metric("loss", 1)\n    ${end}`;
    expect(python(program('pass'), [at])).toMatchObject({ status: 0 });
    expect([history(), summary()]).toEqual(['{"step":0,"loss":1}\n', '{\n  "loss": 1\n}\n']);
    expect(python(program('log.step(); raise SystemExit(3)'), [at])).toMatchObject({ status: 3 });
    expect([history(), existsSync(`${at}.json`)]).toEqual(['{"step":0,"loss":1}\n', false]);
  });
});

/** On a full disk, and killed: the limit on the size of files makes the 1,025th byte fail after part of a line is written. */
describe.skipIf(process.platform === 'win32')('a run that is cut', () => {
  // The package as it is built, found by its own name.
  const NODE = `
import { openLog } from 'mlops/log';
const log = openLog(process.argv[1]);
try { for (;;) { log.metric('loss', 0.123456789); log.step(); } }
catch (error) { console.log(error.code); process.kill(process.pid, 'SIGKILL'); }`;
  const PYTHON = `
import errno, os, signal, sys
from mlops_log import Log
log = Log(sys.argv[1])
try:
    while True:
        log.metric("loss", 0.123456789); log.step()
except OSError as error:
    print(errno.errorcode[error.errno], flush=True); os.kill(os.getpid(), signal.SIGKILL)`;
  const limited = (program: string, args: readonly string[]) =>
    spawnSync('bash', ['-c', 'trap "" XFSZ; ulimit -f 1; exec "$0" "$@"', program, ...args], {
      encoding: 'utf8',
      cwd: resolve(import.meta.dirname, '..'),
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        PYTHONPATH: resolve(import.meta.dirname, '../docs/python'),
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });

  const expectWholeLines = (program: string, args: readonly string[]): void => {
    const { stdout, stderr, signal } = limited(program, [...args, at]);
    expect({ stdout, signal }, stderr).toEqual({ stdout: 'EFBIG\n', signal: 'SIGKILL' });
    const lines = history().split('\n');
    expect(lines.pop()).toBe('');
    expect(lines).toHaveLength(33); // the 34th would end at byte 1,044
    for (const [step, line] of lines.entries()) expect(JSON.parse(line)).toEqual({ step, loss: 0.123456789 });
    expect(existsSync(`${at}.json`)).toBe(false);
  };

  it('leaves whole lines and no summary, in Node', () => {
    expectWholeLines(process.execPath, ['--input-type=module', '-e', NODE]);
  });

  it.skipIf(!hasPython)('leaves whole lines and no summary, in Python', () => {
    expectWholeLines(process.env['MLOPS_PYTHON'] ?? 'python3', ['-c', PYTHON]);
  });
});

/** Without the names that the log would refuse because of the ones before. */
function withoutClashes(calls: readonly LogCall[]): LogCall[] {
  const log = openLog(join(folder, 'probe'));
  return calls.filter((call) => {
    try {
      if (call[0] === 'metric' || call[0] === 'final') log[call[0]](call[1], call[2]);
      return true;
    } catch {
      return false;
    }
  });
}
