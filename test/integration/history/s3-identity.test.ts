import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import type { S3Location } from '../../../src/history/s3-objects.ts';
import { openHistory } from '../../../src/history/store.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import { Secret } from '../../../src/util/secret.ts';
import { type FakeSts, startFakeSts } from '../../support/fake-sts.ts';
import { listen } from '../../support/loopback.ts';
import { makeResult } from '../../support/stored-result.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';
import { type S3Server, startS3Server } from '../../support/versitygw.ts';

const role = 'arn:aws:iam::123456789012:role/strandline';

describe('[I] history in a bucket, with credentials of the AWS chain', function () {
  this.timeout(180_000);
  const folder = useTemporaryFolder();
  let server: S3Server;
  let sts: FakeSts;
  let buckets = 0;
  before(async () => {
    server = await startS3Server();
    const { accessKeyId, secretAccessKey } = server;
    // versitygw knows no sessions and refuses a session token, so the keys come without one.
    const keys = { accessKeyId, secretAccessKey: new Secret(secretAccessKey) };
    sts = await startFakeSts({ role, token: 'the-token' }, keys, server.tls);
  });
  after(async () => {
    await sts.close();
    await server.stop();
  });
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  });

  function newLocation(): S3Location {
    buckets += 1;
    server.createBucket(`bucket-${buckets}`);
    return {
      kind: 's3',
      bucket: `bucket-${buckets}`,
      prefix: 'strandline',
      region: 'us-east-1',
      endpoint: server.endpoint,
      forcePathStyle: true,
      tls: { ca: server.caPem },
      timeoutMs: 10_000,
      maxAttempts: 1,
    };
  }

  async function appendAndCount(): Promise<number> {
    const store = await openHistory({ location: newLocation(), deployment: 'main', logger: silentLogger });
    try {
      await store.append(makeResult('s1', 0));
      return (await store.scans()).length;
    } finally {
      await store.close();
    }
  }

  function useWebIdentity(token: string, url = sts.url): void {
    writeFileSync(folder.file('token'), token);
    Object.assign(process.env, {
      AWS_WEB_IDENTITY_TOKEN_FILE: folder.file('token'),
      AWS_ROLE_ARN: role,
      AWS_ENDPOINT_URL_STS: url,
    });
  }

  it('takes on the role of its service account by the mounted token, once for many calls', async () => {
    useWebIdentity('the-token');
    assert.equal(await appendAndCount(), 1);
    assert.deepEqual(sts.calls, [{ role, token: 'the-token' }]);
  });

  it('signs the session token of the role into each call', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const bucket = await listen((request, response) => {
      seen.push(request.headers);
      response.writeHead(404).end();
    }, server.tls);
    const keys = { accessKeyId: 'ASIATEST', secretAccessKey: new Secret('a'), sessionToken: new Secret('a-session') };
    const other = await startFakeSts({ role, token: 'the-token' }, keys, server.tls);
    useWebIdentity('the-token', other.url);
    const location = { ...newLocation(), endpoint: bucket.url };
    await assert.rejects(openHistory({ location, deployment: 'main', logger: silentLogger }), { code: 'HISTORY' });
    assert.equal(seen[0]?.['x-amz-security-token'], 'a-session');
    assert.match(seen[0]?.authorization ?? '', /Credential=ASIATEST\/.*SignedHeaders=[^,]*x-amz-security-token/);
    await Promise.all([bucket.close(), other.close()]);
  });

  it('says so, without the token, when the role is refused', async () => {
    useWebIdentity('another-token');
    await assert.rejects(appendAndCount(), (error: unknown) => {
      assert.ok(error instanceof Error && 'code' in error);
      assert.equal(error.code, 'HISTORY');
      assert.match(error.message, /AccessDenied, 403/);
      assert.ok(!error.message.includes('another-token'));
      return true;
    });
  });

  it('reads the shared credentials file, and the profile that is named', async () => {
    const { accessKeyId, secretAccessKey } = server;
    const entry = `[night]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
    writeFileSync(
      folder.file('credentials'),
      `[default]\naws_access_key_id = no\naws_secret_access_key = no\n${entry}`,
    );
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = folder.file('credentials');
    process.env['AWS_CONFIG_FILE'] = folder.file('no-config');
    await assert.rejects(appendAndCount(), { code: 'HISTORY' });
    process.env['AWS_PROFILE'] = 'night';
    assert.equal(await appendAndCount(), 1);
  });
});
