import { CronPattern } from 'croner';
import { didYouMean } from '../util/nearest.ts';
import { familyOfDriver } from './driver-family.ts';
import type { ConfigProblem } from './explain.ts';
import type { Config } from './schema.ts';
import { isReference } from './secret-reference.ts';

/** What no single field can tell: names that must exist, names that must differ, keys that exclude each other. */
export function findContradictions(config: Config): readonly ConfigProblem[] {
  return [
    ...findRepeatedNames(config.clusters, 'clusters'),
    ...findRepeatedNames(config.nas, 'nas'),
    ...findRepeatedNames(config.webhooks, 'webhooks'),
    ...config.clusters.flatMap(clusterProblems),
    ...config.nas.flatMap(nasProblems),
    ...config.backends.flatMap((backend, index) => backendProblems(backend, index, config)),
    ...findUnknownSources(config),
    ...historyProblems(config),
    ...emailProblems(config),
    ...config.webhooks.flatMap((webhook, index) => webhookProblems(webhook, index)),
    ...serveProblems(config),
  ];
}

function findRepeatedNames(items: readonly { readonly name: string }[], key: string): readonly ConfigProblem[] {
  const seen = new Set<string>();
  const problems: ConfigProblem[] = [];
  for (const [index, { name }] of items.entries()) {
    if (seen.has(name)) problems.push({ path: [key, index, 'name'], message: `"${name}" is used twice` });
    seen.add(name);
  }
  return problems;
}

function clusterProblems(cluster: Config['clusters'][number], index: number): readonly ConfigProblem[] {
  if (!cluster.inCluster || (cluster.kubeconfig === undefined && cluster.context === undefined)) return [];
  return [{ path: ['clusters', index, 'inCluster'], message: 'excludes kubeconfig and context' }];
}

function nasProblems(nas: Config['nas'][number], index: number): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const at = (key: string, message: string) => problems.push({ path: ['nas', index, key], message });
  const given = (['apiKey', 'apiKeyFile', 'password', 'passwordFile'] as const).filter((key) => nas[key] !== undefined);
  if (given.length === 0) at('apiKeyFile', 'is missing: give apiKeyFile (or apiKey, passwordFile, password)');
  if (given.length > 1) at(given[1] ?? '', `excludes ${given[0]}`);
  if (given[0]?.startsWith('password') === true && nas.username === undefined)
    at('username', 'is missing: a password needs it');
  if (/^http:/i.test(nas.url) && !nas.allowPlaintext) {
    at('url', 'http:// would send credentials in the clear: use https://, or set allowPlaintext: true');
  }
  const { rotation, apiKeyFile } = nas;
  const isWritable = rotation?.store !== undefined || (apiKeyFile !== undefined && isReference(apiKeyFile));
  if (rotation !== undefined && !isWritable)
    at('rotation', 'needs store: a file, the environment and a password cannot be written (kubernetes:…, vault:…)');
  if (rotation !== undefined && nas.transport === 'rest') at('rotation', 'needs TrueNAS 25.04 or later, not rest');
  if ((nas.tls.certFile === undefined) !== (nas.tls.keyFile === undefined))
    at('tls', 'certFile and keyFile go together');
  return problems;
}

function backendProblems(backend: Config['backends'][number], index: number, config: Config): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const at = (key: string, message: string) => problems.push({ path: ['backends', index, key], message });
  const check = (key: 'cluster' | 'nas', names: readonly string[], section: string) => {
    const name = backend[key];
    if (name === undefined)
      at(key, `is missing: ${section} has ${names.length === 0 ? 'no entry' : 'several entries'}`);
    else if (!names.includes(name)) at(key, `"${name}" is not a name in ${section}${didYouMean(name, names)}`);
  };
  check('cluster', namesOf(config.clusters), 'clusters');
  check('nas', namesOf(config.nas), 'nas');
  const family = familyOfDriver(backend.driver);
  if (family === undefined && backend.family === undefined) {
    const near = didYouMean(backend.driver, ['csi.truenas.io', 'org.democratic-csi.nfs', 'org.democratic-csi.iscsi']);
    at(
      'driver',
      `"${backend.driver}" is no CSI driver that Strandline knows${near}; if it is one under a name of its own, set family`,
    );
  }
  if (family !== undefined && backend.family !== undefined && family !== backend.family) {
    at('family', `${backend.driver} is ${family}`);
  }
  for (const [place, parent] of (backend.parents ?? []).entries()) {
    if (/^\/|\/$|@/.test(parent)) {
      problems.push({
        path: ['backends', index, 'parents', place],
        message: 'must be a dataset such as tank/k8s/vols',
      });
    }
  }
  return problems;
}

