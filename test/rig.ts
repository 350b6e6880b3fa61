// The sentence end-to-end tests are written in: a Git repository of its own, the real program, and stage commands whose
// every step the test decides, so that nothing has to sleep.
//
//   const rig = await openRig();
//   const train = rig.command('train');
//   rig.write({ 'pipeline.yaml': `stages: {train: {cmd: ${train.cmd}, outs: [model.txt]}}` });
//   const run = rig.start('repro');
//   const call = await train.nextCall();
//   await call.write('model.txt', 'v1');
//   await call.exit(0);
//   expect(await run.done).toMatchObject({ exit: 0 });
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

const PROGRAM = resolve(import.meta.dirname, '../bin/mlops.js');
const COMMAND = resolve(import.meta.dirname, 'rig-command.mjs');

export interface Ended {
  /** Exit code; 128 + n after a signal nobody handled. */
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Folder inside the repository. */
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
  readonly stdin?: string;
}

/** Removed when the test is over, with every process that it started. */
export async function openRig(): Promise<Rig> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'mlops-rig-')));
  const switchboard = await Switchboard.open();
  const rig = new Rig(root, 'repo', switchboard);
  onTestFinished(async () => {
    await rig.stop();
    await switchboard.close();
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });
  mkdirSync(rig.path);
  await rig.git('init', '-q', '-b', 'main');
  rig.prepare();
  return rig;
}

export class Rig {
  /** Absolute folder of the repository. */
  readonly path: string;
  readonly #root: string;
  readonly #switchboard: Switchboard;
  readonly #running: Set<Running>;

  constructor(root: string, name: string, switchboard: Switchboard, running: Set<Running> = new Set()) {
    this.#root = root;
    this.#switchboard = switchboard;
    this.#running = running;
    this.path = join(root, name);
  }

