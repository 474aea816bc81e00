import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeRichResult } from '../../support/make-result.ts';
import { type Service, startService } from '../../support/serve.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';

const run = promisify(execFile);
const cache = process.env['STRANDLINE_TEST_CACHE'] ?? join(homedir(), '.cache/test-kube');

/**
 * Schemathesis reads the OpenAPI document and tries to find an answer that it does not describe. A cursor is the one thing
 * that no schema can describe, so a well-formed request may still be refused (`positive_data_acceptance`).
 */
describe('[I] server/contract', function () {
  this.timeout(600_000);
  const folder = useTemporaryFolder();
  let service: Service;
  before(async () => {
    writeFileSync(folder.file('schemathesis.toml'), settings);
    service = await startService({ results: [makeRichResult(30)], serve: { requestsPerMinute: 1_000_000 } });
  });
  after(() => service?.close());

  async function contradictions(as: string, options: readonly string[]): Promise<string> {
    const token = await service.token({ sub: as, groups: [as], exp: Math.floor(Date.now() / 1000) + 3600 });
    const args = [
      ...['run', `${service.url}/api/openapi.json`, '--header', `Authorization: Bearer ${token}`],
      ...['--checks', 'all', '--exclude-checks', 'positive_data_acceptance', '--suppress-health-check', 'all'],
      ...['--no-color', '--seed', '7', '--report-dir', folder.path, ...options],
    ];
    try {
      const { stdout } = await run(join(cache, 'schemathesis/bin/st'), args, { cwd: folder.path, maxBuffer: 2 ** 26 });
      assert.match(stdout, /Tested: +[1-9]/);
      return '';
    } catch (error) {
      const { stdout } = error as { readonly stdout?: string };
      if (stdout === undefined || stdout === '') throw error;
      return stdout.slice(stdout.indexOf('FAILURES')).slice(0, 4000);
    }
  }

  it('every address answers with what it says, and never with 500', async () => {
    assert.equal(await contradictions('admin', ['--phases', 'fuzzing', '--max-examples', '5']), '');
  });

  it('also at the bounds of every parameter', async () => {
    const paths = ['/api/v1/findings', '/api/v1/scans/{scanId}', '/api/v1/reports/{scanId}', '/version'];
    const options = paths.flatMap((path) => ['--include-path', path]);

    assert.equal(await contradictions('admin', ['--phases', 'coverage', ...options]), '');
  });

  it('also for who has no right', async () => {
    assert.equal(await contradictions('stranger', ['--phases', 'fuzzing', '--max-examples', '1']), '');
  });
});

/** An address of more than 16 KiB is refused as a header that is too large. */
const settings = `
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "415", "429", "431"]
`;
