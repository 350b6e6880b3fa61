// Sends a file to a remote, as a push does: argv = config as JSON, file, state folder. Says what it took.
import { statSync } from 'node:fs';
import { fileBody } from '../../src/remote/body.ts';
import { objectName } from '../../src/remote/layout.ts';
import { openRemote } from '../../src/remote/open.ts';
import { noRequests } from '../../src/remote/requests.ts';
import { digestFile } from '../../src/util/digest.ts';

const [config, file, state] = process.argv.slice(2) as [string, string, string];
const requests = noRequests();
const remote = await openRemote(JSON.parse(config), { base: '/', state, requests });
const { digest } = digestFile(file);
const started = performance.now();
await remote.write(objectName(digest), fileBody(file, statSync(file).size, digest));
const ms = Math.round(performance.now() - started);
console.log(
  `sent ${JSON.stringify({ digest, ms, rssMib: process.resourceUsage().maxRSS >> 10, ...requests })}`,
);
