import { describe, expect, it } from 'vitest';
import { configDifferences } from '../../src/config/differences.ts';
import { configAt } from '../../src/config/read.ts';

const BASE = 'remote: origin\nremotes:\n  origin: {url: s3://a/p, region: eu-west-1}\n';

function differences(after: string, before = BASE): readonly string[] {
  return configDifferences(configAt(before, 'config.yaml'), after);
}

describe('configDifferences', () => {
  it('is empty for equal settings, however they are written', () => {
    expect(
      differences('# a comment\nremotes: {origin: {region: "eu-west-1", url: s3://a/p}}\nremote: origin\n'),
    ).toEqual([]);
  });

  it('names what was changed, added and taken away', () => {
    const after =
      'remote: origin\njobs: 2\ncache: {trust: [main, other]}\nremotes:\n  origin: {url: s3://b/p}\n  "we ird": {url: /x}\n';
    expect(differences(after)).toEqual([
      'cache.trust: ["main"] → ["main","other"]',
      'jobs: not set → 2',
      'remote "origin": region: eu-west-1 → not set',
      'remote "origin": url: s3://a/p → s3://b/p',
      'remote "we ird": url: not set → /x',
    ]);
  });

  it('says of settings that are no settings only that', () => {
    for (const after of ['jobs: [', 'store: {dir: /}', 'remotes: {o: {url: "s3://AKIA:hunter2@b/p"}}'])
      expect(differences(after)).toEqual(['.mlops/config.yaml is not valid']);
  });

  it('repeats no credentials, and no text without end', () => {
    const after = `remotes:\n  a: {url: "file://user:hunter2@host/x?sig=hunter2"}\n  b: {url: "/${'x'.repeat(10_000)}"}\n`;
    const said = differences(after, '').join('\n');
    expect(said).toContain('file://***@host/x?***');
    expect(said).not.toContain('hunter2');
    expect(said.length).toBeLessThan(1000);
  });

  it('says of many changes how many there are more', () => {
    const after = `remotes:\n${Array.from({ length: 50 }, (_, at) => `  r${at}: {url: /r}\n`).join('')}`;
    const said = differences(after, '');
    expect(said).toHaveLength(21);
    expect(said.at(-1)).toBe('and 30 more settings');
  });
});
