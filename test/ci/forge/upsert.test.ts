// Jobs that write the same comment at once, in every order that chance finds, with answers that get lost.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CallTrouble } from '../../../src/ci/forge/call-trouble.ts';
import { type Post, type Posts, upsert } from '../../../src/ci/forge/upsert.ts';

interface Text extends Post {
  body: string;
}

/** A host whose calls are answered in the order that `scheduler` says; `losses` of the answers to `create` get lost. */
class Host {
  readonly posts: Text[] = [];
  readonly #scheduler: fc.Scheduler;
  #losses: number;
  #made = 0;

  constructor(scheduler: fc.Scheduler, losses: number) {
    this.#scheduler = scheduler;
    this.#losses = losses;
  }

  job(body: string): Posts<Text> {
    const call = async <T>(name: string, work: () => T): Promise<T> => {
      await this.#scheduler.schedule(Promise.resolve(), `${name} of ${body}`);
      const answer = work();
      await this.#scheduler.schedule(Promise.resolve(), `answer to ${name} of ${body}`);
      return answer;
    };
    return {
      found: 'ours',
      find: () => call('find', () => this.posts.map((post) => ({ ...post }))),
      create: async () => {
        const made = await call('create', () => {
          this.#made += 1;
          const post = { id: this.#made, url: `#${this.#made}`, body };
          this.posts.push(post);
          return { ...post };
        });
        this.#losses -= 1;
        if (this.#losses >= 0) throw new CallTrouble('lost', 0, 'reset');
        return made;
      },
      isNewer: () => false,
      isSame: (post) => post.body === body,
      update: ({ id }) =>
        call('update', () => {
          const found = this.posts.find((post) => post.id === id);
          if (!found) throw new CallTrouble('refused', 404, 'gone');
          found.body = body;
        }),
      remove: ({ id }) =>
        call('remove', () => {
          const at = this.posts.findIndex((post) => post.id === id);
          if (at >= 0) this.posts.splice(at, 1);
        }),
    };
  }
}

it('ends with one, whose text one of the jobs wrote', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(2),
      async (scheduler, jobs, losses) => {
        const host = new Host(scheduler, losses);
        const bodies = Array.from({ length: jobs }, (_, at) => `job ${at}`);
        const done = Promise.all(bodies.map((body) => upsert(host.job(body))));
        await scheduler.waitFor(done);
        expect(host.posts).toHaveLength(1);
        expect(bodies).toContain(host.posts[0]?.body);
      },
    ),
    { numRuns: 500 },
  );
});
