// What the figures were measured on: enough to judge them, nothing that names the machine.
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** @param {string} dir where the cases run */
export function machine(dir) {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release().split('-')[0]}`,
    fileSystem: fileSystem(dir),
  };
}

function fileSystem(dir) {
  try {
    return execFileSync('stat', ['-f', '-c', '%T', dir], { encoding: 'utf8' })
      .trim()
      .replace('ext2/ext3', 'ext4');
  } catch {
    return 'unknown';
  }
}
