// `npm ci` refuses a lock that lacks the packages of another platform, and addresses in it would tie it to one registry.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface LockedPackage {
  readonly optionalDependencies?: { readonly [name: string]: string };
  readonly resolved?: string;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: { [path: string]: LockedPackage };
};

describe('package-lock.json', () => {
  it('has every optional package of every platform', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
      ),
    );
    expect(missing).toEqual([]);
  });

  it('names no download address', () => {
    expect(Object.values(packages).filter((each) => each.resolved !== undefined)).toEqual([]);
  });
});
