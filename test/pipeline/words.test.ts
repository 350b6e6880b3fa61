// What people read when a pipeline.yaml is wrong: message, line, column, what is underlined, help.
import { describe, expect, it } from 'vitest';
import { problems } from './rig.ts';

const body = (lines: string): string[] => problems(`stages:\n  s:\n    cmd: x\n    ${lines}\n`);

describe('malformed YAML', () => {
  it.each([
    ['a: b: c\n', '1:4 "b" a second ": " in one line | put the whole value in quotes: \'…\''],
    ['a: [1, 2\n', '2:1 "" something is not closed | look for a missing quote, bracket, comma or ":"'],
    ['a: "x\n', '2:1 "" something is not closed | look for a missing quote, bracket, comma or ":"'],
    ['a:\n\tb: 1\n', '2:1 "\t" a tab is used as indentation | YAML is indented with spaces'],
    [
      'a: @x\n',
      '1:4 "@" unquoted text cannot start with this character | put the whole value in quotes: \'…\'',
    ],
    [
      'a: "\\q"\n',
      '1:5 "\\" unknown escape in a double-quoted text | write \\\\ for a backslash, or use single quotes: \'…\'',
    ],
    ['a: [${x}]\n', '1:6 "{" "${" inside [ ] or { } needs quotes | write "…${name}…"'],
    [
      'a: 1\n---\nb: 2\n',
      '2:1 "---" a second document starts here | one file holds one document: remove "---"',
    ],
    ['a: !x 1\n', '1:4 "!x" unknown YAML tag | plain values need no tag; quote what is text'],
    ['stages: {}\nstages: {}\n', '2:1 "stages" the key "stages" stands twice | keep one of the two'],
    ['a: *x\n', '1:4 "*x" *x names no anchor above it'],
    ['a: &x [*x]\n', '1:8 "*x" *x contains itself'],
    [
      'a: 12345678901234567890\n',
      '1:4 "12345678901234567890" 12345678901234567890 is beyond ±2^53 and would lose digits | quote it: "12345678901234567890"',
    ],
    ['a: .nan\n', '1:4 ".nan" .nan is no number that JSON can hold | quote it if text is meant: ".nan"'],
    ['a: "\\ud800"\n', '1:4 ""\\ud800"" half of a surrogate pair is not text | write the whole character'],
    ['? [a]\n: 1\n', '1:3 "[a]" a key must be plain text | put it in quotes'],
    ['- a\n', '1:1 "- a" expected a map, found a list'],
  ])('%j', (yaml, expected) => {
    expect(problems(yaml)[0]).toBe(`pipeline.yaml:${expected}`);
  });

  it('does not let it nest without bound', () => {
    expect(problems(`a: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`)[0]).toContain(
      'this is nested too deeply',
    );
  });

  it('does not let aliases grow without bound', () => {
    const lines = Array.from(
      { length: 12 },
      (_, i) =>
        `a${i}: &a${i} [${Array(10)
          .fill(i === 0 ? 'x' : `*a${i - 1}`)
          .join(', ')}]`,
    );
    expect(problems(`${lines.join('\n')}\n`)[0]).toContain(
      'aliases make more than 5000000 values of this file',
    );
  });
});

describe('wrong keys and values', () => {
  it.each([
    ['dep: [a]', '4:5 "dep" unknown key "dep" | did you mean "deps"?'],
    ['deps: a', '4:11 "a" expected a list, found "a"'],
    ['deps: [1]', '4:12 "1" expected text, found 1'],
    ['outs: [{a: {gti: true}}]', '4:17 "gti" unknown key "gti" | did you mean "git"?'],
    ['timeout: soon', '4:14 "soon" "soon" is not a duration | write it like 2h, 90s or 1h30m'],
    [
      'resources: {memory: 4 potatoes}',
      '4:25 "4 potatoes" "4 potatoes" is not a size | write it like 4GiB or 500 MB',
    ],
    ['retries: -1', '4:14 "-1" expected a whole number of at least 0, found -1'],
    [
      'env: [AWS_SECRET_ACCESS_KEY]',
      '4:11 "AWS_SECRET_ACCESS_KEY" AWS_SECRET_ACCESS_KEY looks like a secret | values under env: are recorded in pipeline.lock; put it under secrets:',
    ],
    ['secrets: [a-b]', '4:15 "a-b" "a-b" is no name of an environment variable'],
    [
      'wdir: ../..',
      '4:11 "../.." path "../.." leads outside the repository | paths are relative to the folder of pipeline.yaml (or to wdir) and stay inside the repository',
    ],
    ['with: {a: 1}', '4:5 "with" "with" belongs to "uses" | put the options under cmd:'],
    [
      'evaluate: {data: d.csv}',
      '4:5 "evaluate" stage "s" has two actions, cmd and evaluate | a stage does one thing: make two stages of it',
    ],
    ['params: [lr]', '4:14 "lr" params file params.yaml is not there | create it, or remove it here'],
  ])('%s', (lines, expected) => {
    expect(body(lines)).toEqual([`pipeline.yaml:${expected}`]);
  });

  it.each([
    [
      'stages:\n  a b: {cmd: x}\n',
      '2:3 "a b" "a b" cannot be the name of a stage | use letters, digits, "_", "-" and "."',
    ],
    ['stages:\n  a:\n', '2:3 "a" stage "a" is empty | give it a cmd: and what it reads and writes'],
    ['stages:\n  a: {deps: [x]}\n', '2:3 "a" stage "a" does nothing | give it one of cmd, evaluate, uses'],
    [
      'stages:\n  a: {uses: evalute}\n',
      '2:13 "evalute" there is no action "evalute" | did you mean "evaluate"?',
    ],
    ['stages:\n  a: {evaluate: {dta: x, data: y}}\n', '2:18 "dta" unknown key "dta" | did you mean "data"?'],
    ['stages:\n  a: {evaluate: {data: x.exe}}\n', '2:24 "x.exe" this is no table | give a CSV file'],
    [
      'stages:\n  a: {evaluate: {data: x}, deps: [x]}\n',
      '2:35 "x" the action reads x anyway | remove it from deps',
    ],
    [
      'stages:\n  a: {evaluate: {data: x}, outs: [reports/a.json]}\n',
      '2:35 "reports/a.json" the action writes reports/a.json anyway | remove it from outs',
    ],
    ['stage: {}\n', '1:1 "stage" unknown key "stage" | did you mean "stages"?'],
    ['data: {../x: {}}\n', '1:8 "../x" path "../x" leads outside the repository'],
  ])('%j', (yaml, expected) => {
    expect(problems(yaml)).toEqual([`pipeline.yaml:${expected}`]);
  });

  it('are all reported at once', () => {
    expect(
      body('deps: 3\n    outs: [../x]\n    env: [A_TOKEN]\n    foo: 1').map((line) => line.split(' ')[0]),
    ).toEqual(['pipeline.yaml:4:11', 'pipeline.yaml:5:12', 'pipeline.yaml:6:11', 'pipeline.yaml:7:5']);
  });

  it('name the param that is missing', () => {
    const files = {
      'pipeline.yaml': 'stages:\n  a: {cmd: x, params: [train.lr, train.depht]}\n',
      'params.yaml': 'train: {lr: 1, depth: 2}\n',
    };
    expect(problems(files)).toEqual([
      'pipeline.yaml:2:24 "train.lr" params.yaml has no param "train.depht" | did you mean "train.depth"?'.replace(
        '2:24 "train.lr"',
        '2:34 "train.depht"',
      ),
    ]);
  });
});
