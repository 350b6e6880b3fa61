// Every number that has a reference, against it; the table of docs/agreement.md is written from the same rows:
// `npx vitest run test/ml/agreement -u` writes it again. A file `<part>.ts` beside this one exports its rows.
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Agreement } from './agreement.ts';
import { agreementPage } from './page.ts';

const PAGE = resolve('docs/agreement.md');
const HERE = ['agreement.test.ts', 'agreement.ts', 'page.ts'];
const parts = readdirSync(import.meta.dirname).filter((name) => !HERE.includes(name));

/** `agreements` may take a while: models run. */
type Part = { readonly agreements: () => Promise<readonly Agreement[]> };

describe('agreement with the tools that people trust', async () => {
  const rows: Agreement[] = [];
  for (const name of parts.sort()) {
    const part = (await import(join(import.meta.dirname, name))) as Part;
    rows.push(...(await part.agreements()));
  }
  it.each(rows)('$part: $subject as $tool', ({ worst, tolerance, cases }) => {
    expect(cases).toBeGreaterThan(0);
    expect(worst).toBeLessThanOrEqual(tolerance);
  });
  it('the page says so', async () => {
    await expect(agreementPage(rows)).toMatchFileSnapshot(PAGE);
  });
});
