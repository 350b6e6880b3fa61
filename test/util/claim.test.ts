import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Claim, tryClaim } from '../../src/util/claim.ts';
import { type ClaimDir, claimFiles, claimSlug, openClaimDir, readClaims } from '../../src/util/claim-file.ts';
import { awaitClaim } from '../../src/util/claim-wait.ts';
import { thisProcess } from '../../src/util/process.ts';
import { buildProcess, Child, temporaryFolder } from '../child.ts';

let folder: ReturnType<typeof temporaryFolder>;
let claims: ClaimDir;
beforeEach(() => {
  folder = temporaryFolder();
  claims = openClaimDir(join(folder.path, 'claims'));
});
afterEach(() => folder.remove());

function take(dir: ClaimDir, name = 'one'): Claim {
  const attempt = tryClaim(dir, name, { what: 'test' });
  if (!('claim' in attempt)) throw new Error(`held by ${attempt.heldBy.what}`);
  return attempt.claim;
}

const dead = { ...thisProcess(), started: '1' };
const elsewhere = { ...thisProcess(), host: 'elsewhere', bootId: 'other' };

describe('a claim', () => {
  it('has one owner until it is released', () => {
    const first = take(claims);
    expect(tryClaim(claims, 'one', { what: 'second' })).toMatchObject({
      heldBy: { what: 'test', pid: process.pid, name: 'one' },
    });
    first.release();
    first.release();
    take(claims).release();
  });

  it('says nothing about another name', () => {
    take(claims, 'one');
    take(claims, 'ONE');
    take(claims, `${'long'.repeat(100)}/a`);
    take(claims, `${'long'.repeat(100)}/b`);
    expect(readClaims(claims)).toHaveLength(4);
  });

  it('of a dead process goes to the next, and the dead one learns it', () => {
    const ghost = take(openClaimDir(claims.dir, { self: dead }));
    expect(ghost.isMine()).toBe(true);
    const heir = take(claims);
    expect(heir.n).toBe(ghost.n + 1);
    expect([ghost.isMine(), heir.isMine()]).toEqual([false, true]);
    expect(ghost.update({ pgid: 1, started: '1' })).toBe(false);
    ghost.release();
    expect(heir.isMine()).toBe(true);
    expect(tryClaim(claims, 'one', { what: 'third' })).toMatchObject({ heldBy: { nonce: heir.nonce } });
  });

  it('leaves one file, whatever happened before', () => {
    for (let i = 0; i < 5; i++) take(claims).release();
    take(openClaimDir(claims.dir, { self: dead }));
    take(claims);
    expect(readdirSync(claims.dir)).toEqual([`${claimSlug('one')}.7`]);
  });

  it('keeps the process group that works for it', () => {
    const claim = take(claims);
    expect(claim.update({ pgid: 4242, started: '99' })).toBe(true);
    expect(readClaims(claims)[0]!.content.group).toEqual({ pgid: 4242, started: '99' });
    claim.update(undefined);
    expect(readClaims(claims)[0]!.content.group).toBeUndefined();
  });

  it('of another machine lives as long as it beats, by the clock of the file server', () => {
    const theirs = openClaimDir(claims.dir, { self: elsewhere });
    take(theirs);
    const file = join(claims.dir, claimFiles(claims)[0]!);
    const now = statSync(file).mtimeMs / 1000;
    utimesSync(file, now - 50, now - 50);
    expect(tryClaim(claims, 'one', { what: 'test' })).toHaveProperty('heldBy');
    utimesSync(file, now - 70, now - 70);
    take(claims);
  });

  it('shows that it lives while it is held, and no longer', async () => {
    const theirs = openClaimDir(claims.dir, { self: elsewhere, times: { beatMs: 5, deadAfterMs: 60_000 } });
    const claim = take(theirs);
    const file = join(claims.dir, claimFiles(claims)[0]!);
    utimesSync(file, 1, 1);
    while (statSync(file).mtimeMs === 1000) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ nonce: claim.nonce });
    expect(tryClaim(claims, 'one', { what: 'test' })).toHaveProperty('heldBy');
    claim.release();
  });
});

describe('waiting for a claim', () => {
  it('ends when it is released, and says once for whom it waits', async () => {
    const first = take(claims);
    const waits: string[] = [];
    const second = awaitClaim(
      claims,
      'one',
      { what: 'second' },
      {
        pollMs: 3_600_000,
        onWait: (holder) => {
          waits.push(holder.what);
          setTimeout(() => first.release(), 20);
        },
      },
    );
    expect(await second).toHaveProperty('claim');
    expect(waits).toEqual(['test']);
  });

  it('ends when its time is up, or when it is told to stop', async () => {
    take(claims);
    expect(await awaitClaim(claims, 'one', { what: 'second' }, { timeoutMs: 10 })).toMatchObject({
      heldBy: { what: 'test' },
    });
    const stop = new AbortController();
    const waiting = awaitClaim(
      claims,
      'one',
      { what: 'second' },
      { signal: stop.signal, onWait: () => stop.abort(new Error('enough')) },
    );
    await expect(waiting).rejects.toThrow('enough');
  });
});

describe('six processes that die as owners', () => {
  it('never own a claim together', async () => {
    const script = await buildProcess('contend', folder.path);
    const file = join(folder.path, 'owner');
    writeFileSync(file, '0 0');
    const rounds = 40;
    let from = 0;
    const lane = async (): Promise<number> => {
      let owned = 0;
      for (let round = from; round < rounds; ) {
        const child = new Child(script, [claims.dir, file, String(round), String(rounds)]);
        await child.end();
        const own = child.lines.filter((line) => line.startsWith('owned '));
        expect(child.lines.filter((line) => !line.startsWith('owned '))).toEqual([]);
        expect(own.length).toBeGreaterThan(0);
        owned += own.length;
        round = Number(own.at(-1)!.slice('owned '.length)) + 1;
      }
      return owned;
    };
    const owned = await Promise.all(Array.from({ length: 6 }, lane));
    from = rounds;
    expect(owned).toEqual(Array.from({ length: 6 }, () => rounds));
    // Nobody's count was lost: each owner saw what the one before it wrote.
    expect(Number(readFileSync(file, 'utf8').split(' ')[0])).toBe(6 * rounds);
    expect(existsSync(file)).toBe(true);
  }, 120_000);
});
