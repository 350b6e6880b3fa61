// What every forge promises, run for each against its stand-in.
import { describe, expect, it } from 'vitest';
import type { CommitStatus, Forge, Thread } from '../../src/ci/forge/forge.ts';
import type { Patience } from '../../src/ci/forge/patient-fetch.ts';
import { MlopsError } from '../../src/core/failure.ts';
import type { CommitId } from '../../src/core/ids.ts';
import type { Faults } from '../forge/server.ts';

/** A stand-in with an open pull request 1 from `feature`, and the branches `main` and `feature`. */
export interface ForgeBench extends Faults {
  /** With a token of ours, of a reader's, or one that is not known. */
  open(token?: 'ours' | 'reader' | 'unknown', patience?: Patience): Promise<Forge>;
  readonly token: string;
  readonly log: readonly string[];
  readonly slug: string;
  readonly head: CommitId;
  comments(): readonly { readonly by: string; readonly body: string }[];
  /** What somebody else wrote under the pull request. */
  writeAs(by: 'someone' | 'ours', body: string): void;
  /** Oldest first. */
  statuses(): readonly {
    readonly state: string;
    readonly description: string | null;
    readonly url: string | null;
  }[];
  pulls(): readonly { readonly title: string; readonly body: string }[];
  issues(): readonly {
    readonly title: string;
    readonly body: string;
    readonly labels: readonly string[];
    readonly state: string;
  }[];
  issueAs(by: 'someone', title: string, body: string): void;
  /** Of the comments of the pull request, for faults. */
  readonly create: RegExp;
  readonly list: RegExp;
  readonly limit: number;
}

const PULL: Thread = { kind: 'pull', number: 1 };
const LINE = '<!-- mlops:report -->';

