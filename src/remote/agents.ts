// The connections of a client of HTTP: direct, or through the proxy that the environment names.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AgentSettings, Agents } from './proxies.ts';

export async function openAgents(settings: AgentSettings): Promise<Agents> {
  const direct = { http: new HttpAgent(settings), https: new HttpsAgent(settings) };
  if (!proxyIsNamed()) return direct;
  const { proxiedAgents } = await import('./proxies.ts');
  return proxiedAgents(settings, direct);
}

/** By HTTPS_PROXY, HTTP_PROXY or ALL_PROXY in either case. */
export function proxyIsNamed(): boolean {
  return Object.entries(process.env).some(([name, value]) => value && /^(https?|all)_proxy$/i.test(name));
}
