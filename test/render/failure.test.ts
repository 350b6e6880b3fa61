import { describe, expect, it } from 'vitest';
import { failure, MlopsError } from '../../src/core/failure.ts';
import { renderError, renderWarning } from '../../src/render/failure.ts';
import { PLAIN, styleOf } from '../../src/render/terminal.ts';
import { expectGolden } from './golden.ts';

const where = (line: number, column: number, length: number, text: string) => ({
  file: 'pipeline.yaml',
  line,
  column,
  length,
  text,
});

describe('failures', () => {
  it('name the place, underline it and say what to do', () => {
    const text = [
      new MlopsError(
        failure('config', 'unknown key "dep"', {
          where: where(4, 5, 3, '    dep: [data/raw]'),
          help: 'did you mean "deps"?',
        }),
      ),
      new MlopsError([
        failure('config', 'two stages write models/a.onnx', {
          where: where(120, 24, 13, '    outs: [日本/é.onnx, models/a.onnx]'),
        }),
        failure('missing', 'data/raw is neither here nor on the remote', {
          help: 'mlops pull data/raw\nor ask who added it',
        }),
      ]),
      new MlopsError(failure('config', 'tab before the word', { where: where(2, 2, 4, '\tdeps: x') })),
      new MlopsError(
        failure('config', 'a very long line', {
          where: where(1, 5001, 3, `${'x'.repeat(3000)}`),
        }),
      ),
      new MlopsError(
        failure('config', 'far to the right', {
          where: where(1, 301, 3, `${'-'.repeat(300)}bad${'-'.repeat(300)}`),
        }),
      ),
    ]
      .map((error) => renderError(error, PLAIN))
      .join('\n');
    expectGolden('failures.txt', text);
  });

  it('never let a hostile name steer the terminal', () => {
    const text = renderError(
      new MlopsError(failure('config', 'bad \u001b]0;owned\u0007name\r\u001b[2J')),
      PLAIN,
    );
    expect(text).toBe('error: bad name\ufffd\n');
  });

  it('keep the stack and the causes of a broken promise, and say how to report it', () => {
    const text = renderError(new Error('BUG: no key', { cause: new Error('inner') }), PLAIN);
    expect(text).toMatch(/^bug: mlops broke a promise of its own/);
    expect(text).toMatch(/Error: BUG: no key\n\s+at .*failure\.test\.ts/);
    expect(text).toContain('caused by Error: inner');
    expect(text).toContain('mlops doctor');
  });

  it('colour only what guides the eye', () => {
    const style = styleOf({ isTTY: true, write: () => true }, {}, 'linux');
    expect(renderWarning('slow disk', undefined, style)).toBe('\u001b[33mwarning:\u001b[39m slow disk\n');
  });
});

it('cuts a word that no one can read to its start', () => {
  const shown = renderError(new MlopsError(failure('config', `no column ${'N'.repeat(10_000)} here`)), PLAIN);
  expect(shown).toBe(`error: no column ${'N'.repeat(200)}… here\n`);
});
