// The command of a stage whose every step a test decides: `node .rig/command.mjs NAME`. It connects to the test, does what
// it is told, one JSON line at a time, and answers each with a line. Written for plain Node: it is copied into rigs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

const port = Number(readFileSync(new URL('port', import.meta.url), 'utf8'));
const socket = connect(port, '127.0.0.1');
const say = (value) => socket.write(`${JSON.stringify(value)}\n`);
const steps = {
  write: ({ path, text }) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  },
  read: ({ path }) => readFileSync(path, 'utf8'),
  print: ({ line }) => process.stdout.write(`${line}\n`),
  complain: ({ line }) => process.stderr.write(`${line}\n`),
  exit: ({ code }) => {
    process.exitCode = code;
  },
};

socket.on('error', () => process.exit(99)); // the test is over
say({
  name: process.argv[2],
  argv: process.argv.slice(3),
  cwd: process.cwd(),
  pid: process.pid,
  env: process.env,
});
for await (const line of createInterface({ input: socket })) {
  const step = JSON.parse(line);
  try {
    say({ done: steps[step.do](step) ?? null });
    if (step.do === 'exit') socket.end();
  } catch (error) {
    say({ error: String(error) });
  }
}
