import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ran, run, tryRun } from '../cluster/exec.ts';

/** cosign with a key pair that is thrown away, and without a transparency log: there is none to reach. */
export interface Cosign {
  sign(image: string): Promise<void>;
  attest(image: string, sbomFile: string): Promise<void>;
  verify(image: string): Promise<Ran>;
  verifySbom(image: string): Promise<Ran>;
  close(): Promise<void>;
}

export async function makeCosign(program: string): Promise<Cosign> {
  const cwd = await mkdtemp(join(tmpdir(), 'strandline-cosign-'));
  const options = { cwd, env: { COSIGN_PASSWORD: 'for tests only', HOME: cwd } };
  const to = ['--key', 'cosign.key', '--signing-config', 'no-services.json', '--yes', '--allow-http-registry'];
  const by = ['--key', 'cosign.pub', '--insecure-ignore-tlog=true', '--allow-http-registry'];
  await run(program, ['generate-key-pair'], options);
  await run(program, ['signing-config', 'create', '--out', 'no-services.json'], options);
  return {
    async sign(image) {
      await run(program, ['sign', ...to, image], options);
    },
    async attest(image, sbomFile) {
      await run(program, ['attest', ...to, '--type', 'cyclonedx', '--predicate', sbomFile, image], options);
    },
    verify: (image) => tryRun(program, ['verify', ...by, image], options),
    verifySbom: (image) => tryRun(program, ['verify-attestation', ...by, '--type', 'cyclonedx', image], options),
    close: () => rm(cwd, { recursive: true, force: true }),
  };
}
