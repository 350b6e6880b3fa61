// The connections to a bucket: kept open, as many as there are jobs, trusting what the config says, through a proxy
// where the environment names one.
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { fail } from '../core/failure.ts';
import { openAgents } from './agents.ts';
import type { RemoteConfig } from './config.ts';
import type { AgentSettings, Agents } from './proxies.ts';

/** More connections than jobs: an upload in parts has several under way. */
const SPARE_SOCKETS = 8;

export async function bucketAgents(config: RemoteConfig, jobs: number): Promise<Agents> {
  const caFile = config.caFile ?? process.env['AWS_CA_BUNDLE'];
  const settings: AgentSettings = {
    keepAlive: true,
    maxSockets: jobs + SPARE_SOCKETS,
    ...(caFile ? { ca: [...rootCertificates, readCa(caFile)] } : {}),
  };
  return openAgents(settings);
}

function readCa(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return fail(
      'config',
      `caFile ${path} cannot be read`,
      { help: 'it names a file of PEM certificates' },
      error,
    );
  }
}
