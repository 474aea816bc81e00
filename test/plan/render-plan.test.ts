import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { Finding } from '../../src/model/finding.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { renderPlan } from '../../src/plan/render-plan.ts';
import { hostileStrings } from '../support/hostile-strings.ts';
import { clone, makeLeftover, makeLeftoverSnapshot, makePlanResult } from '../support/make-plan-result.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const attacks = [
  ...hostileStrings.filter((text) => /[\n\0\u202e]|HYPERLINK/.test(text)),
  "x'; touch pwned; '",
  '$(touch pwned)',
  '`touch pwned`',
  '> pwned',
  '-rf',
  '--all',
  'a"b\\',
  'a\ntouch pwned',
  'a\u2028touch pwned',
  '* ? [a-z] ~ {a,b}',
  "%s%n '\\''",
];

const script = renderPlan(buildPlan(makePlanResult(attacks.flatMap(attackEverywhere))));

describe('[U] plan/render-plan', function () {
  this.timeout(60_000);
  const folder = useTemporaryFolder();

  it('writes down most of the hostile names: the other tests can fail', () => {
    const { steps, leftOut } = buildPlan(makePlanResult(attacks.flatMap(attackEverywhere)));

    assert.ok(steps.length >= 40, `${steps.length} steps`);
    assert.ok(leftOut.length >= 15, `${leftOut.length} left out`);
  });

  it('only asks when it is run as it is', () => {
    const { calls, files } = run('as-it-is', script);

    assert.ok(calls.length > 60);
    assert.deepEqual(
      calls.filter((call) => /delete|promote|release/.test(call.split(' ', 4).join(' '))),
      [],
    );
    assert.deepEqual(files, []);
  });

  it('hands on every name as one word even when every command is let loose', () => {
    const loose = script.replaceAll(/^#(?=count |unmentioned |same_uid |nas |kubectl )/gm, '');

    const { calls, files } = run('let-loose', loose);

    assert.deepEqual(files, []);
    for (const name of ['$(touch pwned)', '`touch pwned`', 'x\\u0027; touch pwned; \\u0027']) {
      assert.ok(
        calls.some((call) => call.startsWith('midclt call pool.dataset.delete') && call.includes(name)),
        name,
      );
    }
    assert.ok(calls.includes('kubectl --context=prod delete volumeattachment -- --all'));
  });

  it('does nothing when a question cannot be answered', () => {
    const loose = script.replaceAll(/^#(?=count |unmentioned |same_uid )/gm, '');

    const { calls } = run('no-answer', loose, '1');

    assert.ok(calls.length > 60);
    assert.deepEqual(
      calls.filter((call) => /^\S+ \S+ \S*(delete|promote|release)/.test(call)),
      [],
    );
  });

  it('has a comment or a known function in every line', () => {
    const body = script.slice(script.indexOf("printf '%s\\n' 'Step 1/"));

    for (const line of body.split('\n'))
      assert.match(line, /^(|#.*|look (count|unmentioned|same_uid) .*|printf '%s\\n' 'Step \d+\/\d+')$/);
  });

  it('is found good by shellcheck, where that is installed, hostile names and all', () => {
    const loose = script.replaceAll(/^#(?=count |unmentioned |same_uid |nas |kubectl )/gm, '');
    for (const [name, text] of Object.entries({ script, loose })) {
      const file = folder.file(`${name}.checked.sh`);
      writeFileSync(file, text);

      const checked = spawnSync('shellcheck', ['-S', 'warning', file], { encoding: 'utf8' });

      if (checked.error === undefined) assert.equal(checked.stdout, '', name);
      assert.equal(spawnSync('sh', ['-n', file]).status, 0, name);
    }
  });

  it('says what was left out and why', () => {
    const text = renderPlan(buildPlan(makePlanResult([makeLeftover('tank/k8s/v/pvc-9', { confidence: 'low' })])));

    assert.match(text, /^# - nas\/nas01 Dataset tank\/k8s\/v\/pvc-9 .*confidence is low/m);
  });

  /** Runs it in an empty folder with tools that note their arguments, one call per line, and answer what lets it go on. */
  function run(name: string, text: string, exit = '0') {
    const bin = folder.file(`${name}-bin`);
    const work = folder.file(name);
    const log = folder.file(`${name}.log`);
    for (const path of [bin, work]) mkdirSync(path);
    const tool = (tool: string, answer: string) =>
      writeFileSync(
        join(bin, tool),
        `#!/bin/sh\nprintf '%s' "${tool}" >>'${log}'\nfor a in "$@"; do printf ' %s' "$a" >>'${log}'; done\nprintf '\\n' >>'${log}'\n${answer}\nexit ${exit}\n`,
        { mode: 0o755 },
      );
    tool('midclt', 'case "$*" in *\'"^"\'*|*\'"origin.rawvalue","="\'*) echo 0 ;; *) echo 1 ;; esac');
    tool('kubectl', 'case "$*" in *metadata.uid*) printf 7 ;; *) echo "{}" ;; esac');
    writeFileSync(join(bin, 'ssh'), '#!/bin/sh\nfor last in "$@"; do :; done\nexec sh -c "$last"\n', { mode: 0o755 });
    const file = folder.file(`${name}.sh`);
    writeFileSync(file, text);
    const { stderr } = spawnSync('sh', [file], { cwd: work, encoding: 'utf8', env: { PATH: `${bin}:/usr/bin:/bin` } });
    assert.equal(stderr, '');
    const calls = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [];
    return { calls, files: readdirSync(work) };
  }
});

function attackEverywhere(attack: string, index: number): Finding[] {
  const blocker = clone(`tank/clone ${index} ${attack}`);
  const texts: Partial<Finding> = {
    why: attack,
    owner: { namespace: attack, claim: attack },
    remediation: { steps: [attack], commands: [attack], docs: attack },
    evidence: [{ fact: 'goes with it', value: attack, from: attack }],
  };
  return [
    makeLeftover(`tank/k8s/v/${attack}`, { ...texts, id: `a${index}` }),
    makeLeftover(`tank/k8s/v/b${index}`, { ...texts, id: `b${index}`, blockers: [blocker] }),
    makeLeftoverSnapshot(`tank/k8s/v/c@${attack}`, { ...texts, id: `c${index}` }),
    makeLeftover(attack, {
      ...texts,
      id: `d${index}`,
      check: 'attachment-stale',
      scope: 'cluster/prod',
      resource: { source: 'cluster/prod', cluster: 'prod', kind: 'VolumeAttachment', name: attack, uid: '7' },
    }),
    makeLeftover(attack, {
      ...texts,
      id: `e${index}`,
      check: 'share-without-backend',
      scope: 'nas/nas01',
      resource: { source: 'nas/nas01', nas: 'nas01', kind: 'NfsShare', name: attack, uid: '7' },
    }),
  ];
}
