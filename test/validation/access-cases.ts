import type { Collected } from '../../src/model/collected.ts';
import type { AccessReview } from '../../src/model/kubernetes.ts';
import { inCluster, onNas } from '../support/change-estate.ts';
import { takenAt, withSections } from '../support/make-inventory.ts';
import type { RuleCase } from './cases.ts';

function answered(verb: string, resource: string, allowed: boolean) {
  return inCluster('access', (right) =>
    right.verb === verb && right.resource === resource ? { ...right, allowed } : right,
  );
}

const notAskable: Collected<AccessReview> = { ok: true, items: [], takenAt, absent: 'it may not ask' };

export const accessCases: readonly RuleCase[] = [
  {
    name: 'an account that may not list CSINodes',
    breaks: ['cluster-account-sufficient'],
    change: answered('list', 'csinodes', false),
  },
  {
    name: 'an account that may not read what is only good to have',
    breaks: ['cluster-account-sufficient'],
    change: answered('list', 'backups', false),
  },
  {
    name: 'an account that may list Secrets',
    breaks: ['cluster-account-least-privilege'],
    change: answered('list', 'secrets', true),
  },
  {
    name: 'a cluster-admin',
    breaks: ['cluster-account-least-privilege'],
    change: answered('*', '*', true),
  },
  {
    name: 'an account that may not ask what it may do',
    breaks: [],
    change: (estate) => withSections(estate, { access: notAskable }),
  },
  {
    name: 'a namespace in config that does not exist',
    breaks: ['configured-namespaces-exist'],
    options: { namespaces: [{ name: 'shoop', cluster: 'prod', from: 'ignore' }] },
    change: (estate) => estate,
  },
  {
    name: 'a namespace in config for another cluster',
    breaks: [],
    options: { namespaces: [{ name: 'shoop', cluster: 'staging', from: 'ignore' }] },
    change: (estate) => estate,
  },
  {
    name: 'an account on the NAS without the role for snapshots',
    breaks: ['nas-account-sufficient'],
    change: onNas('account', (account) => ({ ...account, missingRoles: ['SNAPSHOT_READ'] })),
  },
  {
    name: 'an account on the NAS whose roles are not known',
    breaks: [],
    change: onNas('account', ({ missingRoles: _, ...account }) => account),
  },
];
