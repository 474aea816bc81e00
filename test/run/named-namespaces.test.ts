import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { namedNamespaces } from '../../src/run/named-namespaces.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

describe('[U] run/named-namespaces', () => {
  const folder = useTemporaryFolder();

  function named(config: Record<string, unknown>) {
    const file = folder.file('strandline.yaml');
    writeFileSync(file, stringify(config));
    return namedNamespaces(loadConfig({ file, env: {} }).config).map(({ name, cluster, from }) =>
      [name, cluster, from].join(' '),
    );
  }
  const rest = {
    scope: { include: { namespaces: ['shop'] } },
    checks: { snapshotRetention: [{ namespace: 'ci', maxAge: '7d' }, { maxAge: '30d' }] },
    ignore: [{ namespace: 'lab', reason: 'a playground' }],
  };

  it('collects every namespace that config names for the only cluster', () => {
    assert.deepEqual(named({ clusters: [{ name: 'prod', inCluster: true, namespaces: ['web'] }], ...rest }), [
      'web prod clusters.prod.namespaces',
      'shop prod scope.include.namespaces',
      'ci prod checks.snapshotRetention',
      'lab prod ignore',
    ]);
  });

  it('with several clusters keeps only what is named for one of them', () => {
    writeFileSync(folder.file('lab.kubeconfig'), '{}');
    const clusters = [
      { name: 'prod', inCluster: true },
      { name: 'lab', kubeconfig: 'lab.kubeconfig', namespaces: ['web'] },
    ];

    assert.deepEqual(named({ clusters, ...rest }), ['web lab clusters.lab.namespaces']);
  });
});
