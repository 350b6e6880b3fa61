// An HTTP proxy for tests: plain requests by their whole URL, and tunnels by CONNECT. It may want a name and a password,
// or refuse.
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

export interface ProxyOptions {
  /** `name:password` that requests must bring. */
  readonly login?: string;
  /** Answers every request with this status. */
  readonly refuse?: number;
}

export interface HttpProxy {
  readonly host: string;
  /** What went through: `GET http://host/…`, `CONNECT host:port`. */
  readonly log: string[];
  close(): Promise<void>;
}

export async function startProxy({ login, refuse }: ProxyOptions = {}): Promise<HttpProxy> {
  const log: string[] = [];
  const tunnels = new Set<Duplex>();
  const refusal = (authorization: string | undefined): number | undefined => {
    if (login === undefined) return refuse;
    const right = `Basic ${Buffer.from(login).toString('base64')}`;
    return authorization === right ? refuse : 407;
  };
  const server = createServer((message, response) => {
    const status = refusal(message.headers['proxy-authorization']);
    if (status !== undefined) {
      message.resume();
      return void response.writeHead(status).end();
    }
    log.push(`${message.method} ${message.url}`);
    const { method = 'GET', headers } = message;
    const onward = request(message.url!, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    message.pipe(onward);
  });
  server.on('connect', (message, socket, head) => {
    const status = refusal(message.headers['proxy-authorization']);
    if (status !== undefined) return void socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
    log.push(`CONNECT ${message.url}`);
    const [host, port] = message.url!.split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
    tunnels.add(socket).add(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of tunnels) socket.destroy();
      }),
  };
}
