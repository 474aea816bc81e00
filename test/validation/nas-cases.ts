import { nasIs, onNas } from '../support/change-estate.ts';
import type { RuleCase } from './cases.ts';

export const nasCases: readonly RuleCase[] = [
  {
    name: 'an account that may do everything',
    breaks: ['nas-account-least-privilege'],
    change: onNas('account', (account) => ({ ...account, roles: ['FULL_ADMIN'], isFullAdmin: true })),
  },
  {
    name: 'an account that may also write shares',
    breaks: ['nas-account-least-privilege'],
    change: onNas('account', (account) => ({ ...account, roles: ['READONLY_ADMIN', 'SHARING_NFS_WRITE'] })),
  },
  {
    name: 'an account with narrow reading roles',
    breaks: [],
    change: onNas('account', (account) => ({ ...account, roles: ['DATASET_READ', 'POOL_READ'] })),
  },
  {
    name: 'a key that expires in 29 days',
    breaks: ['nas-api-key-not-expiring'],
    change: onNas('apiKeys', (key) => ({ ...key, expiresAt: '2026-12-22T02:00:00Z' })),
  },
  {
    name: 'a key that was revoked',
    breaks: ['nas-api-key-not-expiring'],
    change: onNas('apiKeys', (key) => ({ ...key, isRevoked: true })),
  },
  {
    name: 'a key that is a year and a second old',
    breaks: ['nas-api-key-renewed'],
    change: onNas('apiKeys', (key) => ({ ...key, createdAt: '2025-11-23T01:59:59Z' })),
  },
  {
    name: 'TrueNAS CORE',
    breaks: ['nas-release-supported', 'driver-supports-release'],
    change: nasIs({ release: '13.0', transport: 'rest' }),
  },
  {
    name: 'TrueNAS 25.10 over REST',
    breaks: ['nas-release-supported'],
    change: nasIs({ transport: 'rest' }),
  },
];
