import { describe, expect, it } from 'vitest';
import { renderJobEnd } from '../../src/render/pipeline/job-end.ts';
import type { PipelineView } from '../../src/render/pipeline/types.ts';
import { PLAIN } from '../../src/render/terminal.ts';
import { COMMENTS } from './comment-samples.ts';

const sample = (name: string): PipelineView => COMMENTS[name]!;

describe('the end of the log of a job', () => {
  it('says how it stands, what was saved and pushed, and what is to be committed', () => {
    const changed = ['pipeline.lock', 'reports/judge.json', 'reports/watch.json', 'metrics.json'];
    const [verdict, facts, commit, ...rest] = renderJobEnd(sample('a good change'), changed, PLAIN).split(
      '\n',
    );
    expect(verdict).toMatch(/^✔ Gates \d+\/\d+ hold/);
    expect(facts).toMatch(
      /^\d.* ran, .* in all · 2 h 10 m saved by the run cache · pushed 12 objects \(1\.2 MB\) and 3 runs to s3$/,
    );
    expect(commit).toBe('to commit: pipeline.lock, reports/judge.json, reports/watch.json, 1 more');
    expect(rest).toEqual(['']);
  });

  it('says the saved time once where nothing changed', () => {
    const text = renderJobEnd(sample('nothing changed'), [], PLAIN);
    expect(text.match(/saved/g)).toHaveLength(1);
    expect(text).not.toContain('to commit');
  });

  it('asks for no commit of what failed', () => {
    const good = sample('a good change');
    const text = renderJobEnd({ ...good, run: { ...good.run!, exit: 'gate' } }, ['pipeline.lock'], PLAIN);
    expect(text).not.toContain('to commit');
  });

  it('stays lines of text, whatever names say', () => {
    const good = sample('a good change');
    const pushed = { ...good.run!.pushed!, to: 's3://a\n::error::x\x1b[2J' };
    const text = renderJobEnd({ ...good, run: { ...good.run!, pushed } }, ['a\n::error::x'], PLAIN);
    expect(text.split('\n')).toHaveLength(4);
    expect(text).not.toContain('\x1b');
  });
});
