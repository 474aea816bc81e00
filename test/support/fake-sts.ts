import type { ServerOptions } from 'node:https';
import type { S3Credentials } from '../../src/history/s3-objects.ts';
import { listen } from './loopback.ts';

/** AWS STS as far as AssumeRoleWithWebIdentity (API version 2011-06-15): one role, one token, keys for an hour. */
export interface FakeSts {
  readonly url: string;
  /** Role and token of each call, as they came. */
  readonly calls: { readonly role: string; readonly token: string }[];
  close(): Promise<void>;
}

export async function startFakeSts(
  wanted: { readonly role: string; readonly token: string },
  keys: S3Credentials,
  tls: ServerOptions,
): Promise<FakeSts> {
  const calls: FakeSts['calls'] = [];
  const server = await listen(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const form = new URLSearchParams(body);
    const call = { role: form.get('RoleArn') ?? '', token: form.get('WebIdentityToken') ?? '' };
    calls.push(call);
    const isRight =
      form.get('Action') === 'AssumeRoleWithWebIdentity' && call.role === wanted.role && call.token === wanted.token;
    response.writeHead(isRight ? 200 : 403, { 'content-type': 'text/xml' });
    response.end(isRight ? granted(call.role, keys) : denied);
  }, tls);
  return { url: server.url, calls, close: () => server.close() };
}

const granted = (role: string, { accessKeyId, secretAccessKey, sessionToken }: S3Credentials): string => `
<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <AssumedRoleUser><Arn>${role}/strandline</Arn><AssumedRoleId>AROATEST:strandline</AssumedRoleId></AssumedRoleUser>
    <Credentials>
      <AccessKeyId>${accessKeyId}</AccessKeyId>
      <SecretAccessKey>${secretAccessKey.reveal()}</SecretAccessKey>
      ${sessionToken === undefined ? '' : `<SessionToken>${sessionToken.reveal()}</SessionToken>`}
      <Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>`;

const denied = `
<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not authorized</Message></Error>
  <RequestId>1</RequestId>
</ErrorResponse>`;
