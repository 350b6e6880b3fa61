// Actions of GitHub that a test cannot download, each done on this machine: what they leave behind is the same.

import { downloadArtifact, uploadArtifact } from './stand-ins/artifact.ts';
import { cacheRestore, cacheSave } from './stand-ins/cache.ts';
import { checkout } from './stand-ins/checkout.ts';
import type { JobRun } from './steps.ts';

export interface StandIn {
  /** Those of the real action that are understood; any other is an error of the test. */
  readonly inputs: readonly string[];
  /** Its outputs. @throws when the real one would fail the step */
  run(job: JobRun, given: { readonly [input: string]: string }): Promise<{ readonly [name: string]: string }>;
}

/** Node is here already: that it was asked for is in the log. */
const setupNode: StandIn = {
  inputs: ['node-version', 'package-manager-cache', 'cache'],
  run: async (job, given) => {
    job.machine.output.line(`Node ${given['node-version']} was asked for`);
    return { 'node-version': process.version };
  },
};

export const STAND_INS: { readonly [name: string]: StandIn } = {
  'actions/checkout': checkout,
  'actions/setup-node': setupNode,
  'actions/cache/restore': cacheRestore,
  'actions/cache/save': cacheSave,
  'actions/upload-artifact': uploadArtifact,
  'actions/download-artifact': downloadArtifact,
};
