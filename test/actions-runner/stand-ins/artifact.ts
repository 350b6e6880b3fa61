// actions/upload-artifact and download-artifact: a folder under a name, once a run. Bits of permission are lost on the way, as there.
import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { StandIn } from '../stand-ins.ts';

export const uploadArtifact: StandIn = {
  inputs: ['name', 'path', 'if-no-files-found', 'retention-days'],
  run: async ({ host, machine, runId }, given) => {
    const from = resolve(machine.workspace, given['path']!.trim());
    const name = given['name'] ?? 'artifact';
    if (!existsSync(from) || (statSync(from).isDirectory() && readdirSync(from).length === 0)) {
      const trouble = `No files were found with the provided path: ${from}`;
      if (given['if-no-files-found'] === 'error') throw new Error(trouble);
      if (given['if-no-files-found'] !== 'ignore') machine.output.line(`::warning::${trouble}`);
      return {};
    }
    if (/["<>|*?:\r\n\\/]/.test(name)) throw new Error(`The artifact name is not valid: ${name}`);
    const to = join(host.folder, 'artifacts', String(runId), name);
    if (existsSync(to))
      throw new Error(`(409) Conflict: an artifact with this name already exists on the workflow run`);
    mkdirSync(to, { recursive: true });
    const visible = (path: string): boolean => !/(^|\/)\.[^/]*$/.test(path.slice(from.length));
    cpSync(from, to, { recursive: true, filter: visible });
    return {
      'artifact-id': '1',
      'artifact-url': `https://github.com/${host.repository}/actions/runs/${runId}/artifacts/1`,
    };
  },
};

export const downloadArtifact: StandIn = {
  inputs: ['name', 'path', 'run-id', 'github-token', 'repository'],
  run: async ({ host, machine, runId }, given) => {
    const run = given['run-id'] ?? String(runId);
    if (run !== String(runId) && !given['github-token'])
      throw new Error('another run is read only with a github-token');
    const from = join(host.folder, 'artifacts', run, given['name']!);
    if (!existsSync(from))
      throw new Error(`Unable to download artifact(s): Artifact not found for name: ${given['name']}`);
    const to = resolve(machine.workspace, given['path'] ?? '.');
    cpSync(from, to, { recursive: true });
    return { 'download-path': to };
  },
};
