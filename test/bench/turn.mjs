// One tool's turn at one case: a fresh directory, commands that prepare, commands that are measured.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import { contents } from './files.mjs';

/** GNU time reports the largest resident set of the processes below it; without it memory is not measured. */
const GNU_TIME = existsSync('/usr/bin/time') && process.platform === 'linux' ? '/usr/bin/time' : undefined;

const LARGE_BYTES = 2 ** 24;

export class Turn {
  /** Phase → one sample per measured command. */
  samples = new Map();
  /** Phase → what else is worth telling of it. */
  notes = new Map();
  #steps = 0;

  /** @param {string} dir fresh and empty @param {Record<string, string>} env of every command */
  constructor(dir, env) {
    mkdirSync(dir, { recursive: true });
    this.dir = dir;
    this.env = env;
  }

  /** Makes a directory below the turn's. */
  folder(name) {
    const path = join(this.dir, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** Runs a command that is not measured. @returns its standard output */
  do(argv, cwd = this.dir) {
    const { stdout, stderr, status, error } = spawnSync(argv[0], argv.slice(1), {
      cwd,
      env: this.env,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (error || status !== 0)
      throw new Error(`${argv.join(' ')}: ${error?.message ?? `${stderr}${stdout}`}`);
    return stdout;
  }

  /** Waits until what was written so far is on the disk, so that nobody pays for the preparation. */
  settle() {
    spawnSync('sync');
  }

  /** Runs a command from process start to exit, `times` times, each a sample of `phase`. */
  measure(phase, argv, cwd = this.dir, times = 1) {
    for (let i = 0; i < times; i++) this.record(phase, this.#timed(argv, cwd));
  }

  /** Adds a sample that the measured program took of itself. @param sample {seconds, peakMiB?} */
  record(phase, sample) {
    this.samples.set(phase, [...(this.samples.get(phase) ?? []), sample]);
  }

  note(phase, text) {
    this.notes.set(phase, text);
  }

  /** A tool that lost files, or made none, has not done the work it was timed for. */
  expect(dir, { files, bytes }) {
    const found = contents(dir);
    if (found.files !== files || found.bytes !== bytes)
      throw new Error(`${dir} holds ${found.files} files of ${found.bytes} bytes, not ${files} of ${bytes}`);
  }

  /**
   * Gives back the disk space of large files, of which it could not hold all turns. They are emptied, not removed:
   * removing files is what slows a file system down.
   */
  emptyLargeFiles() {
    for (const entry of readdirSync(this.dir, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) emptyIfLarge(join(entry.parentPath, entry.name));
  }

  #timed(argv, cwd) {
    const stem = join(this.dir, `step-${++this.#steps}`);
    const full = GNU_TIME ? [GNU_TIME, '-f', '%M', '-o', `${stem}.memory`, ...argv] : argv;
    const said = openSync(`${stem}.log`, 'w');
    const began = performance.now();
    const { status, error } = spawnSync(full[0], full.slice(1), {
      cwd,
      env: this.env,
      stdio: ['ignore', said, said],
    });
    const seconds = (performance.now() - began) / 1000;
    closeSync(said);
    if (error || status !== 0)
      throw new Error(
        `${argv.join(' ')}: ${error?.message ?? readFileSync(`${stem}.log`, 'utf8').slice(-2000)}`,
      );
    return {
      seconds,
      ...(GNU_TIME ? { peakMiB: Number(readFileSync(`${stem}.memory`, 'utf8')) / 1024 } : {}),
    };
  }
}

function emptyIfLarge(path) {
  const { size, mode } = statSync(path);
  if (size < LARGE_BYTES) return;
  chmodSync(path, mode | 0o200);
  truncateSync(path);
}
