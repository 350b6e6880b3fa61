// A thread that writes its share of a checkout and ends.
import { workerData } from 'node:worker_threads';
import { workAlone } from './threads.ts';
import { type WriteJob, WriteShare } from './write-loop.ts';

workAlone(new WriteShare((workerData as { readonly job: WriteJob }).job));
