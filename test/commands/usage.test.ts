// What is typed wrong: one sentence, the way on, exit 2.
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { runProgram } from './program.ts';

it('a command that goes on is not run by half', () => {
  const { status, stderr } = runProgram(tmpdir(), ['metrics']);
  expect(status).toBe(2);
  expect(stderr).toBe(
    'error: "mlops metrics" is half a command\nhelp: mlops metrics --help lists how it goes on\n',
  );
});
