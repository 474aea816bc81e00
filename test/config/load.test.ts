import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { configDigest, loadConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/errors.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const minimal = `
clusters: [{ name: prod, kubeconfig: kubeconfig }]
nas:
  - name: nas01
    url: https://nas01.example.org
    apiKeyFile: key
`;

describe('[U] config/load', () => {
  const folder = useTemporaryFolder();
  writeFileSync(folder.file('key'), '1-abcdef\n');
  writeFileSync(folder.file('kubeconfig'), 'current-context: lab\n');
  const env = { HOME: folder.path };

  function load(yaml: string, more: Record<string, string> = {}) {
    const file = folder.file('strandline.yaml');
    writeFileSync(file, yaml);
    return loadConfig({ file, env: { ...env, ...more } });
  }

  function refusal(yaml: string, more: Record<string, string> = {}): ConfigError {
    try {
      load(yaml, more);
    } catch (error) {
      assert.ok(error instanceof ConfigError, String(error));
      assert.match(error.remedy ?? '', /^[A-Z]/);
      return error;
    }
    return assert.fail('the config was accepted');
  }

  it('reads a minimal file, with paths counted from its folder', () => {
    const { config, missing } = load(minimal);

    assert.equal(config.nas[0]?.apiKeyFile, folder.file('key'));
    assert.equal(config.clusters[0]?.kubeconfig, folder.file('kubeconfig'));
    assert.equal(config.history.dir, 'history');
    assert.deepEqual(missing, []);
  });

  it('is frozen all the way down', () => {
    const { config } = load(minimal);

    assert.throws(() => Object.assign(config.nas[0] ?? {}, { url: 'https://elsewhere' }), TypeError);
    assert.throws(() => Object.assign(config.checks.mass, { share: 1 }), TypeError);
  });

  it('prefers a flag to the environment, that to the file, and that to the default', () => {
    const file = folder.file('precedence.yaml');
    writeFileSync(file, 'checks: { minAge: 2h, confirmAfter: 2h, claimPendingAfter: 2h }\n');
    const more = { ...env, STRANDLINE_CHECKS__MIN_AGE: '3h', STRANDLINE_CHECKS__CONFIRM_AFTER: '3h' };
    const flags = [{ path: ['checks', 'minAge'], value: '4h', from: '--min-age' }];

    const { checks } = loadConfig({ file, env: more, flags }).config;

    assert.equal(checks.minAge, '4h');
    assert.equal(checks.confirmAfter, '3h');
    assert.equal(checks.claimPendingAfter, '2h');
    assert.equal(checks.claimUnusedAfter, '14d');
  });

  it('takes the file from STRANDLINE_CONFIG', () => {
    const file = folder.file('by-env.yaml');
    writeFileSync(file, 'deployment: lab\n');

    assert.equal(loadConfig({ env: { ...env, STRANDLINE_CONFIG: file } }).config.deployment, 'lab');
  });

  it('overrides a field of a list entry and leaves its other fields alone', () => {
    const { config } = load(minimal, { STRANDLINE_NAS__0__URL: 'https://other.example.org' });

    assert.equal(config.nas[0]?.url, 'https://other.example.org');
    assert.equal(config.nas[0]?.name, 'nas01');
  });

  it('reads lists, booleans and numbers from the environment', () => {
    const { config } = load(minimal, {
      STRANDLINE_SCOPE__INCLUDE__NAMESPACES: 'shop, blog',
      STRANDLINE_HISTORY__ENABLED: 'false',
      STRANDLINE_LIMITS__PAGE_SIZE: '250',
      STRANDLINE_CHECKS__SEVERITIES: '{"volume-retained":"HIGH"}',
    });

    assert.deepEqual(config.scope.include.namespaces, ['shop', 'blog']);
    assert.equal(config.history.enabled, false);
    assert.equal(config.limits.pageSize, 250);
    assert.equal(config.checks.severities['volume-retained'], 'HIGH');
  });

  it('fills in variables and their defaults, and hides a key that came from one', () => {
    const { config } = load(
      'nas: [{ name: nas01, url: "https://${NAS_HOST:-nas01.example.org}", apiKey: "${NAS_KEY}" }]',
      { NAS_KEY: '1-canary' },
    );

    assert.equal(config.nas[0]?.url, 'https://nas01.example.org');
    assert.equal(config.nas[0]?.apiKey?.reveal(), '1-canary');
    assert.doesNotMatch(JSON.stringify(config), /canary/);
  });

  it('accepts a variable with our prefix that the file refers to, and those of Kubernetes service links', () => {
    const { config } = load('deployment: "${STRANDLINE_PLACE}"', {
      STRANDLINE_PLACE: 'berlin',
      STRANDLINE_SERVICE_HOST: '10.0.0.1',
      STRANDLINE_PORT: 'tcp://10.0.0.1:80',
      STRANDLINE_SERVE_PORT_8080_TCP_ADDR: '10.0.0.1',
    });

    assert.equal(config.deployment, 'berlin');
  });

  it('gives a backend the only cluster and the only NAS', () => {
    const { config } = load(`${minimal}backends: [{ driver: csi.truenas.io }]`);

    assert.equal(config.backends[0]?.cluster, 'prod');
    assert.equal(config.backends[0]?.nas, 'nas01');
  });

  it('uses the current context of the kubeconfig and says what is missing when there is no config at all', () => {
    const { config, missing } = loadConfig({ env: { KUBECONFIG: folder.file('kubeconfig') } });

    assert.deepEqual(
      config.clusters.map((cluster) => cluster.name),
      ['lab'],
    );
    assert.equal(missing.length, 1);
    assert.match(missing[0] ?? '', /TrueNAS/);
  });

  it('says so when there is neither config nor kubeconfig', () => {
    const { missing } = loadConfig({ env: { HOME: folder.file('nowhere') } });

    assert.match(missing[0] ?? '', /--config or STRANDLINE_CONFIG.*kubeconfig/);
  });

  it('has a digest that changes with a value and not with a secret', () => {
    const key = (value: string) => load('nas: [{ name: a, url: "https://a", apiKey: "${K}" }]', { K: value }).config;

    assert.equal(configDigest(key('1-one')), configDigest(key('2-two')));
    assert.notEqual(configDigest(load(minimal).config), configDigest(load(`${minimal}deployment: lab`).config));
  });

  const bad: readonly (readonly [string, string, RegExp])[] = [
    [
      'an unknown key, with place, path and the nearest key',
      'checks:\n  minAeg: 2h\n',
      /yaml:2:11: checks\.minAeg: unknown key \(did you mean "minAge"\?\)/,
    ],
    [
      'an unknown check id',
      'checks: { disabled: [volume-retain] }',
      /checks\.disabled\[0\]: must be one of .*volume-retained/,
    ],
    [
      'an unknown check id as key',
      'checks: { severities: { volume-retain: LOW } }',
      /checks\.severities\.volume-retain: unknown key \(did you mean "volume-retained"\?\)/,
    ],
    ['malformed YAML with line and column', 'checks:\n  minAge: [2h\nnas: []\n', /yaml:\d+:\d+: malformed YAML/],
    ['a repeated key', 'deployment: a\ndeployment: b\n', /yaml:2:1: malformed YAML/],
    ['a list instead of keys', '- a\n- b\n', /must hold keys and values/],
    ['a number where a text must stand', 'deployment: 12\n', /deployment: must be a text/],
    ['a malformed URL', 'nas: [{ name: nas01, url: nas01, apiKey: x }]', /nas\[0\]\.url: must be a URL/],
    ['a missing required key', 'nas: [{ name: nas01, apiKey: x }]', /nas\[0\]\.url: is missing/],
    [
      'a missing secret file',
      'nas: [{ name: nas01, url: "https://a", apiKeyFile: nokey }]',
      /yaml:1:\d+: nas\[0\]\.apiKeyFile: the file .*nokey does not exist/,
    ],
    ['a NAS without credentials', 'nas: [{ name: nas01, url: "https://a" }]', /nas\[0\]\.apiKeyFile: is missing/],
    [
      'two kinds of credentials',
      'nas: [{ name: nas01, url: "https://a", apiKey: abc, password: abc, username: u }]',
      /nas\[0\]\.password: excludes apiKey/,
    ],
    [
      'a key over plain http',
      'nas: [{ name: nas01, url: "http://a", apiKey: abc }]',
      /nas\[0\]\.url: http:\/\/ would send credentials in the clear/,
    ],
    [
      'two NASes of one name',
      'nas: [{ name: a, url: "https://a", apiKey: abc }, { name: a, url: "https://b", apiKey: abc }]',
      /nas\[1\]\.name: "a" is used twice/,
    ],
    [
      'an unset variable',
      'deployment: "${NOT_SET}"',
      /yaml:1:13: deployment: the environment variable NOT_SET is not set/,
    ],
    [
      'an unknown NAS in a backend',
      `${minimal}backends: [{ driver: csi.truenas.io, nas: nas10 }]`,
      /backends\[0\]\.nas: "nas10" is not a name in nas \(did you mean "nas01"\?\)/,
    ],
    [
      'an unknown cluster in a backend',
      `${minimal}backends: [{ driver: csi.truenas.io, cluster: prd }]`,
      /backends\[0\]\.cluster: "prd".*"prod"/,
    ],
    [
      'an unknown CSI driver in a backend',
      `${minimal}backends: [{ driver: csi.trunas.io }]`,
      /backends\[0\]\.driver: "csi\.trunas\.io" is no CSI driver.*"csi\.truenas\.io"/,
    ],
    [
      'a family that is not the driver’s',
      `${minimal}backends: [{ driver: csi.truenas.io, family: democratic-csi }]`,
      /backends\[0\]\.family: csi\.truenas\.io is truenas-csi/,
    ],
    [
      'an unknown cluster in scope',
      `${minimal}scope: { include: { clusters: [pord] } }`,
      /scope\.include\.clusters\[0\]: "pord".*"prod"/,
    ],
    ['history in two places', 'history: { dir: h, s3: { bucket: abc } }', /history\.dir: excludes s3/],
    [
      'a login in the clear',
      'email: { host: mx, security: none, username: u, password: pw12, from: a@b, recipients: [{ to: c@d }] }',
      /email\.security/,
    ],
    [
      'one address twice',
      'email: { host: mx, from: a@b, recipients: [{ to: c@d }, { to: c@d, namespaces: [shop] }] }',
      /email\.recipients\[1\]\.to: "c@d" is named twice/,
    ],
    [
      'two webhooks of one name',
      'webhooks: [{ name: chat, url: "https://a.example" }, { name: chat, url: "https://b.example" }]',
      /webhooks\[1\]\.name: "chat" is used twice/,
    ],
    [
      'a file for chat that takes none',
      'webhooks: [{ name: chat, kind: teams, url: "https://a.example", attach: pdf }]',
      /webhooks\[0\]\.attach: needs kind: slack/,
    ],
    ['a webhook without an address', 'webhooks: [{ name: chat }]', /webhooks\[0\]\.url: give either url or urlFile/],
  ];
  for (const [what, yaml, message] of bad) {
    it(`refuses ${what}`, () => assert.match(refusal(yaml).message, message));
  }

  it('names every mistake at once', () => {
    const { message } = refusal('deploymnt: a\nreport: { timeZone: Nowhere, paper: A3 }\n');

    assert.equal(message.split('\n').length, 3);
  });

  it('names the variable when the environment is wrong', () => {
    assert.match(
      refusal(minimal, { STRANDLINE_CHECKS__MIN_AGE: 'soon' }).message,
      /^environment STRANDLINE_CHECKS__MIN_AGE: checks\.minAge: must be a duration/,
    );
    assert.match(
      refusal(minimal, { STRANDLINE_CHECKS__MIN_AEG: '1h' }).message,
      /STRANDLINE_CHECKS__MIN_AEG: there is no such key \(did you mean "MIN_AGE"\?\)/,
    );
    assert.match(refusal(minimal, { STRANDLINE_NAS__FIRST__URL: 'x' }).message, /FIRST must be a place in a list/);
  });

  it('never quotes a value, for it may be a secret', () => {
    const canary = 'hunter2-canary';
    const texts = [
      refusal(`nas: [{ name: nas01, url: ${canary}, apiKey: x }]`),
      refusal(`email: { host: mx, from: ${canary}, recipients: [] }`),
      refusal(`nas: [{ apiKey: "${canary}]\n`),
      refusal(`nas: { apiKey: ${canary}: x }`),
      refusal(`checks: { severities: ${canary} }`),
      refusal(`pushgateway: { url: "https://user:${canary}@push" }`),
    ].map((error) => `${error.message} ${String(error.cause)} ${error.remedy}`);

    assert.doesNotMatch(texts.join('\n'), /canary/);
  });

  it('says which file cannot be read', () => {
    assert.throws(
      () => loadConfig({ file: folder.file('none.yaml'), env }),
      /none\.yaml: the config file cannot be read \(ENOENT\)/,
    );
  });

  it('refuses a folder where a secret file is meant', () => {
    mkdirSync(folder.file('folder'));

    assert.match(
      refusal('nas: [{ name: a, url: "https://a", apiKeyFile: folder }]').message,
      /apiKeyFile: the file .*folder is a folder/,
    );
  });
});
