import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePopeye } from '../../e2e/cluster/tools.ts';
import { type Measured, measureOther } from './measure.ts';

/** popeye over volumes and claims alone, with the account of the scan. @throws when it has not seen a list. */
export async function measurePopeye(folder: string): Promise<Measured> {
  const popeye = await ensurePopeye();
  const kubeconfig = join(folder, readdirSync(folder).find((name) => name.endsWith('.kubeconfig')) ?? '');
  const what = ['-A', '-s', 'pv,pvc', '-l', 'error', '-o', 'json', '--force-exit-zero'];
  const args = ['--kubeconfig', kubeconfig, ...what, '--logs', join(folder, 'popeye.log')];
  const measured = await measureOther(popeye, args, { HOME: folder });
  const { popeye: told } = JSON.parse(measured.stdout) as { popeye: { sections: { tally: Record<string, number> }[] } };
  const seen = told.sections.map(({ tally: { ok = 0, error = 0 } }) => ok + error);
  if (seen.length !== 2 || seen.includes(0)) throw new Error(`popeye saw ${seen.join(' and ')} objects`);
  return measured;
}
