/** What `link` answers on CIFS and on some FUSE file systems. */
export async function refuseLink(): Promise<never> {
  throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' });
}
