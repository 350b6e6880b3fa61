// Contents of many blobs from one git process, as they come: the locks of a long history need not be in memory together.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Repository } from './repository.ts';
import { missingBlob } from './versions.ts';

/** In the order of `ids`. @throws MlopsError `config` when one of them is not there */
export async function* readBlobs(repo: Repository, ids: readonly string[]): AsyncGenerator<Buffer> {
  if (ids.length === 0) return;
  const git = spawn('git', ['cat-file', '--batch'], {
    cwd: repo.top,
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  git.stdin.on('error', () => {}); // it ended early: what it did not answer is missed below
  git.stdin.end(`${ids.join('\n')}\n`);
  const ended = once(git, 'close');
  try {
    const answers = new Answers(git.stdout);
    for (const id of ids) {
      const bytes = Number(/ blob (\d+)$/.exec((await answers.line()) ?? '')?.[1] ?? -1);
      if (bytes < 0) missingBlob(id);
      const blob = await answers.take(bytes + 1);
      if (blob === undefined) missingBlob(id);
      yield blob.subarray(0, bytes);
    }
  } finally {
    git.kill();
    await ended;
  }
}

/** A stream taken by lines and by lengths. */
class Answers {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async line(): Promise<string | undefined> {
    let end = this.#held.indexOf(10);
    for (; end < 0; end = this.#held.indexOf(10)) if (!(await this.#more(1))) return undefined;
    return (await this.take(end + 1))!.toString('latin1', 0, end);
  }

  async take(bytes: number): Promise<Buffer | undefined> {
    if (this.#held.length < bytes && !(await this.#more(bytes - this.#held.length))) return undefined;
    const taken = this.#held.subarray(0, bytes);
    this.#held = this.#held.subarray(bytes);
    return taken;
  }

  async #more(bytes: number): Promise<boolean> {
    const pieces = [this.#held];
    for (let got = 0; got < bytes; ) {
      const { value, done } = await this.#chunks.next();
      if (done) return false;
      pieces.push(value as Buffer);
      got += (value as Buffer).length;
    }
    this.#held = Buffer.concat(pieces);
    return true;
  }
}
