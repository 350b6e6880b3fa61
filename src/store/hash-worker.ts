// A thread that hashes its share of a job and ends.
import { parentPort, workerData } from 'node:worker_threads';
import { type HashJob, hashBuffer, hashChunk } from './hash-loop.ts';

const job = workerData as HashJob;
const buffer = hashBuffer();
while (hashChunk(job, buffer));
parentPort?.postMessage('done');
