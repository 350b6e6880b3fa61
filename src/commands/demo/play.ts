// Plays a tour: shows each line as it would be typed, runs it for real, and stops where it ends otherwise than the tour says.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { EXIT, fail } from '../../core/failure.ts';
import { runGit } from '../../git/repository.ts';
import type { Io } from '../command.ts';
import { type Line, type Step, typed } from './tour.ts';

/** @throws MlopsError naming the line that ended otherwise than expected. */
export async function play(steps: readonly Step[], top: string, io: Io, wait: boolean): Promise<void> {
  const { color } = io.outStyle;
  let cwd = top;
  for (const [index, step] of steps.entries()) {
    if (wait && index > 0) await waitForEnter(io);
    io.out.write(`\n${color.dim(`# ${step.before}`)}\n`);
    for (const line of step.lines) {
      io.out.write(shown(line, cwd, io));
      if (line.kind === 'edit') edit(line, top);
      else {
        cwd = line.cwd;
        await run(line, io);
      }
    }
    if (step.after) io.out.write(`${color.dim(`# ${step.after}`)}\n`);
  }
}

function shown(line: Line, cwd: string, { outStyle: { color, symbols } }: Io): string {
  if (line.kind === 'edit')
    return color.bold(`$ edit ${line.file}: ${line.was} ${symbols.arrow} ${line.now}\n`);
  const go = line.cwd === cwd ? '' : `cd ${relative(cwd, line.cwd)} && `;
  return color.bold(`$ ${go}${typed(line)}\n`);
}

function edit({ file, was, now }: Line & { kind: 'edit' }, top: string): void {
  const path = join(top, file);
  const text = readFileSync(path, 'utf8');
  if (text.split(was).length !== 2) throw new Error(`BUG: ${file} does not hold ${was} once`);
  writeFileSync(path, text.replace(was, now));
}

/** The child writes straight to where we do, so its output looks as it would without us, live view included. */
async function run(line: Line & { kind: 'run' }, io: Io): Promise<void> {
  const [program, ...first] = line.program === 'git' ? ['git', ...identity(line.cwd)] : io.self;
  const child = spawn(program!, [...first, ...line.args], {
    cwd: line.cwd,
    env: outsideGit(io.env),
    stdio: ['ignore', 'inherit', 1],
  });
  const stop = (): boolean => child.kill('SIGTERM');
  io.signal.addEventListener('abort', stop);
  const [code] = (await once(child, 'close')) as [number | null];
  io.signal.removeEventListener('abort', stop);
  io.signal.throwIfAborted();
  if (code !== EXIT[line.exit])
    fail('stage', `${typed(line)}: exit ${code}, where the tour expects ${EXIT[line.exit]}`, {
      help: `what it left is in ${line.cwd}`,
    });
}

/** A name to commit under where the user has configured none, and no signature that would ask for a passphrase. */
function identity(cwd: string): readonly string[] {
  const known = ['user.name', 'user.email'].every((key) => runGit(cwd, ['config', key]).code === 0);
  const name = known ? [] : ['-c', 'user.name=mlops demo', '-c', 'user.email=demo@localhost'];
  return [...name, '-c', 'commit.gpgsign=false'];
}

/** Started from a Git hook, the environment names another repository. */
function outsideGit(env: Io['env']): NodeJS.ProcessEnv {
  const named = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX'];
  return Object.fromEntries(Object.entries(env).filter(([name]) => !named.includes(name)));
}

/** Without line editing, so that Ctrl-C stays the terminal's to turn into a signal. */
async function waitForEnter(io: Io): Promise<void> {
  io.out.write(io.outStyle.color.dim('\n[Enter] '));
  const lines = createInterface({ input: io.input });
  const waiting = { signal: io.signal };
  await Promise.race([once(lines, 'line', waiting), once(lines, 'close', waiting)]).catch(() => {});
  lines.close();
  io.signal.throwIfAborted();
}