  /** Puts the stage command in place, out of Git's sight. */
  prepare(): void {
    mkdirSync(join(this.path, '.rig'));
    copyFileSync(COMMAND, join(this.path, '.rig/command.mjs'));
    writeFileSync(join(this.path, '.rig/port'), String(this.#switchboard.port));
    writeFileSync(join(this.path, '.git/info/exclude'), '/.rig/\n');
  }

  /** Path → text; null removes. Objects are written as JSON. */
  write(files: { readonly [path: string]: string | Uint8Array | object | null }): void {
    for (const [path, content] of Object.entries(files)) {
      const absolute = join(this.path, path);
      if (content === null) rmSync(absolute, { recursive: true, force: true });
      else {
        mkdirSync(dirname(absolute), { recursive: true });
        const asIs = typeof content === 'string' || content instanceof Uint8Array;
        writeFileSync(absolute, asIs ? content : `${JSON.stringify(content, null, 1)}\n`);
      }
    }
  }

  read(path: string): string {
    return readFileSync(join(this.path, path), 'utf8');
  }

  has(path: string): boolean {
    return existsSync(join(this.path, path));
  }

  /** Every file of the workspace, sorted; without Git's and the rig's own. */
  files(): string[] {
    return readdirSync(this.path, { recursive: true, withFileTypes: true })
      .filter((each) => !each.isDirectory())
      .map((each) => join(each.parentPath, each.name).slice(this.path.length + 1))
      .filter((path) => !/^\.(git|rig)\//.test(path))
      .sort();
  }

  /** Runs the program to its end. */
  mlops(...args: readonly string[]): Promise<Ended> {
    return this.start(...args).done;
  }

  mlopsWith(options: RunOptions, ...args: readonly string[]): Promise<Ended> {
    return this.startWith(options, ...args).done;
  }

  /** Starts the program. */
  start(...args: readonly string[]): Running {
    return this.startWith({}, ...args);
  }

  startWith(options: RunOptions, ...args: readonly string[]): Running {
    return this.#spawn(process.execPath, [PROGRAM, ...args], options);
  }

  /** Runs any program to its end in the repository. */
  run(file: string, ...args: readonly string[]): Promise<Ended> {
    return this.#spawn(file, args, {}).done;
  }

  /** @throws when git fails */
  async git(...args: readonly string[]): Promise<string> {
    const ended = await this.#spawn('git', args, {}).done;
    if (ended.exit !== 0) throw new Error(`git ${args.join(' ')}: ${ended.stderr}`);
    return ended.stdout;
  }

  /** Commits everything; returns the commit. */
  async commit(message: string): Promise<string> {
    await this.git('add', '-A');
    await this.git('commit', '-q', '--allow-empty', '-m', message);
    return (await this.git('rev-parse', 'HEAD')).trim();
  }

  /** A clone beside this repository, with stage commands of the same test. */
  async clone(name: string): Promise<Rig> {
    await this.git('clone', '-q', this.path, join(this.#root, name));
    const clone = new Rig(this.#root, name, this.#switchboard, this.#running);
    clone.prepare();
    return clone;
  }

  /** An absolute path beside the repository, for a remote. */
  beside(name: string): string {
    return join(this.#root, name);
  }

  /** A copy of a folder of this project's `fixtures/`. */
  copyFixture(name: string, to = '.'): void {
    cpSync(resolve(import.meta.dirname, '../fixtures', name), join(this.path, to), { recursive: true });
  }

  /** A stage command under the test's control. The same name is the same command in clones. */
  command(name: string): StageCommand {
    return { cmd: `node .rig/command.mjs ${name}`, nextCall: () => this.#switchboard.nextCall(name) };
  }

  /** Kills what still runs. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((running) => running.kill('SIGKILL')));
  }

  /** Starts the program on a terminal of its own; what it writes anywhere is its standard output. */
  startOnTerminal(options: RunOptions & { readonly columns: number }, ...args: readonly string[]): Running {
    const words = [process.execPath, PROGRAM, ...args].map((word) => `'${word}'`).join(' ');
    const line = `stty cols ${options.columns} rows 24; exec ${words}`;
    return this.#spawn('script', ['-qefc', line, '/dev/null'], options);
  }

  #spawn(file: string, args: readonly string[], options: RunOptions): Running {
    const running = new Running(
      spawn(file, args, {
        cwd: join(this.path, options.cwd ?? '.'),
        env: { ...this.#environment(), ...options.env },
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
      options.stdin ?? '',
    );
    this.#running.add(running);
    running.done.then(
      () => this.#running.delete(running),
      () => this.#running.delete(running),
    );
    return running;
  }

  /** Nothing of the machine's or the user's own settings: no CI, no colours, no global Git configuration. */
  #environment(): { [name: string]: string } {
    return {
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      HOME: this.#root,
      TZ: 'UTC',
      LANG: 'C.UTF-8',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.org',
      GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.org',
      GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
    };
  }
}

/** A program that runs. */
export class Running {
  readonly pid: number;
  readonly done: Promise<Ended>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';
  readonly #looks = new Set<() => void>();

  constructor(child: ChildProcess, stdin: string) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    child.stdin!.on('error', () => {}); // it ended without reading
    child.stdin!.end(stdin);
    child.stdout!.setEncoding('utf8').on('data', (text: string) => this.#heard(() => (this.#stdout += text)));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => this.#heard(() => (this.#stderr += text)));
    this.done = once(child, 'close').then(([code, signal]) => ({
      exit: (code as number | null) ?? 128 + signalNumber(signal as NodeJS.Signals),
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
  }

  /** Resolves when standard output and error together match. */
  async says(pattern: RegExp): Promise<void> {
    const said = new Promise<void>((resolveSaid) => {
      const look = (): void => {
        if (pattern.test(this.#stdout + this.#stderr)) resolveSaid();
      };
      this.#looks.add(look);
      look();
    });
    await Promise.race([
      said,
      this.done.then((ended) => {
        if (!pattern.test(ended.stdout + ended.stderr))
          throw new Error(
            `it ended (${ended.exit}) without saying ${pattern}:\n${ended.stdout}${ended.stderr}`,
          );
      }),
    ]);
  }

  /** Sends the signal and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<Ended> {
    this.#child.kill(signal);
    return this.done;
  }

  #heard(add: () => void): void {
    add();
    for (const look of this.#looks) look();
  }
}

export interface StageCommand {
  /** For `cmd:` in pipeline.yaml. */
  readonly cmd: string;
  /** The next run of the stage, now or later; in the order they began. */
  nextCall(): Promise<Call>;
}

/** One run of a stage command. Each step resolves when it is done. */
export class Call {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly pid: number;
  readonly env: { readonly [name: string]: string };
  readonly #socket: Socket;
  readonly #answers: AsyncIterator<string>;

  constructor(
    hello: { argv: string[]; cwd: string; pid: number; env: { [name: string]: string } },
    socket: Socket,
    answers: AsyncIterator<string>,
  ) {
    this.argv = hello.argv;
    this.cwd = hello.cwd;
    this.pid = hello.pid;
    this.env = hello.env;
    this.#socket = socket;
    this.#answers = answers;
  }

  /** `path` is relative to where the stage runs. */
  async write(path: string, text: string): Promise<void> {
    await this.#do({ do: 'write', path, text });
  }

  async read(path: string): Promise<string> {
    return (await this.#do({ do: 'read', path })) as string;
  }

  async print(line: string): Promise<void> {
    await this.#do({ do: 'print', line });
  }

  async complain(line: string): Promise<void> {
    await this.#do({ do: 'complain', line });
  }

  async exit(code: number): Promise<void> {
    await this.#do({ do: 'exit', code });
  }

  /** Resolves when the command is gone, however it went. */
  async gone(): Promise<void> {
    if (!this.#socket.destroyed) await once(this.#socket, 'close');
  }

  async #do(step: object): Promise<unknown> {
    this.#socket.write(`${JSON.stringify(step)}\n`);
    const answer = await this.#answers.next();
    if (answer.done) throw new Error('the stage command is gone');
    const { done, error } = JSON.parse(answer.value) as { done?: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return done;
  }
}

/** Connects stage commands with the test that waits for them. */
class Switchboard {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #calls = new Map<string, Call[]>();
  readonly #waiting = new Map<string, ((call: Call) => void)[]>();

  constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => void this.#answer(socket));
  }

  static async open(): Promise<Switchboard> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Switchboard(server);
  }

  nextCall(name: string): Promise<Call> {
    const call = this.#calls.get(name)?.shift();
    if (call) return Promise.resolve(call);
    return new Promise((resolveCall) => {
      this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), resolveCall]);
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.on('error', () => {}); // the command was killed
    socket.on('close', () => this.#sockets.delete(socket));
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done) return;
    const hello = JSON.parse(first.value);
    const call = new Call(hello, socket, lines);
    const next = this.#waiting.get(hello.name)?.shift();
    if (next) next(call);
    else this.#calls.set(hello.name, [...(this.#calls.get(hello.name) ?? []), call]);
  }
}

function signalNumber(signal: NodeJS.Signals): number {
  return { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal as 'SIGINT'] ?? 0;
}
