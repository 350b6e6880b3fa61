// Loaded into the program under test before its own first line (NODE_OPTIONS=--import). It counts the calls by which the
// program changes files below some folders, on all its threads together, and does what MLOPS_FAULT says to one of them:
//   { below: [folder…], calls: 'changes' | 'all', log: file }                 writes what it counted there, when it ends
//   { …, at: n, what: 'die' | 'tear' }                                        SIGKILL before the n-th; in the middle of it
//   { …, at: n, what: 'ENOSPC' …, lasting: true }                             the n-th fails; and every later one of its kind
//   { …, only: 'workers' }                                                    counts the calls of other threads than the first
//   { …, what: 'short' }                                                      every read and write takes half of what it was given
//   { …, hurry: true }                                                        waits of the program's own take no time
//   { …, clock: ms }                                                          Date is wrong by that much from the n-th call on
// The program is not told: it sees errors as Node makes them.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import timers from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import threads, { getEnvironmentData, isMainThread, setEnvironmentData, threadId } from 'node:worker_threads';

const plan = JSON.parse(process.env.MLOPS_FAULT);
// Children of the program (git, stages) are left alone.
if (isMainThread) delete process.env.NODE_OPTIONS;

const real = { ...fs };
const memory = getEnvironmentData('mlops-fault') ?? new SharedArrayBuffer(12);
if (isMainThread) setEnvironmentData('mlops-fault', memory);
/** [0]: calls so far; [1]: 1 once the fault happened; [2]: threads started beside the first. */
const shared = new Int32Array(memory);
const seen = [];
let inside = 0; // a call that Node makes for another is no call of the program

/** Name → how to see what it is about. `path`: its first argument; `to`: also its second; `fd`: an open file. */
const CALLS = {
  open: 'path',
  close: 'fd',
  read: 'fd',
  readv: 'fd',
  write: 'fd',
  writev: 'fd',
  fsync: 'fd',
  fdatasync: 'fd',
  ftruncate: 'fd',
  fchmod: 'fd',
  futimes: 'fd',
  fstat: 'fd',
  rename: 'to',
  link: 'to',
  copyFile: 'to',
  symlink: 'second',
  mkdir: 'path',
  rmdir: 'path',
  rm: 'path',
  unlink: 'path',
  chmod: 'path',
  utimes: 'path',
  lutimes: 'path',
  truncate: 'path',
  writeFile: 'path',
  appendFile: 'path',
  stat: 'path',
  lstat: 'path',
  readdir: 'path',
  readFile: 'path',
  readlink: 'path',
  realpath: 'path',
  access: 'path',
  exists: 'path',
};
/** Methods of a FileHandle, by the call that each stands for. */
const HANDLE = {
  read: 'read',
  readv: 'readv',
  write: 'write',
  writev: 'writev',
  sync: 'fsync',
  datasync: 'fdatasync',
  truncate: 'ftruncate',
  chmod: 'fchmod',
  utimes: 'futimes',
  stat: 'fstat',
  readFile: 'readFile',
  writeFile: 'writeFile',
};
const READS = new Set([
  'read',
  'readv',
  'fstat',
  'stat',
  'lstat',
  'readdir',
  'readFile',
  'readlink',
  'realpath',
  'access',
  'exists',
]);
/** What a full disk refuses. Names are freed and files closed on a full disk as on any other. */
const ALLOCATES = new Set([
  'open',
  'write',
  'writev',
  'fsync',
  'fdatasync',
  'link',
  'copyFile',
  'symlink',
  'mkdir',
  'writeFile',
  'appendFile',
]);
/** As libuv calls them in errors. */
const SYSCALL = {
  copyFile: 'copyfile',
  readdir: 'scandir',
  utimes: 'utime',
  futimes: 'futime',
  readFile: 'open',
};
const WORDS = {
  ENOSPC: 'no space left on device',
  EIO: 'i/o error',
  EROFS: 'read-only file system',
  EACCES: 'permission denied',
};

const files = new Map(); // fd → path
const handles = new WeakMap(); // FileHandle → path
const writable = new Set(); // fd

function opened(fd, path, flags) {
  files.set(fd, path);
  if (opensToWrite(flags)) writable.add(fd);
}

function closed(fd) {
  files.delete(fd);
  writable.delete(fd);
}

function pathsOf(kind, args) {
  if (kind === 'fd') return [files.get(args[0])];
  if (kind === 'to') return [args[0], args[1]];
  return [kind === 'second' ? args[1] : args[0]];
}

function isBelow(path) {
  if (path === undefined || typeof path === 'number') return false;
  const text = path instanceof URL ? fileURLToPath(path) : resolve(String(path));
  return plan.below.some((folder) => text === folder || text.startsWith(`${folder}/`));
}