export function forgeSuite(name: string, start: () => Promise<ForgeBench>): void {
  describe(`a forge: ${name}`, () => {
    it('posts one comment, writes it anew, and leaves one alone that says the same', async () => {
      const bench = await start();
      const forge = await bench.open();
      const made = await forge.upsertComment(PULL, 'report', 'one');
      expect(made).toEqual({ how: 'created', url: expect.stringMatching(/^https?:\/\/.*\D1\D.*/) });
      expect(await forge.upsertComment(PULL, 'report', 'one')).toEqual({ ...made, how: 'unchanged' });
      expect(await forge.upsertComment(PULL, 'report', 'two\r\n')).toEqual({ ...made, how: 'updated' });
      expect(await forge.upsertComment(PULL, 'report', 'two')).toEqual({ ...made, how: 'unchanged' });
      expect(await (await bench.open()).upsertComment(PULL, 'sweep', 'other')).toMatchObject({
        how: 'created',
      });
      expect(bench.comments().map(({ body }) => body.trimEnd())).toEqual([
        `${LINE}\ntwo`,
        '<!-- mlops:sweep -->\nother',
      ]);
    });

    it('writes over an older run, and never over a newer one', async () => {
      const bench = await start();
      const forge = await bench.open();
      const say = async (text: string, id: number, attempt = 1) =>
        (await forge.upsertComment(PULL, 'report', text, { id, attempt })).how;
      expect(await say('run 9', 9)).toBe('created');
      expect(await say('run 10', 10)).toBe('updated');
      expect(await say('run 9 again', 9, 2)).toBe('newer');
      expect(await say('run 10 again', 10, 2)).toBe('updated');
      expect(await say('run 10', 10)).toBe('newer');
      expect(bench.comments().map(({ body }) => body)).toEqual(['<!-- mlops:report 10.2 -->\nrun 10 again']);
      expect((await forge.upsertComment(PULL, 'report', 'nobody counts')).how).toBe('updated');

      const issue = async (id: number) => {
        const text = { title: 'Drift', body: `run ${id}`, labels: [] };
        return (await forge.upsertIssue('drift', text, { id, attempt: 1 })).how;
      };
      expect([await issue(5), await issue(4)]).toEqual(['created', 'newer']);
      await forge.closeIssue('drift', 'over', { id: 4, attempt: 1 });
      expect(bench.issues().filter(({ state }) => /open/.test(state))).toHaveLength(1);
      await forge.closeIssue('drift', 'over', { id: 6, attempt: 1 });
      expect(bench.issues().filter(({ state }) => /open/.test(state))).toEqual([]);
    });

    it('is not led astray by a mark that somebody else pasted', async () => {
      const bench = await start();
      bench.writeAs('someone', `${LINE}\nhijacked`);
      bench.writeAs('ours', `> ${LINE}\nquoted`);
      const forge = await bench.open();
      expect(await forge.upsertComment(PULL, 'report', 'ours')).toMatchObject({ how: 'created' });
      expect(await forge.upsertComment(PULL, 'report', 'new')).toMatchObject({ how: 'updated' });
      expect(bench.comments().map(({ body }) => body)).toEqual([
        `${LINE}\nhijacked`,
        `> ${LINE}\nquoted`,
        `${LINE}\nnew`,
      ]);
    });

    it('finds its comment behind two hundred others', async () => {
      const bench = await start();
      for (let at = 0; at < 150; at += 1) bench.writeAs('someone', `talk ${at}`);
      bench.writeAs('ours', `${LINE}\nold`);
      for (let at = 0; at < 60; at += 1) bench.writeAs('someone', `more ${at}`);
      expect(await (await bench.open()).upsertComment(PULL, 'report', 'new')).toMatchObject({
        how: 'updated',
      });
      expect(bench.comments().filter(({ body }) => body.startsWith(LINE))).toHaveLength(1);
    });

    it('keeps every character', async () => {
      const bench = await start();
      const body =
        'ünïcödé 🎯 e\u0301 \u202e "quotes" \\ <b>&amp;</b> | `code` $1 %s\n\n```\n\tx\n```\n日本語';
      const forge = await bench.open();
      await forge.upsertComment(PULL, 'report', body);
      expect(bench.comments()[0]?.body).toBe(`${LINE}\n${body}`);
      expect(await forge.upsertComment(PULL, 'report', body)).toMatchObject({ how: 'unchanged' });
    });

    it('posts a comment as long as it says, and says it of a longer one', async () => {
      const bench = await start();
      const forge = await bench.open();
      expect(forge.commentLimit).toBeGreaterThan(bench.limit - 200);
      await forge.upsertComment(PULL, 'report', 'é'.repeat(forge.commentLimit));
      expect(bench.comments()[0]?.body.length).toBeLessThanOrEqual(bench.limit);
      const before = bench.log.length;
      expect(await troubleOf(forge.upsertComment(PULL, 'report', 'x'.repeat(bench.limit + 1)))).toEqual({
        exit: 'remote',
        message: expect.stringContaining(`is too long (maximum is ${bench.limit} characters)`),
        help: expect.any(String),
      });
      expect(bench.log.length).toBeGreaterThan(before);
    });

    it('ends with one comment where four jobs post at once', async () => {
      const bench = await start();
      const forges = await Promise.all([1, 2, 3, 4].map(() => bench.open()));
      const told = await Promise.all(
        forges.map((forge, at) => forge.upsertComment(PULL, 'report', `job ${at}`)),
      );
      expect(bench.comments()).toHaveLength(1);
      expect(told.every(({ url }) => url === told[0]?.url)).toBe(true);
    });

    it('removes what a job that died left over', async () => {
      const bench = await start();
      bench.writeAs('ours', `${LINE}\nfirst`);
      bench.writeAs('ours', `${LINE}\nsecond`);
      await (await bench.open()).upsertComment(PULL, 'report', 'new');
      expect(bench.comments().map(({ body }) => body)).toEqual([`${LINE}\nnew`]);
    });

    it.each(['lost', 'late'] as const)('does not post twice where the answer was %s', async (kind) => {
      const bench = await start();
      bench.fail(kind === 'late' ? { kind, status: 502 } : { kind }, { on: bench.create });
      const forge = await bench.open('ours', NO_WAIT);
      expect(await forge.upsertComment(PULL, 'report', 'one')).toMatchObject({ how: 'created' });
      expect(bench.comments()).toHaveLength(1);
      expect(bench.log.filter((line) => bench.create.test(line))).toHaveLength(1);
    });

    it('posts again what did not arrive', async () => {
      const bench = await start();
      bench.fail({ kind: 'reset' }, { on: bench.create, times: 2 });
      expect(await (await bench.open('ours', NO_WAIT)).upsertComment(PULL, 'report', 'one')).toMatchObject({
        how: 'created',
      });
      expect(bench.comments()).toHaveLength(1);
      expect(bench.log.filter((line) => bench.create.test(line))).toHaveLength(3);
    });

    it('asks again where the host fails for a moment', async () => {
      const bench = await start();
      const waits: number[] = [];
      bench.fail({ kind: 'answer', status: 503, body: 'Unavailable' }, { on: bench.list });
      bench.fail({ kind: 'reset' }, { on: bench.list });
      const forge = await bench.open('ours', { sleep: async (ms) => void waits.push(ms) });
      await forge.upsertComment(PULL, 'report', 'one');
      expect(waits).toEqual([1000, 2000]);
    });

    it('gives up on a host that stays down, in words', async () => {
      const bench = await start();
      bench.fail(
        { kind: 'answer', status: 500, body: { message: 'Server Error\n\u001b[31m' } },
        { on: bench.list, times: 99 },
      );
      expect(await troubleOf((await bench.open('ours', NO_WAIT)).upsertComment(PULL, 'report', 'x'))).toEqual(
        {
          exit: 'remote',
          message: expect.stringMatching(
            /^comment on .* request 1 of \S+: GET http:\/\/127\.0\.0\.1\S+ answered 500: Server Error \[31m$/,
          ),
          help: expect.stringContaining('mlops ci post'),
        },
      );
    });

    it('gives up on a host that hangs', async () => {
      const bench = await start();
      bench.fail({ kind: 'hang' }, { on: bench.list, times: 99 });
      const forge = await bench.open('ours', { ...NO_WAIT, timeoutMs: 50 });
      expect(await troubleOf(forge.upsertComment(PULL, 'report', 'x'))).toMatchObject({
        exit: 'remote',
        message: expect.stringContaining('failed: no answer within 0.05 s'),
      });
      expect(bench.log.filter((line) => bench.list.test(line))).toHaveLength(4);
    });

    it('says that what answers is no API', async () => {
      const bench = await start();
      bench.fail({ kind: 'answer', status: 200, body: '<html>Please log in' }, { on: bench.list });
      expect(await troubleOf((await bench.open()).upsertComment(PULL, 'report', 'x'))).toEqual({
        exit: 'remote',
        message: expect.stringContaining('answered something that is not JSON (text/html'),
        help: expect.stringContaining('proxy'),
      });
    });

    it.each([[''], [null], ['[{"body":']])('says it of the answer %j too', async (body) => {
      const bench = await start();
      bench.fail({ kind: 'answer', status: 200, body }, { on: bench.list });
      bench.fail({ kind: 'answer', status: 201, body }, { on: bench.create });
      expect(await troubleOf((await bench.open()).upsertComment(PULL, 'report', 'x'))).toMatchObject({
        exit: 'remote',
        message: expect.stringContaining('answered something'),
      });
    });

    it('asks no other host for the next page', async () => {
      const bench = await start();
      const headers = { link: '<http://127.0.0.2:9/next?page=2>; rel="next"' };
      bench.fail({ kind: 'answer', status: 200, headers, body: [] }, { on: bench.list });
      const told = (await bench.open()).upsertComment(PULL, 'report', 'x');
      if (name === 'GitLab')
        await told; // its library takes only the query of the next page
      else
        expect(await troubleOf(told)).toMatchObject({
          message: expect.stringContaining('lies on another host'),
        });
    });

    it('follows no redirect: the token goes nowhere else', async () => {
      const bench = await start();
      const headers = { location: 'http://127.0.0.2:9/elsewhere?token=1' };
      bench.fail({ kind: 'answer', status: 301, headers, body: { message: 'Moved' } }, { on: bench.list });
      expect(await troubleOf((await bench.open()).upsertComment(PULL, 'report', 'x'))).toMatchObject({
        message: expect.stringContaining('answered 301 (moved to http://127.0.0.2:9/elsewhere): Moved'),
      });
    });

    it('waits for a rate limit that ends soon', async () => {
      const bench = await start();
      const waits: number[] = [];
      const limited = {
        kind: 'answer',
        status: 429,
        headers: { 'retry-after': '7' },
        body: { message: 'Slow down' },
      } as const;
      bench.fail(limited, { on: bench.list });
      bench.fail(limited, { on: bench.create });
      const forge = await bench.open('ours', { now: () => 0, sleep: async (ms) => void waits.push(ms) });
      expect(await forge.upsertComment(PULL, 'report', 'one')).toMatchObject({ how: 'created' });
      expect(waits).toEqual([7000, 7000]);
    });

    it('says when a rate limit ends that is too long to wait for', async () => {
      const bench = await start();
      const limited = {
        kind: 'answer',
        status: 429,
        headers: { 'retry-after': '40' },
        body: { message: 'Slow down' },
      } as const;
      bench.fail(limited, { on: bench.list, times: 2 });
      const waits: number[] = [];
      const forge = await bench.open('ours', {
        now: () => Date.UTC(2026, 0, 1),
        sleep: async (ms) => void waits.push(ms),
      });
      expect(await troubleOf(forge.upsertComment(PULL, 'report', 'one'))).toEqual({
        exit: 'remote',
        message: expect.stringContaining('the rate limit is used up until 2026-01-01T00:00:40Z (1 min)'),
        help: 'the report is kept: mlops ci post writes it after that',
      });
      expect(waits).toEqual([40_000]);
    });

    it('stops when it is told to, in a call and in a wait', async () => {
      const bench = await start();
      const stop = new AbortController();
      const reason = new Error('stopped');
      bench.fail({ kind: 'answer', status: 503, body: 'x' }, { on: bench.list });
      const waiting = await bench.open('ours', {
        signal: stop.signal,
        sleep: async () => {
          stop.abort(reason);
          throw reason;
        },
      });
      await expect(waiting.upsertComment(PULL, 'report', 'x')).rejects.toBe(reason);

      const later = new AbortController();
      bench.fail({ kind: 'hang' }, { on: bench.list });
      const calling = (await bench.open('ours', { signal: later.signal })).upsertComment(PULL, 'report', 'x');
      await expect.poll(() => bench.log.filter((line) => bench.list.test(line)).length).toBe(2);
      later.abort(reason);
      await expect(calling).rejects.toBe(reason);
    });

    it.each(['reader', 'unknown'] as const)(
      'says what the token of a %s lacks, and never the token',
      async (who) => {
        const bench = await start();
        const forge = await bench.open(who);
        const failures = await Promise.all([
          troubleOf(forge.upsertComment(PULL, 'report', 'x')),
          troubleOf(forge.setStatus(bench.head, STATUS)),
          troubleOf(forge.upsertPull({ branch: 'feature', base: 'main', title: 't', body: 'b' })),
          troubleOf(forge.upsertIssue('drift', { title: 't', body: 'b', labels: [] })),
        ]);
        const said = failures.map(({ message, help }) => `${message}\n  ${help}\n`).join('');
        await expect(said.replaceAll(/:\d{4,5}(?=\/)/g, '')).toMatchFileSnapshot(
          `../../golden/forge/${name}-${who}.txt`,
        );
      },
    );

    it('never shows the token, though an answer repeats it', async () => {
      const bench = await start();
      bench.fail(
        { kind: 'answer', status: 400, body: { message: `bad: ${bench.token}` } },
        { on: bench.list },
      );
      const failure = await troubleOf((await bench.open()).upsertComment(PULL, 'report', 'x'));
      expect(failure.message).toContain('answered 400: bad: ***');
    });

    it('sets a status, once', async () => {
      const bench = await start();
      const forge = await bench.open();
      const pending: CommitStatus = { ...STATUS, state: 'pending', description: 'running', url: undefined };
      for (const status of [pending, pending, STATUS, STATUS]) await forge.setStatus(bench.head, status);
      expect(bench.statuses().at(-1)).toEqual({
        state: 'success',
        description: 'all gates pass',
        url: 'https://ci.example/1',
      });
      expect(bench.log.filter((line) => /^POST .*statuses/.test(line))).toHaveLength(2);
    });

    it('cuts a status to what the host takes', async () => {
      const bench = await start();
      const forge = await bench.open();
      await forge.setStatus(bench.head, {
        ...STATUS,
        description: `two\nlines ${'🎯'.repeat(300)}`,
        url: 'javascript:alert(1)',
      });
      expect(bench.statuses()[0]).toMatchObject({
        description: expect.stringMatching(/^two lines 🎯+…$/u),
        url: null,
      });
    });

    it('sets a status whose answer is lost', async () => {
      const bench = await start();
      bench.fail({ kind: 'lost' }, { on: /^POST .*statuses/ });
      await (await bench.open('ours', NO_WAIT)).setStatus(bench.head, STATUS);
      expect(bench.statuses()).toHaveLength(1);
    });

    it('finds a pull request by its head alone', async () => {
      const bench = await start();
      const forge = await bench.open();
      const head = { repository: bench.slug, branch: 'feature', commit: bench.head };
      expect(await forge.findPull(head)).toBe(1);
      expect(await forge.findPull({ ...head, commit: 'f'.repeat(40) as CommitId })).toBeUndefined();
      expect(await forge.findPull({ ...head, branch: 'main' })).toBeUndefined();
      expect(await forge.findPull({ ...head, repository: '' })).toBeUndefined();
      expect(await forge.findPull({ ...head, repository: 'no/fork' })).toBeUndefined();
    });

    it('opens a pull request, and gives the open one its new text', async () => {
      const bench = await start();
      const forge = await bench.open('ours', NO_WAIT);
      const text = { branch: 'mlops/update', base: 'main', title: 'Update\nlock', body: 'one' };
      bench.fail({ kind: 'lost' }, { on: /^POST .*(pulls|merge_requests)(\?|$)/ });
      expect(await forge.upsertPull(text)).toMatchObject({ how: 'created', number: 2 });
      expect(await forge.upsertPull(text)).toMatchObject({ how: 'unchanged', number: 2 });
      expect(await forge.upsertPull({ ...text, body: 'two' })).toMatchObject({ how: 'updated', number: 2 });
      expect(bench.pulls().slice(1)).toEqual([{ title: 'Update lock', body: 'two' }]);
    });

    it('opens one pull request where two jobs do at once', async () => {
      const bench = await start();
      const forges = await Promise.all([bench.open(), bench.open()]);
      const text = { branch: 'mlops/update', base: 'main', title: 'Update', body: 'one' };
      const told = await Promise.all(forges.map((forge) => forge.upsertPull(text)));
      expect(told.map(({ number }) => number)).toEqual([2, 2]);
      expect(bench.pulls()).toHaveLength(2);
    });

    it('says that a branch is not there', async () => {
      const bench = await start();
      const forge = await bench.open();
      expect(
        await troubleOf(forge.upsertPull({ branch: 'nowhere', base: 'main', title: 't', body: 'b' })),
      ).toMatchObject({
        exit: 'remote',
        message: expect.stringMatching(/answered 4\d\d: .*(head|source_branch)/),
      });
    });

    it('opens an issue, writes it anew, closes it with a last word, and opens another', async () => {
      const bench = await start();
      const forge = await bench.open();
      bench.issueAs('someone', 'Mine', '<!-- mlops:drift -->\nhijacked');
      const text = { title: 'Drift', body: 'one', labels: ['mlops', 'drift'] };
      const made = await forge.upsertIssue('drift', text);
      expect(made).toMatchObject({ how: 'created' });
      expect(await forge.upsertIssue('drift', text)).toEqual({ ...made, how: 'unchanged' });
      expect(await forge.upsertIssue('drift', { ...text, body: 'two' })).toEqual({ ...made, how: 'updated' });
      await forge.closeIssue('drift', 'It is over.');
      await forge.closeIssue('drift', 'It is over.');
      expect(
        bench.issues().map(({ title, body, labels, state }) => ({ title, body, labels, state })),
      ).toEqual([
        {
          title: 'Mine',
          body: '<!-- mlops:drift -->\nhijacked',
          labels: [],
          state: expect.stringMatching(/^open/),
        },
        { title: 'Drift', body: '<!-- mlops:drift -->\ntwo', labels: ['mlops', 'drift'], state: 'closed' },
      ]);
      expect(bench.comments()).toEqual([
        { by: expect.any(String), body: '<!-- mlops:drift-closed -->\nIt is over.' },
      ]);
      expect((await forge.upsertIssue('drift', text)).how).toBe('created');
    });

    it('keeps one open issue where three jobs open it at once', async () => {
      const bench = await start();
      const forges = await Promise.all([1, 2, 3].map(() => bench.open()));
      const text = { title: 'Drift', body: 'one', labels: ['drift'] };
      const told = await Promise.all(forges.map((forge) => forge.upsertIssue('drift', text)));
      expect(new Set(told.map(({ number }) => number)).size).toBe(1);
      expect(bench.issues().filter(({ state }) => state.startsWith('open'))).toHaveLength(1);
    });
  });
}

export const NO_WAIT: Patience = { sleep: async () => {} };

export const STATUS: CommitStatus = {
  context: 'mlops',
  state: 'success',
  description: 'all gates pass',
  url: 'https://ci.example/1',
};

export async function troubleOf(
  work: Promise<unknown>,
): Promise<{ readonly exit: string; readonly message: string; readonly help?: string }> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MlopsError)) throw new Error('no failure', { cause: error });
  const shown = error.failures.map(({ message, help }) => `${message} ${help}`).join('\n');
  expect(shown).not.toMatch(/gh[sp]_|glpat-|glcbt-/);
  return error.failures[0]!;
}
