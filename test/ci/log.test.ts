import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addSummary, setOutputs } from '../../src/ci/github/files.ts';
import { githubLog } from '../../src/ci/github/log.ts';
import { gitlabLog } from '../../src/ci/gitlab/log.ts';

describe('the log of a GitHub job', () => {
  const log = githubLog('q1w2', '/work');

  it('masks what is secret line by line, then obeys nothing until it ends', () => {
    expect(log.mask(['s3cr3t%', 'abc', '-----BEGIN\r\nMIIE\n'])).toBe(
      '::add-mask::s3cr3t%25\n::add-mask::-----BEGIN\n::add-mask::MIIE\n',
    );
    expect(log.open('mlops repro')).toBe('::group::mlops repro\n::stop-commands::q1w2\n');
    expect(log.close('mlops repro')).toBe('::q1w2::\n::endgroup::\n');
  });

  it('obeys nothing outside of what is folded either', () => {
    expect([log.open(), log.close()]).toEqual(['::stop-commands::q1w2\n', '::q1w2::\n']);
  });

  it('escapes what an annotation holds, so that it stays one', () => {
    const where = { file: 'sub/a,b:c.yaml', line: 3, column: 5 };
    const evil = { level: 'error', where, title: 'a::b,\n', message: '100% \r\n::error::x' } as const;
    expect(log.annotate([evil], '/work/repo')).toBe(
      '::error file=repo/sub/a%2Cb%3Ac.yaml,line=3,col=5,title=a%3A%3Ab%2C%0A::100%25 %0D%0A::error::x\n',
    );
  });

  it('shows as many of a level as a step may have', () => {
    const many = (level: 'error' | 'notice') =>
      Array.from({ length: 12 }, () => ({ level, where: undefined, title: 't', message: 'm' }));
    const lines = log
      .annotate([...many('notice'), ...many('error')], '/work')
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      ...Array<string>(10).fill('::error'),
      ...Array<string>(10).fill('::notice'),
    ]);
  });
});

it('the log of a GitLab job folds what is run', () => {
  const log = gitlabLog('0123456789', () => 1700000000);
  expect([log.mask(['s']), log.open(), log.close()]).toEqual(['', '', '']);
  expect([log.open('mlops repro'), log.close('mlops repro')]).toEqual([
    '\x1b[0Ksection_start:1700000000:mlops_01234567[collapsed=false]\r\x1b[0Kmlops repro\n',
    '\x1b[0Ksection_end:1700000000:mlops_01234567\r\x1b[0K\n',
  ]);
});

describe('the files of a GitHub step', () => {
  function file(text = ''): string {
    const dir = mkdtempSync(join(tmpdir(), 'mlops-step-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    writeFileSync(join(dir, 'file'), text);
    return join(dir, 'file');
  }

  it('take a summary up to their limit, whole characters and whole lines', () => {
    const path = file('before\n');
    const line = `${'ä'.repeat(500)}\n`;
    addSummary({ GITHUB_STEP_SUMMARY: path }, line.repeat(2000));
    const text = readFileSync(path, 'utf8');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024);
    expect(Buffer.byteLength(text)).toBeGreaterThan(1024 * 1024 - 2000);
    const [first, ...rest] = text.split('\n');
    expect([first, rest.at(-2)]).toEqual(['before', '_The rest of this report is in its folder._']);
    expect(new Set(rest.slice(0, -4))).toEqual(new Set(['ä'.repeat(500)]));
    addSummary({ GITHUB_STEP_SUMMARY: path }, 'more');
    expect(Buffer.byteLength(readFileSync(path))).toBeLessThanOrEqual(1024 * 1024);
  });

  it('take outputs of any lines', () => {
    const path = file('x=1\n');
    setOutputs({ GITHUB_OUTPUT: path }, { metrics: '{\n}', 'lock-changed': 'true' }, 'r4nd0m');
    expect(readFileSync(path, 'utf8')).toBe(
      'x=1\nmetrics<<r4nd0m\n{\n}\nr4nd0m\nlock-changed<<r4nd0m\ntrue\nr4nd0m\n',
    );
  });

  it('are none anywhere else', () => {
    addSummary({}, 'text');
    setOutputs({}, { a: 'b' }, 'r');
  });
});