function findUnknownSources(config: Config): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const clusters = namesOf(config.clusters);
  const nases = namesOf(config.nas);
  const unknown = (path: readonly PropertyKey[], name: string, names: readonly string[], section: string) => {
    if (!names.includes(name)) {
      problems.push({ path, message: `"${name}" is not a name in ${section}${didYouMean(name, names)}` });
    }
  };
  for (const part of ['include', 'exclude'] as const) {
    for (const [index, name] of config.scope[part].clusters.entries()) {
      unknown(['scope', part, 'clusters', index], name, clusters, 'clusters');
    }
  }
  for (const [index, name] of config.scope.include.nas.entries()) {
    unknown(['scope', 'include', 'nas', index], name, nases, 'nas');
  }
  const sources = [...clusters.map((name) => `cluster/${name}`), ...nases.map((name) => `nas/${name}`)];
  for (const [index, { source }] of config.ignore.entries()) {
    if (source !== undefined) unknown(['ignore', index, 'source'], source, sources, 'clusters or nas');
  }
  for (const [index, { scope }] of config.acknowledge.entries()) {
    if (/^(cluster|nas)\//.test(scope)) unknown(['acknowledge', index, 'scope'], scope, sources, 'clusters or nas');
  }
  const { cluster: holder } = config.kubernetesSecrets;
  if (holder !== undefined) unknown(['kubernetesSecrets', 'cluster'], holder, clusters, 'clusters');
  if (config.lock.cluster !== undefined) unknown(['lock', 'cluster'], config.lock.cluster, clusters, 'clusters');
  return problems;
}

function historyProblems({ history }: Config): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (history.dir !== undefined && history.s3 !== undefined) {
    problems.push({ path: ['history', 'dir'], message: 'excludes s3' });
  }
  if ((history.s3?.accessKeyIdFile === undefined) !== (history.s3?.secretAccessKeyFile === undefined)) {
    problems.push({ path: ['history', 's3'], message: 'accessKeyIdFile and secretAccessKeyFile go together' });
  }
  return problems;
}

function emailProblems({ email }: Config): readonly ConfigProblem[] {
  if (email === undefined) return [];
  const problems: ConfigProblem[] = [];
  const at = (key: string, message: string) => problems.push({ path: ['email', key], message });
  if (email.password !== undefined && email.passwordFile !== undefined) at('passwordFile', 'excludes password');
  const addresses = email.recipients.map(({ to }) => to);
  for (const [index, to] of addresses.entries()) {
    if (addresses.indexOf(to) === index) continue;
    problems.push({ path: ['email', 'recipients', index, 'to'], message: `"${to}" is named twice: it gets one mail` });
  }
  const hasPassword = email.password !== undefined || email.passwordFile !== undefined;
  if (hasPassword && email.username === undefined) at('username', 'is missing: a password needs it');
  if (email.security === 'none' && (hasPassword || email.oauth2 !== undefined)) {
    at('security', 'none would send the login in the clear: use starttls or tls');
  }
  return problems;
}

/** PagerDuty and Slack with a bot token have one address for everybody. */
function webhookProblems(webhook: Config['webhooks'][number], index: number): readonly ConfigProblem[] {
  const { kind, url, urlFile, tokenFile, attach } = webhook;
  if (attach !== undefined && (kind !== 'slack' || tokenFile === undefined)) {
    return [{ path: ['webhooks', index, 'attach'], message: 'needs kind: slack and the tokenFile of a bot' }];
  }
  const isKnown = (kind === 'pagerduty' || kind === 'slack') && tokenFile !== undefined;
  if (url === undefined && urlFile === undefined && isKnown) return [];
  if ((url === undefined) !== (urlFile === undefined)) return [];
  return [{ path: ['webhooks', index, 'url'], message: 'give either url or urlFile' }];
}

function serveProblems({ serve, clusters }: Config): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const at = (path: readonly PropertyKey[], message: string) => problems.push({ path: ['serve', ...path], message });
  if (serve.schedule !== undefined && serve.interval !== undefined) at(['interval'], 'excludes schedule');
  if (serve.schedule !== undefined && !isCron(serve.schedule))
    at(['schedule'], 'must be a cron expression such as "0 2 * * *"');
  if ((serve.certFile === undefined) !== (serve.keyFile === undefined))
    at(['keyFile'], 'certFile and keyFile go together');
  const { jwt, kubernetes } = serve.auth;
  if (jwt !== undefined && (jwt.jwksUrl === undefined) === (jwt.jwksFile === undefined))
    at(['auth', 'jwt', 'jwksUrl'], 'give either jwksUrl or jwksFile');
  if (kubernetes.cluster !== undefined && !namesOf(clusters).includes(kubernetes.cluster))
    at(['auth', 'kubernetes', 'cluster'], `"${kubernetes.cluster}" is not a name in clusters`);
  return problems;
}

function isCron(text: string): boolean {
  try {
    new CronPattern(text);
    return true;
  } catch {
    return false;
  }
}

function namesOf(items: readonly { readonly name: string }[]): readonly string[] {
  return items.map((item) => item.name);
}
