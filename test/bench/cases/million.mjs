// A folder of a million files, once: linear to a tenth of it, and what one more file costs here and on remotes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contents, flatFiles } from '../files.mjs';
import { linear } from '../goal.mjs';
import { commitAll, mlopsRepository } from '../repositories.mjs';
import { BUCKET, servers, withServer } from '../servers.mjs';
import { mlops } from '../tools.mjs';

const BYTES = 100;
/** Ten times the work in eleven times the time. */
const LINEAR = 11;

/** DVC is left out: a tenth of it already takes it minutes in all (case files-100000). */
export function cases(scale) {
  const [few, many] = [scale(100_000), scale(1_000_000)];
  const [tenth, all] = [few, many].map((count) => count.toLocaleString('en'));
  return [
    {
      name: 'million',
      repeats: 1,
      memoryMB: 1000,
      rows: [
        { phase: 'few-add', work: `\`add\` of ${tenth} files of 100 B in one folder` },
        { phase: 'few-again', work: '… again' },
        { phase: 'few-status', work: '… `status`' },
        {
          phase: 'many-add',
          work: `\`add\` of ${all} files of 100 B in one folder`,
          goal: linear(LINEAR, 'few-add'),
        },
        { phase: 'many-again', work: '… again', goal: linear(LINEAR, 'few-again') },
        { phase: 'many-status', work: '… `status`', goal: linear(LINEAR, 'few-status') },
        { phase: 'push', work: `\`push\` of ${all} files of 100 B to a folder` },
        { phase: 's3-push', work: '… to versitygw' },
        { phase: 'one-add', work: `\`add\` of one more file to ${all}` },
        { phase: 'one-push', work: '… `push` of it to a folder' },
        { phase: 's3-one-push', work: '… to versitygw' },
        { phase: 'gc', work: `plan of \`gc\` for these ${all} objects` },
      ],
      tools: {
        async mlops(turn) {
          version(turn, 'few', few);
          const dir = version(turn, 'many', many);
          if (servers.versitygw.program)
            await withServer(turn, 'versitygw', (server) => grow(turn, dir, many, server));
          else grow(turn, dir, many);
          commitAll(turn, dir);
          turn.measure('gc', [...mlops, 'gc', '--dry'], dir);
        },
      },
    },
  ];
}

function version(turn, name, count) {
  const dir = mlopsRepository(turn, name);
  flatFiles(join(dir, 'data'), count, BYTES);
  turn.settle();
  turn.measure(`${name}-add`, [...mlops, 'add', 'data'], dir);
  turn.measure(`${name}-again`, [...mlops, 'add', 'data'], dir);
  turn.measure(`${name}-status`, [...mlops, 'status'], dir);
  commitAll(turn, dir);
  return dir;
}

/** One more file, in the middle by name; what it writes and sends is counted where it arrives. */
function grow(turn, dir, count, server) {
  const folder = turn.folder('remote');
  turn.do([...mlops, 'remote', 'add', '-d', 'folder', folder], dir);
  if (server)
    turn.do([...mlops, 'remote', 'add', 's3', `s3://${BUCKET}/mlops`, '--endpoint', server.endpoint], dir);
  const push = (phase) => {
    turn.settle();
    grown(turn, `${phase}push`, folder, [...mlops, 'push'], dir);
    if (server) asked(turn, `s3-${phase}push`, server, [...mlops, 'push', '-r', 's3'], dir);
  };
  push('');
  writeFileSync(join(dir, 'data', `${String(count / 2).padStart(7, '0')}x.bin`), 'one more file\n');
  turn.settle();
  grown(turn, 'one-add', join(dir, '.git/mlops/store'), [...mlops, 'add', 'data'], dir);
  push('one-');
}

function grown(turn, phase, where, argv, dir) {
  const before = contents(where);
  turn.measure(phase, argv, dir);
  const after = contents(where);
  const kib = (after.bytes - before.bytes) / 1024;
  turn.note(
    phase,
    `${(after.files - before.files).toLocaleString('en')} files of ${kib.toFixed(1)} KiB in all`,
  );
}

function asked(turn, phase, server, argv, dir) {
  const [requests, { bytes }] = [server.requests(), contents(join(turn.dir, 'server'))];
  turn.measure(phase, argv, dir);
  const kib = (contents(join(turn.dir, 'server')).bytes - bytes) / 1024;
  turn.note(phase, `${(server.requests() - requests).toLocaleString('en')} requests, ${kib.toFixed(1)} KiB`);
}
