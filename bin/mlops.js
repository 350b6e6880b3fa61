#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';

module.enableCompileCache?.();
const cli = new URL('../dist/cli.js', import.meta.url);
if (existsSync(cli)) await import(cli.href);
else {
  process.stderr.write(
    'error: mlops is not built yet\nhelp: run "npm ci" (or "npm run build") in its folder\n',
  );
  process.exitCode = 70;
}