function changes(name, args) {
  if (READS.has(name)) return false;
  if (name === 'close') return writable.has(args[0]);
  return name !== 'open' || opensToWrite(args[1]);
}

function opensToWrite(flags) {
  if (typeof flags === 'number') return (flags & (fs.constants.O_ACCMODE | fs.constants.O_CREAT)) !== 0;
  return typeof flags === 'string' && flags !== 'r' && flags !== 'rs';
}

/** What is to be done to this call: undefined, 'die', 'tear', 'short' or an error code. */
function judge(name, paths, changing) {
  if (inside > 0 || !paths.some(isBelow)) return undefined;
  if (plan.only === 'workers' && isMainThread) return waitForThreads();
  if (plan.what === 'short') return 'short';
  if (plan.calls === 'changes' && !changing) return undefined;
  if (plan.log) seen.push(`${name} ${paths.filter((path) => path !== undefined).join(' → ')}`);
  const n = Atomics.add(shared, 0, 1) + 1;
  if (plan.what === undefined || n < plan.at) return undefined;
  if (plan.what === 'die' || plan.what === 'tear') return n === plan.at ? plan.what : undefined;
  if (n > plan.at && !plan.lasting) return undefined;
  if (plan.what === 'ENOSPC' && !(ALLOCATES.has(name) && changing)) return undefined;
  // The system looks first whether it is there: nothing is made, so nothing is refused.
  const made = ['ENOSPC', 'EROFS'].includes(plan.what) && ['mkdir', 'open'].includes(name);
  if (made && plan.what === 'ENOSPC' && real.existsSync(paths[0])) return undefined;
  if (made && name === 'mkdir' && real.existsSync(paths[0])) return undefined;
  if (plan.what === 'EROFS' && (!changing || name === 'close' || name === 'fsync')) return undefined;
  if (
    plan.what === 'EACCES' &&
    ['close', 'read', 'readv', 'write', 'writev', 'fsync', 'fstat'].includes(name)
  )
    return undefined;
  Atomics.store(shared, 1, 1);
  return plan.what;
}

/** A quick first thread would leave the others nothing to do: it lets each of them begin. */
const FIRST_CALLS = 16;
let patienceMs = 2000;
function waitForThreads() {
  while (Atomics.load(shared, 2) > 0 && Atomics.load(shared, 0) < FIRST_CALLS && patienceMs > 0) {
    Atomics.wait(shared, 1, 0, 5);
    patienceMs -= 5;
  }
}

function errorOf(code, name, kind, args, promised) {
  const syscall = SYSCALL[name] ?? name;
  const [path, dest] = kind === 'fd' || promised ? [] : pathsOf(kind, args);
  const place = path === undefined ? '' : ` '${path}'${dest === undefined ? '' : ` -> '${dest}'`}`;
  const error = new Error(`${code}: ${WORDS[code]}, ${syscall}${place}`);
  Object.assign(error, { errno: -constants.errno[code], code, syscall });
  if (path !== undefined) error.path = String(path);
  if (dest !== undefined) error.dest = String(dest);
  return error;
}

function die() {
  process.kill(process.pid, 'SIGKILL');
}

/** The same call with half of what it was given; undefined where there is nothing to halve. */
function halved(name, args) {
  const bytes = args[1];
  if (!['write', 'read'].includes(name) || !ArrayBuffer.isView(bytes)) return undefined;
  const length = typeof args[3] === 'number' ? args[3] : bytes.byteLength - (args[2] ?? 0);
  return length > 1 ? [args[0], bytes, args[2] ?? 0, length >> 1, ...args.slice(4)] : undefined;
}

function within(work) {
  inside++;
  try {
    return work();
  } finally {
    inside--;
  }
}

function wrapSync(name, kind) {
  const key = `${name}Sync`;
  const original = fs[key];
  const wrapped = function (...args) {
    const paths = pathsOf(kind, args);
    const todo = judge(name, paths, changes(name, args));
    if (todo === 'die') die();
    if (todo === 'tear') {
      const half = halved(name, args);
      if (half && name === 'write') real.writeSync(...half);
      die();
    }
    if (todo === 'short') return within(() => original.apply(this, halved(name, args) ?? args));
    if (todo !== undefined) {
      if (name === 'close') within(() => original.apply(this, args));
      if (name === 'exists') return false;
      throw errorOf(todo, name, kind, args);
    }
    const result = within(() => original.apply(this, args));
    if (name === 'open') opened(result, args[0], args[1]);
    if (name === 'close') closed(args[0]);
    return result;
  };
  if (original.native) wrapped.native = (...args) => wrapped.apply({ native: true }, args);
  fs[key] = name === 'realpath' ? realpathOf(original) : wrapped;
}

