import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { fillCommand } from '../../src/pipeline/command.ts';
import { parseTemplate, TemplateProblem } from '../../src/pipeline/template.ts';

const dir = mkdtempSync(join(tmpdir(), 'mlops-shell-'));
afterAll(() => rmSync(dir, { recursive: true }));

const command = (template: string, x: Json, shell?: string): string =>
  fillCommand(parseTemplate(template), { x }, shell);

function problemOf(template: string, x: Json = 'v', shell?: string): string {
  try {
    return `no problem: ${command(template, x, shell)}`;
  } catch (error) {
    if (error instanceof TemplateProblem) return error.message;
    throw error;
  }
}

const HOSTILE = [
  '; touch PWNED #',
  '$(touch PWNED)',
  '`touch PWNED`',
  "'; touch PWNED; '",
  '"; touch PWNED; "',
  '\\',
  '\n touch PWNED\n',
];
const hostile = fc
  .oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'\'"`$\\ \n\t#;&|<>(){}[]*?!~=%a1') }),
    fc.array(fc.constantFrom(...HOSTILE)).map((parts) => parts.join('')),
  )
  .filter((text) => !text.includes('\0'));

describe('a value in a command', () => {
  it.each([
    ['bare', 'printf %s ${x}'],
    ['in double quotes', 'printf %s "${x}"'],
    ['in single quotes', "printf %s '${x}'"],
    ['among other characters', "printf %s%s 'it'\\''s '\"\"'${x}'"],
    ['after an assignment', 'v=${x}; printf %s "$v"'],
    ['after a comment', "# don't\nprintf %s ${x}"],
    ['after a here-document', "cat >/dev/null <<'END' && printf %s ${x}\nit's $(\nEND"],
  ])('is itself, whatever it looks like: %s', (_, template) => {
    fc.assert(
      fc.property(hostile, (x) => {
        const out = execFileSync('/bin/sh', ['-ec', command(template, x)], { cwd: dir, encoding: 'utf8' });
        expect(out).toBe(template.includes("'it'") ? `it's ${x}` : x);
      }),
      { numRuns: 60 },
    );
  });

  it('never becomes code in a command of any form', () => {
    const piece = fc.constantFrom(
      ...'\'"`$\\#();|&{}<>-a \n',
      'case a in a) ',
      ' esac',
      '<<E\n',
      '\nE\n',
      "$'",
      '$(',
      '${A',
      'echo ',
      '$A',
      '"',
      "'",
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        fc.array(piece, { maxLength: 5 }),
        fc.constantFrom(...HOSTILE),
        (before, after, x) => {
          const template = `${before.join('').replaceAll('${', '\\${')}\${x}${after.join('').replaceAll('${', '\\${')}`;
          let filled: string;
          try {
            filled = command(template, x);
          } catch (error) {
            if (error instanceof TemplateProblem) return;
            throw error;
          }
          rmSync(join(dir, 'PWNED'), { force: true });
          spawnSync('/bin/sh', ['-c', filled], { cwd: dir, input: '', timeout: 5000 });
          expect([filled, existsSync(join(dir, 'PWNED'))]).toEqual([filled, false]);
        },
      ),
      { numRuns: 1500 },
    );
  }, 60_000);

  it('keeps plain words plain', () => {
    expect(command('train ${x}', 'data/raw-1.csv')).toBe('train data/raw-1.csv');
    expect(command('train ${x}', 0.1)).toBe('train 0.1');
    expect(command('train ${x}', true)).toBe('train true');
    expect(command('train ${x}', '')).toBe("train ''");
    expect(command('train ${x}', '../a b')).toBe("train '../a b'");
  });

  it('does not join a variable name or a file descriptor beside it', () => {
    expect(command('echo "$A${x}"', 'b')).toBe('echo "$A""b"');
    expect(command('echo $A${x}', 'b')).toBe("echo $A'b'");
    expect(command('echo ${x}>out', 2)).toBe("echo '2'>out");
  });

  it('is refused where quoting cannot be known', () => {
    const way = (template: string): string => problemOf(template).replace('${x} cannot stand ', '');
    expect(way('echo $(date ${x})')).toBe('inside $(…)');
    expect(way('echo "$(date ${x})"')).toBe('inside $(…)');
    expect(way('echo `date ${x}`')).toBe('inside backticks');
    expect(way("echo $'${x}'")).toBe("inside $'…'");
    expect(way('echo \\${A:-${x}}')).toBe('inside ${…}');
    expect(way('echo a # ${x}')).toBe('in a comment');
    expect(way('cat <<E\n${x}\nE\n')).toBe('inside here-document');
    expect(way('cat <<E${x}')).toBe('as the word that ends a here-document');
    expect(way('echo "$${x}"')).toBe('right after "$"');
    expect(way('echo $(case a in a) echo;; esac) ${x}')).toBe(
      'after something that shells read in different ways',
    );
    expect(problemOf('${x}', '\0')).toBe('${x} holds a NUL byte, which no command can take');
  });

  it('knows an escaped space or parenthesis from one that ends a word', () => {
    expect(command("echo \\(#'\n${x}'", 'a b')).toBe("echo \\(#'\na b'");
    expect(problemOf("echo \\\n#'${x}")).toBe('${x} cannot stand in a comment');
    expect(command("echo a\\\n#'${x}'", 'a b')).toBe("echo a\\\n#'a b'");
  });

  it('is allowed again after those places', () => {
    expect(command('echo $(date) ${x}', 'a b')).toBe("echo $(date) 'a b'");
    expect(command('cat <<E\n$(\nE\necho ${x}', 'a b')).toBe("cat <<E\n$(\nE\necho 'a b'");
    expect(command('cat <<< ${x}', 'a b')).toBe("cat <<< 'a b'");
    expect(command('echo a#b ${x} "#" # end', 'c')).toBe('echo a#b c "#" # end');
  });

  it('is spliced as it stands with | raw, on request', () => {
    expect(command('train ${x | raw}', '--lr 0.1 | tee log')).toBe('train --lr 0.1 | tee log');
  });

  it('needs no quoting to go into a shell that quotes in another way', () => {
    expect(command('echo ${x}', 'a-1', 'pwsh -c')).toBe('echo a-1');
    expect(problemOf('echo ${x}', 'a b', '/usr/bin/fish -c')).toBe(
      '${x} needs quoting, and how /usr/bin/fish -c quotes is not known',
    );
    expect(command('echo ${x}', 'a b', '/bin/bash -euo pipefail -c')).toBe("echo 'a b'");
  });
});

describe('lists and maps in a command', () => {
  it('become words and flags as in DVC', () => {
    expect(command('train ${x}', ['a', 1, 'b c'])).toBe("train a 1 'b c'");
    const params = {
      lr: 0.1,
      flag: true,
      off: false,
      none: null,
      name: 'a b',
      layers: [1, 'x'],
      nested: { k: 'v' },
    };
    expect(command('train ${x}', params)).toBe(
      "train --lr 0.1 --flag --name 'a b' --layers 1 x --nested.k v",
    );
    expect(command('train ${x}', { '; touch PWNED': 1 })).toBe("train '--; touch PWNED' 1");
  });

  it('unpack only as words of their own', () => {
    const message = '${x} is a list, which unpacks only as words of its own';
    for (const template of ['"${x}"', "'${x}'", '--a=${x}', '${x}.csv'])
      expect(problemOf(template, [1])).toBe(message);
    expect(problemOf('${x}', [[1]])).toBe('${x} is a list, not one value');
    expect(problemOf('${x}', null)).toBe('${x} is empty (null), not one value');
  });
});
