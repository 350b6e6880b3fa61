// A thread that proves its share of a store and ends.
import { parentPort, workerData } from 'node:worker_threads';
import { type BadFile, type CheckJob, checkBuffer, checkNext } from './check-loop.ts';

const job = workerData as CheckJob;
const buffer = checkBuffer();
const bad: BadFile[] = [];
while (checkNext(job, buffer, bad));
parentPort?.postMessage(bad);
