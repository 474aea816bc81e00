import { stringify } from 'yaml';
import type { DiscoveredBackend, Discovery } from './discover.ts';

/** A commented config file from what was discovered. What a person must fill in is marked `CHANGE`. */
export function formatStarterConfig({ clusters, backends }: Discovery): string {
  const servers = [...new Set(backends.flatMap((backend) => backend.servers))].toSorted();
  const names = new Map(servers.map((server, index) => [server, nasName(index)]));
  return [
    '# Strandline. Every key with its meaning: docs/configuration.md, or `strandline config schema`.',
    '# Strandline only reads: a read-only API key of TrueNAS and the shipped ClusterRole are enough.',
    '',
    'clusters:',
    ...clusters.flatMap(({ name, unread }) => [
      ...(unread === undefined ? [] : [`  # Could not be read: ${oneLine(unread)}`]),
      `  - name: ${quote(name)}`,
    ]),
    ...(clusters.length === 0 ? ['  - name: prod # CHANGE; needs a kubeconfig, or inCluster: true'] : []),
    '',
    'nas:',
    ...(servers.length === 0
      ? nasLines('nas01', 'nas01.example.org', ['# No volume named a server: fill this in.'])
      : []),
    ...servers.flatMap((server) => nasLines(names.get(server) ?? '', server, ['# Volumes name this address.'])),
    '',
    '# What is not declared here is inferred from the volumes, and shown as inferred. `exclusive: true` says that nothing',
    '# but this driver makes datasets below `parents`: only then (or with an instanceId) are verdicts certain.',
    ...(backends.length === 0
      ? ['backends: []']
      : ['backends:', ...backends.flatMap((each) => backendLines(each, names))]),
    '',
    'checks:',
    '  minAge: 24h # judge nothing younger',
    '  confirmAfter: 20h # a finding counts when two scans this far apart saw it',
    '',
    'history:',
    '  dir: history',
    '  retentionDays: 400',
    '',
    'output:',
    '  dir: out',
    '',
  ].join('\n');
}

function nasLines(name: string, server: string, comments: readonly string[]): readonly string[] {
  const host = server.includes(':') ? `[${server}]` : server;
  return [
    ...comments.map((comment) => `  ${comment}`),
    `  - name: ${name}`,
    `    url: ${quote(`https://${host}`)} # CHANGE when the web interface has another address`,
    `    aliases: [${quote(server)}]`,
    '    username: strandline # CHANGE: owner of the key (needed from TrueNAS 25.04 on for some keys)',
    `    apiKeyFile: secrets/${name}-api-key # CHANGE: a file that holds a read-only API key`,
    '    # TrueNAS comes with a self-signed certificate: give it, or its pin.',
    `    # tls: { caFile: secrets/${name}.pem }`,
  ];
}

function backendLines(
  { cluster, driver, family, servers, parents, volumes }: DiscoveredBackend,
  names: ReadonlyMap<string, string>,
) {
  const [nas] = servers.map((server) => names.get(server));
  return [
    `  # ${volumes} volumes${servers.length > 1 ? `, on ${servers.length} addresses: one backend for each system` : ''}`,
    `  - cluster: ${quote(cluster)}`,
    `    driver: ${quote(driver)}`,
    `    family: ${family}`,
    ...(nas === undefined ? ['    nas: nas01 # CHANGE'] : [`    nas: ${nas}`]),
    ...(parents.length === 0
      ? ['    # parents: [tank/k8s/vols] # CHANGE: datasets below which this driver makes its volumes']
      : [`    parents: [${parents.map(quote).join(', ')}] # CHANGE when not all of them are this driver’s`]),
    '    # detachedParents: [tank/k8s/snaps] # CHANGE: where it keeps detached snapshots, if it does',
    '    exclusive: false # CHANGE when nothing else makes datasets there',
  ];
}

function nasName(index: number): string {
  return `nas${String(index + 1).padStart(2, '0')}`;
}

/** Names come from the clusters: quoted as YAML needs it. */
function quote(text: string): string {
  return stringify(text, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE' }).trim();
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
