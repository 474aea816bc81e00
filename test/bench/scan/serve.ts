import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Served {
  readonly estate: { readonly configFile: string; readonly folder: string };
  readonly stop: () => Promise<void>;
}

export type ClusterKind = 'real' | 'simulated';

/** The estate of so many volumes, served by a process of its own. */
export async function serve(volumes: string, cluster: ClusterKind): Promise<Served> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'serve-estate.ts'), volumes, cluster], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.endsWith('\n')) break;
  }
  if (text === '') throw new Error('the simulators did not start');
  return {
    estate: JSON.parse(text) as Served['estate'],
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