/** Both ways to ask for it. */
function realpathOf(original) {
  const asking =
    (ask) =>
    (...args) => {
      const todo = judge('realpath', [args[0]], false);
      if (todo === 'die' || todo === 'tear') die();
      if (todo !== undefined && todo !== 'short') throw errorOf(todo, 'realpath', 'path', args);
      return within(() => ask(...args));
    };
  return Object.assign(asking(original), { native: asking(original.native) });
}

function wrapCallback(name, kind) {
  const original = fs[name];
  if (name === 'realpath' || name === 'exists') return;
  fs[name] = function (...args) {
    const callback = args.at(-1);
    const todo =
      typeof callback === 'function' ? judge(name, pathsOf(kind, args), changes(name, args)) : undefined;
    if (todo === 'die') die();
    if (todo === 'tear') {
      const half = halved(name, args.slice(0, -1));
      if (half && name === 'write') real.writeSync(...half);
      die();
    }
    if (todo === 'short') {
      const half = halved(name, args.slice(0, -1));
      return original.apply(this, half ? [...half, callback] : args);
    }
    if (todo !== undefined) {
      const error = errorOf(todo, name, kind, args);
      if (name === 'close') return original.call(this, args[0], () => callback(error));
      return process.nextTick(callback, error);
    }
    if (name === 'open')
      args[args.length - 1] = (error, fd) => {
        if (!error) opened(fd, args[0], args[1]);
        callback(error, fd);
      };
    if (name === 'close') closed(args[0]);
    return original.apply(this, args);
  };
}

function wrapPromise(name, kind) {
  const original = fs.promises[name];
  fs.promises[name] = async function (...args) {
    const isHandle = typeof args[0] === 'object' && handles.has(args[0]);
    const todo = isHandle ? undefined : judge(name, pathsOf(kind, args), changes(name, args));
    if (todo === 'die' || todo === 'tear') die();
    if (todo !== undefined && todo !== 'short') throw errorOf(todo, name, kind, args);
    const result = await original.apply(this, args);
    if (name === 'open') {
      handles.set(result, args[0]);
      opened(result.fd, args[0], args[1]);
      wrapHandle(result, 'close', 'close'); // no method of the prototype
    }
    return result;
  };
}

function wrapHandle(on, method, name) {
  const original = on[method];
  on[method] = async function (...args) {
    const path = handles.get(this);
    const todo = judge(name, [path], changes(name, [this.fd]));
    if (todo === 'die') die();
    if (todo === 'tear') {
      const half = halved(name, [this.fd, ...args]);
      if (half && name === 'write') real.writeSync(...half);
      die();
    }
    if (todo === 'short') {
      const half = halved(name, [this, ...args]);
      return original.apply(this, half ? half.slice(1) : args);
    }
    if (todo !== undefined) {
      if (method === 'close') await original.apply(this, args);
      throw errorOf(todo, name, 'fd', args, true);
    }
    if (method === 'close') closed(this.fd);
    return original.apply(this, args);
  };
}

const probe = await fs.promises.open('/dev/null');
const prototype = Object.getPrototypeOf(probe);
await probe.close();
for (const [name, kind] of Object.entries(CALLS)) {
  if (fs[`${name}Sync`]) wrapSync(name, kind);
  if (fs[name] && kind !== undefined) wrapCallback(name, kind);
  if (fs.promises[name]) wrapPromise(name, kind);
}
for (const [method, name] of Object.entries(HANDLE))
  if (prototype[method]) wrapHandle(prototype, method, name);
if (plan.only === 'workers' && isMainThread)
  threads.Worker = class extends threads.Worker {
    constructor(...args) {
      super(...args);
      Atomics.add(shared, 2, 1);
    }
  };
if (plan.hurry) {
  const wait = timers.setTimeout;
  timers.setTimeout = (ms, ...rest) => wait(Math.min(ms, 1), ...rest);
}
if (plan.clock) {
  const now = Date.now.bind(Date);
  const wrong = () => now() + (Atomics.load(shared, 0) >= (plan.at ?? 0) ? plan.clock : 0);
  globalThis.Date = class extends Date {
    constructor(...args) {
      if (args.length === 0) super(wrong());
      else super(...args);
    }
    static now = wrong;
  };
}
syncBuiltinESMExports();
if (plan.log)
  process.on('exit', () =>
    real.writeFileSync(`${plan.log}.${threadId}`, seen.map((line) => `${line}\n`).join('')),
  );
