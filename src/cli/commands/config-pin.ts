import { ConfigError } from '../../errors.ts';
import { readServer, type ShownServer } from '../../run/read-pins.ts';
import { terminalText } from '../../util/terminal-text.ts';
import type { Outcome } from '../exit-code.ts';
import type { CliIo } from '../io.ts';

const timeoutMs = 10_000;

/** What stands there is only as true as the network between: the user compares it with the server's own console. */
export async function printPin(io: CliIo, address: string): Promise<readonly Outcome[]> {
  io.stdout.write(describe(await readServer(toUrl(address), timeoutMs)));
  return [];
}

function toUrl(address: string): URL {
  const text = address.includes('://') ? address : `https://${address}`;
  if (URL.canParse(text) && /^(https|wss):$/.test(new URL(text).protocol)) return new URL(text);
  throw new ConfigError(`${address}: is no https:// address`, { remedy: 'Give https://host[:port].' });
}

function describe({ host, port, protocol, chain, refusedBecause }: ShownServer): string {
  const [own] = chain;
  return [
    `# ${host}:${port} over ${protocol}; ${refusedBecause === undefined ? 'publicly trusted' : `not publicly trusted (${refusedBecause})`}`,
    ...chain.map(({ subject, validTo, pin }) => `# ${pin}  ${subject}, valid to ${validTo}`),
    '# Compare before you trust it: on the server itself, its certificate in PEM:',
    '#   openssl x509 -in CERT.pem -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64',
    '# Add the pin of the next key beside it before you change the key.',
    'tls:',
    `  pins: ['${own?.pin ?? ''}']`,
    '',
  ]
    .map(terminalText)
    .join('\n');
}
