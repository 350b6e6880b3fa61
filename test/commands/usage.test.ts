// What is typed wrong: one sentence, the way on, exit 2.
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { suggest } from '../../src/util/suggest.ts';
import { runProgram } from './program.ts';

it('a command that goes on is not run by half', () => {
  const { status, stderr } = runProgram(tmpdir(), ['metrics']);
  expect(status).toBe(2);
  expect(stderr).toBe(
    'error: "mlops metrics" is half a command\nhelp: mlops metrics --help lists how it goes on\n',
  );
});

it.each([
  ['smoke', 'a stage: smoke: {model: model.onnx, data: test.csv}'],
  ['comment', 'mlops ci posts one; mlops report --md prints it'],
  ['profile', 'mlops data profile DATA; a stage for drift to compare with: profile: {data: DATA}'],
])('%s is no command, but something', (typed, words) => {
  const { status, stderr } = runProgram(tmpdir(), [typed]);
  expect([status, stderr]).toEqual([2, `error: unknown command "${typed}"\nhelp: ${words}\n`]);
});

it.each([
  [['ci', '--token', 'x'], 'in the environment: MLOPS_CI_TOKEN, GITHUB_TOKEN or GITLAB_TOKEN'],
  [['ci', '--comment'], 'it comments by default; --no-comment does not'],
  [['ci', '--dry-run'], '--dry, where a command can say what it would do'],
])('%j is told how it goes here', (typed, words) => {
  const { status, stderr } = runProgram(tmpdir(), typed);
  expect([status, stderr]).toEqual([2, `error: unknown option '${typed[1]}'\nhelp: ${words}\n`]);
});

it.each([
  ['minimum', ['max', 'min'], 'min'],
  ['int', ['string', 'int64'], 'int64'],
  ['gpu', ['cpu', 'cuda', 'auto'], 'cuda'],
  ['smoke', ['train', 'test'], undefined],
])('%s of %j is %s', (typed, known, meant) => {
  expect(suggest(typed, known)).toBe(meant);
});
