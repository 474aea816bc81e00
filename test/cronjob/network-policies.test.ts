import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

const cronjob = join(import.meta.dirname, '../../cronjob');

interface Policy {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly podSelector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly egress?: readonly { readonly to: readonly object[]; readonly ports: readonly { port: number }[] }[];
  };
}

interface Target {
  readonly ports: readonly number[];
}

function chartTargets(): [string, Target][] {
  const { networkPolicy } = parse(readFileSync(join(cronjob, 'helm/strandline/values.yaml'), 'utf8')) as {
    networkPolicy: Readonly<Record<string, Target | string | boolean>>;
  };
  return Object.entries(networkPolicy).filter((entry): entry is [string, Target] => typeof entry[1] === 'object');
}

function shippedPolicies(): Policy[] {
  return globSync('{base,components/*}/networkpolicy.yaml', { cwd: cronjob }).flatMap((file) =>
    parseAllDocuments(readFileSync(join(cronjob, file), 'utf8')).map((document) => document.toJS() as Policy),
  );
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

describe('[U] cronjob/network-policies', () => {
  it('opens the way to every target in kustomize as well as in the chart, by the same ports', () => {
    const policies = new Map(shippedPolicies().map((policy) => [policy.metadata.name, policy]));
    const targets = chartTargets();

    assert.ok(targets.length >= 9, `${targets.length} targets`);
    for (const [name, { ports }] of targets) {
      const policy = policies.get(`strandline-${kebab(name)}`);
      assert.ok(policy, `no policy for ${name}`);
      const opened = policy.spec.egress?.flatMap((rule) => rule.ports.map(({ port }) => port));
      assert.deepEqual(opened?.toSorted(), ports.toSorted(), name);
    }
  });

  it('the chart renders every target that it has values for', () => {
    const template = readFileSync(join(cronjob, 'helm/strandline/templates/networkpolicy.yaml'), 'utf8');
    const [, rendered = ''] = /range \$target := list ([^}]*?)\s*\}\}/.exec(template) ?? [];
    assert.deepEqual(
      rendered
        .split(/\s+/)
        .map((name) => name.replaceAll('"', ''))
        .toSorted(),
      chartTargets()
        .map(([name]) => name)
        .toSorted(),
    );
  });

  it('no policy opens a way to everywhere, and each selects our pods alone', () => {
    const policies = shippedPolicies();
    assert.ok(policies.length >= 12, `${policies.length} policies`);
    for (const { metadata, spec } of policies) {
      assert.equal(spec.podSelector.matchLabels['app.kubernetes.io/name'], 'strandline', metadata.name);
      for (const { to, ports } of spec.egress ?? []) {
        assert.ok(to.length > 0 && ports.length > 0, metadata.name);
        assert.doesNotMatch(JSON.stringify(to), /"(0\.0\.0\.0|::)\/0"|\{\}/, metadata.name);
      }
    }
  });
});
