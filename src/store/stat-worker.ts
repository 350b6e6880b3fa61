// A thread that looks at its share of the files of a directory and ends.
import { workerData } from 'node:worker_threads';
import { type StatJob, StatShare } from './stat-loop.ts';
import { workAlone } from './threads.ts';

workAlone(new StatShare((workerData as { readonly job: StatJob }).job));
