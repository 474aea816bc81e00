export interface KubeConfigInput {
  readonly name: string;
  readonly url: string;
  readonly caPem: string;
  readonly token: string;
}

/** A kubeconfig with one context, named like the cluster. Plain http is allowed as kubectl proxy is: marked insecure. */
export function buildKubeConfig({ name, url, caPem, token }: KubeConfigInput): string {
  const trust =
    caPem === ''
      ? { 'insecure-skip-tls-verify': true }
      : { 'certificate-authority-data': Buffer.from(caPem).toString('base64') };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, ...trust } }],
    users: [{ name: `${name}-scanner`, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: `${name}-scanner` } }],
    'current-context': name,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
