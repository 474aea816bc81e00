import type { CheckVerdict, Judged } from './explanation.ts';

interface About {
  readonly source: string;
  readonly names: readonly string[];
  readonly backend?: string | undefined;
}

/** What each check that looks at these places said of these names. A check without a word on them found nothing wrong. */
export function verdictsOn({ findings, outcomes }: Judged, about: readonly About[]): CheckVerdict[] {
  const scopes = new Set(
    about.flatMap(({ source, backend }) => (backend === undefined ? [source] : [source, backend])),
  );
  const names = new Set(about.flatMap((each) => each.names));
  const isAbout = (source: string, name: string) =>
    about.some((each) => each.source === source && each.names.includes(name));
  const found = findings
    .filter(({ resource }) => isAbout(resource.source, resource.name))
    .map(({ check, scope, why }): CheckVerdict => ({ check, scope, status: 'found', says: why }));
  const spoken = new Set(found.map(({ check, scope }) => `${check} ${scope}`));
  const rest = outcomes
    .filter(({ id, scope }) => scopes.has(scope) && !spoken.has(`${id} ${scope}`))
    .map(({ id: check, scope, status, because, undecided }): CheckVerdict => {
      const doubt = undecided.find(({ name }) => names.has(name));
      if (doubt !== undefined) return { check, scope, status: 'undecided', says: doubt.because };
      if (status === 'notAssessed' || status === 'errored')
        return { check, scope, status, says: because ?? 'no reason is given' };
      return { check, scope, status: 'passed', says: 'nothing wrong with it' };
    });
  return [...found, ...rest];
}
