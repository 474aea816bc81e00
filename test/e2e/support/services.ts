import { type ParsedMail, simpleParser } from 'mailparser';
import { makeCertificate } from '../../../src/simulate/certificate.ts';
import { listenSmtp } from '../../support/smtp.ts';
import { type Program, startProgram } from '../../support/start-program.ts';

/** What Strandline delivers to: servers of this host, under an address that pods reach. */
export interface Services {
  readonly mail: { readonly host: string; readonly port: number; readonly caPem: string };
  readonly gateway: Program;
  /** Mails that came so far, oldest first. */
  mails(): Promise<ParsedMail[]>;
  /** The sum of the pushed series that carry these labels; undefined when there is none. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number | undefined>;
  close(): Promise<void>;
}

export async function startServices(host: string): Promise<Services> {
  const certificate = await makeCertificate({ ips: [host] });
  const { cert, key, caPem } = certificate;
  const smtp = await listenSmtp({ host, cert, key });
  // Debian's Pushgateway keeps what was pushed over a restart: groups of an earlier run would count here.
  const gateway = await startProgram('prometheus-pushgateway', ['--persistence.file='], '/-/ready', host);
  return {
    mail: { host, port: smtp.port, caPem },
    gateway,
    mails: () => Promise.all(smtp.mails.map(({ raw }) => simpleParser(raw))),
    metric: async (name, labels = {}) => {
      const text = await (await fetch(`${gateway.url}/metrics`)).text();
      return sumSamples(text, name, labels);
    },
    close: async () => {
      await gateway.stop();
      await smtp.close();
    },
  };
}

function sumSamples(text: string, name: string, labels: Readonly<Record<string, string>>): number | undefined {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const values = text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && wanted.every((pair) => line.includes(pair)))
    .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}
