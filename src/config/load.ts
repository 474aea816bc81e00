import { createHash } from 'node:crypto';
import { ConfigError } from '../errors.ts';
import { Secret } from '../util/secret.ts';
import { findContradictions } from './cross-check.ts';
import { readEnvOverrides } from './env.ts';
import { type ConfigProblem, describeProblem, explainIssues } from './explain.ts';
import { findImplicitCluster } from './implicit-cluster.ts';
import { applyOverrides, findOrigin, type Override } from './override.ts';
import { Config } from './schema.ts';
import { buildConfigSchema } from './schema-tree.ts';
import { findMissingFiles } from './secret-file.ts';
import { type ConfigFile, readConfigFile } from './yaml-file.ts';

export interface LoadRequest {
  /** `--config`; otherwise STRANDLINE_CONFIG, otherwise none. */
  readonly file?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags?: readonly Override[];
}

export interface LoadedConfig {
  readonly config: Config;
  readonly file?: string;
  /** Sentences about what a scan with this config cannot do, each with what to add. */
  readonly missing: readonly string[];
}

/** flag > environment > file > default. @throws ConfigError naming file, key and remedy for everything that is wrong. */
export function loadConfig({ file: flagFile, env, flags = [] }: LoadRequest): LoadedConfig {
  const path = flagFile ?? (env['STRANDLINE_CONFIG'] || undefined);
  const file = path === undefined ? undefined : readConfigFile(path, env);
  const schema = buildConfigSchema();
  const overrides = [...readEnvOverrides(env, schema, file?.usedVariables ?? new Set()), ...flags];
  const values = applyOverrides(file?.values ?? {}, overrides);
  const parsed = Config.safeParse(values, { reportInput: true });
  if (!parsed.success) throw toConfigError(explainIssues(parsed.error.issues, schema), file, overrides);

  const config = completed(parsed.data, env);
  const problems = [...findContradictions(config), ...findMissingFiles(config)];
  if (problems.length > 0) throw toConfigError(problems, file, overrides);
  return {
    config: freeze(config),
    ...(path !== undefined && { file: path }),
    missing: findGaps(config, path),
  };
}

/** Hash of the effective config. Secrets do not enter it, so that it says nothing about them. */
export function configDigest(config: Config): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(config)).digest('hex')}`;
}

/** With what follows from the rest: the cluster that is meant, the only source there is, the history folder. */
function completed(config: Config, env: LoadRequest['env']): Config {
  const implicit = config.clusters.length === 0 ? findImplicitCluster(env) : undefined;
  const clusters = implicit === undefined ? config.clusters : Config.parse({ clusters: [implicit] }).clusters;
  const onlyCluster = clusters.length === 1 ? clusters[0]?.name : undefined;
  const onlyNas = config.nas.length === 1 ? config.nas[0]?.name : undefined;
  const backends = config.backends.map((backend) => ({
    ...backend,
    cluster: backend.cluster ?? onlyCluster,
    nas: backend.nas ?? onlyNas,
  }));
  const dir = config.history.dir ?? (config.history.s3 === undefined ? 'history' : undefined);
  return { ...config, clusters, backends, history: { ...config.history, dir } };
}

function findGaps(config: Config, path: string | undefined): readonly string[] {
  const where =
    path === undefined ? 'No config file was given (--config or STRANDLINE_CONFIG)' : `${path} says nothing`;
  const gaps: string[] = [];
  if (config.clusters.length === 0) {
    gaps.push(`${where}, and there is neither a kubeconfig nor a service account: add clusters, or set KUBECONFIG.`);
  }
  if (config.nas.length === 0) {
    gaps.push(
      `${where} about a TrueNAS system: add one under nas (name, url, apiKeyFile), or nothing can be compared.`,
    );
  }
  return gaps;
}

function toConfigError(
  problems: readonly ConfigProblem[],
  file: ConfigFile | undefined,
  overrides: readonly Override[],
): ConfigError {
  const lines = problems.map((problem) => describeProblem(problem, placeOf(problem.path, file, overrides)));
  return new ConfigError(lines.join('\n'), {
    remedy: 'Correct it; docs/configuration.md and `strandline config schema` list every key.',
  });
}

function placeOf(path: readonly PropertyKey[], file: ConfigFile | undefined, overrides: readonly Override[]): string {
  return findOrigin(path, overrides)?.from ?? file?.locate(path) ?? 'config';
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !(value instanceof Secret) && !Object.isFrozen(value)) {
    for (const field of Object.values(value)) freeze(field);
    Object.freeze(value);
  }
  return value;
}
