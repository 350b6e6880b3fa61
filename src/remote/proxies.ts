// Requests through the proxy that the environment names: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY in either case.
// The AWS SDK reads none of them. Each request is asked for anew, as credentials come from other hosts than the bucket.
import type { ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent, type AgentConnectOpts } from 'agent-base';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { lasting, passing, type RemoteError } from './trouble.ts';

export interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpAgent;
}

export interface AgentSettings {
  readonly keepAlive: true;
  readonly maxSockets: number;
  readonly ca?: string[];
}

export function proxiedAgents(settings: AgentSettings, direct: Agents): Agents {
  const agent = new ProxiedAgent(settings, direct);
  return { http: agent, https: agent };
}

class ProxiedAgent extends Agent {
  readonly #settings: AgentSettings;
  readonly #direct: Agents;
  readonly #through = new Map<string, Agent>();

  constructor(settings: AgentSettings, direct: Agents) {
    super({ keepAlive: true }); // requests ask the outermost agent whether to keep their connection
    this.#settings = settings;
    this.#direct = direct;
  }

  override async connect(request: ClientRequest, { secureEndpoint }: AgentConnectOpts) {
    const scheme = secureEndpoint ? 'https' : 'http';
    const proxy = getProxyForUrl(`${scheme}://${request.getHeader('host')}`);
    if (proxy === '') return this.#direct[scheme];
    const id = `${scheme} ${proxy}`;
    const known = this.#through.get(id) ?? this.#open(scheme, proxy);
    this.#through.set(id, known);
    return known;
  }

  #open(scheme: 'http' | 'https', proxy: string): Agent {
    const { protocol, host } = new URL(proxy);
    if (!/^https?:$/.test(protocol))
      throw lasting(
        `proxy ${protocol}//${host}: no such kind of proxy`,
        'known: http://host:port, https://…',
      );
    if (scheme === 'http') return new PlainAgent(proxy);
    const agent = new TunnelAgent(proxy, this.#settings);
    // Without this the proxy's refusal would pass for the server's answer.
    agent.on('proxyConnect', ({ statusCode }: { statusCode: number }, request: ClientRequest) => {
      if (statusCode !== 200) request.destroy(refusal(host, statusCode));
    });
    return agent;
  }
}

/** A connection for each request: on one that is used again the library forgets to name the server. */
class PlainAgent extends HttpProxyAgent<string> {
  override async connect(...args: Parameters<HttpProxyAgent<string>['connect']>) {
    return super.connect(...args).catch((error) => unreached(this.proxy.host, error));
  }
}

/** The library forgets what to trust once the tunnel stands. */
class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #settings: AgentSettings;

  constructor(proxy: string, settings: AgentSettings) {
    super(proxy, settings);
    this.#settings = settings;
  }

  override async connect(...[request, options]: Parameters<HttpsProxyAgent<string>['connect']>) {
    const { ca } = this.#settings;
    return super
      .connect(request, Object.assign({}, options, ca ? { ca } : {}))
      .catch((error) => unreached(this.proxy.host, error));
  }
}

function unreached(proxy: string, error: Error & { readonly code?: string }): never {
  throw passing(
    `proxy ${proxy} cannot be reached (${error.code ?? error.message})`,
    error,
    'check HTTPS_PROXY and HTTP_PROXY, or go past it: NO_PROXY=HOST',
  );
}

function refusal(proxy: string, status: number): RemoteError {
  const message = `proxy ${proxy} answered ${status}`;
  if (status === 407)
    return lasting(message, 'it wants a name and a password: HTTPS_PROXY=http://name:password@host:port');
  if (status >= 500) return passing(message, undefined, 'it may not reach the server now; try again later');
  return lasting(message, 'ask who runs it, or go past it: NO_PROXY=HOST');
}
