// A thread that hashes its share of a job and ends.
import { workerData } from 'node:worker_threads';
import { type HashJob, HashShare } from './hash-loop.ts';
import { workAlone } from './threads.ts';

const { job } = workerData as { readonly job: HashJob };
workAlone(new HashShare(job));
