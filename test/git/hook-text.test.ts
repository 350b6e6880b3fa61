// The block goes into a hook and comes out of it without a trace.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMadeHook, isShellScript, madeHook, withBlock, withoutBlock } from '../../src/git/hook-text.ts';

const name = fc.constantFrom('post-checkout' as const, 'post-merge' as const, 'pre-push' as const);
const line = fc.constantFrom(
  '',
  '#!/bin/sh',
  '#!/usr/bin/env bash',
  'exit 0',
  '# mlops',
  ' x',
  '\r',
  '<<< mlops',
);
const text = fc
  .tuple(fc.array(line), fc.boolean())
  .map(([lines, end]) => lines.join('\n') + (end ? '\n' : ''));

describe('the block in a hook', () => {
  it('comes out byte for byte, and goes in once', () => {
    fc.assert(
      fc.property(text, name, (own, hook) => {
        const put = withBlock(own, hook);
        expect(put).not.toBe(own);
        expect(withoutBlock(put)).toBe(own);
        expect(withBlock(put, hook)).toBe(put);
      }),
    );
  });

  it('stands before lines that end the script, after #!', () => {
    const put = withBlock('#!/bin/sh -e\nexec other\n', 'pre-push');
    expect(put).toMatch(/^#!\/bin\/sh -e\n# >>> mlops/);
    expect(put).toMatch(/# <<< mlops\nexec other\n$/);
  });

  it('names nothing of this machine', () => {
    expect(madeHook('pre-push') + madeHook('post-checkout')).not.toContain(process.cwd());
  });

  it('knows the files that it made', () => {
    for (const previous of [undefined, 'pre-push.before-mlops']) {
      expect(isMadeHook(madeHook('pre-push', previous), previous)).toBe(true);
      expect(isMadeHook(`${madeHook('pre-push', previous)}echo mine\n`, previous)).toBe(false);
    }
  });

  it.each([
    ['#!/bin/sh', true],
    ['#!/bin/bash -eu', true],
    ['#!/usr/bin/env sh', true],
    ['#! /usr/bin/env -S bash -e', true],
    ['#!/usr/bin/zsh', true],
    ['#!/usr/bin/env node', false],
    ['#!/usr/bin/python3', false],
    ['#!/usr/bin/fish', false],
    ['#!/opt/shim/python', false],
    ['\x7fELF', false],
    ['', false],
  ])('%s is a shell script: %s', (first, yes) => {
    expect(isShellScript(`${first}\n`)).toBe(yes);
  });
});
