// Experiments of one trivial stage: what the queue and its workers themselves cost, and what comparing many does.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linear, seconds } from '../goal.mjs';
import { makeExperiments } from '../made-experiments.mjs';
import { commitAll, dvcRepository, mlopsRepository } from '../repositories.mjs';
import { dvc, mlops } from '../tools.mjs';

const EXPERIMENTS = 20;

export function cases(scale) {
  return [queueAndRun(EXPERIMENTS), queueMany(scale(10_000)), showMany(scale(1000))];
}

function queueAndRun(count) {
  // Queue, run, and see that all of them were kept.
  const sweep = (tool, begun, queue, run, kept) => (turn) => {
    const dir = begun(turn);
    turn.do([...tool, 'repro'], dir);
    commitAll(turn, dir);
    turn.settle();
    turn.measure('queue', [...tool, ...queue], dir);
    turn.measure('run', [...tool, ...run], dir);
    const found = turn
      .do(['git', 'for-each-ref', '--format=%(refname)', kept], dir)
      .match(/^.*\/[a-z]+-\S+$/gm);
    if (found?.length !== count) throw new Error(`${found?.length ?? 0} of ${count} experiments were kept`);
  };
  return {
    name: 'exp-20',
    rows: [
      { phase: 'queue', work: `queueing ${count} experiments`, goal: seconds(0.3) },
      { phase: 'run', work: `… and running them, \`-j 2\``, goal: seconds(2) },
    ],
    tools: {
      mlops: sweep(
        mlops,
        begunMlops,
        ['exp', 'run', '--queue', '-S', `n=range(1,${count + 1})`],
        ['exp', 'run', '--all', '-j', '2'],
        'refs/mlops/exp/',
      ),
      ...(dvc && {
        DVC: sweep(
          dvc,
          begunDvc,
          ['exp', 'run', '--queue', '-S', `n=range(1,${count + 1})`],
          ['exp', 'run', '--run-all', '-j', '2'],
          'refs/exps/??/*/*',
        ),
      }),
    },
  };
}

function queueMany(count) {
  const tenth = Math.ceil(count / 10);
  return {
    name: 'exp-queue-10000',
    repeats: 1,
    rows: [
      { phase: 'tenth', work: `queueing ${tenth.toLocaleString('en')} experiments` },
      {
        phase: 'all',
        work: `queueing ${count.toLocaleString('en')} experiments`,
        goal: linear(12, 'tenth'),
      },
      { phase: 'status', work: '`exp queue status` of them' },
    ],
    tools: {
      mlops(turn) {
        for (const [phase, size] of [
          ['tenth', tenth],
          ['all', count],
        ]) {
          const dir = begunMlops(turn, phase);
          commitAll(turn, dir);
          turn.settle();
          turn.measure(phase, [...mlops, 'exp', 'run', '--queue', '-S', `n=range(1,${size + 1})`], dir);
          if (phase === 'all') turn.measure('status', [...mlops, 'exp', 'queue', 'status'], dir, 3);
        }
      },
    },
  };
}

function showMany(count) {
  return {
    name: 'exp-show-1000',
    rows: [
      {
        phase: 'show',
        work: `\`exp show\` of ${count.toLocaleString('en')} experiments, each with params and metrics of its own`,
        goal: seconds(1),
      },
      { phase: 'page', work: '… as a page, `--html`' },
    ],
    tools: {
      mlops(turn) {
        const dir = turn.folder('repository');
        turn.do(['git', 'init', '-q', '-b', 'main'], dir);
        makeExperiments(dir, count);
        turn.settle();
        turn.measure('show', [...mlops, 'exp', 'show', '--sort', 'accuracy'], dir, 3);
        turn.measure('page', [...mlops, 'exp', 'show', '--html'], dir, 3);
      },
    },
  };
}

function begunMlops(turn, name) {
  const dir = mlopsRepository(turn, name);
  const stage = '{cmd: "cp params.yaml out.txt", params: [n], outs: [out.txt]}';
  return withStage(dir, 'pipeline.yaml', `stages: {copy: ${stage}}\n`);
}

function begunDvc(turn) {
  const stage = '{cmd: "cp params.yaml out.txt", params: [n], outs: [out.txt]}';
  return withStage(dvcRepository(turn), 'dvc.yaml', `stages: {copy: ${stage}}\n`);
}

function withStage(dir, file, text) {
  writeFileSync(join(dir, file), text);
  writeFileSync(join(dir, 'params.yaml'), 'n: 0\n');
  return dir;
}
